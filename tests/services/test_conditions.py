"""Conditions are tracked to closure: who closes them, with what, and that every act stays readable."""

from dataclasses import replace

import pytest

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.staleness import Cause
from riskapp.services.conditions import ActOnCondition, act_on_condition, tracked_conditions
from riskapp.services.work import Office
from riskapp.storage.conditions import ConditionAct, condition_rows
from riskapp.storage.log import latest_entry
from tests.builders import person
from tests.conftest import Clock
from tests.lapse_builders import Approved, an_approval, causes_of


def closing(approved: Approved, **given: object) -> ActOnCondition:
    command = ActOnCondition(
        assessment_id=approved.id, number=1, act=ConditionAct.CLOSED, note="Done and tested."
    )
    return replace(command, **given)  # type: ignore[arg-type]  # fields of the command


def open_texts(office: Office, approved: Approved) -> list[str]:
    with office.reading() as connection:
        return [each.text for each in condition_rows(connection, approved.approver, 1).items]


def test_a_condition_is_closed_and_opened_again_and_each_act_is_kept(office: Office, clock: Clock) -> None:
    approved = an_approval(office)
    buyer = person(office, "pia", Role.PROCUREMENT)
    assert open_texts(office, approved) == ["Mask personal data."]
    clock.advance(days=40)
    assert causes_of(office, approved.id) == [Cause.CONDITION_OVERDUE]
    act_on_condition(office, buyer, closing(approved, note="", url="https://proof.example/1"))
    assert (open_texts(office, approved), causes_of(office, approved.id)) == ([], [])
    again = closing(approved, act=ConditionAct.REOPENED, note="It leaks again.")
    act_on_condition(office, approved.approver, again)
    assert causes_of(office, approved.id) == [Cause.CONDITION_OVERDUE]
    with office.reading() as connection:
        (tracked,) = tracked_conditions(connection, approved.id)
        entry = latest_entry(connection)
    assert [(each.act, each.done_by) for each in tracked.acts] == [
        (ConditionAct.CLOSED, buyer.id),
        (ConditionAct.REOPENED, approved.approver.id),
    ]
    assert entry
    assert (entry.action, entry.body["details"]["condition"]) == ("condition.reopened", 1)


def test_closing_needs_a_note_or_a_proof_and_happens_once(office: Office) -> None:
    approved = an_approval(office)
    lead = approved.opened.lead
    with pytest.raises(InvalidError, match="Say how the condition was met"):
        act_on_condition(office, lead, closing(approved, note=" "))
    with pytest.raises(InvalidError) as refusal:
        act_on_condition(office, lead, closing(approved, url="javascript:alert(1)"))
    assert set(refusal.value.fields) == {"url"}
    act_on_condition(office, lead, closing(approved, seen=0))
    with pytest.raises(ConflictError, match="Condition 1 of RA-0001 is closed now"):
        act_on_condition(office, lead, closing(approved))
    with pytest.raises(NotFoundError):
        act_on_condition(office, lead, closing(approved, number=2))


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.RUBRIC_OWNER])
def test_nobody_else_closes_a_condition(office: Office, role: Role) -> None:
    approved = an_approval(office)
    with pytest.raises(ForbiddenError, match="close or reopen a condition"):
        act_on_condition(office, person(office, "nora", role), closing(approved))
