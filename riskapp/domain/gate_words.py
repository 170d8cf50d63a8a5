"""What a gate asks, in words, before any answer is given: for readers of a rubric."""

from collections.abc import Sequence

from riskapp.domain.candidate import COUNTRY_FACTS
from riskapp.domain.rubric import (
    CriterionAtLeast,
    DimensionAtLeast,
    FactIn,
    FactNotIn,
    Gate,
    IndicatorMet,
    IndicatorScale,
    Rubric,
)
from riskapp.domain.shown import exact_text


def passes_where(rubric: Rubric, gate: Gate) -> str:
    """Return what has to hold for the gate to pass, as a clause: `“Licence” scores 25 or more`."""
    match gate.test:
        case CriterionAtLeast(criterion=subject, minimum=minimum):
            return f"“{rubric.criterion(subject).name}” scores {exact_text(minimum)} or more"
        case IndicatorMet(criterion=subject, indicator=wanted):
            return f"in “{rubric.criterion(subject).name}” is met: {_statement(rubric, subject, wanted)}"
        case DimensionAtLeast(dimension=subject, minimum=minimum):
            name = next(each.name for each in rubric.dimensions if each.id == subject)
            return f"the dimension “{name}” scores {exact_text(minimum)} or more"
        case FactIn(fact=fact, values=values):
            return f"{_words(fact)} is {_one_of(values, countries=fact in COUNTRY_FACTS)}"
        case FactNotIn(fact=fact, values=values):
            return f"{_words(fact)} is not {_one_of(values, countries=fact in COUNTRY_FACTS)}"


def applies_where(gate: Gate) -> str:
    """Return for which contexts of use the gate is there: `buyer is US federal; data class is personal`."""
    clauses = [f"{_words(name)} is {_one_of(values)}" for name, values in gate.when.items()]
    return "; ".join(clauses) or "always"


def _statement(rubric: Rubric, criterion_id: str, indicator_id: str) -> str:
    scale = rubric.criterion(criterion_id).scale
    if isinstance(scale, IndicatorScale):
        for indicator in scale.indicators:
            if indicator.id == indicator_id:
                return indicator.statement
    return indicator_id


def _one_of(values: Sequence[str], *, countries: bool = False) -> str:
    *most, last = (each.upper() if countries and each != "own" else _words(each) for each in values)
    return f"{', '.join(most)} or {last}" if most else last


def _words(identifier: str) -> str:
    parts = identifier.replace("_", "-").split("-")
    return " ".join(part.upper() if part in _CAPITALS else part for part in parts)


_CAPITALS = frozenset({"eu", "uk", "us"})
