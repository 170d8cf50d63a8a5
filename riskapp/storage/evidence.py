"""Evidence of an assessment: links, notes, files and facts, insert-only; a correction replaces an item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from riskapp.domain.errors import NotFoundError
from riskapp.domain.report import Finding
from riskapp.storage.tables import evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """One item as stored. `number` counts within its assessment; `replaced_by` is the id of its correction.

    `as_of` is a day, month or year in ISO 8601, or empty. A claim that was checked has `compared_with`
    (the id of the better source), `finding` and `finding_note`, or none of them. `by_assessor` says that
    one of several assessors added it to the own sheet: nobody else sees it until the round is closed.
    """

    id: str
    assessment_id: str
    number: int
    form: str
    source_type: str
    title: str
    publisher: str
    url: str
    as_of: str
    excerpt: str
    fact_id: str | None
    file_digest: str | None
    file_name: str | None
    media_type: str | None
    size: int | None
    compared_with: str | None
    finding: Finding | None
    finding_note: str
    added_at: datetime
    added_by: str
    replaces_id: str | None
    replaced_by: str | None = None
    by_assessor: bool = False


def evidence_items(connection: Connection, assessment_id: str) -> tuple[EvidenceItem, ...]:
    """Return every item of an assessment by number, those that a correction replaced included."""
    query = select(evidence).where(evidence.c.assessment_id == assessment_id).order_by(evidence.c.number)
    rows = connection.execute(query).all()
    replaced = {row.replaces_id: row.id for row in rows if row.replaces_id}
    return tuple(_item(row, replaced.get(row.id)) for row in rows)


def evidence_item(connection: Connection, evidence_id: str) -> EvidenceItem:
    """Return one item; raises NotFoundError."""
    row = connection.execute(select(evidence).where(evidence.c.id == evidence_id)).one_or_none()
    if row is None:
        raise NotFoundError("evidence item", evidence_id)
    by = connection.execute(select(evidence.c.id).where(evidence.c.replaces_id == evidence_id)).scalar()
    return _item(row, by)


def evidence_ids(connection: Connection, assessment_id: str, among: Sequence[str]) -> frozenset[str]:
    """Return which of these ids are evidence of the assessment."""
    if not among:
        return frozenset()
    query = select(evidence.c.id).where(evidence.c.assessment_id == assessment_id, evidence.c.id.in_(among))
    return frozenset(connection.execute(query).scalars())


def _item(row: Row[Any], replaced_by: str | None) -> EvidenceItem:
    return EvidenceItem(
        id=row.id,
        assessment_id=row.assessment_id,
        number=row.number,
        form=row.form,
        source_type=row.source_type,
        title=row.title,
        publisher=row.publisher,
        url=row.url,
        as_of=row.as_of,
        excerpt=row.excerpt,
        fact_id=row.fact_id,
        file_digest=row.file_digest,
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        compared_with=row.compared_with,
        finding=Finding(row.finding) if row.finding else None,
        finding_note=row.finding_note,
        added_at=row.added_at,
        added_by=row.added_by,
        replaces_id=row.replaces_id,
        replaced_by=replaced_by,
        by_assessor=row.by_assessor,
    )


def next_evidence_number(connection: Connection, assessment_id: str) -> int:
    """Return the number of the next item; the caller holds the order of the log."""
    query = select(func.max(evidence.c.number)).where(evidence.c.assessment_id == assessment_id)
    return (connection.execute(query).scalar() or 0) + 1


def insert_evidence(connection: Connection, item: EvidenceItem) -> None:
    """Insert one item."""
    connection.execute(
        insert(evidence),
        {
            "id": item.id,
            "assessment_id": item.assessment_id,
            "number": item.number,
            "form": item.form,
            "source_type": item.source_type,
            "title": item.title,
            "publisher": item.publisher,
            "url": item.url,
            "as_of": item.as_of,
            "excerpt": item.excerpt,
            "fact_id": item.fact_id,
            "file_digest": item.file_digest,
            "file_name": item.file_name,
            "media_type": item.media_type,
            "size": item.size,
            "compared_with": item.compared_with,
            "finding": item.finding.value if item.finding else None,
            "finding_note": item.finding_note,
            "added_at": item.added_at,
            "added_by": item.added_by,
            "replaces_id": item.replaces_id,
            "by_assessor": item.by_assessor,
        },
    )
