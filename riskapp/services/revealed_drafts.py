"""Unsubmitted drafts and auditors: closed until they are revealed, with a reason in the log."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.domain.discretion import bar_to_revealing, may_read_draft
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.domain.life_cycle import FILLABLE
from riskapp.domain.text_rules import even_lines, text_fault
from riskapp.services.dossiers import Dossier, dossier
from riskapp.services.work import Office
from riskapp.storage.assessments import StoredAssessment, assessment
from riskapp.storage.draft_reveals import DraftReveal, insert_reveal, revealed_until
from riskapp.storage.log import LogEntry
from riskapp.storage.sheets import Draft, drafts

SHOWN_FOR = timedelta(hours=1)
LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDrafts:
    """The drafts of an assessment that an auditor may read now, by assessor and criterion.

    `until` says when they close again, None where they do not; `closed` whether any are kept back.
    """

    dossier: Dossier
    drafts: dict[str, dict[str, Draft]]
    until: datetime | None
    closed: bool


def may_auditor_read_draft(
    connection: Connection, actor: Actor, found: StoredAssessment, *, assessor_id: str, at: datetime
) -> bool:
    """Return whether this person may read this assessor's draft at this instant.

    The one question that every page asks before it shows what is not submitted.
    """
    revealed = revealed_until(connection, found.id, actor.id, at=at) is not None
    return may_read_draft(actor, found.standing, assessor_id=assessor_id, revealed=revealed)


def is_withheld(connection: Connection, actor: Actor, entry: LogEntry, *, at: datetime) -> bool:
    """Return whether an entry tells of a draft of the open round that the person may not read now."""
    if entry.subject_kind != "draft" or entry.assessment_id is None:
        return False
    found = assessment(connection, entry.assessment_id)
    if entry.at < found.stages[-1].at:
        return False
    author = entry.body["details"].get("assessor") or entry.actor_id or ""
    return not may_auditor_read_draft(connection, actor, found, assessor_id=author, at=at)


def shown_drafts(connection: Connection, actor: Actor, assessment_id: str, *, at: datetime) -> ShownDrafts:
    """Return the drafts that the person may read now; raises NotFoundError."""
    found = dossier(connection, assessment_id)
    shown = {
        each: drafts(connection, assessment_id, each)
        for each in found.stored.assessors
        if may_auditor_read_draft(connection, actor, found.stored, assessor_id=each, at=at)
    }
    return ShownDrafts(
        dossier=found,
        drafts=shown,
        until=revealed_until(connection, assessment_id, actor.id, at=at),
        closed=len(shown) < len(found.stored.assessors),
    )


def reveal_drafts(office: Office, actor: Actor, assessment_id: str, reason: str) -> datetime:
    """Open the drafts of an open round to an auditor for a while and return until when; the log says why.

    Raises ForbiddenError, NotFoundError, InvalidError for `reason`, and ConflictError where no round is open.
    """
    reason = even_lines(reason).strip()
    with office.work(actor) as unit:
        found = assessment(unit.connection, assessment_id)
        if bar := bar_to_revealing(actor, found.standing):
            raise ForbiddenError(bar)
        if found.stage not in FILLABLE:
            raise ConflictError(
                f"The round of {found.reference} is over, so its drafts are open to auditors."
            )
        if fault := text_fault(reason, LONGEST_REASON):
            raise InvalidError({"reason": f"The reason {fault}"})
        new = DraftReveal(
            id=unit.new_id(),
            assessment_id=assessment_id,
            auditor_id=actor.id,
            reason=reason,
            revealed_at=unit.at,
            until=unit.at + SHOWN_FOR,
        )
        insert_reveal(unit.connection, new)
        unit.record(
            "drafts.revealed",
            subject=("draft-reveal", new.id),
            assessment_id=assessment_id,
            reason=reason,
            until=new.until.isoformat(),
        )
        unit.commit()
        return new.until
