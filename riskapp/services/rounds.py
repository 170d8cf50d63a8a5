"""A round of scoring: who is in the team, and when what they wrote is laid open to all."""

from collections.abc import Iterable

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.life_cycle import Stage, bar_to_closing_round
from riskapp.domain.text_rules import text_fault
from riskapp.services.blindness import latest_of_each
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage import assessments as stored
from riskapp.storage.moderation import add_shapers, put_sheet_forward
from riskapp.storage.sheets import sheets
from riskapp.storage.users import user, user_names

MOST_ASSESSORS = 20
LONGEST_REASON = 4_000


def assessor_problem(connection: Connection, user_ids: Iterable[str]) -> str | None:
    """Return why these people cannot be the team of an assessment, or None where they can."""
    wanted = tuple(dict.fromkeys(user_ids))
    if not 0 < len(wanted) <= MOST_ASSESSORS:
        return (
            f"Choose at most {MOST_ASSESSORS} assessors" if wanted else "Choose who fills in the score sheet"
        )
    for user_id in wanted:
        try:
            chosen = user(connection, user_id)
        except NotFoundError:
            return "Choose who fills in the score sheet"
        if not (chosen.active and Role.ASSESSOR in chosen.roles):
            return (
                f"{chosen.display_name} cannot fill in a score sheet now; choose an active person with the "
                "role assessor"
            )
    return None


def change_team(office: Office, actor: Actor, assessment_id: str, user_ids: Iterable[str]) -> None:
    """Make these people the assessors of an assessment in its first round of scoring.

    Whoever has submitted stays, and nobody leaves where all who are left have submitted: that closes the
    round, which needs a reason. Raises ForbiddenError, ConflictError after the first round, and InvalidError
    for the field `assessor`.
    """
    require(actor, Role.LEAD_ASSESSOR, act="choose the assessors")
    wanted = tuple(dict.fromkeys(user_ids))
    with office.work(actor) as unit:
        found = _changeable(unit.connection, assessment_id)
        _change(unit, actor, found, wanted)


def add_assessor(office: Office, actor: Actor, assessment_id: str, user_id: str) -> None:
    """Make one more person an assessor, beside those who are; raises what `change_team` does."""
    require(actor, Role.LEAD_ASSESSOR, act="choose the assessors")
    with office.work(actor) as unit:
        found = _changeable(unit.connection, assessment_id)
        if user_id in found.assessors:
            raise ConflictError("The person is one of its assessors already.")
        _change(unit, actor, found, (*found.assessors, user_id))


def _changeable(connection: Connection, assessment_id: str) -> stored.StoredAssessment:
    found = stored.assessment(connection, assessment_id)
    if found.stage is not Stage.IN_PROGRESS:
        stage = found.stage.value.replace("-", " ")
        raise ConflictError(f"{found.reference} is {stage}, so its assessors are settled.")
    return found


def _change(unit: UnitOfWork, actor: Actor, found: stored.StoredAssessment, wanted: tuple[str, ...]) -> None:
    new = tuple(each for each in wanted if each not in found.assessors)
    gone = tuple(each for each in found.assessors if each not in wanted)
    if problem := _team_problem(unit.connection, found, wanted, new=new, gone=gone):
        raise InvalidError({"assessor": problem})
    if not (new or gone):
        return
    stored.release(unit.connection, found.id, gone, at=unit.at, by=unit.actor_id or "")
    stored.assign(unit.connection, found.id, new, at=unit.at, by=unit.actor_id or "")
    add_shapers(unit.connection, found.id, actor.acting_ids(Role.LEAD_ASSESSOR))
    unit.record(
        "assessment.team-changed",
        acts_as=Role.LEAD_ASSESSOR,
        subject=("assessment", found.id),
        assessment_id=found.id,
        added=list(new),
        removed=list(gone),
    )
    unit.commit()


def _team_problem(
    connection: Connection,
    found: stored.StoredAssessment,
    wanted: tuple[str, ...],
    *,
    new: tuple[str, ...],
    gone: tuple[str, ...],
) -> str | None:
    bound = found.submitted.intersection(gone)
    if bound:
        names = ", ".join(sorted(user_names(connection, bound).values()))
        return f"{names} submitted a score sheet already and stays; tick the name again"
    if len(wanted) > MOST_ASSESSORS:
        return f"Choose at most {MOST_ASSESSORS} assessors"
    if gone and wanted and found.submitted.issuperset(wanted):
        return "Everybody else has submitted, so this would end the round; close it with a reason instead"
    return assessor_problem(connection, new) if new or not wanted else None


def close_if_complete(unit: UnitOfWork, assessment_id: str) -> None:
    """Close the round of scoring where every assessor has submitted, and record it."""
    found = stored.assessment(unit.connection, assessment_id)
    if found.submitted and found.submitted.issuperset(found.assessors):
        _close(unit, found, "")


def close_round(office: Office, actor: Actor, assessment_id: str, reason: str) -> None:
    """Close a round of scoring before every assessor has submitted, with the reason.

    Whoever has not submitted takes no further part in it. Raises ForbiddenError, ConflictError where there
    is no round to close, and InvalidError for the field `reason`.
    """
    require(actor, Role.LEAD_ASSESSOR, act="close a round of scoring")
    said = reason.strip()
    with office.work(actor) as unit:
        found = stored.assessment(unit.connection, assessment_id)
        if bar := bar_to_closing_round(actor, found.standing):
            own = actor.acting_ids(Role.LEAD_ASSESSOR) & found.standing.had_a_sheet
            refuse = ForbiddenError if own else ConflictError
            raise refuse(bar)
        if not said:
            raise InvalidError({"reason": "Say why the round is closed before everybody has submitted"})
        if fault := text_fault(said, LONGEST_REASON):
            raise InvalidError({"reason": f"The reason {fault}"})
        add_shapers(unit.connection, found.id, actor.acting_ids(Role.LEAD_ASSESSOR))
        _close(unit, found, said, acts_as=Role.LEAD_ASSESSOR)
        unit.commit()


def _close(
    unit: UnitOfWork, found: stored.StoredAssessment, reason: str, *, acts_as: Role | None = None
) -> None:
    """Lay the sheets open: to moderation where there are several, else the only one to review."""
    kept = latest_of_each(sheets(unit.connection, found.id))
    stage = Stage.IN_MODERATION if len(kept) > 1 else Stage.IN_REVIEW
    if stage is Stage.IN_REVIEW:
        put_sheet_forward(unit.connection, found.id, kept[0].id, at=unit.at)
    change = stored.StageChange(stage=stage, at=unit.at, changed_by=unit.actor_id or "", reason=reason)
    stored.insert_stage(unit.connection, found.id, change, stage_id=unit.new_id())
    unit.record(
        "round.closed",
        acts_as=acts_as,
        subject=("assessment", found.id),
        assessment_id=found.id,
        sheets=[each.id for each in kept],
        submitted=len(found.submitted),
        assessors=len(found.assessors),
        stage=stage.value,
        reason=reason,
    )
