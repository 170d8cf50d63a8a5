"""A fact: what one source says of one metric of one subject, as of when; facts may disagree."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from riskapp.domain.as_of import as_of_fault
from riskapp.domain.candidate import Route
from riskapp.domain.text_rules import found, line_fault, text_fault
from riskapp.domain.web_address import NO_ADDRESS, is_web_address


class ClaimType(StrEnum):
    """Who says it."""

    VENDOR_CLAIM = "vendor_claim"
    INDEPENDENT = "independent"
    GOVERNMENT_EVALUATION = "government_evaluation"
    REGULATION = "regulation"
    STANDARD = "standard"
    PRESS = "press"
    COMPUTED = "computed"
    OWN_TEST = "own_test"


class Verification(StrEnum):
    """How well it was checked: in the source itself, in a copy or quotation, by calculation, not at all."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    COMPUTED = "computed"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One sourced statement.

    `subject` is what the source speaks of, in its words. `model`, `version`, `route` and `host` say how
    far it holds: None is "in general" (no model: of the developer, or of no candidate at all). `as_of` is a
    day, month, year or span (`riskapp.domain.as_of`). `dimension` is an id as rubrics write it.
    """

    subject: str
    developer: str
    model: str | None
    version: str | None
    route: Route | None
    host: str | None
    dimension: str
    metric: str
    value: str
    unit: str
    as_of: str
    claim_type: ClaimType
    verification: Verification
    source_title: str
    publisher: str
    url: str
    note: str


class Agreement(StrEnum):
    """How the values that were given for one metric of one subject stand to one another."""

    SINGLE = "single"
    AGREE = "agree"
    CHANGED = "changed"
    DISAGREE = "disagree"
    IN_WORDS = "in-words"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a look at several values of one metric shows."""

    agreement: Agreement
    sources: int
    values: int

    @property
    def words(self) -> str:
        """Return it in words: `2 sources disagree`."""
        sources = f"{self.sources} source" if self.sources == 1 else f"{self.sources} sources"
        match self.agreement:
            case Agreement.SINGLE:
                return "1 source"
            case Agreement.AGREE:
                return f"{sources} agree" if self.sources > 1 else f"{sources}, the same value twice"
            case Agreement.CHANGED:
                return f"{sources}, {self.values} values over time"
            case Agreement.DISAGREE:
                return f"{sources} disagree" if self.sources > 1 else f"{sources} contradicts itself"
            case Agreement.IN_WORDS:
                return f"{sources}, not comparable as numbers"


def comparison(facts: Sequence[Fact]) -> Comparison:
    """Return how one or more facts on one metric of one subject stand to one another.

    Numbers are compared exactly, with their units. One source that gives another value for another time
    has changed; it does not disagree. Words are not compared: people have to read them.
    """
    sources = {(fact.publisher, fact.source_title) for fact in facts}
    values = {(_number(fact.value), fact.unit) for fact in facts}
    numbers = all(number is not None for number, _ in values)
    alike = len({(fact.value, fact.unit) for fact in facts}) == 1
    return Comparison(
        _agreement(facts, sources=len(sources), values=len(values), numbers=numbers, alike=alike),
        len(sources),
        len(values) if numbers else len(facts),
    )


def _agreement(facts: Sequence[Fact], *, sources: int, values: int, numbers: bool, alike: bool) -> Agreement:
    if len(facts) == 1:
        return Agreement.SINGLE
    if alike or (numbers and values == 1):
        return Agreement.AGREE
    if not numbers or len({fact.unit for fact in facts}) > 1:
        return Agreement.IN_WORDS
    if sources == 1 and len({fact.as_of for fact in facts}) > 1:
        return Agreement.CHANGED
    return Agreement.DISAGREE


def _number(value: str) -> Fraction | None:
    text = value.strip().replace("\N{MINUS SIGN}", "-")
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    return Fraction(text) if _NUMBER.fullmatch(text) else None


_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_WITH_COMMA = re.compile(r"[+-]?[0-9][0-9.]*,[0-9.,]*")
_NUMBER = re.compile(r"[+-]?[0-9]{1,24}(\.[0-9]{1,24})?")
_DIMENSION = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

LONGEST_DIMENSION = 60
LONGEST_VALUE = 2_000
LONGEST_NOTE = 4_000
LINES = {
    "subject": 200,
    "developer": 120,
    "model": 120,
    "version": 120,
    "host": 120,
    "metric": 200,
    "unit": 60,
    "source_title": 300,
    "publisher": 200,
}
"""The longest text of each field that stands on one line."""

OPTIONAL = frozenset({"developer", "model", "version", "host", "unit", "publisher"})


def fact_faults(fact: Fact) -> dict[str, str]:
    """Return what keeps a fact out of the register: a message by field, empty where nothing does."""
    lines = (
        (name, line_fault(getattr(fact, name) or "", longest, optional=name in OPTIONAL))
        for name, longest in LINES.items()
    )
    return found((*lines, *_bounds(fact), *_contents(fact)))


def _bounds(fact: Fact) -> Iterable[tuple[str, str | None]]:
    if fact.version and not fact.model:
        yield "model", "is missing, but a version is given; enter the model, or leave the version out"
    if fact.host and fact.route is None:
        yield "route", "is missing, but a host is given; choose the route, or leave the host out"


def _contents(fact: Fact) -> Iterable[tuple[str, str | None]]:
    yield "dimension", _dimension_fault(fact.dimension)
    yield "value", text_fault(fact.value, LONGEST_VALUE) or _comma_fault(fact.value)
    yield "as_of", as_of_fault(fact.as_of)
    yield "url", None if not fact.url or is_web_address(fact.url) else NO_ADDRESS
    yield "note", text_fault(fact.note, LONGEST_NOTE, optional=True)


def _comma_fault(value: str) -> str | None:
    """Return what is wrong with a number whose comma may be a decimal one, or None."""
    text = value.strip().replace("\N{MINUS SIGN}", "-")
    if not _WITH_COMMA.fullmatch(text) or _GROUPED.fullmatch(text):
        return None
    return (
        f"{text[:40]!r} can be read in two ways; write 3.5 with a decimal point, thousands as 3500 or 3,500"
    )


def _dimension_fault(dimension: str) -> str | None:
    if not dimension:
        return "is missing; choose one"
    if _DIMENSION.fullmatch(dimension) and len(dimension) <= LONGEST_DIMENSION:
        return None
    return f"{dimension[:40]!r} is no id; write it like political-bias"
