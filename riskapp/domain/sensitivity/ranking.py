"""How far an order of candidates holds when weights and scores are not known exactly (SMAA-2)."""

from collections.abc import Sequence

from riskapp.domain.errors import InvalidError
from riskapp.domain.sensitivity.comparison import Comparison
from riskapp.domain.sensitivity.robustness import Reading, Robustness

FEWEST_DRAWS, MOST_DRAWS = 10_000, 5_000_000
DRAWS = 100_000


def rank(comparison: Comparison, reading: Reading, *, draws: int = DRAWS) -> Robustness:
    """Return how the candidates stand when weights and scores are drawn; equal comparisons, equal figures.

    Each criterion's score is drawn uniformly from its interval, independently of all others, and combined
    as the engine does. Candidates to which no weighted dimension applies have no total and take no part.
    Raises InvalidError for fewer than 10,000 draws or more than 5,000,000.
    """
    return rank_under(comparison, (reading,), draws=draws)[0]


def rank_under(
    comparison: Comparison, readings: Sequence[Reading], *, draws: int = DRAWS
) -> tuple[Robustness, ...]:
    """Return what `rank` gives under each of these readings of the weights, from scores drawn once."""
    if not FEWEST_DRAWS <= draws <= MOST_DRAWS:
        message = f"is {draws}; give {FEWEST_DRAWS} to {MOST_DRAWS}"
        raise InvalidError({"draws": message})
    if not comparison.drawn():
        return tuple(Robustness(reading=each, draws=draws, standings={}, wins={}) for each in readings)
    from riskapp.domain.sensitivity.draws.simulation import simulate

    return simulate(comparison, readings, draws=draws)
