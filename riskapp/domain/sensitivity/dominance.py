"""Which candidates are dominated: never better than another one, whatever the dimensions weigh."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from riskapp.domain.rubric import Aggregation
from riskapp.domain.scores import Rating, Score
from riskapp.domain.sensitivity.comparison import Comparison

Values = Mapping[str, Fraction]
"""A value for each weighted dimension that applies."""


def dominators(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    """Return for each candidate those that dominate it by their ranges, the best placed first.

    For all weights above 0 the worst case of the other is at least as good as the best case of this one,
    and better for some of them: nothing that is still unknown can change it.
    """
    lows = _values(comparison, lambda score: score.low)
    highs = _values(comparison, lambda score: score.high)
    return _by_candidate(comparison, lows, highs)


def dominators_on_points(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    """Return for each candidate those that dominate it by their points, the best placed first.

    This is the weaker notion: it holds if every score is what it is now held to be. A candidate with a
    weighted dimension that is not rated neither dominates nor is dominated.
    """
    points = _values(comparison, lambda score: score.point)
    return _by_candidate(comparison, points, points)


def _by_candidate(
    comparison: Comparison, better: Mapping[str, Values], worse: Mapping[str, Values]
) -> dict[str, tuple[str, ...]]:
    compensates = comparison.rubric.aggregation is Aggregation.ARITHMETIC
    return {
        each: tuple(
            other
            for other in comparison.order
            if other != each and _dominates(better[other], worse[each], compensates=compensates)
        )
        for each in comparison.candidates
    }


def _values(comparison: Comparison, bound: Callable[[Score], Fraction | None]) -> dict[str, Values]:
    """Return the values of each candidate; none where a dimension that applies has none."""
    found: dict[str, Values] = {}
    for each, assessed in comparison.candidates.items():
        applicable = {
            dimension: bound(score)
            for dimension, score in assessed.dimensions.items()
            if dimension in comparison.shares and score.rating is not Rating.NOT_APPLICABLE
        }
        known = {dimension: value for dimension, value in applicable.items() if value is not None}
        found[each] = known if len(known) == len(applicable) else {}
    return found


def _dominates(better: Values, worse: Values, *, compensates: bool) -> bool:
    """Return whether the mean of `better` is never below that of `worse`, and above it for some weights.

    Dimensions that apply to both stand against one another. One that applies to one of the two alone can
    carry nearly all of its weight or nearly none, so it stands against each of the other. These
    comparisons are necessary and sufficient. A geometric mean (which does not compensate) is 0 with any
    value of 0, whatever the others are.
    """
    if not better or not worse:
        return False
    if not compensates and 0 in {*better.values(), *worse.values()}:
        return 0 not in better.values()
    faced = [
        (better[ours], worse[theirs])
        for ours in better
        for theirs in worse
        if ours == theirs or ours not in worse or theirs not in better
    ]
    return all(ours >= theirs for ours, theirs in faced) and any(ours > theirs for ours, theirs in faced)
