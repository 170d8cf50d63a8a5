"""Declared conflicts of interest: insert-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, union

from riskapp.storage.lapse_tables import conflict_of_interest
from riskapp.storage.paging import Page, page_of
from riskapp.storage.tables import candidate_revision

MOST_CHOICES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredConflict:
    """A conflict of a person with a party, since a day; `party` is a developer or a host of candidates."""

    id: str
    user_id: str
    party: str
    nature: str
    since: date
    declared_at: datetime
    declared_by: str


def conflicts(connection: Connection, page: int, *, user_id: str | None = None) -> Page[StoredConflict]:
    """Return a page of declared conflicts, the newest first: of everybody, or of one person."""
    table = conflict_of_interest
    query = select(table).order_by(table.c.declared_at.desc(), table.c.id)
    if user_id is not None:
        query = query.where(table.c.user_id == user_id)
    return page_of(connection, query, page, items=_stored)


def _stored(rows: Sequence[Row[Any]]) -> tuple[StoredConflict, ...]:
    return tuple(
        StoredConflict(
            id=row.id,
            user_id=row.user_id,
            party=row.party,
            nature=row.nature,
            since=row.since,
            declared_at=row.declared_at,
            declared_by=row.declared_by,
        )
        for row in rows
    )


def parties(connection: Connection) -> tuple[str, ...]:
    """Return the developers and hosts of candidates, by name: the first 400."""
    query = union(select(candidate_revision.c.developer), select(candidate_revision.c.host))
    return tuple(connection.execute(query.order_by("developer").limit(MOST_CHOICES)).scalars())


def is_party(connection: Connection, name: str) -> bool:
    """Return whether a developer or a host of a candidate is called this."""
    columns = candidate_revision.c
    query = select(columns.id).where((columns.developer == name) | (columns.host == name)).limit(1)
    return connection.execute(query).first() is not None


def insert_conflict(connection: Connection, declared: StoredConflict) -> None:
    """Insert a declared conflict."""
    connection.execute(
        insert(conflict_of_interest),
        {
            "id": declared.id,
            "user_id": declared.user_id,
            "party": declared.party,
            "nature": declared.nature,
            "since": declared.since,
            "declared_at": declared.declared_at,
            "declared_by": declared.declared_by,
        },
    )
