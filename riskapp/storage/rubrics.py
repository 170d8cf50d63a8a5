"""Published rubric releases, as canonical JSON under their digest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from riskapp.domain.errors import NotFoundError
from riskapp.storage.tables import rubric_release


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSummary:
    """A release without its content."""

    id: str
    rubric_id: str
    version: str
    digest: str
    title: str
    published_at: datetime


_SUMMARY = (
    rubric_release.c.id,
    rubric_release.c.rubric_id,
    rubric_release.c.version,
    rubric_release.c.digest,
    rubric_release.c.title,
    rubric_release.c.published_at,
)
_ONE = select(*_SUMMARY).where(rubric_release.c.id == bindparam("id"))


def release_summaries(connection: Connection) -> tuple[ReleaseSummary, ...]:
    """Return every release, by rubric, newest first."""
    order = (
        rubric_release.c.rubric_id,
        rubric_release.c.published_at.desc(),
        rubric_release.c.version.desc(),
    )
    return tuple(_summary(row) for row in connection.execute(select(*_SUMMARY).order_by(*order)))


def release_summary(connection: Connection, release_id: str) -> ReleaseSummary:
    """Return one release without its content; raises NotFoundError."""
    row = connection.execute(_ONE, {"id": release_id}).one_or_none()
    if row is None:
        raise NotFoundError("rubric release", release_id)
    return _summary(row)


def canonical_release(connection: Connection, release_id: str) -> str:
    """Return the canonical JSON of a release; raises NotFoundError."""
    query = select(rubric_release.c.canonical).where(rubric_release.c.id == release_id)
    found = connection.execute(query).scalar()
    if found is None:
        raise NotFoundError("rubric release", release_id)
    return str(found)


def insert_release(connection: Connection, summary: ReleaseSummary, canonical: bytes) -> None:
    """Keep a release for ever."""
    row = {name: getattr(summary, name) for name in ("id", "rubric_id", "version", "digest", "title")}
    values = row | {"published_at": summary.published_at, "canonical": canonical.decode()}
    connection.execute(insert(rubric_release), values)


def _summary(row: Row[*tuple[Any, ...]]) -> ReleaseSummary:
    return ReleaseSummary(
        id=row.id,
        rubric_id=row.rubric_id,
        version=row.version,
        digest=row.digest,
        title=row.title,
        published_at=row.published_at,
    )
