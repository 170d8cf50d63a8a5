"""What follows from gates and low bounds; a person decides."""

from fractions import Fraction

import pytest

from riskapp.domain.answers import Answer, Answers, Confidence, NotApplicable
from riskapp.domain.rubric import CriterionAtLeast, FactIn, Gate, GateEffect
from riskapp.domain.scores import Assessed, Recommendation
from riskapp.domain.scoring import assess
from tests.domain.builders import answer, at, dimension, gate, interval, levels, rubric, with_gates

VALUES = tuple(range(0, 101, 10))


def recommended(answers: Answers, *gates: Gate) -> Assessed:
    given = rubric(
        dimension("d", levels("a", VALUES)), dimension("e", levels("b", VALUES), levels("c", VALUES))
    )
    return assess(with_gates(given, *gates), "p", answers, context=None, facts={})


def all_at(a: int, b: int, c: int) -> dict[str, Answer]:
    return {"a": at(a), "b": at(b), "c": at(c)}


def a_below(minimum: int, effect: GateEffect) -> Gate:
    return gate(CriterionAtLeast("a", Fraction(minimum)), effect)


def test_low_bounds_that_reach_the_upper_thresholds_earn_approval() -> None:
    found = recommended(all_at(70, 70, 70))
    assert found.recommendation is Recommendation.APPROVE
    assert found.because[-1] == (
        "At worst the total is 70.0 and every weighted dimension reaches 50.0; "
        "approval asks for a total of 70.0."
    )


def test_less_confidence_can_cost_the_approval() -> None:
    doubted = {**all_at(70, 70, 70), "a": at(70, Confidence.LOW)}
    found = recommended(doubted)
    assert found.recommendation is Recommendation.APPROVE_WITH_CONDITIONS
    assert "The total is 62.5 at worst, below the 70.0 that approval asks for." in found.because


def test_one_weak_dimension_costs_the_approval_whatever_the_total() -> None:
    found = recommended(all_at(40, 100, 100))
    assert found.total.low == 70
    assert found.recommendation is Recommendation.APPROVE_WITH_CONDITIONS
    assert "d is 40.0 at worst, below the 50.0 that approval asks for." in found.because


def test_short_of_the_lower_thresholds_a_person_has_to_look() -> None:
    found = recommended(all_at(20, 100, 100))
    assert found.recommendation is Recommendation.ESCALATE
    assert found.because == ("d is 20.0 at worst, below the 30.0 that approval with conditions asks for.",)


def test_missing_evidence_never_earns_an_approval() -> None:
    found = recommended({"a": at(100), "b": at(100)})
    assert found.recommendation is Recommendation.ESCALATE
    assert found.because == ("e is not rated: its answers cover 50 % of the weight, and 60 % is the least.",)


def test_a_total_that_is_too_low_at_best_is_rejected() -> None:
    found = recommended(all_at(20, 20, 30))
    assert found.recommendation is Recommendation.REJECT
    assert found.because == ("The total is 22.5 at best, below the 30.0 under which the rubric rejects.",)


def test_a_total_that_may_yet_be_high_enough_is_not_rejected() -> None:
    doubted = {each: at(20, Confidence.LOW) for each in ("a", "b", "c")}
    found = recommended(doubted)
    assert interval(found.total) == [5, 20, 35]
    assert found.recommendation is Recommendation.ESCALATE


def test_a_gate_rejects_whatever_the_total() -> None:
    found = recommended(all_at(90, 100, 100), a_below(100, GateEffect.REJECT))
    assert found.recommendation is Recommendation.REJECT
    assert found.because == (
        "Gate the-gate is tripped: a scores 90.0, below the 100.0 that the gate asks for.",
    )


def test_a_gate_sets_a_condition_on_an_approval() -> None:
    found = recommended(all_at(90, 100, 100), a_below(100, GateEffect.CONDITION))
    assert found.recommendation is Recommendation.APPROVE_WITH_CONDITIONS
    assert found.because[0].startswith("Gate the-gate sets a condition: Do this. (a scores 90.0")


def test_a_gate_escalates() -> None:
    found = recommended(all_at(90, 100, 100), a_below(100, GateEffect.ESCALATE))
    assert found.recommendation is Recommendation.ESCALATE


@pytest.mark.parametrize("effect", list(GateEffect))
def test_an_undecided_gate_escalates_whatever_its_effect(effect: GateEffect) -> None:
    undecided = gate(FactIn("hosting_countries", ("de",)), effect)
    found = recommended(all_at(100, 100, 100), undecided)
    assert found.recommendation is Recommendation.ESCALATE
    assert found.because == ("Gate the-gate is undecided: Hosting countries: not known.",)


def test_where_nothing_applies_a_person_has_to_look() -> None:
    nothing = answer(NotApplicable("It does not arise."))
    found = recommended({"a": nothing, "b": nothing, "c": nothing})
    assert found.recommendation is Recommendation.ESCALATE
    assert found.because == (
        "No weighted dimension applies to this candidate, so there is no total to go by.",
    )
