"""How totals move with the weight of one dimension: the lines behind the flip points."""

from fractions import Fraction

from riskapp.domain.aggregation import arithmetic_mean, geometric_mean
from riskapp.domain.rubric import Aggregation
from riskapp.domain.scores import Rating
from riskapp.domain.sensitivity.comparison import Comparison

STEPS = 20
"""Into how many equal parts the shares from 0 to 1 are cut."""

Line = tuple[tuple[Fraction, Fraction], ...]
"""Shares of the weight, 0 to 1 and rising, each with the total there, 0 to 100."""


def total_at(comparison: Comparison, candidate: str, *, dimension: str, share: Fraction) -> Fraction | None:
    """Return the total of a candidate if the dimension had this share and the others kept step.

    None where nothing that would weigh applies, and where some of it is not rated.
    """
    values: list[tuple[Fraction, Fraction]] = []
    for each, weight in _weights(comparison, dimension, share).items():
        score = comparison.candidates[candidate].dimensions[each]
        if weight == 0 or score.rating is Rating.NOT_APPLICABLE:
            continue
        if score.point is None:
            return None
        values.append((weight, score.point))
    if not values:
        return None
    geometric = comparison.rubric.aggregation is Aggregation.GEOMETRIC
    return geometric_mean(values) if geometric else arithmetic_mean(values)


def weight_line(comparison: Comparison, candidate: str, dimension: str) -> Line:
    """Return the total of a candidate at equal steps of the weight of a dimension, where there is one."""
    shares = (Fraction(step, STEPS) for step in range(STEPS + 1))
    found = ((share, total_at(comparison, candidate, dimension=dimension, share=share)) for share in shares)
    return tuple((share, total) for share, total in found if total is not None)


def _weights(comparison: Comparison, dimension: str, share: Fraction) -> dict[str, Fraction]:
    now = comparison.shares.get(dimension, Fraction(0))
    others = {each: weight for each, weight in comparison.shares.items() if each != dimension}
    return {each: weight / (1 - now) * (1 - share) for each, weight in others.items()} | {dimension: share}
