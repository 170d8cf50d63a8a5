"""Frozen snapshots and the reports issued from them: insert-only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, literal, select

from riskapp.domain.errors import NotFoundError
from riskapp.storage.job_tables import job
from riskapp.storage.tables import issued_report, snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a report says, frozen with a decision: `digest` is the SHA-256 of its `size` canonical bytes."""

    digest: str
    assessment_id: str
    decision_id: str
    size: int
    frozen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReport:
    """A PDF that was made from a snapshot; its bytes lie in the store under `pdf_digest`.

    Its first `unsealed_size` bytes are what was rendered, with the SHA-256 `unsealed_digest`; `certificate`
    is the SHA-256 of the one that its seal names. All three are None for a report without a seal.
    """

    id: str
    assessment_id: str
    snapshot_digest: str
    pdf_digest: str
    size: int
    pages: int
    toolchain: str
    issued_at: datetime
    unsealed_digest: str | None = None
    unsealed_size: int | None = None
    certificate: str | None = None


def insert_snapshot(connection: Connection, frozen: Snapshot, canonical: bytes) -> None:
    """Keep a snapshot for ever."""
    connection.execute(
        insert(snapshot),
        {
            "digest": frozen.digest,
            "assessment_id": frozen.assessment_id,
            "decision_id": frozen.decision_id,
            "canonical": canonical,
            "frozen_at": frozen.frozen_at,
        },
    )


def snapshots(connection: Connection, assessment_id: str) -> tuple[Snapshot, ...]:
    """Return the snapshots of an assessment, oldest first; the last one holds."""
    return _snapshots(connection, snapshot.c.assessment_id == assessment_id)


def _snapshots(connection: Connection, which: ColumnElement[bool]) -> tuple[Snapshot, ...]:
    columns = (snapshot.c.digest, snapshot.c.assessment_id, snapshot.c.decision_id, snapshot.c.frozen_at)
    query = select(*columns, func.length(snapshot.c.canonical).label("size"))
    rows = connection.execute(query.where(which).order_by(snapshot.c.frozen_at))
    return tuple(
        Snapshot(
            digest=row.digest,
            assessment_id=row.assessment_id,
            decision_id=row.decision_id,
            size=row.size,
            frozen_at=row.frozen_at,
        )
        for row in rows
    )


def canonical_snapshot(connection: Connection, digest: str) -> bytes:
    """Return the canonical bytes of a snapshot; raises NotFoundError."""
    found = connection.execute(select(snapshot.c.canonical).where(snapshot.c.digest == digest)).scalar()
    if found is None:
        raise NotFoundError("snapshot", digest)
    return bytes(found)


def insert_report(connection: Connection, issued: IssuedReport) -> None:
    """Keep the record of an issued report for ever; its snapshot has none yet."""
    connection.execute(
        insert(issued_report),
        {
            "id": issued.id,
            "assessment_id": issued.assessment_id,
            "snapshot_digest": issued.snapshot_digest,
            "pdf_digest": issued.pdf_digest,
            "size": issued.size,
            "pages": issued.pages,
            "toolchain": issued.toolchain,
            "issued_at": issued.issued_at,
            "unsealed_digest": issued.unsealed_digest,
            "unsealed_size": issued.unsealed_size,
            "certificate": issued.certificate,
        },
    )


def report_of_snapshot(connection: Connection, digest: str) -> IssuedReport | None:
    """Return the report that was issued from a snapshot, or None."""
    query = select(issued_report).where(issued_report.c.snapshot_digest == digest)
    row = connection.execute(query).one_or_none()
    return None if row is None else _issued(row)


def report_with_digest(connection: Connection, digest: str) -> IssuedReport | None:
    """Return the issued report whose PDF has this digest, or None."""
    query = select(issued_report).where(issued_report.c.pdf_digest == digest).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _issued(row)


def unasked(connection: Connection, key_begins: str) -> tuple[Snapshot, ...]:
    """Return the snapshots without a report and without a job for one, oldest first.

    The key of such a job begins so and ends with the digest.
    """
    issued = select(issued_report.c.id).where(issued_report.c.snapshot_digest == snapshot.c.digest)
    asked = select(job.c.id).where(job.c.idempotency_key == literal(key_begins) + snapshot.c.digest)
    return _snapshots(connection, and_(~issued.exists(), ~asked.exists()))


def issued_reports(connection: Connection, assessment_id: str) -> tuple[IssuedReport, ...]:
    """Return the reports that were issued on an assessment, oldest first; the last one holds."""
    query = select(issued_report).where(issued_report.c.assessment_id == assessment_id)
    return tuple(_issued(row) for row in connection.execute(query.order_by(issued_report.c.issued_at)))


def _issued(row: Row[Any]) -> IssuedReport:
    return IssuedReport(
        id=row.id,
        assessment_id=row.assessment_id,
        snapshot_digest=row.snapshot_digest,
        pdf_digest=row.pdf_digest,
        size=row.size,
        pages=row.pages,
        toolchain=row.toolchain,
        issued_at=row.issued_at,
        unsealed_digest=row.unsealed_digest,
        unsealed_size=row.unsealed_size,
        certificate=row.certificate,
    )
