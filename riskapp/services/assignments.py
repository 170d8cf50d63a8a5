"""Several assessments given to one assessor at once: each by itself, each with its own entry in the log."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.errors import InvalidError, NotFoundError
from riskapp.domain.life_cycle import Stage
from riskapp.services.work import Office
from riskapp.storage import assessments as stored
from riskapp.storage.users import user

MOST_AT_ONCE = 50
MOST_ASSESSORS = 20


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
        if problem := _assessor_problem(connection, assessor_id):
            problems["assessor"] = problem
    if problems:
        raise InvalidError(problems)
    return tuple(_assign(office, actor, each, assessor_id) for each in wanted)


def _assessor_problem(connection: Connection, user_id: str) -> str | None:
    try:
        chosen = user(connection, user_id)
    except NotFoundError:
        return "Choose the assessor"
    if chosen.active and Role.ASSESSOR in chosen.roles:
        return None
    name = chosen.display_name
    return f"{name} cannot fill in a score sheet now; choose an active person with the role assessor"


def _assign(office: Office, actor: Actor, assessment_id: str, assessor_id: str) -> Assigned:
    with office.work(actor) as unit:
        try:
            found = stored.assessment(unit.connection, assessment_id)
        except NotFoundError as missing:
            return Assigned(assessment_id[:32], str(missing))
        if refused := _bar(unit.connection, found, assessor_id):
            return Assigned(found.reference, refused)
        stored.assign(unit.connection, assessment_id, (assessor_id,), at=unit.at, by=actor.id)
        unit.record(
            "assessment.team-changed",
            subject=("assessment", assessment_id),
            assessment_id=assessment_id,
            added=[assessor_id],
            removed=[],
        )
        unit.commit()
        return Assigned(found.reference, None)


def _bar(connection: Connection, found: stored.StoredAssessment, assessor_id: str) -> str | None:
    if problem := _assessor_problem(connection, assessor_id):
        return problem
    if assessor_id in found.assessors:
        return "The person is one of its assessors already."
    if found.stage is not Stage.IN_PROGRESS:
        stage = found.stage.value.replace("-", " ")
        return f"It is {stage}, so its assessors are settled."
    if len(found.assessors) >= MOST_ASSESSORS:
        return f"It has {MOST_ASSESSORS} assessors already."
    return None
