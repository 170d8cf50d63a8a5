"""Stochastic multicriteria acceptability analysis (SMAA-2: Lahdelma and Salminen 2001) by simulation."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from riskapp.domain.sensitivity.comparison import Comparison
from riskapp.domain.sensitivity.draws.placings import Counts, Placings, count_of_firsts
from riskapp.domain.sensitivity.draws.stream import BLOCK, WHOLE
from riskapp.domain.sensitivity.draws.totals import ScoreSource
from riskapp.domain.sensitivity.draws.weights import weight_source
from riskapp.domain.sensitivity.robustness import CentralWeights, Reading, Robustness, Standing


def simulate(comparison: Comparison, reading: Reading, *, draws: int) -> Robustness:
    """Return what the draws say of each candidate that has a total.

    Weights and scores are drawn `draws` times for the acceptabilities; for the confidence factors the
    scores are drawn as many times again, with the weights held at the central ones.
    """
    candidates = comparison.drawn()
    source = ScoreSource(comparison, candidates)
    placings = _placings(comparison, reading, source, candidates=len(candidates), draws=draws)
    central = {
        each: found
        for place, each in enumerate(candidates)
        if (found := _central_weights(comparison, placings, place)) is not None
    }
    confidence = _confidence(source, candidates, central, draws=draws)
    return Robustness(
        reading=reading,
        draws=draws,
        standings={
            each: Standing(
                acceptability=_acceptability(placings.places[:, place], draws),
                central_weights=central.get(each),
                confidence_factor=confidence.get(each),
            )
            for place, each in enumerate(candidates)
        },
        wins={
            each: {
                other: Fraction(int(placings.wins[place, column]), draws)
                for column, other in enumerate(candidates)
                if other != each
            }
            for place, each in enumerate(candidates)
        },
    )


def _blocks(draws: int) -> list[int]:
    """Return how many draws of each block count: all of them, but for the last."""
    whole, rest = divmod(draws, BLOCK)
    return [BLOCK] * whole + ([rest] if rest else [])


def _placings(
    comparison: Comparison, reading: Reading, source: ScoreSource, *, candidates: int, draws: int
) -> Placings:
    weights = weight_source(reading, comparison.shares, comparison.seed)
    placings = Placings(candidates, len(comparison.shares))
    for size in _blocks(draws):
        parts = weights()
        keys = source.totals(source.draw(), parts / WHOLE)
        placings.count(keys[:, :size], parts[:, :size])
    return placings


def _shared(counts: Sequence[int]) -> Fraction:
    """Return the sum of counts of which the first count whole, the second half, the third a third, ..."""
    return sum((Fraction(count, m) for m, count in enumerate(counts, start=1)), Fraction(0))


def _acceptability(places: Counts, draws: int) -> tuple[Fraction, ...]:
    """Return the share of the draws in which a candidate takes each place; m on one level share m places."""
    size = len(places)
    return tuple(
        _shared([int(places[m, max(0, rank - m) : rank + 1].sum()) for m in range(size)]) / draws
        for rank in range(size)
    )


def _central_weights(comparison: Comparison, placings: Placings, place: int) -> CentralWeights | None:
    """Return the mean of the weights under which a candidate is first; None where it never is."""
    won = [int(count) for count in placings.places[:, place, 0]]
    shared = _shared(won)
    if not shared:
        return None
    means, errors = {}, {}
    for column, dimension in enumerate(comparison.shares):
        sums = [int(each) for each in placings.firsts[:, place, column]]
        mean = _shared(sums) / (shared * WHOLE)
        square = placings.squares[place, column] / (sum(won) * WHOLE**2)
        means[dimension] = mean
        errors[dimension] = sqrt(max(0.0, square - float(mean) ** 2) / sum(won))
    return CentralWeights(weights=means, errors=errors)


def _confidence(
    source: ScoreSource, candidates: Sequence[str], central: Mapping[str, CentralWeights], *, draws: int
) -> dict[str, Fraction]:
    """Return the share of the draws of scores in which each is first under its own central weights."""
    weights = {each: _column(found) for each, found in central.items()}
    counts = {each: np.zeros(len(candidates), dtype=np.int64) for each in central}
    for size in _blocks(draws):
        scores = source.draw()
        for place, each in enumerate(candidates):
            if each in central:
                keys = source.totals(scores, weights[each])
                counts[each] += count_of_firsts(keys[:, :size], place)
    return {each: _shared([int(count) for count in found]) / draws for each, found in counts.items()}


def _column(central: CentralWeights) -> NDArray[np.float64]:
    return np.array([[float(weight)] for weight in central.weights.values()])
