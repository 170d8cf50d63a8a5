"""Flip points: the weight of a dimension at which two neighbours in the order change places, exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from riskapp.domain.rubric import Aggregation
from riskapp.domain.scores import Rating
from riskapp.domain.sensitivity.comparison import FEWEST, Comparison
from riskapp.domain.sensitivity.share_curve import Curve, Lead, curve, lead, logarithm, overtaken, share_of


class Direction(StrEnum):
    """Which way the weight has to move."""

    BELOW = "below"
    ABOVE = "above"


class Outcome(StrEnum):
    """What the weight of a dimension does to two neighbours."""

    FLIPS = "flips"
    NEVER = "never"
    NOT_RATED = "not-rated"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipPoint:
    """Where `second` gets ahead of `first`, as the weight of one dimension moves and the others keep step.

    `weight` is the share of the dimension now and `at` the share at which the two are level, 0 to 1. `at`
    and `direction` are None where no weight changes their order, or where one of the two is not rated in
    a dimension that does not weigh so far.
    """

    dimension: str
    first: str
    second: str
    weight: Fraction
    outcome: Outcome
    at: Fraction | None = None
    direction: Direction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPlace:
    """The shares of one dimension for which the first stays first: from `low` to `high`, 0 to 1.

    `below` and `above` are who gets ahead beyond them; None where nobody does.
    """

    dimension: str
    weight: Fraction
    low: Fraction
    high: Fraction
    below: str | None
    above: str | None


def flip_points(comparison: Comparison) -> tuple[FlipPoint, ...]:
    """Return the flip points of each dimension for each pair of neighbours in the order of the points.

    Dimensions come in the order of the rubric, pairs from the top. A pair has two entries for a dimension
    where it changes places both below and above the present weight, else one. A change of the order
    begins with neighbours, so where every pair of a dimension says "never", no weight of it changes the
    order. Exact for an arithmetic total; for a geometric one, and where other dimensions apply to one of
    the two than to the other, the root is taken to 40 digits or more.
    """
    return tuple(
        flip
        for dimension in comparison.rubric.dimensions
        for first, second in pairwise(comparison.rated())
        for flip in _flips(comparison, dimension.id, first, second)
    )


def first_place(comparison: Comparison) -> tuple[FirstPlace, ...]:
    """Return for each weighted dimension how far its weight can move before the first is overtaken.

    In the order of the rubric; empty where fewer than two candidates have a point.
    """
    if len(comparison.rated()) < FEWEST:
        return ()
    weighted = [each.id for each in comparison.rubric.dimensions if each.id in comparison.shares]
    return tuple(_first_place(comparison, dimension) for dimension in weighted)


def _flips(comparison: Comparison, dimension: str, first: str, second: str) -> list[FlipPoint]:
    weight = comparison.shares.get(dimension, Fraction(0))

    def flip(outcome: Outcome, at: Fraction | None = None, direction: Direction | None = None) -> FlipPoint:
        return FlipPoint(
            dimension=dimension,
            first=first,
            second=second,
            weight=weight,
            outcome=outcome,
            at=at,
            direction=direction,
        )

    if any(_not_rated(comparison, each, dimension) for each in (first, second)):
        return [flip(Outcome.NOT_RATED)]
    below, above = _overtaken(comparison, dimension, first, second)
    found = [
        flip(Outcome.FLIPS, at, direction)
        for at, direction in ((below, Direction.BELOW), (above, Direction.ABOVE))
        if at is not None
    ]
    return found or [flip(Outcome.NEVER)]


def _first_place(comparison: Comparison, dimension: str) -> FirstPlace:
    first, *behind = comparison.rated()
    low, below, high, above = Fraction(0), None, Fraction(1), None
    for each in behind:
        under, over = _overtaken(comparison, dimension, first, each)
        if under is not None and (below is None or under > low):
            low, below = under, each
        if over is not None and (above is None or over < high):
            high, above = over, each
    return FirstPlace(
        dimension=dimension,
        weight=comparison.shares[dimension],
        low=low,
        high=high,
        below=below,
        above=above,
    )


def _not_rated(comparison: Comparison, candidate: str, dimension: str) -> bool:
    return comparison.candidates[candidate].dimensions[dimension].rating is Rating.NOT_RATED


Shares = tuple[Fraction | None, Fraction | None]
"""The nearest shares below and above the present one beyond which the second is ahead."""


def _overtaken(comparison: Comparison, dimension: str, first: str, second: str) -> Shares:
    """Return where the second gets ahead; nowhere if the dimension is the only one that weighs."""
    weight = comparison.shares.get(dimension, Fraction(0))
    if weight == 1:
        return None, None
    others = {each: share / (1 - weight) for each, share in comparison.shares.items() if each != dimension}
    ahead = _lead(
        _curve(comparison, first, others, dimension=dimension),
        _curve(comparison, second, others, dimension=dimension),
    )
    below, above = overtaken(ahead, weight / (1 - weight))
    return (None if below is None else share_of(below)), (None if above is None else share_of(above))


def _lead(first: Curve | None, second: Curve | None) -> Lead:
    if first is None or second is None:
        return Fraction((first is not None) - (second is not None)), Fraction(0), Fraction(0)
    return lead(first, second)


def _curve(
    comparison: Comparison, candidate: str, others: Mapping[str, Fraction], *, dimension: str
) -> Curve | None:
    """Return how the total moves; None where it is geometric and 0 because one of its scores is 0."""
    points = {
        each: score.point
        for each, score in comparison.candidates[candidate].dimensions.items()
        if score.point is not None and (each in others or each == dimension)
    }
    if comparison.rubric.aggregation is Aggregation.ARITHMETIC:
        return curve(points, others, dimension)
    if 0 in points.values():
        return None
    return curve({each: logarithm(point) for each, point in points.items()}, others, dimension)
