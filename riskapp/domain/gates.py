"""Rules that no total can buy back: what becomes of each gate, and why, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from riskapp.domain.answers import Answer, Answers, Indicators, NotApplicable
from riskapp.domain.context import Context
from riskapp.domain.rubric import (
    Criterion,
    CriterionAtLeast,
    DimensionAtLeast,
    FactIn,
    FactNotIn,
    Gate,
    IndicatorMet,
    IndicatorScale,
    Rubric,
)
from riskapp.domain.scores import GateOutcome, GateState, Rating, Score
from riskapp.domain.shown import one_decimal

Verdict = tuple[GateState, str]

Facts = Mapping[str, tuple[str, ...]]
"""Declared facts about the candidate, each with its values; what is not known is absent."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A part of a rubric that a gate may test, with its name and score."""

    name: str
    score: Score


def evaluate_gates(
    rubric: Rubric,
    answers: Answers,
    *,
    context: Context | None,
    facts: Facts,
    criteria: Mapping[str, Score],
    dimensions: Mapping[str, Score],
) -> tuple[GateOutcome, ...]:
    """Return what becomes of every gate, in the order of the rubric.

    A gate that asks for a context is undecided where none is declared, and so is one whose answer
    or fact is not known, or whose outcome hangs on an open statement: unknown is not a pass.
    """
    asked = {each.id: each for each in rubric.criteria()}
    scored_dimensions = {each.id: Scored(each.name, dimensions[each.id]) for each in rubric.dimensions}

    def verdict(gate: Gate) -> Verdict:
        match gate.test:
            case CriterionAtLeast(criterion=subject, minimum=minimum):
                return _criterion_reaches(asked[subject], criteria[subject], minimum)
            case IndicatorMet(criterion=subject, indicator=statement):
                return _met(asked[subject], statement, answers.get(subject))
            case DimensionAtLeast(dimension=subject, minimum=minimum):
                return _reaches(scored_dimensions[subject], minimum)
            case FactIn(fact=fact, values=values):
                return _fact(fact, facts.get(fact, ()), allowed=values)
            case FactNotIn(fact=fact, values=values):
                return _fact(fact, facts.get(fact, ()), forbidden=values)

    outcomes = []
    for gate in rubric.gates:
        state, because = _outside(gate, context) or verdict(gate)
        outcomes.append(GateOutcome(gate=gate, state=state, because=because))
    return tuple(outcomes)


def _outside(gate: Gate, context: Context | None) -> Verdict | None:
    """Return a verdict where the context of use alone gives one, else None."""
    if not gate.when:
        return None
    if context is None:
        message = "No context of use is declared, so it is not known whether the gate applies."
        return GateState.UNDECIDED, message
    declared = context.facts()
    for field, values in gate.when.items():
        if set(declared[field]).isdisjoint(values):
            message = f"Does not apply here ({_words(field)}: {_listed(declared[field])})."
            return GateState.NOT_IN_CONTEXT, message
    return None


def _criterion_reaches(criterion: Criterion, score: Score, minimum: Fraction) -> Verdict:
    """Return the verdict on the point; undecided where open statements could turn it."""
    verdict = _reaches(Scored(criterion.name, score), minimum)
    if score.point is None or score.low is None or score.high is None:
        return verdict
    if isinstance(criterion.scale, IndicatorScale) and score.low < minimum <= score.high:
        spread = f"between {one_decimal(score.low)} and {one_decimal(score.high)}"
        message = f"{criterion.name} scores {spread} while statements are open"
        return GateState.UNDECIDED, f"{message}; the gate asks for {one_decimal(minimum)} at least."
    return verdict


def _met(criterion: Criterion, statement: str, answer: Answer | None) -> Verdict:
    name = f"{criterion.name}, {statement}"
    match answer.response if answer else None:
        case NotApplicable():
            return GateState.PASSED, f"{criterion.name} does not apply to this candidate."
        case Indicators(not_applicable=left_out) if statement in left_out:
            return GateState.PASSED, f"{name}: does not apply."
        case Indicators(met=met) if statement in met:
            return GateState.PASSED, f"{name}: met."
        case Indicators(not_met=not_met) if statement in not_met:
            return GateState.TRIPPED, f"{name}: not met."
        case _:
            return GateState.UNDECIDED, f"{name}: not known."


def _reaches(subject: Scored, minimum: Fraction) -> Verdict:
    score, least = subject.score, one_decimal(minimum)
    if score.rating is Rating.NOT_APPLICABLE:
        return GateState.PASSED, f"{subject.name} does not apply to this candidate."
    if score.point is None:
        return GateState.UNDECIDED, f"{subject.name} is not known; the gate asks for {least} at least."
    reached = f"{subject.name} scores {one_decimal(score.point)}"
    if score.point >= minimum:
        return GateState.PASSED, f"{reached}, which reaches {least}."
    return GateState.TRIPPED, f"{reached}, below the {least} that the gate asks for."


def _fact(
    fact: str, declared: Sequence[str], *, allowed: Sequence[str] | None = None, forbidden: Sequence[str] = ()
) -> Verdict:
    name = _words(fact).capitalize()
    if not declared:
        return GateState.UNDECIDED, f"{name}: not known."
    wrong = [
        value for value in declared if value in forbidden or (allowed is not None and value not in allowed)
    ]
    found = f"{name}: {_listed(declared)}"
    if not wrong:
        return GateState.PASSED, f"{found}."
    rule = f"allowed: {_listed(allowed)}" if allowed is not None else f"excluded: {_listed(forbidden)}"
    return GateState.TRIPPED, f"{found} ({rule})."


def _words(field: str) -> str:
    return field.replace("_", " ")


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values)
