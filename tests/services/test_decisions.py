"""Deciding: who may, on what, and what has to be said with it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from riskapp.domain.authority import Role
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.ledger import leaf_hash
from riskapp.domain.life_cycle import Stage
from riskapp.domain.report import DecisionCondition
from riskapp.domain.scores import Recommendation
from riskapp.services.decisions import Decide, decide, send_back
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.assessments import assessment
from riskapp.storage.decisions import StoredDecision, decisions
from riskapp.storage.log import LogEntry, entries
from riskapp.storage.reports import canonical_snapshot, snapshots
from riskapp.storage.sheets import latest_sheet
from riskapp.storage.tables import log_entry
from tests.assessment_builders import Opened, a_submitted_assessment
from tests.builders import person
from tests.conftest import START
from tests.services.snapshots import snapshot_of

TODAY = START.date()
CONDITION = DecisionCondition(
    text="Mask personal data before it leaves the organisation.",
    owner="Platform team",
    due_on=TODAY + timedelta(days=30),
)
APPROVAL = Decide(outcome=Recommendation.APPROVE, expires_on=TODAY + timedelta(days=200))
CONDITIONAL = Decide(
    outcome=Recommendation.APPROVE_WITH_CONDITIONS,
    conditions=(CONDITION,),
    reason="The host is new to us.",
    expires_on=TODAY + timedelta(days=180),
)
REJECTION = Decide(outcome=Recommendation.REJECT, reason="The budget is spent.")


def log(office: Office) -> tuple[LogEntry, ...]:
    with office.reading() as connection:
        return entries(connection, select(log_entry).order_by(log_entry.c.seq))


def stage_of(office: Office, opened: Opened) -> Stage:
    with office.reading() as connection:
        return assessment(connection, opened.id).stage


def the_decision(office: Office, opened: Opened) -> StoredDecision:
    with office.reading() as connection:
        (made,) = decisions(connection, opened.id)
    return made


def problems(office: Office, opened: Opened, command: Decide) -> dict[str, str]:
    """Return what a fresh approver is told about a decision."""
    approver = person(office, f"approver-{office.new_id()[-6:]}", Role.APPROVER)
    before = log(office)
    with pytest.raises(InvalidError) as refusal:
        decide(office, approver, opened.id, command)
    assert log(office) == before
    assert stage_of(office, opened) is Stage.IN_REVIEW
    return refusal.value.fields


def test_a_decision_with_its_conditions_ends_the_assessment(office: Office) -> None:
    opened = a_submitted_assessment(office)
    approver = person(office, "ines", Role.APPROVER)
    decide(office, approver, opened.id, CONDITIONAL)
    made = the_decision(office, opened)
    assert (made.outcome, made.recommendation) == (
        Recommendation.APPROVE_WITH_CONDITIONS,
        Recommendation.APPROVE,
    )
    assert made.conditions == (CONDITION,)
    assert (made.decided_by, made.expires_on) == (approver.id, CONDITIONAL.expires_on)
    assert stage_of(office, opened) is Stage.DECIDED


def test_the_decision_and_what_its_report_says_name_each_other_in_the_log(office: Office) -> None:
    opened = a_submitted_assessment(office)
    decide(office, person(office, "ines", Role.APPROVER), opened.id, CONDITIONAL)
    *_, decided, frozen = log(office)
    assert (decided.action, frozen.action) == ("assessment.decided", "snapshot.frozen")
    assert decided.body["details"]["departures"] == ["The rules recommend “approve”."]
    assert decided.body["details"]["conditions"][0]["owner"] == "Platform team"
    with office.reading() as connection:
        (kept,) = snapshots(connection, opened.id)
        canonical = canonical_snapshot(connection, kept.digest)
    assert frozen.subject_id == kept.digest == sha256_hex(canonical)
    said = snapshot_of(office, opened.id)
    assert said["log"]["seq"] == decided.seq
    assert said["log"]["entry_hash"] == leaf_hash(decided.leaf)
    assert said["events"][-1]["seq"] == decided.seq


def test_spaces_around_what_was_typed_are_not_kept(office: Office) -> None:
    opened = a_submitted_assessment(office)
    command = replace(CONDITIONAL, reason=" so \n", conditions=(replace(CONDITION, owner=" Ada "),))
    decide(office, person(office, "ines", Role.APPROVER), opened.id, command)
    made = the_decision(office, opened)
    assert (made.reason, made.conditions[0].owner) == ("so", "Ada")


def test_whoever_scored_an_assessment_never_decides_on_it(office: Office) -> None:
    opened = a_submitted_assessment(office)
    both = replace(opened.assessor, roles=frozenset({Role.ASSESSOR, Role.APPROVER}))
    with pytest.raises(ForbiddenError, match="You scored this assessment"):
        decide(office, both, opened.id, APPROVAL)
    with pytest.raises(ForbiddenError, match="You scored this assessment"):
        send_back(office, both, opened.id, "Read the contract.")


def test_whoever_opened_an_assessment_never_decides_on_it(office: Office) -> None:
    opened = a_submitted_assessment(office)
    both = replace(opened.lead, roles=frozenset({Role.LEAD_ASSESSOR, Role.APPROVER}))
    with pytest.raises(ForbiddenError, match="You opened this assessment"):
        decide(office, both, opened.id, APPROVAL)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.APPROVER])
def test_nobody_but_an_approver_decides(office: Office, role: Role) -> None:
    opened = a_submitted_assessment(office)
    actor = person(office, "somebody", role)
    before = log(office)
    with pytest.raises(ForbiddenError):
        decide(office, actor, opened.id, APPROVAL)
    with pytest.raises(ForbiddenError):
        send_back(office, actor, opened.id, "Read the contract.")
    assert log(office) == before


def test_an_assessment_is_decided_once(office: Office) -> None:
    opened = a_submitted_assessment(office)
    approver = person(office, "ines", Role.APPROVER)
    decide(office, approver, opened.id, APPROVAL)
    with pytest.raises(ConflictError, match="RA-0001 was decided by"):
        decide(office, approver, opened.id, REJECTION)
    assert the_decision(office, opened).outcome is Recommendation.APPROVE


def test_a_decision_needs_the_sheet_that_was_read(office: Office) -> None:
    opened = a_submitted_assessment(office)
    approver = person(office, "ines", Role.APPROVER)
    with office.reading() as connection:
        read = latest_sheet(connection, opened.id)
    assert read
    send_back(office, approver, opened.id, "Ask for the price of next year.")
    submit_sheet(office, opened.assessor, opened.id)
    with office.reading() as connection:
        same_answers = latest_sheet(connection, opened.id)
    assert same_answers
    assert same_answers.digest == read.digest
    with pytest.raises(ConflictError, match="Another score sheet"):
        decide(office, approver, opened.id, replace(APPROVAL, sheet_id=read.id))
    with pytest.raises(ConflictError, match="Another score sheet"):
        send_back(office, approver, opened.id, "Again.", sheet_id=read.id)
    decide(office, approver, opened.id, APPROVAL)
    assert the_decision(office, opened).sheet_id != read.id


def test_an_assessment_that_does_not_exist_is_not_found(office: Office) -> None:
    with pytest.raises(NotFoundError):
        decide(office, person(office, "ines", Role.APPROVER), "nothing", APPROVAL)


@pytest.mark.parametrize(
    ("command", "field", "message"),
    [
        (replace(APPROVAL, expires_on=None), "expires_on", "Say on which day"),
        (replace(APPROVAL, expires_on=TODAY), "expires_on", "not after today"),
        (replace(REJECTION, expires_on=date(2027, 1, 1)), "expires_on", "Only an approval expires"),
        (replace(REJECTION, reason=" "), "reason", "The rules recommend “approve”"),
        (replace(REJECTION, reason="x" * 4001), "reason", "4,001 characters"),
        (replace(REJECTION, reason="a\x00b"), "reason", "control character"),
        (replace(REJECTION, outcome=Recommendation.ESCALATE), "outcome", "Choose approve"),
        (replace(CONDITIONAL, conditions=()), "outcome", "at least one condition"),
        (replace(CONDITIONAL, outcome=Recommendation.APPROVE), "outcome", "Only “approve with conditions”"),
        (replace(CONDITIONAL, conditions=(CONDITION,) * 21), "outcome", "at most 20"),
    ],
)
def test_a_decision_says_what_it_has_to(office: Office, command: Decide, field: str, message: str) -> None:
    found = problems(office, a_submitted_assessment(office), command)
    assert set(found) == {field}
    assert message in found[field]


@pytest.mark.parametrize(
    ("condition", "field", "message"),
    [
        (replace(CONDITION, text=" "), "text", "what has to be done"),
        (replace(CONDITION, text="x" * 4001), "text", "4,001"),
        (replace(CONDITION, owner=""), "owner", "who answers"),
        (replace(CONDITION, owner="a\nb"), "owner", "line break"),
        (replace(CONDITION, due_on=None), "due", "by which day"),
        (replace(CONDITION, due_on=TODAY - timedelta(days=1)), "due", "is past"),
        (replace(CONDITION, due_on=TODAY + timedelta(days=181)), "due", "expires on 23 May 2027"),
    ],
)
def test_a_condition_says_what_who_and_by_when(
    office: Office, condition: DecisionCondition, field: str, message: str
) -> None:
    command = replace(CONDITIONAL, conditions=(CONDITION, condition))
    found = problems(office, a_submitted_assessment(office), command)
    assert set(found) == {f"condition-2-{field}"}
    assert message in found[f"condition-2-{field}"]


def test_an_assessment_is_sent_back_with_what_is_to_be_done(office: Office) -> None:
    opened = a_submitted_assessment(office)
    approver = person(office, "ines", Role.APPROVER)
    with pytest.raises(InvalidError, match="Say what has to be done"):
        send_back(office, approver, opened.id, " ")
    send_back(office, approver, opened.id, " Ask for the price of next year. ")
    with office.reading() as connection:
        last = assessment(connection, opened.id).stages[-1]
    assert (last.stage, last.reason) == (Stage.SENT_BACK, "Ask for the price of next year.")
    entry = log(office)[-1]
    assert (entry.action, entry.actor_id) == ("assessment.sent-back", approver.id)
    assert entry.body["details"]["reason"] == last.reason
    with pytest.raises(ConflictError, match="was sent back by Ines"):
        decide(office, approver, opened.id, APPROVAL)
