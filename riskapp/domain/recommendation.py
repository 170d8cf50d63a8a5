"""What the gates and the low bounds recommend; a person decides."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from riskapp.domain.aggregation import weighted_dimensions
from riskapp.domain.rubric import Floor, GateEffect, Profile, Rubric
from riskapp.domain.scores import GateOutcome, GateState, Recommendation, Score
from riskapp.domain.shown import one_decimal, percent

Advice = tuple[Recommendation, tuple[str, ...]]
"""A recommendation, and each reason for it in a plain sentence."""


def recommend(
    rubric: Rubric,
    profile: Profile,
    *,
    gates: Sequence[GateOutcome],
    dimensions: Mapping[str, Score],
    total: Score,
) -> Advice:
    """Return what follows from the gates and from the thresholds on the low bounds.

    Approval rests on the low bound of the total and of every weighted dimension, so that missing
    evidence can never earn it.
    """
    rejected = _because(gates, GateState.TRIPPED, GateEffect.REJECT)
    if rejected:
        return Recommendation.REJECT, rejected
    escalated = (
        *_because(gates, GateState.TRIPPED, GateEffect.ESCALATE),
        *_because(gates, GateState.UNDECIDED, *GateEffect),
    )
    if escalated:
        return Recommendation.ESCALATE, escalated
    if total.point is None:
        return Recommendation.ESCALATE, _not_rated(rubric, profile, dimensions)
    return _by_thresholds(rubric, profile, gates=gates, dimensions=dimensions, total=total)


def _because(gates: Sequence[GateOutcome], state: GateState, *effects: GateEffect) -> tuple[str, ...]:
    return tuple(
        f"Gate {outcome.gate.id} is {state.value}: {outcome.because}"
        for outcome in gates
        if outcome.state is state and outcome.gate.effect in effects
    )


def _not_rated(rubric: Rubric, profile: Profile, dimensions: Mapping[str, Score]) -> tuple[str, ...]:
    weighted = weighted_dimensions(profile, dimensions)
    if not weighted:
        return ("No weighted dimension applies to this candidate, so there is no total to go by.",)
    least = percent(rubric.minimum_coverage)
    unrated = [
        (each.name, percent(dimensions[each.id].coverage or Fraction(0)))
        for each in rubric.dimensions
        if each.id in weighted and dimensions[each.id].point is None
    ]
    return tuple(
        f"{name} is not rated: its answers cover {covered} of the weight, and {least} is the least."
        for name, covered in unrated
    )


def _by_thresholds(
    rubric: Rubric,
    profile: Profile,
    *,
    gates: Sequence[GateOutcome],
    dimensions: Mapping[str, Score],
    total: Score,
) -> Advice:
    asked = rubric.thresholds
    if total.high is not None and total.high < asked.reject_below:
        best, least = one_decimal(total.high), one_decimal(asked.reject_below)
        message = f"The total is {best} at best, below the {least} under which the rubric rejects."
        return Recommendation.REJECT, (message,)
    weighted = weighted_dimensions(profile, dimensions)
    bounds = [(each.name, dimensions[each.id]) for each in rubric.dimensions if each.id in weighted]
    short_of_approval = _shortfalls(asked.approve, total, bounds, "approval")
    conditions = tuple(
        f"Gate {outcome.gate.id} sets a condition: {outcome.gate.condition} ({outcome.because})"
        for outcome in gates
        if outcome.state is GateState.TRIPPED and outcome.gate.effect is GateEffect.CONDITION
    )
    if not short_of_approval:
        reached = _reached(asked.approve, total, "approval")
        if conditions:
            return Recommendation.APPROVE_WITH_CONDITIONS, (*conditions, reached)
        return Recommendation.APPROVE, ("No gate is tripped.", reached)
    short_of_conditions = _shortfalls(asked.conditions, total, bounds, "approval with conditions")
    if short_of_conditions:
        return Recommendation.ESCALATE, (*short_of_conditions, *conditions)
    reached = _reached(asked.conditions, total, "approval with conditions")
    return Recommendation.APPROVE_WITH_CONDITIONS, (*conditions, reached, *short_of_approval)


def _reached(floor: Floor, total: Score, outcome: str) -> str:
    return (
        f"At worst the total is {_low(total)} and every weighted dimension reaches "
        f"{one_decimal(floor.dimension)}; {outcome} asks for a total of {one_decimal(floor.total)}."
    )


def _shortfalls(
    floor: Floor, total: Score, dimensions: Sequence[tuple[str, Score]], outcome: str
) -> tuple[str, ...]:
    asked = [
        ("The total", total, floor.total),
        *((name, score, floor.dimension) for name, score in dimensions),
    ]
    return tuple(
        f"{name} is {_low(score)} at worst, below the {one_decimal(least)} that {outcome} asks for."
        for name, score, least in asked
        if score.low is None or score.low < least
    )


def _low(score: Score) -> str:
    return "unknown" if score.low is None else one_decimal(score.low)
