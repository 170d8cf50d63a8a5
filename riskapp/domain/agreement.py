"""Krippendorff's alpha: how far observers agree beyond what chance would bring about.

After Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), with his difference functions in
the sums of squares that they come to, so that the cost grows with the number of values and not of pairs.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import lcm
from random import Random

from riskapp.domain.answers import Answers
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.criterion_scoring import score_criterion
from riskapp.domain.rubric import Dimension, Rubric
from riskapp.domain.shown import exact_text

FORMAT = "riskapp-agreement/1"
"""Names the shape of what the seed is the digest of; a changed shape gets a new number."""

RESAMPLES = 2_000
OUTSIDE = Fraction(25, 1_000)
"""The share of resamples that lies below the interval, and above it."""


class Level(StrEnum):
    """What may be said of two values: that they differ, by how many ranks, how much, how many times."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Reliance(StrEnum):
    """How far answers with this alpha can be relied on (Krippendorff 2004)."""

    RELY = "rely"
    TENTATIVE = "tentative"
    DISCUSS = "discuss"


Value = Fraction | str
"""A number, or a text at the nominal level."""

Unit = Sequence[Value]
"""What the observers said of one thing; who is silent is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Alpha: 1 is perfect agreement, 0 what chance brings about, and below 0 is worse than chance.

    Exact, but for the ratio level (24 digits). None where it is undefined: nothing to compare, or one
    value throughout. `low` and `high` are the ends of a 95 % interval over resampled units, None with it.
    `units` were observed; `pairable` values stand in units with at least two. `seed` is the SHA-256 of
    what was observed, from which the resampling follows; `resamples` is how many had an alpha.
    """

    alpha: Fraction | None
    low: Fraction | None
    high: Fraction | None
    units: int
    pairable: int
    seed: str
    resamples: int


def measure_agreement(units: Sequence[Unit], level: Level) -> Agreement:
    """Return alpha over the units, with its interval; the order of units and of observers changes nothing.

    Raises ValueError for text above the nominal level, and for numbers below 0 at the ratio level.
    """
    _refuse_unfit(units, level)
    paired = [unit for unit in units if len(unit) > 1]
    values = sorted({value for unit in paired for value in unit}, key=_key)
    place = {value: number for number, value in enumerate(values)}
    kinds = sorted(tuple(sorted(Counter(place[value] for value in unit).items())) for unit in paired)
    seed = _seed(level, values, kinds)
    alpha_of = _alpha(level, values, kinds)
    alpha = alpha_of(Counter(kinds))
    resampled = [] if alpha is None else _resampled(kinds, alpha_of, seed)
    cut = int(len(resampled) * OUTSIDE)
    return Agreement(
        alpha=alpha,
        low=resampled[cut] if resampled else None,
        high=resampled[-1 - cut] if resampled else None,
        units=len(units),
        pairable=sum(len(unit) for unit in paired),
        seed=seed,
        resamples=len(resampled),
    )


def reliance(alpha: Fraction) -> Reliance:
    """Return what alpha allows: from .800 rely on it, from .667 tentative, below that discuss first."""
    if alpha >= Fraction(800, 1000):
        return Reliance.RELY
    return Reliance.TENTATIVE if alpha >= Fraction(667, 1000) else Reliance.DISCUSS


def criteria_as_units(
    rubric: Rubric, sheets: Sequence[Answers], dimension: Dimension | None = None
) -> list[Unit]:
    """Return the points that the sheets of several assessors come to, by criterion of a dimension or of all.

    An answer without a point (unknown, not applicable, none) is missing.
    """
    asked = rubric.criteria() if dimension is None else dimension.criteria
    return [
        [
            point
            for sheet in sheets
            if (point := score_criterion(rubric, criterion, sheet.get(criterion.id)).point) is not None
        ]
        for criterion in asked
    ]


Kind = tuple[tuple[int, int], ...]
"""What was said of a unit: the numbers of the values, rising, each with how many observers said it."""

Disagreement = Callable[[Kind], int]
"""The sum over all ordered pairs of counted values of their squared difference."""


AlphaOf = Callable[[Mapping[Kind, int]], Fraction | None]
"""Works out alpha for as many units of each kind."""


def _alpha(level: Level, values: Sequence[Value], kinds: Sequence[Kind]) -> AlphaOf:
    """Return what works out alpha for any number of each kind of unit; None where no two values differ."""
    metric = _metric(level, values)
    unpaired = lcm(*(_size(kind) - 1 for kind in kinds))

    def alpha_of(units: Mapping[Kind, int]) -> Fraction | None:
        counts = [0] * len(values)
        for kind, times in units.items():
            for value, count in kind:
                counts[value] += times * count
        pooled = tuple((value, count) for value, count in enumerate(counts) if count)
        if len(pooled) < 2:  # noqa: PLR2004 - a difference needs two values
            return None
        disagreement = metric(pooled)
        observed = sum(
            times * disagreement(kind) * (unpaired // (_size(kind) - 1)) for kind, times in units.items()
        )
        return 1 - Fraction(observed * (sum(counts) - 1), unpaired * disagreement(pooled))

    return alpha_of


def _size(kind: Kind) -> int:
    return sum(count for _, count in kind)


def _metric(level: Level, values: Sequence[Value]) -> Callable[[Kind], Disagreement]:
    """Return what gives the measure of disagreement that belongs to the pooled values."""
    match level:
        case Level.NOMINAL:
            return lambda _: _unequal_pairs
        case Level.ORDINAL:
            return lambda pooled: _squares_of(_middle_ranks(pooled))
        case Level.INTERVAL:
            on_a_line = cache(_squares_of(_whole(values)))
            return lambda _: on_a_line
        case Level.RATIO:
            by_ratio = cache(_ratios_of([_number(value) for value in values]))
            return lambda _: by_ratio


def _unequal_pairs(kind: Kind) -> int:
    return _size(kind) ** 2 - sum(count * count for _, count in kind)


def _squares_of(places: Mapping[int, int]) -> Disagreement:
    """Return the sum of squared differences between places on a line, by sums and sums of squares."""

    def disagreement(kind: Kind) -> int:
        number = line = squares = 0
        for value, count in kind:
            place = places[value]
            number += count
            line += count * place
            squares += count * place * place
        return 2 * (number * squares - line * line)

    return disagreement


def _middle_ranks(pooled: Kind) -> dict[int, int]:
    """Return twice the middle rank of each value among all: the ordinal difference is that of the ranks."""
    ranks, before = {}, 0
    for value, count in pooled:
        ranks[value] = 2 * before + count
        before += count
    return ranks


def _whole(values: Sequence[Value]) -> dict[int, int]:
    """Return the values times a common factor that makes them whole: alpha does not change with scale."""
    numbers = [_number(value) for value in values]
    factor = lcm(*(number.denominator for number in numbers))
    return {place: int(number * factor) for place, number in enumerate(numbers)}


def _ratios_of(numbers: Sequence[Fraction]) -> Disagreement:
    """Return the sum of squared ratios of difference to sum, each rounded to 24 digits to be whole."""

    @cache
    def ratio(one: int, other: int) -> int:
        low, high = numbers[one], numbers[other]
        return round(((high - low) / (high + low)) ** 2 * 10**24)

    def disagreement(kind: Kind) -> int:
        return 2 * sum(
            count * other_count * ratio(value, other)
            for (value, count), (other, other_count) in combinations(kind, 2)
        )

    return disagreement


def _resampled(kinds: Sequence[Kind], alpha_of: AlphaOf, seed: str) -> list[Fraction]:
    """Return alpha over units drawn anew with replacement, rising; draws without variation are left out."""
    source = Random(int(seed, 16))  # noqa: S311 - a repeatable draw, not a secret
    size = len(kinds)
    found = (
        alpha_of(Counter(kinds[int(source.random() * size)] for _ in range(size))) for _ in range(RESAMPLES)
    )
    return sorted(alpha for alpha in found if alpha is not None)


def _seed(level: Level, values: Sequence[Value], kinds: Sequence[Kind]) -> str:
    content = {
        "format": FORMAT,
        "level": level.value,
        "values": [value if isinstance(value, str) else exact_text(value) for value in values],
        "units": [[list(pair) for pair in kind] for kind in kinds],
    }
    return sha256_hex(canonical_bytes(content))


def _key(value: Value) -> tuple[bool, Value]:
    return isinstance(value, str), value


def _number(value: Value) -> Fraction:
    if isinstance(value, str):
        message = f"{value!r} is no number"
        raise ValueError(message)  # noqa: TRY004 - the value is wrong for the level, not for the code
    return value


def _refuse_unfit(units: Sequence[Unit], level: Level) -> None:
    if level is Level.NOMINAL:
        return
    numbers = [_number(value) for unit in units for value in unit]
    if level is Level.RATIO and any(number < 0 for number in numbers):
        message = "the ratio level needs numbers from 0 up"
        raise ValueError(message)
