"""What findings and notes speak of: found in the record, and in words."""

from dataclasses import dataclass

from sqlalchemy import Connection

from riskapp.domain.errors import NotFoundError
from riskapp.domain.findings import Subject, SubjectKind
from riskapp.domain.life_cycle import Standing
from riskapp.services.blindness import NOBODY
from riskapp.services.rubrics import rubric_of
from riskapp.services.samples import sample
from riskapp.storage.assessments import assessment, references
from riskapp.storage.log_lists import log_entry_at
from riskapp.storage.subjects import owner_of

_LONGEST_NUMBER = 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject stands: its words, and the assessment that it belongs to, if any."""

    words: str
    assessment_id: str | None


def place_of(connection: Connection, subject: Subject) -> Place:
    """Return where a subject stands; raises NotFoundError where there is none."""
    match subject.kind:
        case SubjectKind.ASSESSMENT:
            return Place(assessment(connection, subject.id).reference, subject.id)
        case SubjectKind.ANSWER:
            return _answer(connection, subject)
        case SubjectKind.DECISION:
            owner, number = owner_of(connection, "decision", subject.id)
            return Place(f"{_called(connection, owner)}, decision {number}", owner)
        case SubjectKind.EVIDENCE:
            owner, number = owner_of(connection, "evidence item", subject.id)
            return Place(f"{_called(connection, owner)}, evidence item {number}", owner)
        case SubjectKind.LOG_ENTRY:
            entry = log_entry_at(connection, _seq(subject, "log entry"), viewer_id=NOBODY)
            return Place(f"Log entry {entry.seq}, {entry.action}", entry.assessment_id)
        case SubjectKind.SAMPLE_ITEM:
            return _sample_item(connection, subject)


def _answer(connection: Connection, subject: Subject) -> Place:
    owner, number = owner_of(connection, "score sheet", subject.id)
    found = assessment(connection, owner)
    try:
        criterion = rubric_of(connection, found.rubric_release_id).criterion(subject.part)
    except KeyError:
        raise NotFoundError("criterion", subject.part) from None
    return Place(f"{found.reference}, score sheet {number}, {criterion.name}", owner)


def _sample_item(connection: Connection, subject: Subject) -> Place:
    seq = _seq(subject, "sample under log entry")
    if subject.part not in {each for ids in sample(connection, seq).drawn.values() for each in ids}:
        raise NotFoundError(f"assessment in the sample of log entry {seq} under", subject.part)
    return Place(f"{_called(connection, subject.part)} in the sample of log entry {seq}", subject.part)


def _called(connection: Connection, assessment_id: str) -> str:
    return references(connection, [assessment_id])[assessment_id]


def _seq(subject: Subject, kind: str) -> int:
    if not subject.id.isascii() or not subject.id.isdecimal() or len(subject.id) >= _LONGEST_NUMBER:
        raise NotFoundError(kind, subject.id)
    return int(subject.id)


def standing_of(connection: Connection, assessment_id: str | None) -> Standing | None:
    """Return how the assessment stands that a finding is about, None where it is about none."""
    return None if assessment_id is None else assessment(connection, assessment_id).standing
