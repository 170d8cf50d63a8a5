"""From one answer to a score: an interval `low <= point <= high` on 0 to 100."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from riskapp.domain.answers import Answer, ChosenLevel, Indicators, Measurement, NotApplicable, Unknown
from riskapp.domain.rubric import Band, Criterion, IndicatorScale, LevelScale, MeasureScale, Rubric
from riskapp.domain.scores import Rating, Score

WORST = Fraction(0)
BEST = Fraction(100)

Interval = tuple[Fraction | None, Fraction, Fraction]
"""Point (None where nothing is known), low and high."""

OPEN: Interval = (None, WORST, BEST)
"""What is known of a criterion without an answer: nothing."""


def band_of(bands: Sequence[Band], point: Fraction) -> str:
    """Return the id of the last band that begins at or below the exact point."""
    return [band.id for band in bands if band.from_score <= point][-1]


def rated(bands: Sequence[Band], interval: Interval, coverage: Fraction) -> Score:
    """Return the score of an interval; it is rated where there is a point."""
    point, low, high = interval
    if point is None:
        return Score(rating=Rating.NOT_RATED, point=None, low=low, high=high, coverage=coverage, band=None)
    return Score(
        rating=Rating.RATED, point=point, low=low, high=high, coverage=coverage, band=band_of(bands, point)
    )


def not_applicable() -> Score:
    """Return the score of what says nothing about this candidate: neither 0 nor 100."""
    return Score(rating=Rating.NOT_APPLICABLE, point=None, low=None, high=None, coverage=None, band=None)


def score_criterion(rubric: Rubric, criterion: Criterion, answer: Answer | None) -> Score:
    """Return the score of one criterion; `answer` is None where there is none, and valid otherwise.

    Raises ValueError where the response is of another kind than the criterion.
    """
    interval = OPEN if answer is None else _interval(rubric, criterion, answer)
    if interval is None:
        return not_applicable()
    return rated(rubric.bands, interval, Fraction(0 if interval[0] is None else 1))


def _interval(rubric: Rubric, criterion: Criterion, answer: Answer) -> Interval | None:
    match answer.response, criterion.scale:
        case NotApplicable(), _:
            return None
        case Unknown(), _:
            return OPEN
        case ChosenLevel(level=chosen), LevelScale() as scale:
            width = rubric.confidence_half_width[answer.confidence.value]
            return _level_interval(scale, chosen, width)
        case Measurement() as measured, MeasureScale() as scale:
            return _measured_interval(scale, measured)
        case Indicators() as stated, IndicatorScale() as scale:
            return _indicator_interval(scale, stated)
        case _:
            message = f"the answer to {criterion.id!r} is of another kind than the criterion"
            raise ValueError(message)


def _level_interval(scale: LevelScale, chosen: str, half_width: Fraction) -> Interval:
    point = next(level.value for level in scale.levels if level.id == chosen)
    return point, max(WORST, point - half_width), min(BEST, point + half_width)


def _measured_interval(scale: MeasureScale, measured: Measurement) -> Interval:
    ends = sorted((value_at(scale, measured.low), value_at(scale, measured.high)))
    return value_at(scale, measured.value), ends[0], ends[1]


def value_at(scale: MeasureScale, number: Fraction) -> Fraction:
    """Return the value of a measured number: linear between the scale's points, clipped at its ends."""
    first, last = scale.points[0], scale.points[-1]
    if number <= first[0]:
        return first[1]
    for (x, value), (next_x, next_value) in pairwise(scale.points):
        if number <= next_x:
            return value + (next_value - value) * (number - x) / (next_x - x)
    return last[1]


def _indicator_interval(scale: IndicatorScale, stated: Indicators) -> Interval | None:
    applicable = len(scale.indicators) - len(stated.not_applicable)
    if applicable == 0:
        return None
    met, decided = len(stated.met), len(stated.met) + len(stated.not_met)
    point = Fraction(100 * met, decided) if decided else None
    undecided = applicable - decided
    return point, Fraction(100 * met, applicable), Fraction(100 * (met + undecided), applicable)
