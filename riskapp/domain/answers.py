"""Answers are types, not numbers: unknown, not applicable, zero and absence never share a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Confidence(StrEnum):
    """How far the assessor trusts the answer, given the evidence it rests on."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class ChosenLevel:
    """The state that was observed, by the id of its level."""

    level: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured number in the unit of the criterion, with its interval (low <= value <= high)."""

    value: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Indicators:
    """Ids of statements that are met, not met and not applicable; the rest are open."""

    met: frozenset[str]
    not_met: frozenset[str]
    not_applicable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The criterion says nothing about this candidate in this context, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Looked for and not found, and where it was looked for."""

    reason: str


Response = ChosenLevel | Measurement | Indicators | NotApplicable | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response with what stands behind it; `evidence` holds ids of evidence items."""

    response: Response
    confidence: Confidence
    rationale: str
    evidence: tuple[str, ...] = ()


Answers = Mapping[str, Answer]
"""Answers by criterion id; a criterion without an entry is unanswered."""
