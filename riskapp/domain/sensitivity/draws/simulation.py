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


def simulate(comparison: Comparison, readings: Sequence[Reading], *, draws: int) -> tuple[Robustness, ...]:
    """Return, for each reading of the weights, what the draws say of each candidate that has a total.

    Weights and scores are drawn `draws` times for the acceptabilities; for the confidence factors the
    scores are drawn as many times again, with the weights held at the central ones. All readings see the
    same scores, so several cost little more than one.
    """
    candidates = comparison.drawn()
    source = ScoreSource(comparison, candidates)
    placings = _placings(comparison, readings, source, candidates=len(candidates), draws=draws)
    central = [
        {
            each: found
            for place, each in enumerate(candidates)
            if (found := _central_weights(comparison, placed, place)) is not None
        }
        for placed in placings
    ]
    confidence = _confidence(source, candidates, central, draws=draws)
    return tuple(
        _said(reading, candidates, placed, weights, confident, draws=draws)
        for reading, placed, weights, confident in zip(readings, placings, central, confidence, strict=True)
    )


def _said(
    reading: Reading,
    candidates: Sequence[str],
    placings: Placings,
    central: Mapping[str, CentralWeights],
    confidence: Mapping[str, Fraction],
    *,
    draws: int,
) -> Robustness:
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
    comparison: Comparison,
    readings: Sequence[Reading],
    source: ScoreSource,
    *,
    candidates: int,
    draws: int,
) -> list[Placings]:
    weights = [weight_source(each, comparison.shares, comparison.seed) for each in readings]
    found = [Placings(candidates, len(comparison.shares)) for _ in readings]
    for size in _blocks(draws):
        scores = source.draw()
        for draw_weights, placings in zip(weights, found, strict=True):
            parts = draw_weights()
            keys = source.totals(scores, parts / WHOLE)
            placings.count(keys[:, :size], parts[:, :size])
    return found


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
    source: ScoreSource,
    candidates: Sequence[str],
    central: Sequence[Mapping[str, CentralWeights]],
    *,
    draws: int,
) -> list[dict[str, Fraction]]:
    """Return the share of the draws of scores in which each is first under its own central weights."""
    weights = [{each: _column(found) for each, found in reading.items()} for reading in central]
    counts = [{each: np.zeros(len(candidates), dtype=np.int64) for each in reading} for reading in central]
    for size in _blocks(draws):
        scores = source.draw()
        for columns, counted in zip(weights, counts, strict=True):
            for place, each in enumerate(candidates):
                if each in columns:
                    keys = source.totals(scores, columns[each])
                    counted[each] += count_of_firsts(keys[:, :size], place)
    return [
        {each: _shared([int(count) for count in found]) / draws for each, found in reading.items()}
        for reading in counts
    ]


def _column(central: CentralWeights) -> NDArray[np.float64]:
    return np.array([[float(weight)] for weight in central.weights.values()])
