"""From criteria to dimensions to the total, by weighted means that are exact."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from riskapp.domain.criterion_scoring import BEST, WORST, not_applicable, rated
from riskapp.domain.rubric import Aggregation, Dimension, Profile, Rubric
from riskapp.domain.scores import Rating, Score

Weighted = tuple[Fraction, Fraction]
"""A weight above 0 and a value."""

_DIGITS = Context(prec=50)


def score_dimension(rubric: Rubric, dimension: Dimension, criteria: Mapping[str, Score]) -> Score:
    """Return the score of a dimension from those of its criteria.

    `coverage` is the weight of criteria with a point over that of all applicable ones; below the
    rubric's minimum the dimension is not rated. Not applicable where nothing that weighs applies.
    """
    applicable = [
        (criterion.weight, criteria[criterion.id])
        for criterion in dimension.criteria
        if criterion.weight > 0 and criteria[criterion.id].rating is not Rating.NOT_APPLICABLE
    ]
    if not applicable:
        return not_applicable()
    known = [(weight, score.point) for weight, score in applicable if score.point is not None]
    coverage = sum((weight for weight, _ in known), WORST) / sum(weight for weight, _ in applicable)
    point = arithmetic_mean(known) if known and coverage >= rubric.minimum_coverage else None
    low, high = _bounds(applicable)
    return rated(rubric.bands, (point, arithmetic_mean(low), arithmetic_mean(high)), coverage)


def score_total(rubric: Rubric, profile: Profile, dimensions: Mapping[str, Score]) -> Score:
    """Return the total from the dimensions, by the profile's weights and the rubric's aggregation.

    A dimension that is not applicable leaves the total with its weight. Not rated if any weighted
    dimension is not rated; coverage is the weighted mean of theirs.
    """
    weighted = weighted_dimensions(profile, dimensions)
    if not weighted:
        return not_applicable()
    mean = geometric_mean if rubric.aggregation is Aggregation.GEOMETRIC else arithmetic_mean
    scores = [(weight, dimensions[each]) for each, weight in weighted.items()]
    known = [(weight, score.point) for weight, score in scores if score.point is not None]
    point = mean(known) if len(known) == len(scores) else None
    low, high = _bounds(scores)
    coverage = arithmetic_mean([(weight, score.coverage or WORST) for weight, score in scores])
    return rated(rubric.bands, (point, mean(low), mean(high)), coverage)


def weighted_dimensions(profile: Profile, dimensions: Mapping[str, Score]) -> dict[str, Fraction]:
    """Return the dimensions that enter the total, each with its weight above 0."""
    return {
        each: weight
        for each, weight in profile.weights.items()
        if weight > 0 and dimensions[each].rating is not Rating.NOT_APPLICABLE
    }


def _bounds(scores: Iterable[tuple[Fraction, Score]]) -> tuple[list[Weighted], list[Weighted]]:
    pairs = list(scores)
    low = [(weight, WORST if score.low is None else score.low) for weight, score in pairs]
    high = [(weight, BEST if score.high is None else score.high) for weight, score in pairs]
    return low, high


def arithmetic_mean(values: Sequence[Weighted]) -> Fraction:
    """Return the weighted mean, exactly."""
    return sum((weight * value for weight, value in values), WORST) / sum(weight for weight, _ in values)


def geometric_mean(values: Sequence[Weighted]) -> Fraction:
    """Return the weighted geometric mean; 0 where any value is 0.

    Roots are irrational, so this is the one inexact step: logarithms and the exponential are taken
    at 50 digits, each rounded once, and summed exactly, so that neither order nor a common factor of
    the weights matters and a raised value never lowers the mean. The result is kept between the
    least value and the arithmetic mean, where the true one lies.
    """
    least = min(value for _, value in values)
    if least == 0:
        return WORST
    total = sum(weight for weight, _ in values)
    logarithm = sum(
        (weight / total * Fraction(_decimal(value).ln(_DIGITS)) for weight, value in values), WORST
    )
    mean = Fraction(_decimal(logarithm).exp(_DIGITS))
    return max(least, min(mean, arithmetic_mean(values)))


def _decimal(value: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
