"""Rules that no total buys back; unknown is not a pass."""

from fractions import Fraction

import pytest

from riskapp.domain.answers import Answer, Answers, NotApplicable, Unknown
from riskapp.domain.context import Context, DataClass, Jurisdiction
from riskapp.domain.rubric import (
    CriterionAtLeast,
    DimensionAtLeast,
    FactIn,
    FactNotIn,
    Gate,
    GateEffect,
    GateTest,
    IndicatorMet,
)
from riskapp.domain.scores import GateOutcome, GateState
from riskapp.domain.scoring import assess
from tests.domain.builders import (
    answer,
    at,
    context,
    dimension,
    gate,
    indicators,
    levels,
    rubric,
    stated,
    with_gates,
)

A_60 = CriterionAtLeast("a", Fraction(60))
D_60 = DimensionAtLeast("d", Fraction(60))
AT_HOME = FactIn("hosting_countries", ("de", "fr"))
NOT_RETIRED = FactNotIn("version_status", ("retired",))


def outcome(
    the_gate: Gate,
    answers: Answers | None = None,
    *,
    facts: dict[str, tuple[str, ...]] | None = None,
    declared: Context | None = None,
) -> GateOutcome:
    given = with_gates(rubric(dimension("d", levels("a", (0, 60, 100)), levels("b"))), the_gate)
    return assess(given, "p", answers or {}, context=declared, facts=facts or {}).gates[0]


def reject(test: GateTest, **when: tuple[str, ...]) -> Gate:
    return gate(test, GateEffect.REJECT, **when)


def test_a_gate_on_a_criterion_passes_at_its_minimum_and_trips_below() -> None:
    assert outcome(reject(A_60), {"a": at(60)}).state is GateState.PASSED
    tripped = outcome(reject(A_60), {"a": at(0)})
    assert tripped.state is GateState.TRIPPED
    assert tripped.because == "a scores 0.0, below the 60.0 that the gate asks for."


def test_an_unknown_answer_leaves_a_gate_undecided() -> None:
    assert outcome(reject(A_60)).state is GateState.UNDECIDED


def test_a_criterion_that_does_not_apply_trips_nothing() -> None:
    given = {"a": answer(NotApplicable("No such data."))}
    assert outcome(reject(A_60), given).state is GateState.PASSED


def on_statements(test: GateTest, given: Answer | None) -> GateOutcome:
    """What becomes of a gate on four statements."""
    four = with_gates(rubric(dimension("d", indicators("four", 4))), reject(test))
    answers = {} if given is None else {"four": given}
    return assess(four, "p", answers, context=None, facts={}).gates[0]


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (stated("0123"), GateState.PASSED),
        (stated("012", "3"), GateState.PASSED),
        (stated("012"), GateState.PASSED),
        (stated("01", "23"), GateState.TRIPPED),
        (stated("", "01"), GateState.TRIPPED),
        (stated("01", "2"), GateState.UNDECIDED),
        (stated("01", "2", "3"), GateState.TRIPPED),
        (stated("0"), GateState.UNDECIDED),
        (stated(), GateState.UNDECIDED),
    ],
)
def test_a_gate_on_statements_is_undecided_while_open_ones_could_turn_it(
    given: Answer, state: GateState
) -> None:
    found = on_statements(CriterionAtLeast("four", Fraction(75)), given)
    assert found.state is state, found.because


def test_a_gate_that_hangs_on_open_statements_says_between_what() -> None:
    found = on_statements(CriterionAtLeast("four", Fraction(75)), stated("01", "2"))
    assert found.because == (
        "four scores between 50.0 and 75.0 while statements are open; the gate asks for 75.0 at least."
    )


@pytest.mark.parametrize(
    ("given", "state", "because"),
    [
        (stated("2", "013"), GateState.PASSED, "four, s2: met."),
        (stated("013", "2"), GateState.TRIPPED, "four, s2: not met."),
        (stated("013", "", "2"), GateState.PASSED, "four, s2: does not apply."),
        (stated("013"), GateState.UNDECIDED, "four, s2: not known."),
        (answer(NotApplicable("No host.")), GateState.PASSED, "four does not apply to this candidate."),
        (answer(Unknown("Asked.")), GateState.UNDECIDED, "four, s2: not known."),
        (None, GateState.UNDECIDED, "four, s2: not known."),
    ],
)
def test_a_gate_may_ask_for_one_statement(given: Answer | None, state: GateState, because: str) -> None:
    found = on_statements(IndicatorMet("four", "s2"), given)
    assert (found.state, found.because) == (state, because)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"a": at(60), "b": at(100)}, GateState.PASSED),
        ({"a": at(60), "b": at(50)}, GateState.TRIPPED),
        ({"a": at(100)}, GateState.UNDECIDED),
    ],
)
def test_a_gate_on_a_dimension_looks_at_its_point(answers: Answers, state: GateState) -> None:
    assert outcome(reject(D_60), answers).state is state


def test_every_value_of_a_fact_must_be_allowed() -> None:
    assert outcome(reject(AT_HOME), facts={"hosting_countries": ("de",)}).state is GateState.PASSED
    tripped = outcome(reject(AT_HOME), facts={"hosting_countries": ("de", "us")})
    assert tripped.state is GateState.TRIPPED
    assert tripped.because == "Hosting countries: de, us (allowed: de, fr)."


def test_no_value_of_a_fact_may_be_excluded() -> None:
    assert outcome(reject(NOT_RETIRED), facts={"version_status": ("current",)}).state is GateState.PASSED
    assert outcome(reject(NOT_RETIRED), facts={"version_status": ("retired",)}).state is GateState.TRIPPED


@pytest.mark.parametrize("facts", [{}, {"hosting_countries": ()}])
def test_a_fact_that_is_not_known_leaves_a_gate_undecided(facts: dict[str, tuple[str, ...]]) -> None:
    assert outcome(reject(AT_HOME), facts=facts).state is GateState.UNDECIDED


def test_a_gate_applies_only_where_every_field_of_the_context_matches() -> None:
    personal_in_the_eu = reject(A_60, data_class=("personal",), jurisdiction=("eu", "uk"))
    found = outcome(personal_in_the_eu, {"a": at(0)}, declared=context())
    assert found.state is GateState.TRIPPED
    public = context(data_class=DataClass.PUBLIC)
    found = outcome(personal_in_the_eu, {"a": at(0)}, declared=public)
    assert found.state is GateState.NOT_IN_CONTEXT
    assert found.because == "Does not apply here (data class: public)."


def test_one_of_several_jurisdictions_is_enough_for_a_gate_to_apply() -> None:
    here_and_there = context(jurisdictions=(Jurisdiction.US, Jurisdiction.EU))
    found = outcome(reject(A_60, jurisdiction=("eu",)), {"a": at(0)}, declared=here_and_there)
    assert found.state is GateState.TRIPPED


def test_without_a_context_a_gate_that_asks_for_one_is_undecided() -> None:
    assert outcome(reject(A_60, data_class=("public",)), {"a": at(100)}).state is GateState.UNDECIDED
    assert outcome(reject(A_60), {"a": at(100)}).state is GateState.PASSED
