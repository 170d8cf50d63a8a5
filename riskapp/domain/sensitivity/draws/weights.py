"""Weights of dimensions, drawn in whole parts of 2^32 so that their sums are exact."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from riskapp.domain.sensitivity.draws.stream import BITS, BLOCK, WHOLE, Stream
from riskapp.domain.sensitivity.robustness import SPREAD, Reading

Parts = NDArray[np.int64]
"""One row for each dimension, one column for each draw; each column sums to WHOLE."""


def weight_source(reading: Reading, shares: Mapping[str, Fraction], seed: str) -> Callable[[], Parts]:
    """Return what draws the next block of weights, all above 0, for the dimensions in their order."""
    stream = Stream(seed, f"weights/{reading.value}")
    if len(shares) == 1:
        return lambda: np.full((1, BLOCK), WHOLE, dtype=np.int64)
    match reading:
        case Reading.UNIFORM:
            return lambda: _uniform(stream, len(shares))
        case Reading.PROFILE:
            return _Around(stream, list(shares.values()))


def _scaled(numbers: NDArray[np.uint32], count: NDArray[np.uint64] | np.uint64) -> Parts:
    """Return whole numbers from 0 to count - 1; both factors are below 2^33, so nothing overflows."""
    return ((numbers.astype(np.uint64) * count) >> np.uint64(BITS)).astype(np.int64)


def _uniform(stream: Stream, dimensions: int) -> Parts:
    """Return the gaps between sorted uniform numbers: uniform on the simplex (Devroye 1986, chapter V.2)."""
    inside = WHOLE - dimensions
    cuts = np.sort(_scaled(stream.take(dimensions - 1), np.uint64(inside + 1)), axis=0)
    ends = np.zeros((1, BLOCK), dtype=np.int64)
    return np.diff(cuts, axis=0, prepend=ends, append=ends + inside) + 1


class _Around:
    """Uniform on the part of the simplex in which each weight is within SPREAD of the profile's.

    All weights but the largest are drawn from their ranges and the largest takes the rest; a draw whose
    rest falls out of its range is thrown away. What is kept is uniform, because the rest follows from the
    others linearly.
    """

    def __init__(self, stream: Stream, shares: Sequence[Fraction]) -> None:
        self._stream = stream
        self._rest = max(range(len(shares)), key=shares.__getitem__)
        bounds = [(ceil(each * (1 - SPREAD) * WHOLE), floor(each * (1 + SPREAD) * WHOLE)) for each in shares]
        bounds = [(max(low, 1), max(low, high, 1)) for low, high in bounds]
        self._rest_low, self._rest_high = bounds.pop(self._rest)
        self._lows = np.array([[low] for low, _ in bounds], dtype=np.int64)
        self._counts = np.array([[high - low + 1] for low, high in bounds], dtype=np.uint64)
        self._kept = np.empty((len(shares), 0), dtype=np.int64)

    def __call__(self) -> Parts:
        """Return the next block."""
        while self._kept.shape[1] < BLOCK:
            self._kept = np.concatenate((self._kept, self._more()), axis=1)
        block, self._kept = self._kept[:, :BLOCK], self._kept[:, BLOCK:]
        return block

    def _more(self) -> Parts:
        drawn = self._lows + _scaled(self._stream.take(len(self._lows)), self._counts)
        rest = WHOLE - drawn.sum(axis=0)
        fits = (rest >= self._rest_low) & (rest <= self._rest_high)
        return np.insert(drawn, self._rest, rest, axis=0)[:, fits]
