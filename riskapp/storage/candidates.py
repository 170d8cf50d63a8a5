"""Candidates and their revisions; the newest revision is what a candidate is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, insert, select

from riskapp.domain.candidate import Candidate, Route, VersionStatus, Weights
from riskapp.domain.errors import NotFoundError
from riskapp.storage.paging import Page, folded, page_of, says, scanned
from riskapp.storage.tables import candidate, candidate_revision

MOST_CHOICES = 200

_later = candidate_revision.alias("later")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCandidate:
    """One revision of a candidate as it was recorded; `number` counts the revisions from 1."""

    revision_id: str
    candidate_id: str
    number: int
    candidate: Candidate
    recorded_at: datetime
    recorded_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFilters:
    """What a list of candidates is narrowed to; `today` decides the status of a version."""

    today: date
    text: str = ""
    developer: str = ""
    route: str = ""
    weights: str = ""
    status: str = ""

    @property
    def active(self) -> bool:
        """Return whether the list is narrowed at all."""
        return any((self.text.strip(), self.developer, self.route, self.weights, self.status))


def candidate_of_revision(connection: Connection, revision_id: str) -> StoredCandidate:
    """Return the revision with this id; raises NotFoundError."""
    query = select(candidate_revision).where(candidate_revision.c.id == revision_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError("candidate revision", revision_id)
    return _stored(row)


def candidate_history(connection: Connection, candidate_id: str) -> tuple[StoredCandidate, ...]:
    """Return every revision of a candidate, newest first; raises NotFoundError."""
    query = (
        select(candidate_revision)
        .where(candidate_revision.c.candidate_id == candidate_id)
        .order_by(candidate_revision.c.number.desc())
    )
    rows = connection.execute(query).all()
    if not rows:
        raise NotFoundError("candidate", candidate_id)
    return tuple(_stored(row) for row in rows)


def current_candidate(connection: Connection, candidate_id: str) -> StoredCandidate:
    """Return the newest revision of a candidate; raises NotFoundError."""
    return candidate_history(connection, candidate_id)[0]


def same_candidate(connection: Connection, content: Candidate) -> StoredCandidate | None:
    """Return whose newest revision names this version of this model on this route and host, or None."""
    columns = candidate_revision.c
    query = _current().where(
        columns.model == content.model,
        columns.version == content.version,
        columns.developer == content.developer,
        columns.route == content.route.value,
        columns.host == content.host,
    )
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else _stored(row)


def all_candidates(connection: Connection) -> tuple[StoredCandidate, ...]:
    """Return the newest revision of every candidate, by model, version and host."""
    return tuple(_stored(row) for row in connection.execute(_ordered(_current())))


def candidates(connection: Connection, filters: CandidateFilters, page: int) -> Page[StoredCandidate]:
    """Return a page of the newest revisions, by model, version and host."""

    def whole(rows: Sequence[Row[Any]]) -> tuple[StoredCandidate, ...]:
        wanted = candidate_revision.c.id.in_([row.id for row in rows])
        query = _ordered(select(candidate_revision).where(wanted))
        return tuple(_stored(row) for row in connection.execute(query))

    columns = candidate_revision.c
    matching = _narrowed(_current(columns.model, columns.version, columns.host, columns.id), filters)
    keys = scanned(matching) if filters.text else matching
    return page_of(connection, keys.order_by(*keys.selected_columns), page, items=whole)


def developers(connection: Connection) -> tuple[str, ...]:
    """Return the developers of candidates, by name: the first 200, which is enough to choose from."""
    query = select(candidate_revision.c.developer).distinct().order_by(candidate_revision.c.developer)
    return tuple(connection.execute(query.limit(MOST_CHOICES)).scalars())


def insert_candidate(connection: Connection, stored: StoredCandidate) -> None:
    """Keep a new candidate with its first revision."""
    row = {"id": stored.candidate_id, "created_at": stored.recorded_at}
    connection.execute(insert(candidate), row)
    insert_candidate_revision(connection, stored)


def insert_candidate_revision(connection: Connection, stored: StoredCandidate) -> None:
    """Keep one more revision; its number is free."""
    content = stored.candidate
    connection.execute(
        insert(candidate_revision),
        {
            "id": stored.revision_id,
            "candidate_id": stored.candidate_id,
            "number": stored.number,
            "developer": content.developer,
            "developer_country": content.developer_country,
            "model": content.model,
            "version": content.version,
            "route": content.route.value,
            "host": content.host,
            "hosting_countries": ",".join(content.hosting_countries),
            "weights": content.weights.value,
            "licence": content.licence,
            "retires_on": content.retires_on,
            "note": content.note,
            "recorded_at": stored.recorded_at,
            "recorded_by": stored.recorded_by,
            "search": folded(content.model, content.version, content.host, content.developer),
        },
    )


def _current(*columns: ColumnElement[Any]) -> Select[Any]:
    newer = and_(
        _later.c.candidate_id == candidate_revision.c.candidate_id,
        _later.c.number > candidate_revision.c.number,
    )
    return select(*(columns or candidate_revision.c)).where(~select(_later.c.id).where(newer).exists())


def _ordered(query: Select[Any]) -> Select[Any]:
    columns = candidate_revision.c
    return query.order_by(columns.model, columns.version, columns.host, columns.id)


def _narrowed(query: Select[Any], filters: CandidateFilters) -> Select[Any]:
    columns = candidate_revision.c
    if filters.text.strip():
        query = query.where(says(filters.text, columns.search))
    for column, wanted in (
        (columns.developer, filters.developer),
        (columns.route, filters.route),
        (columns.weights, filters.weights),
    ):
        if wanted:
            query = query.where(column == wanted)
    match filters.status:
        case VersionStatus.CURRENT.value:
            query = query.where(columns.retires_on.is_(None))
        case VersionStatus.RETIRED.value:
            query = query.where(columns.retires_on <= filters.today)
        case VersionStatus.RETIREMENT_ANNOUNCED.value:
            query = query.where(columns.retires_on > filters.today)
        case _:
            pass
    return query


def _stored(row: Row[Any]) -> StoredCandidate:
    content = Candidate(
        developer=row.developer,
        developer_country=row.developer_country,
        model=row.model,
        version=row.version,
        route=Route(row.route),
        host=row.host,
        hosting_countries=tuple(each for each in row.hosting_countries.split(",") if each),
        weights=Weights(row.weights),
        licence=row.licence,
        retires_on=row.retires_on,
        note=row.note,
    )
    return StoredCandidate(
        revision_id=row.id,
        candidate_id=row.candidate_id,
        number=row.number,
        candidate=content,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )
