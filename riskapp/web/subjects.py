"""What findings and notes speak of, as pages name it and lead to it."""

from collections.abc import Mapping

from flask import url_for

from riskapp.domain.errors import NotFoundError
from riskapp.domain.findings import Subject, SubjectKind
from riskapp.web.access import may_open


def subject_asked(given: Mapping[str, str]) -> Subject:
    """Return the subject that an address or a form names; raises NotFoundError for a kind that is none."""
    kind = given.get("kind", "")
    if kind not in set(SubjectKind):
        raise NotFoundError("kind of thing to speak of called", kind[:40])
    return Subject(SubjectKind(kind), given.get("subject", "")[:64], given.get("part", "")[:64])


def address_of(subject: Subject, assessment_id: str | None) -> str | None:
    """Return where an auditor finds the subject; others are led to its assessment, if it has one."""
    if not may_open("audit.assessment"):
        return url_for("assessments.show", assessment_id=assessment_id) if assessment_id else None
    match subject.kind:
        case SubjectKind.LOG_ENTRY:
            return url_for("audit.entry", seq=int(subject.id))
        case SubjectKind.SAMPLE_ITEM:
            return url_for("audit_samples.show", seq=int(subject.id))
        case SubjectKind.ASSESSMENT:
            return url_for("audit.assessment", assessment_id=subject.id)
        case SubjectKind.ANSWER:
            anchor = f"sheet-{subject.id}"
        case SubjectKind.DECISION | SubjectKind.EVIDENCE:
            anchor = f"{subject.kind.value}-{subject.id}"
    return url_for("audit.assessment", assessment_id=assessment_id, _anchor=anchor)
