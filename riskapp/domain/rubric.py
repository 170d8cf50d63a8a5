"""A rubric release: what is asked, how answers become scores, and which rules no total buys back.

Direction: 0 to 100, and 100 is best. Every number is an exact rational.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One observable state of a criterion; `value` is 0 to 100."""

    id: str
    name: str
    state: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class LevelScale:
    """Ordered levels, worst first."""

    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class MeasureScale:
    """A number with a unit, mapped by a piecewise-linear value function, clipped at the ends.

    `points` are (measured number, value 0 to 100), by rising measured number; the values rise or
    fall throughout.
    """

    unit: str
    points: tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One yes/no statement."""

    id: str
    statement: str


@dataclass(frozen=True, slots=True)
class IndicatorScale:
    """Yes/no statements; the value is 100 x met / applicable."""

    indicators: tuple[Indicator, ...]


Scale = LevelScale | MeasureScale | IndicatorScale


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a framework. The edition belongs to it: identifiers move between editions."""

    framework: str
    edition: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One question of a rubric. `stale_after_days` is how long an answer lasts (None: for ever)."""

    id: str
    name: str
    question: str
    why: str
    how: str
    weight: Fraction
    scale: Scale
    not_applicable_allowed: bool
    evidence: tuple[str, ...]
    stale_after_days: int | None
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A group of criteria with a weight in the total."""

    id: str
    name: str
    question: str
    weight: Fraction
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A name for a range of the score: from `from_score` up to the next band."""

    id: str
    name: str
    from_score: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A named set of dimension weights for a use; `trade` says which swing it trades for which."""

    id: str
    name: str
    trade: str
    weights: dict[str, Fraction]


class Aggregation(StrEnum):
    """How dimension scores combine into the total."""

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"


@dataclass(frozen=True, slots=True)
class CriterionAtLeast:
    """The criterion's score reaches `minimum` (0 to 100)."""

    criterion: str
    minimum: Fraction


@dataclass(frozen=True, slots=True)
class IndicatorMet:
    """This statement of the criterion is met, or does not apply."""

    criterion: str
    indicator: str


@dataclass(frozen=True, slots=True)
class DimensionAtLeast:
    """The dimension's score reaches `minimum` (0 to 100)."""

    dimension: str
    minimum: Fraction


@dataclass(frozen=True, slots=True)
class FactIn:
    """Every value of a declared fact about the candidate is one of these."""

    fact: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactNotIn:
    """No value of a declared fact about the candidate is one of these."""

    fact: str
    values: tuple[str, ...]


GateTest = CriterionAtLeast | IndicatorMet | DimensionAtLeast | FactIn | FactNotIn


class GateEffect(StrEnum):
    """What a tripped gate does to the recommendation."""

    REJECT = "reject"
    ESCALATE = "escalate"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A rule that no total can buy back.

    `when` maps a field of the context of use to the values for which the gate applies (all fields
    must match; empty: always). The gate trips when `test` does not hold. `condition` is the text
    of the condition where the effect is one.
    """

    id: str
    text: str
    when: dict[str, tuple[str, ...]] = field(default_factory=dict)
    test: GateTest
    effect: GateEffect
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """The least low bounds, of the total and of every weighted dimension, that earn an outcome."""

    total: Fraction
    dimension: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What the low bounds must reach; `reject_below` stands against the total's high bound."""

    approve: Floor
    conditions: Floor
    reject_below: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """A rubric release as the engine reads it; its identity is id + version + digest."""

    id: str
    version: str
    title: str
    description: str
    dimensions: tuple[Dimension, ...]
    gates: tuple[Gate, ...]
    bands: tuple[Band, ...]
    profiles: tuple[Profile, ...]
    minimum_coverage: Fraction
    aggregation: Aggregation
    confidence_half_width: dict[str, Fraction]
    moderation_spread: Fraction
    thresholds: Thresholds
    digest: str

    def criteria(self) -> Iterator[Criterion]:
        """Yield every criterion in the order of the rubric."""
        for dimension in self.dimensions:
            yield from dimension.criteria

    def criterion(self, criterion_id: str) -> Criterion:
        """Return the criterion with this id; raises KeyError."""
        for criterion in self.criteria():
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    def dimension_of(self, criterion_id: str) -> Dimension:
        """Return the dimension that holds this criterion; raises KeyError."""
        for dimension in self.dimensions:
            if any(criterion.id == criterion_id for criterion in dimension.criteria):
                return dimension
        raise KeyError(criterion_id)

    def in_order(self, dimensions: Container[str]) -> tuple[str, ...]:
        """Return which of these dimensions, by id, the rubric has, in its order."""
        return tuple(each.id for each in self.dimensions if each.id in dimensions)

    def profile(self, profile_id: str) -> Profile:
        """Return the profile with this id; raises KeyError."""
        for profile in self.profiles:
            if profile.id == profile_id:
                return profile
        raise KeyError(profile_id)
