"""What draws of weights and scores say of an order of candidates (SMAA-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

SPREAD = Fraction(1, 4)
"""How far, in proportion to itself, a weight may lie from the profile's under that reading."""


class Reading(StrEnum):
    """How the weights are drawn: any weights at all, or weights near those of the profile."""

    UNIFORM = "uniform"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class CentralWeights:
    """The mean of the weights under which a candidate comes first, by dimension, with standard errors."""

    weights: Mapping[str, Fraction]
    errors: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the draws say of one candidate, in shares of 1.

    `acceptability` holds the share of the draws in which it takes the first place, the second, and so on.
    `central_weights` and `confidence_factor` (the share of draws of scores in which it is first under
    these weights) are None where it never came first.
    """

    acceptability: tuple[Fraction, ...]
    central_weights: CentralWeights | None
    confidence_factor: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """What the draws say, by the id of each candidate that has a total.

    `wins[a][b]` is the share of the draws in which a is above b; where they are level, neither is.
    """

    reading: Reading
    draws: int
    standings: Mapping[str, Standing]
    wins: Mapping[str, Mapping[str, Fraction]]


def standard_error(share: Fraction, draws: int) -> float:
    """Return the standard error of a share that was counted in independent draws."""
    return sqrt(share * (1 - share) / draws)
