"""Re-assessment: a new assessment of the newest revisions that starts from the answers of the last one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from riskapp.domain.answers import Answer
from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.life_cycle import Stage
from riskapp.domain.reassessment import carried_answers, carried_payload, change_words, criterion_change
from riskapp.services.assessments import NewAssessment, open_assessment
from riskapp.services.dossiers import Dossier, dossier, seen_dossier
from riskapp.services.revisions import changed_fields
from riskapp.services.rubrics import rubric_of
from riskapp.services.staleness import staleness
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.evidence import EvidenceItem, evidence_items, insert_evidence
from riskapp.storage.reassessments import Kin, insert_reassessment, latest_reassessment, reassessed
from riskapp.storage.sheets import StoredSheet, latest_sheet, store_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassess:
    """Which decided assessment is judged anew, by which release of its rubric and by whom."""

    assessment_id: str
    release_id: str
    profile_id: str
    assessor_id: str


def reassess(office: Office, actor: Actor, command: Reassess) -> str:
    """Open a re-assessment with the answers that can be carried over as drafts, and return its id.

    All of it is one transaction. Raises ConflictError where the assessment is not decided or another
    re-assessment of it is under way, InvalidError by field (release, profile, assessor), ForbiddenError.
    """
    require(actor, Role.LEAD_ASSESSOR, act="re-assess")
    with office.as_one() as whole:
        with whole.reading() as connection:
            former = reassessable(connection, actor, command.assessment_id)
            if rubric_of(connection, command.release_id).id != former.rubric.id:
                raise InvalidError({"release": f"Choose a release of {former.rubric.title}"})
        new = NewAssessment(
            candidate_id=former.candidate.candidate_id,
            context_id=former.context.context_id,
            release_id=command.release_id,
            profile_id=command.profile_id,
            assessor_id=command.assessor_id,
        )
        assessment_id = open_assessment(whole, actor, new)
        with whole.work(actor) as unit:
            _carry(unit, former, assessment_id, actor=actor, assessor_id=command.assessor_id)
            unit.commit()
    return assessment_id


def reassessable(connection: Connection, actor: Actor, assessment_id: str) -> Dossier:
    """Return the dossier of a decided assessment that nobody re-assesses yet.

    Raises ConflictError for any other, ForbiddenError and NotFoundError.
    """
    former = seen_dossier(connection, actor, assessment_id)
    reference = former.stored.reference
    if former.stored.stage is not Stage.DECIDED:
        raise ConflictError(f"{reference} is not decided, so there is nothing to re-assess yet.")
    present = latest_reassessment(connection, assessment_id)
    if present is not None and present.stage is Stage.DECIDED:
        raise ConflictError(f"{present.reference} took the place of {reference}. Re-assess that one.")
    if present is not None:
        raise ConflictError(f"{present.reference} re-assesses {reference} already. Go on there.")
    return former


def _carry(unit: UnitOfWork, former: Dossier, assessment_id: str, *, actor: Actor, assessor_id: str) -> None:
    insert_reassessment(unit.connection, assessment_id, of=former.stored.id)
    sheet = decided_sheet(unit.connection, former)
    now = dossier(unit.connection, assessment_id).rubric
    answers = carried_answers(former.rubric, now, sheet.answers)
    items = _carried_evidence(unit, former.stored.id, assessment_id, answers.values(), by=actor.id)
    for criterion_id, answer in answers.items():
        cited = tuple(dict.fromkeys(items[each] for each in answer.evidence if each in items))
        payload = carried_payload(replace(answer, evidence=cited))
        key = (assessment_id, assessor_id, criterion_id)
        store_draft(unit.connection, key, payload, expected=0, at=unit.at)
        unit.record(
            "draft.carried",
            subject=("draft", criterion_id),
            assessment_id=assessment_id,
            criterion=criterion_id,
            assessor=assessor_id,
            version=1,
            payload=payload,
        )
    unit.record(
        "assessment.carried-over",
        subject=("assessment", assessment_id),
        assessment_id=assessment_id,
        of=former.stored.id,
        sheet=sheet.id,
        answers=sorted(answers),
        evidence=items,
    )


def decided_sheet(connection: Connection, former: Dossier) -> StoredSheet:
    """Return the submitted sheet of a decided assessment, which always has one."""
    sheet = latest_sheet(connection, former.stored.id)
    if sheet is None:
        message = "a decided assessment has a submitted sheet"
        raise RuntimeError(message)
    return sheet


def _carried_evidence(
    unit: UnitOfWork, former_id: str, assessment_id: str, answers: Iterable[Answer], *, by: str
) -> dict[str, str]:
    """Copy what answers cite and what it was compared with; return new ids by the ids of the cited items.

    Of an item that was corrected its newest correction is carried.
    """
    known = {each.id: each for each in evidence_items(unit.connection, former_id)}
    newest = {each: _newest(known, each) for answer in answers for each in answer.evidence if each in known}
    kept = set(newest.values())
    waiting = list(kept)
    while waiting:
        better = known[waiting.pop()].compared_with
        if better is not None and (better := _newest(known, better)) not in kept:
            kept.add(better)
            waiting.append(better)
    ordered = sorted(kept, key=lambda each: _rank(known, known[each]))
    ids = {each: unit.new_id() for each in ordered}
    for number, each in enumerate(ordered, start=1):
        better = known[each].compared_with
        copy = replace(
            known[each],
            id=ids[each],
            assessment_id=assessment_id,
            number=number,
            compared_with=None if better is None else ids[_newest(known, better)],
            added_at=unit.at,
            added_by=by,
            by_assessor=False,
            replaces_id=None,
            replaced_by=None,
        )
        insert_evidence(unit.connection, copy)
    return {old: ids[now] for old, now in newest.items()}


def _newest(known: dict[str, EvidenceItem], item_id: str) -> str:
    while (by := known[item_id].replaced_by) is not None:
        item_id = by
    return item_id


def _rank(known: dict[str, EvidenceItem], item: EvidenceItem) -> tuple[int, int]:
    """Return where an item comes: what it is compared with has to be there before it."""
    depth, better = 0, item.compared_with
    while better is not None:
        depth, better = depth + 1, known[_newest(known, better)].compared_with
    return depth, item.number


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceLast:
    """What changed since the assessment that is re-assessed: about it all, and by criterion id."""

    former: Kin
    general: tuple[str, ...]
    by_criterion: dict[str, tuple[str, ...]] = field(default_factory=dict)


def since_last(connection: Connection, found: Dossier, on: date) -> SinceLast | None:
    """Return what changed since the assessment that this one re-assesses; None where it does not."""
    former = reassessed(connection, found.stored.id)
    if former is None:
        return None
    before = dossier(connection, former.id)
    reasons = staleness(connection, [former.id], on).get(former.id, ())
    by_criterion: dict[str, list[str]] = {}
    for criterion in found.rubric.criteria():
        words = change_words(criterion_change(before.rubric, criterion), before.rubric.version)
        told = [each.text for each in reasons if each.criterion_id == criterion.id]
        by_criterion[criterion.id] = [*([words] if words else []), *told]
    return SinceLast(
        former=former,
        general=_general(before, found),
        by_criterion={each: tuple(words) for each, words in by_criterion.items()},
    )


def _general(before: Dossier, found: Dossier) -> tuple[str, ...]:
    told = []
    for name, old, new in (
        ("candidate", before.candidate.candidate, found.candidate.candidate),
        ("context of use", before.context.context, found.context.context),
    ):
        if changed := changed_fields(old, new):
            told.append(f"The {name} was revised: {', '.join(changed).replace('_', ' ')}.")
    if before.rubric.version != found.rubric.version:
        told.append(f"The rubric is {found.rubric.version} now; it was {before.rubric.version}.")
    return tuple(told)
