"""What a person may decide on a submitted sheet, and what stands against a decision as proposed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from riskapp.domain.report import DecisionCondition
from riskapp.domain.scores import GateState, Recommendation
from riskapp.domain.shown import day
from riskapp.domain.text_rules import line_fault, text_fault

OUTCOMES = (Recommendation.APPROVE, Recommendation.APPROVE_WITH_CONDITIONS, Recommendation.REJECT)
"""What can be decided; to escalate is what the rules may recommend to a person, never what one decides."""

APPROVALS = frozenset({Recommendation.APPROVE, Recommendation.APPROVE_WITH_CONDITIONS})

LONGEST_TEXT = 4_000
LONGEST_OWNER = 120
MOST_CONDITIONS = 20

Problems = dict[str, str]
"""A message by field: outcome, reason, expires_on, condition-1-text, condition-1-owner, condition-1-due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """A decision as proposed; `sheet_id` is that of the sheet that was read, None for the newest."""

    outcome: Recommendation
    reason: str = ""
    conditions: tuple[DecisionCondition, ...] = ()
    expires_on: date | None = None
    sheet_id: str | None = None


@dataclass(frozen=True, slots=True)
class GateCondition:
    """A condition that a tripped gate sets, with the id of the gate."""

    gate: str
    text: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision rests on: the recommendation of the frozen result and the conditions of its gates.

    `retires_on` is the last day of the version on its route, where one is declared.
    """

    recommendation: Recommendation
    conditions: tuple[GateCondition, ...]
    retires_on: date | None = None


def basis_of(result: Mapping[str, Any], retires_on: date | None) -> Basis:
    """Return the basis that a frozen result gives (`riskapp.domain.score_json.as_json`)."""
    tripped = [gate for gate in result["gates"] if gate["state"] == GateState.TRIPPED.value]
    return Basis(
        Recommendation(result["recommendation"]),
        tuple(GateCondition(gate["id"], gate["condition"]) for gate in tripped if gate["condition"]),
        retires_on,
    )


def tidied(proposed: Decide) -> Decide:
    """Return the same decision without white space around its texts."""
    conditions = tuple(
        replace(each, text=each.text.strip(), owner=each.owner.strip()) for each in proposed.conditions
    )
    return replace(proposed, reason=proposed.reason.strip(), conditions=conditions)


def departures(proposed: Decide, basis: Basis) -> tuple[str, ...]:
    """Return, in words, where a decision departs from what the rules ask for; each needs the reason.

    Where the rules escalate, every decision departs. A gate's condition counts as taken up only word for
    word: what is worded otherwise is for a reader of the reason to weigh.
    """
    found = []
    if proposed.outcome is not basis.recommendation:
        found.append(f"The rules recommend “{_words(basis.recommendation)}”.")
    if proposed.outcome in APPROVALS:
        taken = {each.text for each in proposed.conditions}
        found += [
            f"The condition of the gate {each.gate} is not among yours word for word."
            for each in basis.conditions
            if each.text not in taken
        ]
    return tuple(found)


def problems_of(proposed: Decide, basis: Basis, *, on: date) -> Problems:
    """Return what stands against a decision taken on a day, by field; empty where nothing does."""
    problems: Problems = {}
    if proposed.outcome not in OUTCOMES:
        problems["outcome"] = "Choose approve, approve with conditions, or reject"
    elif problem := _conditions_problem(proposed):
        problems["outcome"] = problem
    if problem := _expiry_problem(proposed, basis.retires_on, on=on):
        problems["expires_on"] = problem
    for number, condition in enumerate(proposed.conditions, start=1):
        for field, problem in _condition_problems(condition, proposed.expires_on, on=on):
            problems[f"condition-{number}-{field}"] = problem
    if problem := _reason_problem(proposed, basis):
        problems["reason"] = problem
    return problems


def _conditions_problem(proposed: Decide) -> str | None:
    count = len(proposed.conditions)
    if proposed.outcome is Recommendation.APPROVE_WITH_CONDITIONS and not count:
        return "Set at least one condition, or approve without conditions"
    if proposed.outcome is not Recommendation.APPROVE_WITH_CONDITIONS and count:
        return "Only “approve with conditions” has conditions; choose it, or clear them"
    if count > MOST_CONDITIONS:
        return f"Set at most {MOST_CONDITIONS} conditions; there are {count}"
    return None


def _expiry_problem(proposed: Decide, retires_on: date | None, *, on: date) -> str | None:
    expires_on = proposed.expires_on
    if proposed.outcome not in APPROVALS:
        return None if expires_on is None else "Only an approval expires; clear the date"
    if expires_on is None:
        return "Say on which day the approval expires"
    if expires_on <= on:
        return f"{day(expires_on)} is not after today; choose a later day"
    if retires_on is not None and retires_on <= on:
        return f"This version retired on {day(retires_on)}, so no day is left; assess its successor"
    if retires_on is not None and expires_on > retires_on:
        return f"This version retires on {day(retires_on)}; choose that day or an earlier one"
    return None


def _condition_problems(
    condition: DecisionCondition, expires_on: date | None, *, on: date
) -> Iterator[tuple[str, str]]:
    if not condition.text:
        yield "text", "Say what has to be done"
    elif fault := text_fault(condition.text, LONGEST_TEXT):
        yield "text", f"This condition {fault}"
    if not condition.owner:
        yield "owner", "Name who answers for the condition"
    elif fault := line_fault(condition.owner, LONGEST_OWNER):
        yield "owner", f"The name {fault}"
    if condition.due_on is None:
        yield "due", "Say by which day the condition has to be met"
    elif condition.due_on < on:
        yield "due", f"{day(condition.due_on)} is past; choose today or a later day"
    elif expires_on is not None and condition.due_on > expires_on:
        yield "due", f"The approval expires on {day(expires_on)}; choose that day or an earlier one"


def _reason_problem(proposed: Decide, basis: Basis) -> str | None:
    if fault := text_fault(proposed.reason, LONGEST_TEXT, optional=True):
        return f"The reason {fault}"
    found = departures(proposed, basis)
    if found and not proposed.reason:
        return f"{' '.join(found)} Say why you decide otherwise"
    return None


def reason_fault(reason: str) -> str | None:
    """Return what is wrong with the reason for sending an assessment back, or None."""
    if not reason:
        return "Say what has to be done before you can decide"
    fault = text_fault(reason, LONGEST_TEXT)
    return f"The reason {fault}" if fault else None


def _words(outcome: Recommendation) -> str:
    return outcome.value.replace("-", " ")
