"""Notes that auditors keep for themselves, insert-only, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from riskapp.domain.findings import Subject, SubjectKind
from riskapp.storage.audit_tables import audit_note
from riskapp.storage.paging import PAGE_SIZE, Near, Window, window_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditNote:
    """One note; `number` counts them all."""

    id: str
    number: int
    subject: Subject
    assessment_id: str | None
    text: str
    written_at: datetime
    author_id: str


def notes(
    connection: Connection,
    *,
    assessment_id: str | None = None,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Window[AuditNote]:
    """Return the newest notes, of one assessment or of all, or those next to a number; newest first."""
    number, query = audit_note.c.number, select(audit_note)
    if assessment_id is not None:
        query = query.where(audit_note.c.assessment_id == assessment_id)
    found = window_of(
        lambda wanted: connection.execute(wanted).all(),
        query,
        number,
        name="number",
        near=Near(before, after, size),
    )
    return found.showing(tuple(_note(row) for row in found.items))


def _note(row: Row[Any]) -> AuditNote:
    return AuditNote(
        id=row.id,
        number=row.number,
        subject=Subject(SubjectKind(row.kind), row.subject_id, row.part),
        assessment_id=row.assessment_id,
        text=row.text,
        written_at=row.written_at,
        author_id=row.author_id,
    )


def next_note_number(connection: Connection) -> int:
    """Return the number of the next note; the caller holds the order of the log."""
    return (connection.execute(select(func.max(audit_note.c.number))).scalar() or 0) + 1


def insert_note(connection: Connection, new: AuditNote) -> None:
    """Keep a note."""
    connection.execute(
        insert(audit_note),
        {
            "id": new.id,
            "number": new.number,
            "kind": new.subject.kind.value,
            "subject_id": new.subject.id,
            "part": new.subject.part,
            "assessment_id": new.assessment_id,
            "text": new.text,
            "written_at": new.written_at,
            "author_id": new.author_id,
        },
    )
