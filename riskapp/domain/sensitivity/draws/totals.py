"""Scores of dimensions drawn from the ranges of their criteria, and totals as the engine combines them."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from riskapp.domain.rubric import Aggregation
from riskapp.domain.sensitivity.comparison import Comparison, OpenScore
from riskapp.domain.sensitivity.draws.stream import BLOCK, WHOLE, Stream

Floats = NDArray[np.float64]

Keys = NDArray[np.int32]
"""Totals in parts of 2^-24 points, one row for each candidate: what differs by less is level."""

_PARTS_OF_A_POINT = 1 << 24


class _Candidate:
    """Draws the scores of one candidate, in each dimension a sum of uniform criteria."""

    def __init__(self, stream: Stream, dimensions: Sequence[tuple[OpenScore, ...]], neutral: float) -> None:
        self._stream = stream
        self._neutral = neutral
        self._bases: list[float] = []
        self._slopes: list[list[float]] = []
        for scores in dimensions:
            low = sum((each.share * each.low for each in scores), Fraction(0))
            widths = [each.share * (each.high - each.low) for each in scores if each.high > each.low]
            half_a_step = sum(widths, Fraction(0)) / (2 * WHOLE)
            self._bases.append(float(low + half_a_step) if scores else neutral)
            self._slopes.append([float(width / WHOLE) for width in widths])
        self._open = sum(len(each) for each in self._slopes)

    def draw(self, into: Floats) -> None:
        """Write the next block into an array of one row for each dimension.

        The sums are taken criterion by criterion and never by a library's own order of summation, so that
        they come out alike to the last bit everywhere.
        """
        numbers = iter(self._stream.take(self._open))
        part = np.empty(BLOCK)
        for row, base, slopes in zip(into, self._bases, self._slopes, strict=True):
            row[:] = base
            for slope in slopes:
                np.multiply(next(numbers), slope, out=part)
                np.add(row, part, out=row)


class ScoreSource:
    """Draws the scores of all candidates, block after block."""

    def __init__(self, comparison: Comparison, candidates: Sequence[str]) -> None:
        """Begin the streams; each candidate has its own, by its place among what is compared."""
        self._geometric = comparison.rubric.aggregation is Aggregation.GEOMETRIC
        ranges = [comparison.ranges[each] for each in candidates]
        neutral = 1.0 if self._geometric else 0.0
        self._candidates = [
            _Candidate(
                Stream(comparison.seed, f"scores/{place}"),
                [mine.get(dimension, ()) for dimension in comparison.shares],
                neutral,
            )
            for place, mine in enumerate(ranges)
        ]
        self._applies = np.array(
            [[float(dimension in mine) for mine in ranges] for dimension in comparison.shares]
        )
        self._block = np.empty((len(comparison.shares), len(candidates), BLOCK))

    def draw(self) -> Floats:
        """Return the next block, by dimension, candidate and draw: scores, or logarithms for geometry.

        The array is used again for the block after. A dimension that does not apply holds 0.
        """
        for place, candidate in enumerate(self._candidates):
            candidate.draw(self._block[:, place])
        if self._geometric:
            with np.errstate(divide="ignore"):
                np.log(self._block, out=self._block)
        return self._block

    def totals(self, scores: Floats, weights: Floats) -> Keys:
        """Return the totals of a block under weights of one row for each dimension (they sum to 1)."""
        total = _weighted_sum(scores, weights)
        if not self._applies.all():
            total /= _weighted_sum(self._applies[:, :, np.newaxis], weights)
        if self._geometric:
            np.exp(total, out=total)
        total *= _PARTS_OF_A_POINT
        return np.rint(total, out=total).astype(np.int32)


def _weighted_sum(values: Floats, weights: Floats) -> Floats:
    total: Floats = values[0] * weights[0]
    for value, weight in zip(values[1:], weights[1:], strict=True):
        total += value * weight
    return total
