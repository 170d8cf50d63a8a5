"""The answers that finding out could bring, each with its probability."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from math import comb, floor, log10

from riskapp.domain.answers import ChosenLevel, Indicators, Measurement, Response
from riskapp.domain.rubric import Criterion, IndicatorMet, IndicatorScale, LevelScale, MeasureScale, Rubric
from riskapp.domain.shown import exact_text, listing

SLICES = 20
"""Into how many equally likely values the range of a measure is cut."""

NOTHING_STATED = Indicators(frozenset(), frozenset())

Range = tuple[Fraction, Fraction]
"""The lowest and the highest score, 0 to 100, that finding out could bring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One answer that finding out could bring, with its score (0 to 100) and probability.

    `words` name a level, count statements, or are a number in the unit of the criterion.
    """

    response: Response
    words: str
    score: Fraction
    probability: Fraction


def resolutions(
    rubric: Rubric, criterion: Criterion, *, within: Range, given: Indicators = NOTHING_STATED
) -> tuple[Resolution, ...]:
    """Return the possible answers by rising score; their probabilities sum to 1.

    A score is drawn uniformly from the range, and the answer is the possible one that comes nearest to
    it. What `given` says of statements stands. Empty where the range has no width.
    """
    low, high = within
    if low == high:
        return ()
    match criterion.scale:
        case LevelScale() as scale:
            found = _levels(scale, within)
        case MeasureScale() as scale:
            found = _measurements(scale, within)
        case IndicatorScale() as scale:
            applicable = frozenset(each.id for each in scale.indicators) - given.not_applicable
            asked = _asked_by_gates(rubric, criterion) & (applicable - given.met - given.not_met)
            found = _statements(applicable, given, sorted(asked), within=within)
    return tuple(each for each in found if each.probability > 0)


def _nearest(scores: Sequence[Fraction], within: Range) -> list[Fraction]:
    """Return how likely each of the rising scores is the nearest to a uniform one; they sum to 1."""
    low, high = within
    middles = [(one + other) / 2 for one, other in pairwise(scores)]
    edges = [low, *(min(max(each, low), high) for each in middles), high]
    return [(end - start) / (high - low) for start, end in pairwise(edges)]


def _levels(scale: LevelScale, within: Range) -> Iterator[Resolution]:
    likely = _nearest([level.value for level in scale.levels], within)
    for level, probability in zip(scale.levels, likely, strict=True):
        yield Resolution(
            response=ChosenLevel(level.id), words=level.name, score=level.value, probability=probability
        )


def _measurements(scale: MeasureScale, within: Range) -> Iterator[Resolution]:
    low, high = within
    for each in range(SLICES):
        score = low + (high - low) * Fraction(2 * each + 1, 2 * SLICES)
        number, reached = _measured(scale, score)
        yield Resolution(
            response=Measurement(number, number, number),
            words=_number(number),
            score=reached,
            probability=Fraction(1, SLICES),
        )


def _measured(scale: MeasureScale, score: Fraction) -> tuple[Fraction, Fraction]:
    """Return the number whose value comes nearest to a score, and that value."""
    rising = sorted(scale.points, key=lambda point: point[1])
    if score <= rising[0][1]:
        return rising[0]
    for (x, value), (next_x, next_value) in pairwise(rising):
        if score <= next_value:
            return x + (next_x - x) * (score - value) / (next_value - value), score
    return rising[-1]


def _statements(
    applicable: frozenset[str], given: Indicators, asked: Sequence[str], *, within: Range
) -> Iterator[Resolution]:
    """Yield how many statements may turn out met, and which of those that a gate asks for.

    Each set of as many statements is equally likely.
    """
    open_ones = applicable - given.met - given.not_met
    rest = sorted(open_ones - set(asked))
    scores = [Fraction(100 * (len(given.met) + more), len(applicable)) for more in range(len(open_ones) + 1)]
    for more, likely in enumerate(_nearest(scores, within)):
        for met in _subsets(asked, more):
            others = more - len(met)
            sets = Fraction(comb(len(rest), others), comb(len(open_ones), more))
            won = given.met | set(met) | set(rest[:others])
            yield Resolution(
                response=Indicators(won, applicable - won, given.not_applicable),
                words=_words(len(won), len(applicable), asked, met),
                score=scores[more],
                probability=likely * sets,
            )


def _asked_by_gates(rubric: Rubric, criterion: Criterion) -> frozenset[str]:
    tests = [gate.test for gate in rubric.gates]
    asked = [each for each in tests if isinstance(each, IndicatorMet) and each.criterion == criterion.id]
    return frozenset(each.indicator for each in asked)


def _subsets(asked: Sequence[str], at_most: int) -> Iterator[tuple[str, ...]]:
    for size in range(min(len(asked), at_most) + 1):
        yield from combinations(asked, size)


def _words(won: int, applicable: int, asked: Sequence[str], met: Sequence[str]) -> str:
    missed = [each for each in asked if each not in met]
    named = [
        f"{listing(list(which))} {state}" for which, state in ((met, "met"), (missed, "not met")) if which
    ]
    count = f"{won} of {applicable} statements met"
    return f"{count} ({', '.join(named)})" if named else count


def _number(value: Fraction) -> str:
    """Return a measured number in about four digits, without an exponent."""
    places = max(0, 3 - floor(log10(abs(value)))) if value else 0
    rounded = round(value, places)
    text = f"{rounded.numerator:,}" if rounded.denominator == 1 else exact_text(rounded)
    return text.replace("-", "\N{MINUS SIGN}")
