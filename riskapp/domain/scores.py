"""What the engine returns: exact intervals, coverage, gates, contributions and a recommendation."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from riskapp.domain.rubric import Gate


class Rating(StrEnum):
    """Whether a score stands."""

    RATED = "rated"
    NOT_RATED = "not-rated"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A score on 0 to 100. `point` is None unless rated; low and high are None where not applicable.

    `coverage` is 0 to 1: the weight of criteria with a point over that of all applicable ones
    (None where nothing is applicable). `band` is the id of the rubric's band that holds the point.
    """

    rating: Rating
    point: Fraction | None
    low: Fraction | None
    high: Fraction | None
    coverage: Fraction | None
    band: str | None


class GateState(StrEnum):
    """What became of a gate."""

    PASSED = "passed"
    TRIPPED = "tripped"
    UNDECIDED = "undecided"
    NOT_IN_CONTEXT = "not-in-context"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOutcome:
    """A gate with what became of it and, in words, what tripped it or is missing."""

    gate: Gate
    state: GateState
    because: str


class Recommendation(StrEnum):
    """What the arithmetic recommends; a person decides."""

    REJECT = "reject"
    ESCALATE = "escalate"
    APPROVE_WITH_CONDITIONS = "approve-with-conditions"
    APPROVE = "approve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one criterion (None: the imbalance term of a geometric total) adds to the total.

    `exact` sums to the exact total; `shown`, in tenths of a point, sums to the shown total.
    """

    dimension: str | None
    criterion: str | None
    exact: Fraction
    shown: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """Everything that follows from a rubric, a profile, a context and a sheet of answers."""

    criteria: dict[str, Score]
    dimensions: dict[str, Score]
    total: Score
    gates: tuple[GateOutcome, ...]
    recommendation: Recommendation
    because: tuple[str, ...]
    contributions: tuple[Contribution, ...]
