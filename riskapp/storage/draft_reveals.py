"""When drafts of an open round were revealed to an auditor: insert-only, each for a bounded time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from riskapp.storage.audit_tables import draft_reveal


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReveal:
    """One grant: the drafts of an assessment, to one auditor, with their reason, until an instant."""

    id: str
    assessment_id: str
    auditor_id: str
    reason: str
    revealed_at: datetime
    until: datetime


def revealed_until(
    connection: Connection, assessment_id: str, auditor_id: str, *, at: datetime
) -> datetime | None:
    """Return until when the drafts are revealed to an auditor, None where they are not at this instant."""
    table = draft_reveal
    query = (
        select(table.c.until)
        .where(table.c.assessment_id == assessment_id, table.c.auditor_id == auditor_id, table.c.until > at)
        .order_by(table.c.until.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def insert_reveal(connection: Connection, new: DraftReveal) -> None:
    """Keep a grant."""
    connection.execute(
        insert(draft_reveal),
        {
            "id": new.id,
            "assessment_id": new.assessment_id,
            "auditor_id": new.auditor_id,
            "reason": new.reason,
            "revealed_at": new.revealed_at,
            "until": new.until,
        },
    )
