"""Evidence of an assessment: links, notes, files and facts, added and corrected, never changed."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from riskapp.domain.as_of import as_of_fault, future_fault
from riskapp.domain.authority import Actor
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.fact import ClaimType
from riskapp.domain.life_cycle import bar_to_filling, bar_to_own_sheet, may_add_evidence, may_fill
from riskapp.domain.report import Finding
from riskapp.domain.rubric import Criterion
from riskapp.domain.text_rules import found, line_fault, text_fault
from riskapp.domain.upload import media_type_named, media_type_of, safe_name
from riskapp.domain.web_address import NO_ADDRESS, is_web_address
from riskapp.services.blindness import seen_evidence, seen_evidence_item
from riskapp.services.dossiers import Dossier
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.assessments import assessment
from riskapp.storage.evidence import (
    EvidenceItem,
    evidence_item,
    insert_evidence,
    next_evidence_number,
)
from riskapp.storage.facts import stored_fact
from riskapp.storage.files import FileStore
from riskapp.storage.sheets import drafts, latest_sheet

LONGEST_TITLE = 300
LONGEST_PUBLISHER = 200
LONGEST_EXCERPT = 20_000
LONGEST_NOTE = 4_000
MOST_ITEMS = 500
KEPT_FOR_CORRECTIONS = 50


class EvidenceForm(StrEnum):
    """What an item of evidence is."""

    LINK = "link"
    NOTE = "note"
    FILE = "file"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived."""

    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """An item to be added. `form` and `source_type` are values of EvidenceForm and ClaimType.

    A link needs its `url`, a note its text in `excerpt`, a file the `upload`, a fact its `fact_id`; what a
    fact says fills the fields that are left empty. `as_of` is a date as `riskapp.domain.as_of` reads it,
    or empty. A claim that was checked has `compared_with` (the id of the better source in the same
    assessment), `finding` and `finding_note`, or none of them. `today` is the day on which it is entered,
    beyond which no source speaks; None for a story of another time.
    """

    form: str
    source_type: str
    title: str
    publisher: str = ""
    url: str = ""
    as_of: str = ""
    excerpt: str = ""
    fact_id: str | None = None
    upload: Upload | None = None
    compared_with: str | None = None
    finding: Finding | None = None
    finding_note: str = ""
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """Where the content of a file lies in the store, and what it is."""

    digest: str
    name: str
    media_type: str
    size: int


def add_evidence(office: Office, actor: Actor, assessment_id: str, new: NewEvidence) -> str:
    """Add an item and return its id; raises InvalidError by field, ForbiddenError, ConflictError."""
    with office.reading() as connection:
        _require_may_add(connection, actor, assessment_id)
        complete = _checked(connection, actor, assessment_id, new, before=None)
    kept = _keep(office.files, complete.upload)
    with office.work(actor) as unit:
        _require_may_add(unit.connection, actor, assessment_id)
        _require_room(unit.connection, assessment_id, corrects=False)
        item = _insert(unit, actor, assessment_id, complete, kept=kept, replaces=None)
        unit.commit()
        return item.id


def replace_evidence(office: Office, actor: Actor, evidence_id: str, new: NewEvidence) -> str:
    """Add a corrected item beside the one that it replaces, and return its id.

    The form stays; a file without a new upload stays the same file. Raises ConflictError where the item
    has been corrected already, and everything that `add_evidence` does.
    """
    with office.reading() as connection:
        before = seen_evidence_item(connection, actor.id, evidence_id)
        _require_may_add(connection, actor, before.assessment_id)
        _require_own_in_round(connection, actor, before)
        _require_newest(connection, before)
        complete = _checked(connection, actor, before.assessment_id, new, before=before)
    kept = _keep(office.files, complete.upload) or _same_file(before)
    with office.work(actor) as unit:
        _require_may_add(unit.connection, actor, before.assessment_id)
        _require_newest(unit.connection, evidence_item(unit.connection, evidence_id))
        _require_room(unit.connection, before.assessment_id, corrects=True)
        item = _insert(unit, actor, before.assessment_id, complete, kept=kept, replaces=before.id)
        unit.commit()
        return item.id


def _require_may_add(connection: Connection, actor: Actor, assessment_id: str) -> None:
    standing = assessment(connection, assessment_id).standing
    bar = bar_to_filling(standing.stage)
    if bar is not None:
        raise ConflictError(bar)
    if not may_add_evidence(actor, standing):
        raise ForbiddenError(
            "Only an assessor of this assessment or a lead assessor adds evidence to it. Ask one of them."
        )


def _require_own_in_round(connection: Connection, actor: Actor, item: EvidenceItem) -> None:
    """Raise ForbiddenError where a correction would tell the others what this assessor found."""
    stored = assessment(connection, item.assessment_id)
    if stored.standing.is_blind and actor.id in stored.assessors and item.added_by != actor.id:
        raise ForbiddenError(
            "Until every assessor has submitted, you correct only what you added yourself. Add what you "
            "found as an item of its own."
        )


def _require_newest(connection: Connection, item: EvidenceItem) -> None:
    if item.replaced_by is not None:
        newer = evidence_item(connection, item.replaced_by)
        raise ConflictError(
            f"Item {item.number} was corrected already, by item {newer.number}; correct that one."
        )


def _require_room(connection: Connection, assessment_id: str, *, corrects: bool) -> None:
    if fault := _number_fault(connection, assessment_id, corrects=corrects):
        raise InvalidError({"form": fault})


def _checked(
    connection: Connection,
    actor: Actor,
    assessment_id: str,
    new: NewEvidence,
    *,
    before: EvidenceItem | None,
) -> NewEvidence:
    """Return the item with what its fact says filled in; raises InvalidError for all that is wrong."""
    problems: dict[str, str] = {}
    complete = _stripped(new)
    if complete.form == EvidenceForm.FACT:
        complete, problems = _filled_in(connection, complete)
    problems |= _faults(complete, before)
    seen = {each.id for each in seen_evidence(connection, actor.id, assessment(connection, assessment_id))}
    problems |= _comparison_faults(complete, seen - {before.id if before else None})
    if fault := _number_fault(connection, assessment_id, corrects=before is not None):
        problems["form"] = fault
    if problems:
        raise InvalidError(problems)
    return complete


def _number_fault(connection: Connection, assessment_id: str, *, corrects: bool) -> str | None:
    """Return what is wrong with one more item, or None; some room is kept for corrections alone."""
    most = MOST_ITEMS if corrects else MOST_ITEMS - KEPT_FOR_CORRECTIONS
    if next_evidence_number(connection, assessment_id) <= most:
        return None
    if corrects:
        return (
            f"An assessment holds at most {MOST_ITEMS} items of evidence, corrections among them, and is full"
        )
    return f"An assessment takes at most {most} items of evidence; put several into one file"


def _stripped(new: NewEvidence) -> NewEvidence:
    return replace(
        new,
        title=new.title.strip(),
        publisher=new.publisher.strip(),
        url=new.url.strip(),
        as_of=new.as_of.strip(),
        excerpt=new.excerpt.strip(),
        finding_note=new.finding_note.strip(),
    )


def _filled_in(connection: Connection, new: NewEvidence) -> tuple[NewEvidence, dict[str, str]]:
    try:
        fact = stored_fact(connection, new.fact_id or "").fact
    except NotFoundError:
        return new, {"fact_id": "Choose a fact of the register"}
    said = f"{fact.subject}, {fact.metric}: {fact.value} {fact.unit}".strip()
    complete = replace(
        new,
        source_type=new.source_type or fact.claim_type.value,
        title=new.title or fact.source_title,
        publisher=new.publisher or fact.publisher,
        url=new.url or fact.url,
        as_of=new.as_of or fact.as_of,
        excerpt=new.excerpt or said,
    )
    return complete, {}


def _faults(new: NewEvidence, before: EvidenceItem | None) -> dict[str, str]:
    return found(
        (
            ("form", _form_fault(new, before)),
            ("source_type", None if new.source_type in set(ClaimType) else "Choose who says it"),
            ("title", line_fault(new.title, LONGEST_TITLE)),
            ("publisher", line_fault(new.publisher, LONGEST_PUBLISHER, optional=True)),
            ("url", _url_fault(new)),
            ("as_of", _as_of_fault(new)),
            ("excerpt", text_fault(new.excerpt, LONGEST_EXCERPT, optional=new.form != EvidenceForm.NOTE)),
            ("upload", _upload_fault(new, before)),
        )
    )


def _as_of_fault(new: NewEvidence) -> str | None:
    if not new.as_of:
        return None
    return as_of_fault(new.as_of) or (new.today and future_fault(new.as_of, new.today)) or None


def _form_fault(new: NewEvidence, before: EvidenceItem | None) -> str | None:
    if new.form not in set(EvidenceForm):
        return "Choose what it is: a link, a note, a file or a fact of the register"
    if before is not None and new.form != before.form:
        return f"A correction stays a {before.form}; add something else as a new item"
    return None


def _url_fault(new: NewEvidence) -> str | None:
    if not new.url:
        return "is missing; copy it from the browser" if new.form == EvidenceForm.LINK else None
    return None if is_web_address(new.url) else NO_ADDRESS


def _upload_fault(new: NewEvidence, before: EvidenceItem | None) -> str | None:
    if new.form != EvidenceForm.FILE:
        return None
    if new.upload is None:
        return "Choose the file" if before is None else None
    try:
        media_type_of(new.upload.file_name, new.upload.content)
    except InvalidError as refusal:
        return refusal.fields["upload"]
    return None


def _comparison_faults(new: NewEvidence, others: AbstractSet[str]) -> dict[str, str]:
    if new.compared_with is None and new.finding is None and not new.finding_note:
        return {}
    return found(
        (
            (
                "compared_with",
                None if new.compared_with in others else "Choose the source that checks this claim",
            ),
            ("finding", None if new.finding else "Choose what the better source does to this claim"),
            ("finding_note", text_fault(new.finding_note, LONGEST_NOTE)),
        )
    )


def _keep(files: FileStore, upload: Upload | None) -> _Kept | None:
    if upload is None:
        return None
    return _Kept(
        digest=files.put(upload.content),
        name=safe_name(upload.file_name),
        media_type=media_type_named(upload.file_name),
        size=len(upload.content),
    )


def _same_file(before: EvidenceItem) -> _Kept | None:
    if before.file_digest is None:
        return None
    return _Kept(
        digest=before.file_digest,
        name=before.file_name or "file",
        media_type=before.media_type or "application/octet-stream",
        size=before.size or 0,
    )


def _insert(
    unit: UnitOfWork,
    actor: Actor,
    assessment_id: str,
    new: NewEvidence,
    *,
    kept: _Kept | None,
    replaces: str | None,
) -> EvidenceItem:
    item = EvidenceItem(
        id=unit.new_id(),
        assessment_id=assessment_id,
        number=next_evidence_number(unit.connection, assessment_id),
        form=new.form,
        source_type=new.source_type,
        title=new.title,
        publisher=new.publisher,
        url=new.url,
        as_of=new.as_of,
        excerpt=new.excerpt,
        fact_id=new.fact_id if new.form == EvidenceForm.FACT else None,
        file_digest=kept.digest if kept else None,
        file_name=kept.name if kept else None,
        media_type=kept.media_type if kept else None,
        size=kept.size if kept else None,
        compared_with=new.compared_with,
        finding=new.finding,
        finding_note=new.finding_note,
        added_at=unit.at,
        added_by=actor.id,
        replaces_id=replaces,
        by_assessor=actor.id in assessment(unit.connection, assessment_id).assessors,
    )
    insert_evidence(unit.connection, item)
    _record(unit, item)
    return item


def _record(unit: UnitOfWork, item: EvidenceItem) -> None:
    details: dict[str, Any] = {
        "number": item.number,
        "form": item.form,
        "source_type": item.source_type,
        "title": item.title,
        "file": item.file_digest,
        "fact": item.fact_id,
        "compared_with": item.compared_with,
        "finding": item.finding.value if item.finding else None,
        "replaces": item.replaces_id,
    }
    unit.record(
        "evidence.replaced" if item.replaces_id else "evidence.added",
        subject=("evidence", item.id),
        assessment_id=item.assessment_id,
        **{name: value for name, value in details.items() if value is not None},
    )


def citations(connection: Connection, actor: Actor, found: Dossier) -> dict[str, tuple[Criterion, ...]]:
    """Return the criteria whose answers cite each item, by the item's id, in the order of the rubric.

    Whoever fills in the sheet sees what their drafts cite, everybody else what the sheet does that was put
    forward last.
    """
    standing = found.stored.standing
    if may_fill(actor, standing) and bar_to_own_sheet(actor.id, standing) is None:
        kept = drafts(connection, found.stored.id, actor.id)
        cited = {key: tuple(draft.payload.get("evidence", ())) for key, draft in kept.items()}
    else:
        sheet = latest_sheet(connection, found.stored.id)
        cited = {key: answer.evidence for key, answer in sheet.answers.items()} if sheet else {}
    by_item: dict[str, list[Criterion]] = {}
    for criterion in found.rubric.criteria():
        for item_id in cited.get(criterion.id, ()):
            by_item.setdefault(item_id, []).append(criterion)
    return {item_id: tuple(criteria) for item_id, criteria in by_item.items()}
