"""The portfolio: what is decided and holds, with what is open about it, for whoever may read it."""

import json
from typing import Any

from riskapp.domain.authority import Actor, Role
from riskapp.services.conditions import act_on_condition
from riskapp.services.portfolio import portfolio
from riskapp.services.work import Office
from tests.assessment_builders import a_submitted_assessment
from tests.builders import person
from tests.conftest import Clock
from tests.lapse_builders import an_approval
from tests.services.test_conditions import closing

READER = Actor("", "Petra Example", frozenset({Role.PROCUREMENT}))


def told(office: Office, actor: Actor = READER) -> dict[str, Any]:
    with office.reading() as connection:
        content = portfolio(connection, actor, at=office.now(), organisation="Example Public Body")
    read: dict[str, Any] = json.loads(content.canonical)
    return read


def test_a_portfolio_holds_what_is_decided_with_scores_outcome_and_expiry(office: Office) -> None:
    an_approval(office)
    a_submitted_assessment(office)
    said = told(office)
    (only,) = said["maps"]
    (row,) = only["rows"]

    assert [each["id"] for each in only["dimensions"]] == ["cost", "security"]
    assert [each["version"] for each in only["rubrics"]] == ["1.0.0"]
    assert (row["reference"], row["outcome"]["words"]) == ("RA-0001", "Approve with conditions")
    assert (row["expires"]["day"], row["expired"]) == ("2027-05-23", False)
    assert len(row["scores"]) == 2
    assert all(each["band"] for each in (row["total"], *row["scores"]))
    assert (said["counts"]["decisions"], said["organisation"]) == (1, "Example Public Body")


def test_a_portfolio_says_which_conditions_are_open_what_lapses_and_what_needs_another_look(
    office: Office, clock: Clock
) -> None:
    approved = an_approval(office, expires_in=100)
    clock.advance(days=40)
    said = told(office)

    assert [(each["owner"], each["overdue"]) for each in said["conditions"]] == [("Platform team", True)]
    assert [each["days"] for each in said["lapses"]] == [30, 60, 90]
    assert "Approval expires" in {each["kind"] for each in said["lapses"][1]["entries"]}
    (again,) = said["look_again"]
    assert "Ask its owner for the proof and close it, or stop the use." in {
        each["remedy"] for each in again["reasons"]
    }
    act_on_condition(office, approved.opened.lead, closing(approved))
    clock.advance(days=100)
    late = told(office)
    assert (late["conditions"], late["counts"]["expired"]) == ([], 1)


def test_equal_states_give_equal_portfolios_but_for_the_instant(office: Office) -> None:
    an_approval(office)
    an_approval(office)
    first, second = told(office), told(office, person(office, "aud", Role.AUDITOR))
    for each in (first, second):
        each.pop("made")

    assert first == second
    assert [each["reference"] for each in first["maps"][0]["rows"]] == ["RA-0002", "RA-0001"]


def test_whoever_sees_nothing_that_is_decided_has_an_empty_portfolio(office: Office) -> None:
    an_approval(office)
    said = told(office, person(office, "rosa", Role.RUBRIC_OWNER))

    assert (said["maps"], said["conditions"], said["look_again"]) == ([], [], [])
