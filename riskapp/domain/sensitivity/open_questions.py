"""What to find out next: what is not known or weakly known, and what finding it out could change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from riskapp.domain.aggregation import arithmetic_mean, geometric_mean, weighted_dimensions
from riskapp.domain.answers import (
    Answer,
    Answers,
    Confidence,
    Indicators,
    Measurement,
    NotApplicable,
    Unknown,
)
from riskapp.domain.context import Context
from riskapp.domain.criterion_scoring import BEST, WORST
from riskapp.domain.gates import Facts
from riskapp.domain.rubric import Aggregation, Criterion, Dimension, IndicatorScale, MeasureScale, Rubric
from riskapp.domain.scores import Assessed, Recommendation, Score
from riskapp.domain.scoring import assess
from riskapp.domain.sensitivity.comparison import OpenScore, open_scores
from riskapp.domain.sensitivity.resolutions import NOTHING_STATED, Range, Resolution, resolutions


class Gap(StrEnum):
    """Why something is worth finding out."""

    UNANSWERED = "unanswered"
    UNKNOWN = "unknown"
    OPEN_STATEMENTS = "open-statements"
    STALE = "stale"
    LOW_CONFIDENCE = "low-confidence"
    WIDE = "wide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A candidate's sheet with what it is scored under.

    `dated` maps ids of evidence to the last day that each speaks for; `on` is the day that answers have
    to be fresh on. `rivals` are the points of the totals of those it is compared with.
    """

    rubric: Rubric
    profile_id: str
    answers: Answers
    context: Context | None
    facts: Facts
    on: date
    dated: Mapping[str, date]
    rivals: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An answer that changes something: what would be recommended then, and whether the candidate is first.

    A run of measured numbers with the same effect is one change, from the one with the lowest score to
    the one with the highest; for other answers the two are alike. `comes_first` is None without rivals.
    """

    lowest: Resolution
    highest: Resolution
    probability: Fraction
    recommendation: Recommendation
    comes_first: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A criterion worth finding out.

    `low` to `high` is what its score may be, 0 to 100; `swing` how far the total moves between the two,
    everything else at its point. `changes` holds the answers that change the recommendation or who comes
    first, everything else as it stands, by rising score; `recommendation_turns` and `first_turns` are
    their probabilities, 0 to 1 (`first_turns` is None without rivals). `hinders` is the probability that
    the answer alone keeps the recommendation from what it would be if every question got its best answer.
    """

    criterion: Criterion
    dimension: Dimension
    gaps: tuple[Gap, ...]
    low: Fraction
    high: Fraction
    swing: Fraction
    changes: tuple[Change, ...]
    recommendation_turns: Fraction
    first_turns: Fraction | None
    hinders: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestions:
    """The questions, those first that can change most; and what is recommended if all are answered.

    `at_worst` and `at_best` suppose that every question gets its worst, and its best, answer.
    """

    recommendation: Recommendation
    at_worst: Recommendation
    at_best: Recommendation
    questions: tuple[OpenQuestion, ...]


Asked = tuple[tuple[Gap, ...], Range]
"""Why a criterion is asked for, and what its score may be."""


def open_questions(case: Case) -> OpenQuestions:
    """Return every unknown, open, stale, weak or wide criterion that applies, by what it can change.

    A question comes before another if it is likelier to change the recommendation or who comes first
    (the higher of the two probabilities counts), then if it is likelier to hinder, then if it swings the
    total further. Raises InvalidError where an answer does not fit the rubric, and KeyError where it has
    no such profile.
    """
    now = _assessed(case, {})
    asked = {
        criterion: (gaps, _range(case.rubric, gaps, now.criteria[criterion.id]))
        for criterion in case.rubric.criteria()
        if (gaps := _gaps(case, criterion, now.criteria[criterion.id]))
    }
    possible = {
        criterion: resolutions(case.rubric, criterion, within=within, given=_standing(case, criterion, gaps))
        for criterion, (gaps, within) in asked.items()
    }
    worst = {each.id: found[0] for each, found in possible.items() if found}
    best = {each.id: found[-1] for each, found in possible.items() if found}
    view = _View(case, now, best, _assessed(case, best).recommendation)
    questions = [
        _question(view, criterion, asked=each, possible=possible[criterion])
        for criterion, each in asked.items()
    ]
    return OpenQuestions(
        recommendation=now.recommendation,
        at_worst=_assessed(case, worst).recommendation,
        at_best=view.at_best,
        questions=tuple(sorted(questions, key=_urgency)),
    )


@dataclass(frozen=True, slots=True)
class _View:
    """A case as it stands, and as it would if every question got its best answer."""

    case: Case
    now: Assessed
    best: Mapping[str, Resolution]
    at_best: Recommendation


def _assessed(case: Case, found_out: Mapping[str, Resolution]) -> Assessed:
    """Return what the engine finds with some questions answered, with high confidence."""
    answers = dict(case.answers)
    for criterion, found in found_out.items():
        answers[criterion] = Answer(response=found.response, confidence=Confidence.HIGH, rationale="")
    return assess(case.rubric, case.profile_id, answers, context=case.context, facts=case.facts)


def _gaps(case: Case, criterion: Criterion, score: Score) -> tuple[Gap, ...]:
    """Return why a criterion is worth finding out; empty where it is not, or does not apply."""
    answer = case.answers.get(criterion.id)
    if answer is None:
        return (Gap.UNANSWERED,)
    if isinstance(answer.response, NotApplicable):
        return ()
    if isinstance(answer.response, Unknown):
        return (Gap.UNKNOWN,)
    found = (
        (Gap.OPEN_STATEMENTS, _has_open_statements(criterion, answer)),
        (Gap.STALE, _is_stale(case, criterion, answer)),
        (Gap.LOW_CONFIDENCE, answer.confidence is Confidence.LOW),
        (Gap.WIDE, isinstance(answer.response, Measurement) and _is_wide(case.rubric, score)),
    )
    return tuple(gap for gap, holds in found if holds)


def _has_open_statements(criterion: Criterion, answer: Answer) -> bool:
    match answer.response, criterion.scale:
        case Indicators() as stated, IndicatorScale(indicators=statements):
            return len(stated.met | stated.not_met | stated.not_applicable) < len(statements)
        case _:
            return False


def _is_stale(case: Case, criterion: Criterion, answer: Answer) -> bool:
    """Return whether the newest dated evidence is older than the rubric lets an answer grow."""
    days = [case.dated[each] for each in answer.evidence if each in case.dated]
    if criterion.stale_after_days is None or not days:
        return False
    return max(days) + timedelta(days=criterion.stale_after_days) < case.on


def _is_wide(rubric: Rubric, score: Score) -> bool:
    """Return whether a measurement leaves as much open as an answer of low confidence."""
    if score.low is None or score.high is None or score.low == score.high:
        return False
    return score.high - score.low >= 2 * rubric.confidence_half_width[Confidence.LOW.value]


def _range(rubric: Rubric, gaps: tuple[Gap, ...], score: Score) -> Range:
    """Return what a score may be: a stale answer is worth no more than one of low confidence."""
    low, high = score.low or WORST, BEST if score.high is None else score.high
    if score.point is not None and {Gap.STALE, Gap.LOW_CONFIDENCE} & set(gaps):
        width = rubric.confidence_half_width[Confidence.LOW.value]
        low = min(low, max(WORST, score.point - width))
        high = max(high, min(BEST, score.point + width))
    return low, high


def _standing(case: Case, criterion: Criterion, gaps: tuple[Gap, ...]) -> Indicators:
    """Return the statements that stand: all that were decided, unless the answer itself is in doubt."""
    answer = case.answers.get(criterion.id)
    if answer is None or not isinstance(answer.response, Indicators):
        return NOTHING_STATED
    if gaps == (Gap.OPEN_STATEMENTS,):
        return answer.response
    return Indicators(frozenset(), frozenset(), answer.response.not_applicable)


def _question(
    view: _View, criterion: Criterion, *, asked: Asked, possible: Sequence[Resolution]
) -> OpenQuestion:
    gaps, within = asked
    now, first_now = view.now.recommendation, _comes_first(view.case, view.now)
    changes, recommendation_turns, first_turns = [], Fraction(0), Fraction(0)
    for each in possible:
        then = _assessed(view.case, {criterion.id: each})
        first = _comes_first(view.case, then)
        recommendation_turns += each.probability * (then.recommendation is not now)
        first_turns += each.probability * (first is not first_now)
        if (then.recommendation, first) != (now, first_now):
            changes.append(_change(each, then.recommendation, first))
    return OpenQuestion(
        criterion=criterion,
        dimension=view.case.rubric.dimension_of(criterion.id),
        gaps=gaps,
        low=within[0],
        high=within[1],
        swing=_swing(view.case, view.now, criterion, within),
        changes=tuple(_in_runs(criterion, changes)),
        recommendation_turns=recommendation_turns,
        first_turns=first_turns if view.case.rivals else None,
        hinders=_hinders(view, criterion, possible),
    )


def _hinders(view: _View, criterion: Criterion, possible: Sequence[Resolution]) -> Fraction:
    """Return how likely an answer is that keeps the recommendation from the best, all others being best."""
    found = Fraction(0)
    for each in possible:
        then = _assessed(view.case, {**view.best, criterion.id: each})
        found += each.probability * (then.recommendation is not view.at_best)
    return found


def _comes_first(case: Case, assessed: Assessed) -> bool | None:
    point = assessed.total.point
    return (point is not None and point >= max(case.rivals)) if case.rivals else None


def _change(found: Resolution, recommendation: Recommendation, comes_first: bool | None) -> Change:  # noqa: FBT001
    return Change(
        lowest=found,
        highest=found,
        probability=found.probability,
        recommendation=recommendation,
        comes_first=comes_first,
    )


def _in_runs(criterion: Criterion, changes: Sequence[Change]) -> Iterator[Change]:
    """Yield the changes, runs of measured numbers with the same effect as one."""
    if not isinstance(criterion.scale, MeasureScale):
        yield from changes
        return
    for _, run in groupby(changes, key=lambda each: (each.recommendation, each.comes_first)):
        together = list(run)
        yield replace(
            together[0],
            highest=together[-1].highest,
            probability=sum((each.probability for each in together), Fraction(0)),
        )


def _swing(case: Case, now: Assessed, criterion: Criterion, within: Range) -> Fraction:
    """Return how far the total moves when one score goes from low to high.

    Every other score stands at its point, or in the middle of its range where it has none.
    """
    best, worst = (_total(case, now, {criterion.id: end}) for end in reversed(within))
    return best - worst


def _total(case: Case, now: Assessed, at: Mapping[str, Fraction]) -> Fraction:
    profile = case.rubric.profile(case.profile_id)
    dimensions = {each.id: each for each in case.rubric.dimensions}
    values = []
    for dimension, weight in weighted_dimensions(profile, now.dimensions).items():
        scores = open_scores(dimensions[dimension], now.criteria)
        parts = [(each.share, at.get(each.criterion, _middle(now, each))) for each in scores]
        values.append((weight, arithmetic_mean(parts)))
    if not values:
        return WORST
    geometric = case.rubric.aggregation is Aggregation.GEOMETRIC
    return geometric_mean(values) if geometric else arithmetic_mean(values)


def _middle(now: Assessed, score: OpenScore) -> Fraction:
    point = now.criteria[score.criterion].point
    return (score.low + score.high) / 2 if point is None else point


def _urgency(question: OpenQuestion) -> tuple[Fraction, Fraction, Fraction]:
    turns = max(question.recommendation_turns, question.first_turns or WORST)
    return -turns, -question.hinders, -question.swing
