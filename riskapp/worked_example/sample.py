"""Every kind of paper on the worked example, without a service: what the templates of a house meet."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from riskapp.domain.candidate import Candidate
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.context import Context
from riskapp.domain.digest import Digest, DigestEntry, Lapse
from riskapp.domain.one_page import one_page
from riskapp.domain.portfolio import Holding, Occasion, portfolio_record
from riskapp.domain.report import DecisionCondition, ReportedDecision, ReportInput
from riskapp.domain.rubric import Profile, Rubric
from riskapp.domain.scores import Assessed, Recommendation
from riskapp.domain.scoring import assess
from riskapp.domain.sensitivity.comparison import compare
from riskapp.domain.sensitivity.comparison_record import Contender, Setting, comparison_record
from riskapp.domain.sensitivity.open_questions import Case, open_questions
from riskapp.domain.sensitivity.question_list import Heading, question_list_json
from riskapp.domain.sensitivity.ranking import FEWEST_DRAWS, rank_under
from riskapp.domain.sensitivity.robustness import Reading
from riskapp.domain.sensitivity.robustness_json import robustness_json
from riskapp.domain.snapshot import snapshot_bytes
from riskapp.domain.staleness import Cause, OpenCondition, Reason
from riskapp.reporting.house import House
from riskapp.rubric_files.assessment_files import AnswerSheet, facts_for_gates
from riskapp.worked_example.content import Content, read_content

Part = dict[str, Any]

_AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
_ON = _AT.date()
_BY = "Sample Approver"
_DUE, _EXPIRES = _ON + timedelta(30), _ON + timedelta(180)
_CONDITION, _OWNER = "Mask personal data.", "Platform team"
_OUTCOME = Recommendation.APPROVE_WITH_CONDITIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    """A sheet of the example, and what the engine makes of it."""

    reference: str
    rubric: Rubric
    profile: Profile
    sheet: AnswerSheet
    candidate: Candidate
    context: Context
    assessed: Assessed


def _samples() -> list[_Sample]:
    """Return the sheets of the example for one context, the one that is decided with conditions first."""
    content = read_content()
    parts = [each for each in content.story.assessments if each.decision]
    first = next(each for each in parts if each.decision and each.decision.conditions)
    others = [each for each in parts if each is not first and each.context == first.context]
    names = [(each.answers, each.candidate, each.context) for each in (first, *others)]
    return [_sample(content, number, *each) for number, each in enumerate(names)]


def _sample(content: Content, number: int, answers: str, candidate: str, context: str) -> _Sample:
    rubric, profile = content.rubric, content.rubric.profiles[0]
    sheet, about = content.sheets[answers], content.candidates[candidate]
    facts, use = facts_for_gates(sheet, about, _ON), content.contexts[context]
    return _Sample(
        reference=f"RA-{number:04d}",
        rubric=rubric,
        profile=profile,
        sheet=sheet,
        candidate=about,
        context=use,
        assessed=assess(rubric, profile.id, sheet.answers, context=use, facts=facts),
    )


def sample_snapshot(house: House) -> bytes:
    """Return the canonical bytes of a report that shows every part of the look of a house."""
    return _report(_samples()[0], house)


def sample_papers(house: House) -> Mapping[str, bytes]:
    """Return what every kind of paper says, as canonical bytes by what it is called, the report first."""
    samples = _samples()
    report = _report(samples[0], house)
    page = one_page(json.loads(report), sha256_hex(report), None)
    others = {
        "decision on one page": page,
        "list of questions": _questions(samples, figures=True),
        "letter to a vendor": _questions(samples, figures=False),
        "comparison": _comparison(samples),
        "portfolio": _portfolio(samples, house),
    }
    look = house.part()
    return {"report": report} | {name: canonical_bytes(said | look) for name, said in others.items()}


def _report(sample: _Sample, house: House) -> bytes:
    decision = ReportedDecision(
        outcome=_OUTCOME,
        decided_at=_AT,
        decided_by=_BY,
        reason="A sample, by which templates are tried.",
        conditions=(DecisionCondition(text=_CONDITION, owner=_OWNER, due_on=_DUE),),
        expires_on=_EXPIRES,
    )
    return snapshot_bytes(
        ReportInput(
            reference=sample.reference,
            organisation=house.name,
            made_at=_AT,
            made_by=_BY,
            on=_ON,
            stage="Decided",
            draft=False,
            rubric=sample.rubric,
            profile=sample.profile,
            answers=sample.sheet.answers,
            assessed=sample.assessed,
            candidate=sample.candidate,
            context=sample.context,
            sources=sample.sheet.sources,
            decision=decision,
            house=house.part(),
        )
    )


def _questions(samples: Sequence[_Sample], *, figures: bool) -> Part:
    first, *others = samples
    points = [each.assessed.total.point for each in others]
    case = Case(
        rubric=first.rubric,
        profile_id=first.profile.id,
        answers=first.sheet.answers,
        context=first.context,
        facts=facts_for_gates(first.sheet, first.candidate, _ON),
        on=_ON,
        dated={},
        rivals=tuple(each for each in points if each is not None),
    )
    heading = Heading(
        reference=first.reference,
        candidate=first.candidate.name,
        model=first.candidate.model,
        context=first.context.title,
        rubric=f"{first.rubric.title} {first.rubric.version}",
        profile=first.profile.name,
        rests_on="a sample",
        rivals=tuple(each.candidate.name for each in others if each.assessed.total.point is not None),
        on=_ON,
        made_at=_AT,
        made_by=_BY,
    )
    return question_list_json(heading, open_questions(case), figures=figures)


def _comparison(samples: Sequence[_Sample]) -> Part:
    rubric, profile = samples[0].rubric, samples[0].profile
    compared = compare(rubric, profile.id, {each.reference: each.assessed for each in samples})
    drawn = rank_under(compared, (Reading.PROFILE, Reading.UNIFORM), draws=FEWEST_DRAWS)
    names = {each.reference: each.candidate.name for each in samples}
    setting = Setting(
        rubric=rubric,
        profile=profile,
        context=samples[0].context.title,
        context_number=1,
        made_at=_AT,
        made_by=_BY,
    )
    contenders = [
        Contender(
            name=each.candidate.name,
            reference=each.reference,
            version=each.candidate.version,
            host=each.candidate.host,
            submitted_on=_ON,
            sheet_digest=sha256_hex(each.reference.encode()),
            standing="Decided",
            assessed=each.assessed,
        )
        for each in samples
    ]
    return comparison_record(setting, contenders, robustness_json(compared, drawn, names))


def _portfolio(samples: Sequence[_Sample], house: House) -> Part:
    holdings = [
        Holding(
            reference=each.reference,
            model=each.candidate.model,
            version=each.candidate.version,
            host=each.candidate.host,
            context=each.context.title,
            rubric=each.rubric,
            outcome=_OUTCOME,
            decided_at=_AT,
            expires_on=_EXPIRES,
            total=each.assessed.total,
            scores=each.assessed.dimensions,
            conditions=(OpenCondition(text=_CONDITION, owner=_OWNER, due_on=_DUE),),
            reasons=(Reason(cause=Cause.CANDIDATE_REVISED, text="A sample of what needs another look."),),
        )
        for each in samples
    ]
    coming = tuple(
        DigestEntry(
            on=_DUE,
            kind=Lapse.CONDITION_DUE,
            assessment_id=each.reference,
            reference=each.reference,
            candidate=each.candidate.name,
            context=each.context.title,
            text=_CONDITION,
            owner=_OWNER,
        )
        for each in samples
    )
    occasion = Occasion(at=_AT, by=_BY, organisation=house.name, is_cut=False)
    return portfolio_record(occasion, holdings, Digest(at=_AT, entries=coming))
