"""Moderation: where several sheets differ, the consensus that settles it, and the dissent that is kept."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from riskapp.domain.agreement import Agreement, Level, criteria_as_units, measure_agreement
from riskapp.domain.answers import Answer, Confidence
from riskapp.domain.authority import Actor, Role
from riskapp.domain.criterion_scoring import score_criterion
from riskapp.domain.drafts import Payload, payload_of
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.life_cycle import FILLABLE, Stage, may_fill, may_moderate
from riskapp.domain.moderation import REASON, Spread, spread_of, why_explain
from riskapp.domain.rubric import Criterion, Dimension, Rubric
from riskapp.domain.snapshot_answers import answer_words
from riskapp.domain.text_rules import text_fault
from riskapp.services.blindness import NOBODY, latest_of_each, seen_sheets
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.progress import Reading
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.assessments import StageChange, StoredAssessment, insert_stage
from riskapp.storage.moderation import (
    StoredDissent,
    add_shapers,
    begin_consensus,
    consensus_typists,
    dissents,
    insert_dissent,
    insert_moderation,
    keeper_of_consensus,
    moderation_reasons,
    put_sheet_forward,
)
from riskapp.storage.sheets import Draft, NewSheet, StoredSheet, drafts, latest_sheet
from riskapp.storage.users import user_names

LONGEST_RATIONALE = 20_000
LONGEST_DISSENT = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one assessor said to a criterion, its point, and what they hold against the consensus."""

    assessor: str
    sheet_id: str
    answer: Answer | None
    words: dict[str, Any]
    point: Fraction | None
    dissent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One criterion as the sheets answer it; `settled` is the submitted consensus, `reason` given with it.

    `why` says why a consensus needs a reason whatever it is; None where it may need none.
    """

    spread: Spread
    opinions: tuple[Opinion, ...]
    settled: Opinion | None
    reason: str
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """The sheets of several assessors side by side, by criterion id and in the order of the rubric.

    `moderator` is the name of who submitted the consensus, empty before.
    """

    compared: dict[str, Compared]
    moderator: str
    assessors: tuple[str, ...]


def moderation(connection: Connection, viewer_id: str, found: Dossier) -> Moderation | None:
    """Return the sheets of an assessment side by side; None where the person sees fewer than two.

    The sheets are those that the consensus rests on, and before there is one, the last of each assessor.
    """
    kept = seen_sheets(connection, viewer_id, found.stored)
    settled = latest_sheet(connection, found.stored.id)
    consensus = settled if settled and found.stored.stage is not Stage.IN_MODERATION else None
    if consensus is not None:
        side = tuple(each for each in kept if each.id in consensus.rests_on)
    else:
        side = latest_of_each(kept) if found.stored.stage not in FILLABLE else ()
    if len(side) < 2:  # noqa: PLR2004 - one sheet has nothing beside it
        return None
    return _side_by_side(connection, found, side, consensus=consensus)


def _side_by_side(
    connection: Connection,
    found: Dossier,
    side: tuple[StoredSheet, ...],
    *,
    consensus: StoredSheet | None,
) -> Moderation:
    people = {each.assessor_id for each in side} | ({consensus.assessor_id} if consensus else set())
    names = user_names(connection, people)
    reasons = moderation_reasons(connection, consensus.id) if consensus else {}
    held = {
        (each.assessor_id, each.criterion_id): each.text for each in dissents(connection, found.stored.id)
    }
    compared = {}
    for criterion in found.rubric.criteria():
        spread = spread_of(found.rubric, criterion, [each.answers for each in side])
        opinions = tuple(
            replace(
                _opinion(found.rubric, criterion, each, names),
                dissent=held.get((each.assessor_id, criterion.id), ""),
            )
            for each in side
        )
        compared[criterion.id] = Compared(
            spread=spread,
            opinions=opinions,
            settled=_opinion(found.rubric, criterion, consensus, names) if consensus else None,
            reason=reasons.get(criterion.id, ""),
            why=why_explain(found.rubric, spread, None),
        )
    return Moderation(
        compared=compared,
        moderator=names[consensus.assessor_id] if consensus else "",
        assessors=tuple(names[each.assessor_id] for each in side),
    )


def _opinion(rubric: Rubric, criterion: Criterion, sheet: StoredSheet, names: dict[str, str]) -> Opinion:
    answer = sheet.answers.get(criterion.id)
    return Opinion(
        assessor=names[sheet.assessor_id],
        sheet_id=sheet.id,
        answer=answer,
        words=answer_words(criterion.scale, answer),
        point=score_criterion(rubric, criterion, answer).point,
        dissent="",
    )


def agreement(found: Dossier, given: Moderation, dimension: Dimension | None = None) -> Agreement:
    """Return how far the assessors agree, ordinally, on the criteria of a dimension or on all."""
    count = len(given.assessors)
    sheets = [
        {
            key: answer
            for key, each in given.compared.items()
            if (answer := each.opinions[place].answer) is not None
        }
        for place in range(count)
    ]
    units = criteria_as_units(found.rubric, sheets, dimension)
    return measure_agreement([each for each in units if len(each) > 1], Level.ORDINAL)


def seat_drafts(connection: Connection, actor: Actor, found: Dossier) -> dict[str, Draft]:
    """Return the drafts of whoever fills in a sheet now.

    All who moderate share one sheet. It has, where nothing was typed yet, the answer that all assessors gave,
    as version 0. What an earlier moderation settled stands as long as they differ, and gives way to what all
    agree on now.
    """
    kept = drafts(connection, found.stored.id, keeper_of(connection, actor, found.stored))
    if not may_moderate(actor, found.stored.standing):
        return kept
    given = moderation(connection, actor.id, found)
    if given is None:
        return kept
    closed = found.stored.stages[-1].at
    agreed = {
        key: Draft(version=0, payload=agreed_payload(each), saved_at=closed)
        for key, each in given.compared.items()
        if each.spread.agreed is not None
    }
    overcome = {
        key: replace(each, version=kept[key].version)
        for key, each in agreed.items()
        if key in kept and kept[key].saved_at < closed
    }
    return agreed | kept | overcome


def keeper_of(connection: Connection, actor: Actor, stored: StoredAssessment) -> str:
    """Return under whose id the drafts of the sheet stand that the person fills in now."""
    if may_moderate(actor, stored.standing):
        return keeper_of_consensus(connection, stored.id, actor.id)
    return actor.id


def sit_down_to_consensus(unit: UnitOfWork, actor: Actor, assessment_id: str) -> str:
    """Return under whose id the actor types in the consensus, and keep for whom they do so."""
    if principal := actor.principal(Role.LEAD_ASSESSOR):
        add_shapers(unit.connection, assessment_id, (principal.id,))
    return begin_consensus(unit.connection, assessment_id, actor.id)


def agreed_payload(compared: Compared) -> Payload:
    """Return what all assessors answered as one draft: the lowest confidence, every rationale and source."""
    answers = [(each.assessor, each.answer) for each in compared.opinions if each.answer is not None]
    order = list(Confidence)
    lowest = max((answer.confidence for _, answer in answers), key=order.index)
    rationale = "\n".join(f"{name}: {answer.rationale}" for name, answer in answers if answer.rationale)
    evidence = dict.fromkeys(each for _, answer in answers for each in answer.evidence)
    joined = Answer(
        response=answers[0][1].response,
        confidence=lowest,
        rationale=rationale[:LONGEST_RATIONALE],
        evidence=tuple(evidence),
    )
    return {name: value for name, value in payload_of(joined).items() if value}


def taken_payload(given: Moderation, criterion_id: str, sheet_id: str, before: Payload) -> Payload:
    """Return the draft of the consensus that takes over the answer of one sheet; the reason stays.

    Raises NotFoundError where that sheet has no answer to the criterion.
    """
    for each in given.compared[criterion_id].opinions:
        if each.sheet_id == sheet_id and each.answer is not None:
            reason = before.get(REASON, "")
            return payload_of(each.answer) | ({REASON: reason} if reason else {})
    raise NotFoundError("answer of the sheet", sheet_id)


def consensus_faults(
    connection: Connection, found: Dossier, kept: dict[str, Draft], reading: Reading
) -> dict[str, str]:
    """Return what a consensus lacks, by `criterion-id.field`: answers to what was answered, and reasons."""
    given = moderation(connection, NOBODY, found)
    faults: dict[str, str] = {}
    for key, each in (given.compared if given else {}).items():
        answer = reading.answers.get(key)
        name = each.spread.criterion.name
        if answer is None and each.spread.answered and key not in reading.incomplete:
            faults[f"{key}.choice"] = f"Set the consensus for “{name}”, which was answered"
        why = why_explain(found.rubric, each.spread, answer)
        if why and answer is not None and not _reason_of(kept.get(key)):
            faults[f"{key}.{REASON}"] = f"Give the reason for “{name}”. {why}"
    return faults


def _reason_of(draft: Draft | None) -> str:
    said = draft.payload.get(REASON, "") if draft else ""
    return said.strip() if isinstance(said, str) else ""


def put_consensus_forward(
    unit: UnitOfWork, found: Dossier, sheet: NewSheet, *, kept: dict[str, Draft]
) -> None:
    """Keep what a consensus rests on with its reasons, and hand it over for review, with the log entry."""
    kept_sheets = seen_sheets(unit.connection, NOBODY, found.stored)
    side = latest_of_each(tuple(each for each in kept_sheets if each.id != sheet.id))
    reasons = {key: reason for key, each in kept.items() if (reason := _reason_of(each))}
    insert_moderation(
        unit.connection,
        sheet.id,
        rests_on=[each.id for each in side],
        reasons=reasons,
        by=consensus_typists(unit.connection, found.stored.id) | {sheet.assessor_id},
    )
    put_sheet_forward(unit.connection, found.stored.id, sheet.id, at=unit.at)
    change = StageChange(stage=Stage.IN_REVIEW, at=unit.at, changed_by=sheet.assessor_id, reason="")
    insert_stage(unit.connection, found.stored.id, change, stage_id=unit.new_id())
    unit.record(
        "consensus.submitted",
        acts_as=Role.LEAD_ASSESSOR,
        subject=("sheet", sheet.id),
        assessment_id=found.stored.id,
        sheet=sheet.id,
        digest=sheet.digest,
        rests_on=[each.digest for each in side],
        reasons=reasons,
        total=sheet.result["total"]["shown"],
        recommendation=sheet.result["recommendation"],
    )


def may_dissent(actor: Actor, found: Dossier) -> bool:
    """Return whether the person can record dissent now: who scored, until the decision."""
    stored = found.stored
    return (
        stored.stage in {Stage.IN_MODERATION, Stage.IN_REVIEW}
        and may_fill(actor, stored.standing)
        and actor.id in stored.scorers
    )


def record_dissent(office: Office, actor: Actor, assessment_id: str, criterion_id: str, text: str) -> None:
    """Keep what an assessor holds against the consensus on a criterion; an empty text withdraws it.

    It is printed in the report. Raises ForbiddenError for whoever did not score, ConflictError where there
    is no moderation or it is decided, InvalidError for the field `dissent`, and NotFoundError.
    """
    said = text.strip()
    with office.work(actor) as unit:
        found = seen_dossier(unit.connection, actor, assessment_id)
        _require_dissent(unit.connection, actor, found, criterion_id)
        if said and (fault := text_fault(said, LONGEST_DISSENT)):
            raise InvalidError({"dissent": f"The dissent {fault}"})
        kept = {(each.assessor_id, each.criterion_id) for each in dissents(unit.connection, assessment_id)}
        if not said and (actor.id, criterion_id) not in kept:
            raise InvalidError({"dissent": "Say what you hold against the consensus"})
        new = StoredDissent(assessor_id=actor.id, criterion_id=criterion_id, text=said, at=unit.at)
        dissent_id = unit.new_id()
        insert_dissent(unit.connection, assessment_id, new, dissent_id=dissent_id)
        unit.record(
            "dissent.recorded" if said else "dissent.withdrawn",
            subject=("dissent", dissent_id),
            assessment_id=assessment_id,
            criterion=criterion_id,
            text=said,
        )
        unit.commit()


def _require_dissent(connection: Connection, actor: Actor, found: Dossier, criterion_id: str) -> None:
    stored = found.stored
    if not may_fill(actor, stored.standing) or actor.id not in stored.scorers:
        raise ForbiddenError("Only who submitted a score sheet records dissent. Tell one of the assessors.")
    given = moderation(connection, actor.id, found)
    if given is None or not may_dissent(actor, found):
        stage = stored.stage.value.replace("-", " ")
        raise ConflictError(f"{stored.reference} is {stage}, so there is no consensus to dissent from now.")
    if criterion_id not in given.compared:
        raise NotFoundError("criterion", criterion_id)
