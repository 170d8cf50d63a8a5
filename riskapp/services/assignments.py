"""Several assessments given to one assessor at once: each by itself, each with its own entry in the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError
from riskapp.services.rounds import add_assessor, assessor_problem
from riskapp.services.work import Office
from riskapp.storage.assessments import assessment

MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of one assessment; `refused` says why it was not assigned, None where it was."""

    reference: str
    refused: str | None


def assign_many(
    office: Office, actor: Actor, assessment_ids: Sequence[str], assessor_id: str
) -> tuple[Assigned, ...]:
    """Make a person an assessor of these assessments, and return what became of each, in their order.

    Raises InvalidError for `assessor` and `assessments` where nothing can be assigned at all.
    """
    require(actor, Role.LEAD_ASSESSOR, act="assign assessments")
    wanted = tuple(dict.fromkeys(assessment_ids))
    problems: dict[str, str] = {}
    if not wanted:
        problems["assessments"] = "Tick at least one assessment"
    elif len(wanted) > MOST_AT_ONCE:
        problems["assessments"] = f"Tick at most {MOST_AT_ONCE} assessments at once"
    with office.reading() as connection:
        if problem := assessor_problem(connection, (assessor_id,)):
            problems["assessor"] = problem
    if problems:
        raise InvalidError(problems)
    return tuple(_assign(office, actor, each, assessor_id) for each in wanted)


def _assign(office: Office, actor: Actor, assessment_id: str, assessor_id: str) -> Assigned:
    with office.reading() as connection:
        try:
            reference = assessment(connection, assessment_id).reference
        except NotFoundError as missing:
            return Assigned(assessment_id[:32], str(missing))
    try:
        add_assessor(office, actor, assessment_id, assessor_id)
    except ConflictError as refusal:
        return Assigned(reference, str(refusal))
    except InvalidError as refusal:
        return Assigned(reference, f"{refusal.fields['assessor']}.")
    return Assigned(reference, None)
