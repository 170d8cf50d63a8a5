"""What was put forward, what a consensus rests on, and what assessors hold against it: insert-only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    exists,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql

from riskapp.storage.log_lists import SAVES
from riskapp.storage.present import present_stage
from riskapp.storage.tables import assignment, log_entry, stage_change
from riskapp.storage.team_tables import (
    assessment_shaper,
    consensus_keeper,
    dissent,
    moderated_by,
    moderated_sheet,
    moderation_reason,
    put_forward,
    released_assessor,
)


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
    connection: Connection,
    consensus_id: str,
    *,
    rests_on: Iterable[str],
    reasons: Mapping[str, str],
    by: Iterable[str],
) -> None:
    """Keep which sheets a consensus rests on, the reasons by criterion, and the ids of who moderated."""
    connection.execute(
        insert(moderated_sheet), [{"consensus_id": consensus_id, "sheet_id": each} for each in rests_on]
    )
    connection.execute(
        insert(moderated_by), [{"consensus_id": consensus_id, "user_id": each} for each in sorted(set(by))]
    )
    rows = [
        {"consensus_id": consensus_id, "criterion_id": criterion_id, "reason": reason}
        for criterion_id, reason in reasons.items()
    ]
    if rows:
        connection.execute(insert(moderation_reason), rows)


def keeper_of_consensus(connection: Connection, assessment_id: str, actor_id: str) -> str:
    """Return under whose id the drafts of the consensus stand in the moderation that is open.

    That is who began it, so that all who moderate type in one sheet; the actor where nobody has.
    """
    table = consensus_keeper
    query = select(table.c.user_id).where(
        table.c.stage_change_id == present_stage(stage_change.c.id, assessment_id)
    )
    return connection.execute(query).scalar() or actor_id


def begin_consensus(connection: Connection, assessment_id: str, actor_id: str) -> str:
    """Keep the actor as who began the consensus unless somebody has, and return who that is.

    Where two begin at the same instant on PostgreSQL, the second waits for the first and finds theirs.
    """
    keeper = keeper_of_consensus(connection, assessment_id, "")
    if keeper:
        return keeper
    stage = connection.execute(select(present_stage(stage_change.c.id, assessment_id))).scalar_one()
    _insert_unless_there(connection, consensus_keeper, {"stage_change_id": stage, "user_id": actor_id})
    return keeper_of_consensus(connection, assessment_id, actor_id)


def add_shapers(connection: Connection, assessment_id: str, user_ids: Iterable[str]) -> None:
    """Keep who had a hand in how an assessment is scored without an own sheet, each of them once."""
    table = assessment_shaper
    known = set(
        connection.execute(select(table.c.user_id).where(table.c.assessment_id == assessment_id)).scalars()
    )
    for user_id in sorted(set(user_ids) - known):
        _insert_unless_there(connection, table, {"assessment_id": assessment_id, "user_id": user_id})


def _insert_unless_there(connection: Connection, table: Table, row: Mapping[str, str]) -> None:
    """Insert a row that was not there a moment ago; on SQLite nobody else can have inserted it since."""
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), row)
    else:
        connection.execute(postgresql.insert(table).on_conflict_do_nothing(), row)


def consensus_typists(connection: Connection, assessment_id: str) -> frozenset[str]:
    """Return the ids of who has typed in the consensus in the moderation that is open."""
    query = select(log_entry.c.actor_id).where(
        log_entry.c.assessment_id == assessment_id,
        log_entry.c.action == SAVES,
        log_entry.c.at >= present_stage(stage_change.c.at, assessment_id),
        ~_scores(assessment_id, log_entry.c.actor_id),
    )
    return frozenset(each for each in connection.execute(query.distinct()).scalars() if each)


def _scores(assessment_id: str, user_id: Column[str]) -> ColumnElement[bool]:
    """Return the clause for who is or was an assessor: moderation can begin as their round ends."""
    return or_(
        *(
            exists().where(table.c.assessment_id == assessment_id, table.c.user_id == user_id)
            for table in (assignment, released_assessor)
        )
    )


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
