"""Facts of the register: insert-only, so that a correction is a new row that names the one it replaces."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, insert, select

from riskapp.domain.candidate import Route
from riskapp.domain.errors import NotFoundError
from riskapp.domain.fact import ClaimType, Fact, Verification
from riskapp.storage.paging import folded
from riskapp.storage.tables import fact

_later = fact.alias("later")

MOST_AT_ONCE = 900
"""How many ids a query names: SQLite took no more than 999 parameters before 3.32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFact:
    """A fact as it was recorded; a correction names the fact it replaces, and its reason."""

    id: str
    fact: Fact
    recorded_at: datetime
    recorded_by: str | None
    replaces_id: str | None = None
    reason: str = ""


def stored_fact(connection: Connection, fact_id: str) -> StoredFact:
    """Return one fact, corrected or not; raises NotFoundError."""
    row = connection.execute(select(fact).where(fact.c.id == fact_id)).one_or_none()
    if row is None:
        raise NotFoundError("fact", fact_id)
    return stored_row(row)


def stored_facts(connection: Connection, fact_ids: Iterable[str]) -> dict[str, StoredFact]:
    """Return facts by their id, corrected or not, those that are there; one query for hundreds of them."""
    wanted = sorted(set(fact_ids))
    found: dict[str, StoredFact] = {}
    for first in range(0, len(wanted), MOST_AT_ONCE):
        query = select(fact).where(fact.c.id.in_(wanted[first : first + MOST_AT_ONCE]))
        found |= {row.id: stored_row(row) for row in connection.execute(query)}
    return found


def fact_history(connection: Connection, fact_id: str) -> tuple[StoredFact, ...]:
    """Return a fact with what it replaced and what replaced it, newest first; raises NotFoundError."""
    oldest_first = [stored_fact(connection, fact_id)]
    while (replaced := oldest_first[0].replaces_id) is not None:
        oldest_first.insert(0, stored_fact(connection, replaced))
    while (row := _replacing(connection, oldest_first[-1].id)) is not None:
        oldest_first.append(stored_row(row))
    return tuple(reversed(oldest_first))


def _replacing(connection: Connection, fact_id: str) -> Row[Any] | None:
    return connection.execute(select(fact).where(fact.c.replaces_id == fact_id)).one_or_none()


def current_facts(*columns: ColumnElement[Any]) -> Select[Any]:
    """Return the select of every fact that no correction has replaced: these columns of it, or all."""
    return select(*(columns or fact.c)).where(
        ~select(_later.c.id).where(_later.c.replaces_id == fact.c.id).exists()
    )


def insert_facts(connection: Connection, rows: Iterable[StoredFact]) -> None:
    """Keep facts for ever."""
    values = [_values(row) for row in rows]
    if values:
        connection.execute(insert(fact), values)


def _values(row: StoredFact) -> dict[str, object]:
    content = row.fact
    return {
        "id": row.id,
        "subject": content.subject,
        "developer": content.developer,
        "model": content.model,
        "version": content.version,
        "route": content.route.value if content.route else None,
        "host": content.host,
        "dimension": content.dimension,
        "metric": content.metric,
        "value": content.value,
        "unit": content.unit,
        "as_of": content.as_of,
        "claim_type": content.claim_type.value,
        "verification": content.verification.value,
        "source_title": content.source_title,
        "publisher": content.publisher,
        "url": content.url,
        "note": content.note,
        "recorded_at": row.recorded_at,
        "recorded_by": row.recorded_by,
        "replaces_id": row.replaces_id,
        "reason": row.reason,
        "search": folded(
            content.subject,
            content.developer,
            content.model,
            content.metric,
            content.value,
            content.source_title,
            content.publisher,
        ),
    }


def stored_row(row: Row[Any]) -> StoredFact:
    """Return the fact of a row that selects every column."""
    content = Fact(
        subject=row.subject,
        developer=row.developer,
        model=row.model,
        version=row.version,
        route=Route(row.route) if row.route else None,
        host=row.host,
        dimension=row.dimension,
        metric=row.metric,
        value=row.value,
        unit=row.unit,
        as_of=row.as_of,
        claim_type=ClaimType(row.claim_type),
        verification=Verification(row.verification),
        source_title=row.source_title,
        publisher=row.publisher,
        url=row.url,
        note=row.note,
    )
    return StoredFact(
        id=row.id,
        fact=content,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        replaces_id=row.replaces_id,
        reason=row.reason,
    )
