"""Counts who comes where in draws of totals."""

import numpy as np
from numpy.typing import NDArray

from riskapp.domain.sensitivity.draws.totals import Keys
from riskapp.domain.sensitivity.draws.weights import Parts

Counts = NDArray[np.int64]


class Placings:
    """Counts over draws of totals: placings, wins of each over each, and the weights of the first.

    `places[m - 1, i, r]` is in how many draws candidate i shares the places r to r + m - 1 (from 0) with
    m - 1 others; `wins[i, j]` in how many i is above j; `firsts[m - 1, i]` the sum of the weights, in
    whole parts, over the draws in which i shares the first place with m - 1 others, by dimension;
    `squares` the sums of their squares, as shares of 1.
    """

    def __init__(self, candidates: int, dimensions: int) -> None:
        """Begin at zero."""
        self.places: Counts = np.zeros((candidates, candidates, candidates), dtype=np.int64)
        self.wins: Counts = np.zeros((candidates, candidates), dtype=np.int64)
        self.firsts: Counts = np.zeros((candidates, candidates, dimensions), dtype=np.int64)
        self.squares = np.zeros((candidates, dimensions))

    def count(self, keys: Keys, weights: Parts) -> None:
        """Count one block of totals, drawn under these weights."""
        ahead, level = self._compare(keys)
        size = len(keys)
        rows = np.arange(size)[:, np.newaxis]
        codes = ((level.astype(np.int64) - 1) * size + rows) * size + ahead
        self.places += np.bincount(codes.ravel(), minlength=size**3).reshape(self.places.shape)
        who, when = np.nonzero(ahead == 0)
        sharing = (level[who, when].astype(np.int64) - 1) * size + who
        for dimension, parts in enumerate(weights):
            mine = parts[when].astype(np.float64)
            sums = np.bincount(sharing, weights=mine, minlength=size**2)
            self.firsts[:, :, dimension] += sums.astype(np.int64).reshape(size, size)
            self.squares[:, dimension] += np.bincount(who, weights=mine * mine, minlength=size)

    def _compare(self, keys: Keys) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return how many are ahead of each in each draw, and how many are level with it, itself counted."""
        ahead = np.empty(keys.shape, dtype=np.uint8)
        behind = np.zeros(keys.shape, dtype=np.uint8)
        for place, key in enumerate(keys):
            above = keys > key
            self.wins[:, place] += np.count_nonzero(above, axis=1)
            ahead[place] = np.add.reduce(above, axis=0, dtype=np.uint8)
            behind += above
        return ahead, (len(keys) - ahead - behind).astype(np.uint8)


def count_of_firsts(keys: Keys, candidate: int) -> Counts:
    """Return in how many draws a candidate shares the first place with 0, 1, ... others."""
    best = keys.max(axis=0)
    won = keys[:, keys[candidate] == best]
    sharing = np.count_nonzero(won == won[candidate], axis=0)
    return np.bincount(sharing - 1, minlength=len(keys))
