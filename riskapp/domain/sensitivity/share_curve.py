"""How a total moves with the weight of one dimension while the other weights keep their proportions.

Let `r` be the weight of the dimension over that of all others together, so that its share of the weight is
r / (1 + r). The total of a candidate is then (n0 + n1 r) / (d0 + d1 r), and two candidates are level where
a polynomial of the second degree is 0: of the first degree unless other dimensions apply to one of the two
than to the other. A geometric total is treated through the logarithms of the scores, which keep the order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise
from math import isqrt

_DIGITS = Context(prec=50)
_ROOT_DIGITS = 10**40

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Curve:
    """A total as (n0 + n1 r) / (d0 + d1 r); the denominator is above 0 for every r above 0."""

    n0: Fraction
    n1: Fraction
    d0: Fraction
    d1: Fraction


def curve(values: Mapping[str, Fraction], others: Mapping[str, Fraction], dimension: str) -> Curve:
    """Return how the weighted mean of the values moves with the weight of the dimension.

    `values` holds the dimensions that apply; `others` the weights above 0 of all other dimensions, which
    sum to 1. At least one of the values must be of the dimension or weighed in `others`.
    """
    applicable = [(weight, values[each]) for each, weight in others.items() if each in values]
    weighed = sum((weight for weight, _ in applicable), ZERO)
    mean = sum((weight * value for weight, value in applicable), ZERO)
    own = values.get(dimension)
    if own is None:
        return Curve(mean / weighed, ZERO, Fraction(1), ZERO)
    return Curve(mean, own, weighed, Fraction(1)) if weighed else Curve(own, ZERO, Fraction(1), ZERO)


def logarithm(value: Fraction) -> Fraction:
    """Return the natural logarithm of a number above 0, rounded to 50 digits and exact from there on."""
    return Fraction(_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator)).ln(_DIGITS))


Lead = tuple[Fraction, Fraction, Fraction]
"""c0 + c1 r + c2 r^2, whose sign says which of two totals is ahead."""


def lead(first: Curve, second: Curve) -> Lead:
    """Return a polynomial that is above 0 where the first total is above the second."""
    return (
        first.n0 * second.d0 - second.n0 * first.d0,
        first.n0 * second.d1 + first.n1 * second.d0 - second.n0 * first.d1 - second.n1 * first.d0,
        first.n1 * second.d1 - second.n1 * first.d1,
    )


def overtaken(ahead: Lead, now: Fraction) -> tuple[Fraction | None, Fraction | None]:
    """Return the nearest `r` below and above `now` beyond which the second total is ahead of the first.

    None where there is no such `r` on that side. Only r above 0 count: at 0 the dimension does not weigh.
    """
    bounds = [ZERO, *_roots(ahead), None]
    pieces = [(low or ZERO, high) for low, high in pairwise(bounds)]
    behind = [(low, high) for low, high in pieces if _at(ahead, _inside(low, high)) < 0]
    below = [now if high is None else min(high, now) for low, high in behind if low < now]
    above = [max(low, now) for low, high in behind if high is None or high > now]
    return (max(below) if below else None), (min(above) if above else None)


def share_of(ratio: Fraction) -> Fraction:
    """Return the share of all weight, 0 to 1, of a dimension that weighs `ratio` times all others."""
    return ratio / (1 + ratio)


def _inside(low: Fraction, high: Fraction | None) -> Fraction:
    return low + 1 if high is None else (low + high) / 2


def _at(polynomial: Lead, r: Fraction) -> Fraction:
    c0, c1, c2 = polynomial
    return c0 + r * (c1 + r * c2)


def _roots(polynomial: Lead) -> list[Fraction]:
    """Return the roots above 0, rising: exact where they are rational, else to some 40 digits."""
    c0, c1, c2 = polynomial
    if c2:
        discriminant = c1 * c1 - 4 * c2 * c0
        if discriminant < 0:
            return []
        root = _square_root(discriminant)
        found = {(-c1 - root) / (2 * c2), (-c1 + root) / (2 * c2)}
    else:
        found = {-c0 / c1} if c1 else set()
    return sorted(each for each in found if each > 0)


def _square_root(value: Fraction) -> Fraction:
    above, below = isqrt(value.numerator), isqrt(value.denominator)
    if above * above == value.numerator and below * below == value.denominator:
        return Fraction(above, below)
    scaled = isqrt(value.numerator * value.denominator * _ROOT_DIGITS**2)
    return Fraction(scaled, value.denominator * _ROOT_DIGITS)
