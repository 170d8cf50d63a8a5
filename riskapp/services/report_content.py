"""What a report says, gathered from what is stored: answers, sources, people, acts and their log entries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from riskapp.domain.answers import Answers
from riskapp.domain.as_of import as_of_words
from riskapp.domain.fact import Fact
from riskapp.domain.life_cycle import Stage
from riskapp.domain.report import (
    CriterionOpinions,
    Event,
    LogPosition,
    Person,
    ReportedDecision,
    ReportInput,
    Source,
    TeamOpinions,
)
from riskapp.domain.scores import Assessed
from riskapp.reporting.house import PLAIN, House
from riskapp.services.blindness import NOBODY, seen_evidence
from riskapp.services.dossiers import Dossier
from riskapp.services.moderation import agreement, moderation
from riskapp.services.staleness import staleness
from riskapp.storage.assessments import StageChange, StoredAssessment
from riskapp.storage.decisions import StoredDecision
from riskapp.storage.evidence import EvidenceItem
from riskapp.storage.facts import stored_facts
from riskapp.storage.log import entry_numbers
from riskapp.storage.users import user_names

STAGE_ACTIONS = (
    "assessment.opened",
    "sheet.submitted",
    "round.closed",
    "consensus.submitted",
    "assessment.sent-back",
    "assessment.decided",
    "assessment.withdrawn",
)
"""The actions that change the stage: the nth change has the nth entry of any of them."""

Names = dict[str, str]
"""Display names by the ids of users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Answers with what the engine makes of them, and the day for which the candidate's facts were taken."""

    answers: Answers
    assessed: Assessed
    on: date
    sheet_digest: str | None


@dataclass(frozen=True, slots=True)
class Making:
    """When a report is made, by whom, in whose name, and for whose eyes (the id of a user): what they see."""

    at: datetime
    by: str
    viewer_id: str = NOBODY
    organisation: str = ""
    house: House = PLAIN


def report_input(
    connection: Connection,
    found: Dossier,
    scored: Scored,
    made: Making,
    *,
    decision: StoredDecision | None = None,
    log: LogPosition | None = None,
) -> ReportInput:
    """Return everything that the report says to a person; without a decision it is a draft."""
    items = seen_evidence(connection, made.viewer_id, found.stored)
    recorded = stored_facts(connection, (item.fact_id for item in items if item.fact_id))
    facts = {fact_id: each.fact for fact_id, each in recorded.items()}
    principal = set() if decision is None or decision.decided_for is None else {decision.decided_for}
    names = user_names(connection, _people_ids(found.stored, items) | principal)
    stage = found.stored.stage.value if decision is None else Stage.DECIDED.value
    return ReportInput(
        reference=found.stored.reference,
        organisation=made.organisation,
        house=made.house.part(),
        made_at=made.at,
        made_by=made.by,
        on=scored.on,
        stage=stage.replace("-", " ").capitalize(),
        draft=decision is None,
        rubric=found.rubric,
        profile=found.profile,
        answers=scored.answers,
        assessed=scored.assessed,
        candidate=found.candidate.candidate,
        context=found.context.context,
        sources=_sources(items, _cited(scored.answers), names, facts=facts),
        people=_people(found.stored, decision, names),
        events=_events(connection, found.stored, names, decision),
        decision=None if decision is None else _reported(decision, names),
        log=log,
        staleness=staleness(connection, (found.stored.id,), made.at.date()).get(found.stored.id, ()),
        opinions=_opinions(connection, made.viewer_id, found),
        digests={} if scored.sheet_digest is None else {"Score sheet, SHA-256": scored.sheet_digest},
    )


def _opinions(connection: Connection, viewer_id: str, found: Dossier) -> TeamOpinions | None:
    """Return what several assessors said, criterion by criterion; None where one did."""
    given = moderation(connection, viewer_id, found)
    if given is None:
        return None
    return TeamOpinions(
        assessors=given.assessors,
        moderator=given.moderator,
        overall=agreement(found, given),
        dimensions={each.id: agreement(found, given, each) for each in found.rubric.dimensions},
        criteria={
            key: CriterionOpinions(
                spread=each.spread.shown,
                answers=tuple((one.assessor, one.answer) for one in each.opinions),
                reason=each.reason,
                dissents=tuple((one.assessor, one.dissent) for one in each.opinions if one.dissent),
            )
            for key, each in given.compared.items()
        },
    )


def _people_ids(stored: StoredAssessment, items: Iterable[EvidenceItem]) -> set[str]:
    steps = {change.changed_by for change in stored.stages}
    people = {stored.created_by, *stored.assessors, *stored.scorers, *stored.moderators}
    return steps | people | {each.added_by for each in items}


def _people(stored: StoredAssessment, decision: StoredDecision | None, names: Names) -> tuple[Person, ...]:
    """Return who took part, once for each role that was exercised."""
    closed = stored.stage in {Stage.IN_MODERATION, Stage.IN_REVIEW, Stage.DECIDED}
    silent = set(stored.assessors) - stored.scorers if closed else set()
    parts = [(stored.created_by, "lead assessor")]
    parts += [
        (each, "assessor who submitted nothing" if each in silent else "assessor")
        for each in stored.assessors
    ]
    parts += [(each, "assessor") for each in sorted(stored.scorers - set(stored.assessors))]
    parts += [(each, "moderated the score sheets") for each in sorted(stored.moderators)]
    if decision is not None:
        parts.append((decision.decided_by, "approver"))
    return tuple(Person(names.get(each, each), role) for each, role in parts)


def _events(
    connection: Connection, stored: StoredAssessment, names: Names, decision: StoredDecision | None
) -> tuple[Event, ...]:
    numbers = entry_numbers(connection, stored.id, STAGE_ACTIONS)
    behind = iter(sorted(seq for seqs in numbers.values() for seq in seqs))
    submitted = 0
    events = []
    for place, change in enumerate(stored.stages):
        submitted += change.stage is Stage.IN_REVIEW
        before = stored.stages[place - 1].stage if place else None
        events.append(
            Event(
                at=change.at,
                who=names.get(change.changed_by, change.changed_by),
                did=_act(change, before, submitted, decision=decision),
                seq=next(behind, None),
            )
        )
    return tuple(events)


def _act(
    change: StageChange, before: Stage | None, submitted: int, *, decision: StoredDecision | None
) -> str:
    match change.stage:
        case Stage.IN_PROGRESS:
            return "opened the assessment"
        case Stage.IN_MODERATION | Stage.IN_REVIEW:
            return _handed_over(change, before, submitted)
        case Stage.SENT_BACK:
            return f"sent it back: {change.reason}"
        case Stage.DECIDED:
            return "decided" if decision is None else f"decided: {decision.outcome.value.replace('-', ' ')}"
        case Stage.WITHDRAWN:
            return f"withdrew it: {change.reason}"


def _handed_over(change: StageChange, before: Stage | None, submitted: int) -> str:
    if change.reason:
        return f"closed the round of scoring: {change.reason}"
    if change.stage is Stage.IN_MODERATION:
        return "submitted the last score sheet, which closed the round of scoring"
    if before is Stage.IN_MODERATION:
        return "submitted the consensus"
    return "submitted the score sheet" if submitted == 1 else f"submitted score sheet {submitted}"


def _reported(made: StoredDecision, names: Names) -> ReportedDecision:
    return ReportedDecision(
        outcome=made.outcome,
        decided_at=made.decided_at,
        decided_by=names[made.decided_by]
        + ("" if made.decided_for is None else f" for {names[made.decided_for]}"),
        reason=made.reason,
        conditions=made.conditions,
        expires_on=made.expires_on,
    )


def _cited(answers: Answers) -> set[str]:
    return {each for answer in answers.values() for each in answer.evidence}


def _sources(
    items: tuple[EvidenceItem, ...], cited: set[str], names: Names, *, facts: Mapping[str, Fact]
) -> tuple[Source, ...]:
    """Return the items that stand, and of those that were corrected what an answer or a check rests on."""
    by_id = {item.id: item for item in items}
    kept = {item.id for item in items if item.replaced_by is None or item.id in cited}
    kept |= set(_checks(kept, by_id))
    numbers = {item.id: item.number for item in items}
    return tuple(
        _source(item, numbers, names, fact=facts.get(item.fact_id or "")) for item in items if item.id in kept
    )


def _checks(ids: set[str], by_id: dict[str, EvidenceItem]) -> Iterator[str]:
    """Yield what the items are compared with, along the whole chain."""
    waiting = sorted(ids)
    seen = set(ids)
    while waiting:
        better = by_id[waiting.pop()].compared_with
        if better is not None and better not in seen:
            seen.add(better)
            waiting.append(better)
            yield better


def _source(item: EvidenceItem, numbers: dict[str, int], names: Names, *, fact: Fact | None) -> Source:
    corrected = "" if item.replaced_by is None else f"Corrected later: see [{numbers[item.replaced_by]}]."
    return Source(
        id=item.id,
        number=item.number,
        title=item.title,
        source_type=item.source_type,
        publisher=item.publisher,
        url=item.url,
        as_of=as_of_words(item.as_of),
        says=item.excerpt,
        verification="" if fact is None else fact.verification.value,
        route="" if fact is None or fact.route is None else fact.route.value,
        note=corrected,
        file_name=item.file_name or "",
        file_digest=item.file_digest or "",
        file_size=item.size,
        added_by=names.get(item.added_by, item.added_by),
        added_at=item.added_at,
        compared_with=item.compared_with,
        finding=item.finding,
        finding_note=item.finding_note,
    )
