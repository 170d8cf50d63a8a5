"""Deciding on a submitted assessment, or sending it back."""

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role
from riskapp.domain.decision import Basis, Decide, basis_of, departures, problems_of, reason_fault, tidied
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.domain.life_cycle import Stage, bar_to_deciding, may_see
from riskapp.services.blindness import seen_sheets
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.reports import freeze
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.assessments import StageChange, assessment, insert_stage
from riskapp.storage.decisions import StoredDecision, insert_decision
from riskapp.storage.sheets import StoredSheet, latest_sheet
from riskapp.storage.users import user_names

__all__ = ["Decide", "basis_in", "decide", "overtaken", "send_back"]


def decide(office: Office, actor: Actor, assessment_id: str, command: Decide) -> None:
    """Decide on the latest submitted sheet by its frozen result, and freeze what the report will say.

    Raises ForbiddenError for whoever scored or opened it, ConflictError where it is not in review or the
    sheet is another than the one that was read, and InvalidError per field.
    """
    proposed = tidied(command)
    with office.work(actor) as unit:
        found, sheet = _in_review(unit.connection, actor, assessment_id, seen=command.sheet_id)
        basis = basis_in(found, sheet)
        problems = problems_of(proposed, basis, on=unit.at.date())
        if problems:
            raise InvalidError(problems)
        principal = actor.principal(Role.APPROVER)
        made = StoredDecision(
            id=unit.new_id(),
            assessment_id=assessment_id,
            sheet_id=sheet.id,
            outcome=proposed.outcome,
            recommendation=basis.recommendation,
            reason=proposed.reason,
            expires_on=proposed.expires_on,
            decided_at=unit.at,
            decided_by=actor.id,
            conditions=proposed.conditions,
            decided_for=principal.id if principal else None,
        )
        insert_decision(unit.connection, made)
        change = StageChange(stage=Stage.DECIDED, at=unit.at, changed_by=actor.id, reason=proposed.reason)
        insert_stage(unit.connection, assessment_id, change, stage_id=unit.new_id())
        _record(unit, made, sheet, departures(proposed, basis))
        freeze(unit, found, sheet, made)
        unit.commit()


def basis_in(found: Dossier, sheet: StoredSheet) -> Basis:
    """Return what a decision on a submitted sheet rests on."""
    return basis_of(sheet.result, found.candidate.candidate.retires_on)


def _in_review(
    connection: Connection, actor: Actor, assessment_id: str, *, seen: str | None
) -> tuple[Dossier, StoredSheet]:
    """Return the dossier and the sheet that the actor may decide on now."""
    if clash := overtaken(connection, actor, assessment_id, seen=seen):
        raise ConflictError(clash)
    found = seen_dossier(connection, actor, assessment_id)
    stored = found.stored
    if bar := bar_to_deciding(actor, stored.standing):
        raise ForbiddenError(bar)
    sheet = latest_sheet(connection, assessment_id)
    if stored.stage is not Stage.IN_REVIEW or sheet is None:
        raise ConflictError(f"{stored.reference} is not in review, so there is nothing to decide on it.")
    if seen is not None and seen != sheet.id:
        message = (
            f"Another score sheet of {stored.reference} was submitted after you opened the form. "
            "Read the new one, then decide."
        )
        raise ConflictError(message)
    return found, sheet


def overtaken(connection: Connection, actor: Actor, assessment_id: str, *, seen: str | None) -> str | None:
    """Return what became of an assessment before the actor decided on it, or None while it is in review.

    `seen` is the sheet that the actor read. Whoever names one has had it before them, and learns what became
    of it even where the assessment is no longer open to them; nobody else does.
    """
    stored = assessment(connection, assessment_id)
    if stored.stage is Stage.IN_REVIEW or not stored.scorers:
        return None
    read = any(each.id == seen for each in seen_sheets(connection, actor.id, stored))
    if not read and not may_see(actor, stored.standing):
        return None
    last = stored.stages[-1]
    became = {Stage.DECIDED: "decided", Stage.WITHDRAWN: "withdrawn"}.get(last.stage, "sent back")
    who = user_names(connection, {last.changed_by}).get(last.changed_by, "somebody else")
    return (
        f"{stored.reference} was {became} by {who} before you sent this, so there is nothing to decide on "
        "it. Nothing of what you entered was recorded."
    )


def _record(unit: UnitOfWork, made: StoredDecision, sheet: StoredSheet, departs: tuple[str, ...]) -> None:
    unit.record(
        "assessment.decided",
        acts_as=Role.APPROVER,
        subject=("decision", made.id),
        assessment_id=made.assessment_id,
        sheet=sheet.id,
        sheet_digest=sheet.digest,
        outcome=made.outcome.value,
        recommendation=made.recommendation.value,
        departures=list(departs),
        reason=made.reason,
        expires_on=made.expires_on.isoformat() if made.expires_on else None,
        conditions=[
            {
                "text": each.text,
                "owner": each.owner,
                "due_on": each.due_on.isoformat() if each.due_on else None,
            }
            for each in made.conditions
        ],
    )


def send_back(
    office: Office, actor: Actor, assessment_id: str, reason: str, *, sheet_id: str | None = None
) -> None:
    """Give a submitted assessment back to its assessors, with what they are to do about it.

    `sheet_id` is that of the sheet that was read, None for the newest. Raises as `decide` does.
    """
    said = reason.strip()
    with office.work(actor) as unit:
        _, sheet = _in_review(unit.connection, actor, assessment_id, seen=sheet_id)
        if problem := reason_fault(said):
            raise InvalidError({"reason": problem})
        change = StageChange(stage=Stage.SENT_BACK, at=unit.at, changed_by=actor.id, reason=said)
        insert_stage(unit.connection, assessment_id, change, stage_id=unit.new_id())
        unit.record(
            "assessment.sent-back",
            acts_as=Role.APPROVER,
            subject=("assessment", assessment_id),
            assessment_id=assessment_id,
            sheet=sheet.id,
            sheet_digest=sheet.digest,
            reason=said,
        )
        unit.commit()
