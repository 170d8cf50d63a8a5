"""What each criterion adds to the total, exactly and as shown; both add up."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from riskapp.domain.aggregation import weighted_dimensions
from riskapp.domain.rubric import Profile, Rubric
from riskapp.domain.scores import Contribution, Score
from riskapp.domain.shown import in_tenths

Part = tuple[str | None, str | None, Fraction]
"""Dimension, criterion and the exact share; both ids are None for the imbalance."""


def contributions(
    rubric: Rubric,
    profile: Profile,
    *,
    criteria: Mapping[str, Score],
    dimensions: Mapping[str, Score],
    total: Score,
) -> tuple[Contribution, ...]:
    """Return what each criterion with a point adds to the total; nothing where the total is not rated.

    A geometric total is the arithmetic one less an imbalance, which stands last with neither
    dimension nor criterion.
    """
    if total.point is None:
        return ()
    weights = weighted_dimensions(profile, dimensions)
    share = {each: weight / sum(weights.values()) for each, weight in weights.items()}
    parts = [
        part
        for dimension in rubric.dimensions
        if dimension.id in share
        for part in _parts(
            dimension.id,
            share[dimension.id],
            [(each.id, each.weight, criteria[each.id].point) for each in dimension.criteria],
        )
    ]
    imbalance = total.point - sum(exact for _, _, exact in parts)
    if imbalance:
        parts.append((None, None, imbalance))
    shown = shown_parts(parts, in_tenths(total.point))
    return tuple(
        Contribution(dimension=dimension, criterion=criterion, exact=exact, shown=tenths)
        for (dimension, criterion, exact), tenths in zip(parts, shown, strict=True)
    )


def _parts(
    dimension: str, share: Fraction, criteria: Sequence[tuple[str, Fraction, Fraction | None]]
) -> list[Part]:
    known = [(each, weight, point) for each, weight, point in criteria if weight > 0 and point is not None]
    total = sum(weight for _, weight, _ in known)
    return [(dimension, each, share * weight / total * point) for each, weight, point in known]


def shown_parts(parts: Sequence[Part], total: Fraction) -> list[Fraction]:
    """Return the parts in tenths so that they sum to the shown total (largest remainder).

    Each part is rounded down, and the tenths that are missing go to the largest remainders; equal
    ones by the names of the parts, so that the order of a rubric changes nothing.
    """
    down = [Fraction(floor(exact * 10), 10) for _, _, exact in parts]
    missing = int((total - sum(down)) * 10)
    by_remainder = sorted(
        range(len(parts)),
        key=lambda i: (down[i] - parts[i][2], parts[i][0] or "", parts[i][1] or ""),
    )
    for position in by_remainder[:missing]:
        down[position] += Fraction(1, 10)
    return down
