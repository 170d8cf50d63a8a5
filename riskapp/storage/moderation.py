"""What was put forward, what a consensus rests on, and what assessors hold against it: insert-only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from riskapp.storage.team_tables import dissent, moderated_sheet, moderation_reason, put_forward


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDissent:
    """What an assessor holds against the consensus on one criterion; an empty text has withdrawn it."""

    assessor_id: str
    criterion_id: str
    text: str
    at: datetime


def put_sheet_forward(connection: Connection, assessment_id: str, sheet_id: str, *, at: datetime) -> None:
    """Hand a submitted sheet over for review: it is the one that is decided on."""
    connection.execute(insert(put_forward), {"sheet_id": sheet_id, "assessment_id": assessment_id, "at": at})


def insert_moderation(
    connection: Connection, consensus_id: str, *, rests_on: Iterable[str], reasons: Mapping[str, str]
) -> None:
    """Keep which sheets a consensus rests on, and the reasons by criterion."""
    connection.execute(
        insert(moderated_sheet), [{"consensus_id": consensus_id, "sheet_id": each} for each in rests_on]
    )
    rows = [
        {"consensus_id": consensus_id, "criterion_id": criterion_id, "reason": reason}
        for criterion_id, reason in reasons.items()
    ]
    if rows:
        connection.execute(insert(moderation_reason), rows)


def moderation_reasons(connection: Connection, consensus_id: str) -> dict[str, str]:
    """Return the reasons that were given with a consensus, by criterion."""
    table = moderation_reason
    query = select(table.c.criterion_id, table.c.reason).where(table.c.consensus_id == consensus_id)
    return {row.criterion_id: row.reason for row in connection.execute(query)}


def dissents(connection: Connection, assessment_id: str) -> tuple[StoredDissent, ...]:
    """Return the newest dissent of each assessor on each criterion, oldest first, withdrawn ones left out."""
    query = select(dissent).where(dissent.c.assessment_id == assessment_id).order_by(dissent.c.number)
    newest = {
        (row.assessor_id, row.criterion_id): StoredDissent(
            assessor_id=row.assessor_id, criterion_id=row.criterion_id, text=row.text, at=row.at
        )
        for row in connection.execute(query)
    }
    standing = [each for each in newest.values() if each.text]
    return tuple(sorted(standing, key=lambda each: (each.at, each.criterion_id)))


def insert_dissent(
    connection: Connection, assessment_id: str, new: StoredDissent, *, dissent_id: str
) -> None:
    """Insert what an assessor holds against a consensus, as the next of theirs on the criterion."""
    table = dissent
    last = connection.execute(
        select(func.max(table.c.number)).where(
            table.c.assessment_id == assessment_id,
            table.c.assessor_id == new.assessor_id,
            table.c.criterion_id == new.criterion_id,
        )
    ).scalar()
    connection.execute(
        insert(table),
        {
            "id": dissent_id,
            "assessment_id": assessment_id,
            "assessor_id": new.assessor_id,
            "criterion_id": new.criterion_id,
            "number": (last or 0) + 1,
            "text": new.text,
            "at": new.at,
        },
    )
