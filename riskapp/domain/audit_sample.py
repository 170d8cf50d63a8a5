"""A stratified random sample that anybody can draw again: the same seed and population give the same one.

The order within a stratum is that of SHA-256 over the seed and the id, so it takes no random generator,
and no release of any language, to repeat it.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from riskapp.domain.canonical import sha256_hex

LARGEST_SAMPLE = 500
LONGEST_SEED = 60
_MISSED = 0.05


def allocation(population: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many to draw from each stratum: in proportion, and at least one of each.

    What proportion leaves over goes to the largest remainders, by name where they are equal. A size below
    the number of strata counts as that number; none gives more than it has.
    """
    there = {name: count for name, count in sorted(population.items()) if count}
    total = sum(there.values())
    wanted = min(max(size, len(there)), total)
    shares = {name: Fraction(count * wanted, total) for name, count in there.items()}
    drawn = {name: max(1, floor(share)) for name, share in shares.items()}
    by_remainder = sorted(there, key=lambda name: (-(shares[name] - floor(shares[name])), name))
    while sum(drawn.values()) < wanted:
        name = next(each for each in by_remainder if drawn[each] < there[each])
        drawn[name] += 1
        by_remainder = [*(each for each in by_remainder if each != name), name]
    while sum(drawn.values()) > wanted:
        drawn[max(drawn, key=lambda each: (drawn[each], each))] -= 1
    return drawn


def draw(population: Mapping[str, Sequence[str]], size: int, seed: str) -> dict[str, tuple[str, ...]]:
    """Return the drawn ids by stratum, in the order in which they were drawn."""
    counts = allocation({name: len(ids) for name, ids in population.items()}, size)
    return {
        name: tuple(sorted(population[name], key=lambda each: sha256_hex(f"{seed}\n{each}".encode()))[:count])
        for name, count in counts.items()
    }


def share_that_may_be_missed(size: int) -> float:
    """Return which share of a large population may deviate although none of a sample does.

    At 95 % confidence: 1 - 0.05^(1/n). A sample drawn in proportion from strata does no worse.
    """
    return 1.0 - float(_MISSED ** (1.0 / size))
