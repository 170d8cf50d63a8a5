"""Notes of auditors: for auditors only; the log holds the digest of a note and not its text."""

from dataclasses import dataclass

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import InvalidError
from riskapp.domain.findings import LONGEST_TEXT, Subject
from riskapp.domain.text_rules import even_lines, text_fault
from riskapp.services.audit_subjects import place_of
from riskapp.services.work import Office
from riskapp.storage.audit_notes import AuditNote, insert_note, next_note_number


@dataclass(frozen=True, slots=True)
class WriteNote:
    """What an auditor wants to remember, and of what."""

    subject: Subject
    text: str


def write_note(office: Office, actor: Actor, command: WriteNote) -> AuditNote:
    """Keep a note and return it; raises InvalidError for `text`, NotFoundError and ForbiddenError."""
    require(actor, Role.AUDITOR, act="keep notes on what is stored")
    text = even_lines(command.text).strip()
    if fault := text_fault(text, LONGEST_TEXT):
        raise InvalidError({"note": f"The note {fault}"})
    with office.work(actor) as unit:
        place = place_of(unit.connection, command.subject)
        new = AuditNote(
            id=unit.new_id(),
            number=next_note_number(unit.connection),
            subject=command.subject,
            assessment_id=place.assessment_id,
            text=text,
            written_at=unit.at,
            author_id=actor.id,
        )
        insert_note(unit.connection, new)
        unit.record(
            "note.written",
            subject=("audit-note", new.id),
            assessment_id=new.assessment_id,
            digest=sha256_hex(text.encode()),
        )
        unit.commit()
        return new
