"""What has to be said with a decision that departs from the rules."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from riskapp.domain.decision import Basis, Decide, GateCondition, basis_of, departures, problems_of
from riskapp.domain.report import DecisionCondition
from riskapp.domain.scores import Recommendation

TODAY = date(2026, 11, 24)
MASKING = GateCondition("foreign-host", "Mask personal data.")
CONDITIONAL = Decide(
    outcome=Recommendation.APPROVE_WITH_CONDITIONS,
    conditions=(DecisionCondition(text=MASKING.text, owner="Platform team", due_on=date(2027, 1, 1)),),
    expires_on=date(2027, 6, 1),
)


def gate(name: str, state: str, condition: str | None) -> dict[str, Any]:
    return {"id": name, "state": state, "condition": condition}


def test_the_basis_holds_the_conditions_of_tripped_gates_only() -> None:
    result = {
        "recommendation": "escalate",
        "gates": [
            gate("foreign-host", "tripped", MASKING.text),
            gate("retired", "tripped", None),
            gate("licence", "undecided", "Ask counsel."),
            gate("training", "passed", "Switch it off."),
        ],
    }
    assert basis_of(result, TODAY) == Basis(Recommendation.ESCALATE, (MASKING,), TODAY)


@pytest.mark.parametrize("recommended", Recommendation)
@pytest.mark.parametrize("outcome", [each for each in Recommendation if each is not Recommendation.ESCALATE])
def test_every_outcome_but_the_recommended_one_departs(
    recommended: Recommendation, outcome: Recommendation
) -> None:
    found = departures(Decide(outcome=outcome), Basis(recommended, ()))
    assert bool(found) is (outcome is not recommended)


def test_a_condition_of_a_gate_is_taken_up_word_for_word_or_a_reason_is_given() -> None:
    basis = Basis(Recommendation.APPROVE_WITH_CONDITIONS, (MASKING,))
    assert problems_of(CONDITIONAL, basis, on=TODAY) == {}
    other = replace(CONDITIONAL.conditions[0], text="Mask names.")
    reworded = replace(CONDITIONAL, conditions=(other,))
    problems = problems_of(reworded, basis, on=TODAY)
    assert set(problems) == {"reason"}
    assert "foreign-host is not among yours word for word" in problems["reason"]
    assert not problems_of(replace(reworded, reason="Only names occur."), basis, on=TODAY)


def test_a_rejection_does_not_need_the_conditions_of_gates() -> None:
    basis = Basis(Recommendation.REJECT, (MASKING,))
    assert problems_of(Decide(outcome=Recommendation.REJECT), basis, on=TODAY) == {}


@pytest.mark.parametrize(
    ("retires_on", "told"),
    [
        (date(2027, 6, 1), None),
        (date(2027, 5, 31), "retires on 31 May 2027; choose that day or an earlier one"),
        (TODAY, "retired on 24 November 2026, so no day is left"),
    ],
)
def test_an_approval_never_outlives_the_version_that_it_approves(retires_on: date, told: str | None) -> None:
    basis = Basis(Recommendation.APPROVE_WITH_CONDITIONS, (MASKING,), retires_on)
    problems = problems_of(CONDITIONAL, basis, on=TODAY)
    assert told in problems["expires_on"] if told else not problems
