"""How firm one recommendation is: under each profile, and how far each weight can move before it changes.

Such a range is known as a weight stability interval (B. Mareschal, Weight stability intervals in
multicriteria decision aid, European Journal of Operational Research 33, 1988, pages 54 to 64).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from riskapp.domain.aggregation import score_total, weighted_dimensions
from riskapp.domain.criterion_scoring import BEST, WORST
from riskapp.domain.recommendation import recommend
from riskapp.domain.rubric import Aggregation, Profile, Rubric
from riskapp.domain.scores import Assessed, Recommendation, Score
from riskapp.domain.sensitivity.share_curve import Curve, curve, lead, logarithm, overtaken, share_of


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderProfile:
    """The total under one profile of the rubric, and what the rules recommend there."""

    profile: Profile
    total: Score
    recommendation: Recommendation


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """The shares of one dimension for which the recommendation holds: from `low` to `high`, 0 to 1.

    The other dimensions keep their proportions. `below` and `above` are what the rules recommend beyond;
    None where nothing changes up to 0 or to 1.
    """

    dimension: str
    weight: Fraction
    low: Fraction
    high: Fraction
    below: Recommendation | None
    above: Recommendation | None


def under_profiles(rubric: Rubric, assessed: Assessed) -> tuple[UnderProfile, ...]:
    """Return what each profile of the rubric makes of the same scores, in the order of the rubric."""
    found = []
    for profile in rubric.profiles:
        total, recommended = _advice(rubric, profile, assessed)
        found.append(UnderProfile(profile=profile, total=total, recommendation=recommended))
    return tuple(found)


def weight_stability(rubric: Rubric, profile: Profile, assessed: Assessed) -> tuple[Stability, ...]:
    """Return the stability interval of each dimension that enters the total, in the order of the rubric.

    The bounds of the total move in one direction with a weight, so each threshold is crossed once at most
    and the crossing is exact; for a geometric total it is taken to 40 digits or more.
    """
    weighted = weighted_dimensions(profile, assessed.dimensions)
    whole = sum(weighted.values(), Fraction(0))
    shares = {each.id: weighted[each.id] / whole for each in rubric.dimensions if each.id in weighted}
    return tuple(_interval(rubric, profile, assessed, shares=shares, dimension=each) for each in shares)


def _advice(rubric: Rubric, profile: Profile, assessed: Assessed) -> tuple[Score, Recommendation]:
    total = score_total(rubric, profile, assessed.dimensions)
    recommended, _ = recommend(
        rubric, profile, gates=assessed.gates, dimensions=assessed.dimensions, total=total
    )
    return total, recommended


_End = tuple[Fraction, Recommendation | None]
"""A share, and what is recommended beyond it."""


def _interval(
    rubric: Rubric, profile: Profile, assessed: Assessed, *, shares: Mapping[str, Fraction], dimension: str
) -> Stability:
    weight, now = shares[dimension], assessed.recommendation
    low: _End = (Fraction(0), None)
    high: _End = (Fraction(1), None)
    if weight < 1:
        others = {each: share / (1 - weight) for each, share in shares.items() if each != dimension}

        def recommended(share: Fraction) -> Recommendation:
            moved = {each: other * (1 - share) for each, other in others.items()} | {dimension: share}
            return _advice(rubric, replace(profile, weights=moved), assessed)[1]

        crossings = _crossings(rubric, assessed, others=others, at=(dimension, weight / (1 - weight)))
        bounds = sorted({Fraction(0), Fraction(1), weight, *crossings})
        sides = {each: recommended((each[0] + each[1]) / 2) for each in pairwise(bounds)}
        changed = {each: found for each, found in sides.items() if found is not now}
        low = max(((end, found) for (_, end), found in changed.items() if end <= weight), default=low)
        high = min(((start, found) for (start, _), found in changed.items() if start >= weight), default=high)
    return Stability(
        dimension=dimension, weight=weight, low=low[0], high=high[0], below=low[1], above=high[1]
    )


def _crossings(
    rubric: Rubric, assessed: Assessed, *, others: Mapping[str, Fraction], at: tuple[str, Fraction]
) -> set[Fraction]:
    """Return the shares at which a bound of the total meets a threshold of the rubric."""
    asked = rubric.thresholds
    found: set[Fraction] = set()
    for bound, threshold in (
        (_lowest, asked.approve.total),
        (_lowest, asked.conditions.total),
        (_highest, asked.reject_below),
    ):
        moving = _curve(rubric, assessed, bound, others=others, dimension=at[0])
        level = _level(rubric, threshold)
        if moving is not None and level is not None:
            for ahead in (lead(moving, level), lead(level, moving)):
                found |= {share_of(each) for each in overtaken(ahead, at[1]) if each is not None}
    return found


def _lowest(score: Score) -> Fraction:
    return WORST if score.low is None else score.low


def _highest(score: Score) -> Fraction:
    return BEST if score.high is None else score.high


def _curve(
    rubric: Rubric,
    assessed: Assessed,
    bound: Callable[[Score], Fraction],
    *,
    others: Mapping[str, Fraction],
    dimension: str,
) -> Curve | None:
    """Return how a bound of the total moves; None where it is 0 throughout, as a geometric one can be."""
    values = {each: bound(assessed.dimensions[each]) for each in (*others, dimension)}
    if rubric.aggregation is Aggregation.ARITHMETIC:
        return curve(values, others, dimension)
    if 0 in values.values():
        return None
    return curve({each: logarithm(value) for each, value in values.items()}, others, dimension)


def _level(rubric: Rubric, threshold: Fraction) -> Curve | None:
    """Return a threshold as a total that does not move; None where its logarithm is wanted and it is 0."""
    if rubric.aggregation is Aggregation.ARITHMETIC:
        return Curve(threshold, Fraction(0), Fraction(1), Fraction(0))
    return Curve(logarithm(threshold), Fraction(0), Fraction(1), Fraction(0)) if threshold else None
