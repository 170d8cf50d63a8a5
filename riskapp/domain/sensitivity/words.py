"""Flip points and open questions in sentences, for pages, reports and the command line alike."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from riskapp.domain.rubric import Criterion, IndicatorScale, LevelScale, MeasureScale
from riskapp.domain.sensitivity.flip_points import Direction, FlipPoint, Outcome
from riskapp.domain.sensitivity.open_questions import Change, Gap
from riskapp.domain.shown import listing

GAPS = {
    Gap.UNANSWERED: "not answered",
    Gap.UNKNOWN: "unknown",
    Gap.OPEN_STATEMENTS: "statements are open",
    Gap.STALE: "the evidence is stale",
    Gap.LOW_CONFIDENCE: "answered with low confidence",
    Gap.WIDE: "the measured range is wide",
}


def weight_words(share: Fraction) -> str:
    """Return a share of the weight with up to three decimals, rounded half-up: `0.18`."""
    thousandths = floor(share * 1000 + Fraction(1, 2))
    text = f"{thousandths // 1000}.{thousandths % 1000:03}"
    return text.rstrip("0").ljust(len("0.00"), "0")


def flip_words(flip: FlipPoint, dimension: str, names: Mapping[str, str]) -> str:
    """Return a flip point as a sentence; `dimension` is the name of its dimension, `names` those by id."""
    first, second = names[flip.first], names[flip.second]
    if flip.outcome is Outcome.NOT_RATED:
        return f"Whether {dimension} could change the order of {first} and {second} is not known: not rated."
    if flip.at is None:
        return f"No weight of {dimension} changes the order of {first} and {second}."
    move = "falls below" if flip.direction is Direction.BELOW else "rises above"
    at, now = weight_words(flip.at), weight_words(flip.weight)
    return f"{first} and {second} change places if the weight of {dimension} {move} {at} (it is {now})."


def order_words(flips: Sequence[FlipPoint], dimension: str) -> str | None:
    """Return a sentence where no weight of a dimension changes the order at all, else None."""
    if flips and all(flip.outcome is Outcome.NEVER for flip in flips):
        return f"No weight of {dimension} changes the order."
    return None


def gap_words(gaps: Sequence[Gap]) -> str:
    """Return why something is worth finding out: `the evidence is stale and answered with low confidence`."""
    return listing([GAPS[each] for each in gaps])


def change_words(change: Change, criterion: Criterion) -> str:
    """Return what an answer would bring: `Foreign: reject`, `120 to 200 per cent of the budget: escalate`."""
    first, last = change.lowest.words, change.highest.words
    answer = first if first == last else f"{first} to {last}"
    match criterion.scale:
        case MeasureScale(unit=unit):
            answer = f"{answer} {unit}"
        case LevelScale() | IndicatorScale():
            pass
    effect = change.recommendation.value.replace("-", " ")
    if change.comes_first is None:
        return f"{answer}: {effect}"
    return f"{answer}: {effect}, {'first' if change.comes_first else 'not first'}"


def letter_words(criterion: Criterion) -> str:
    """Return the question as it can stand in a letter: what is asked, how to find out, what counts."""
    return f"{criterion.question} {criterion.how} Evidence that counts: {'; '.join(criterion.evidence)}."
