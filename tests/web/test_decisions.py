import sys
from collections.abc import Mapping
from dataclasses import replace

import pytest

from riskapp.domain.authority import Actor, Role
from riskapp.domain.candidate import Route
from riskapp.domain.scores import Recommendation
from riskapp.services.assessments import NewAssessment, open_assessment, withdraw_assessment
from riskapp.services.decisions import Decide, decide, send_back
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.decisions import decisions
from riskapp.storage.log import latest_entry
from riskapp.storage.users import users
from tests.assessment_builders import (
    CANDIDATE,
    FULL,
    Opened,
    a_candidate,
    a_context,
    a_submitted_assessment,
    an_assessment,
    publish,
    save,
)
from tests.builders import person
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, words_in

CONDITIONAL = {
    "act": "decide",
    "outcome": "approve-with-conditions",
    "expires_on": "2027-05-31",
    "reason": "The host is new to us.",
    "condition-1-text": "Mask personal data before it leaves the organisation.",
    "condition-1-owner": "Platform team",
    "condition-1-due": "2027-01-31",
}


def sheet_of(page: Page) -> str:
    return page.value("sheet")


def rows_of(page: Page) -> int:
    return len(page.all("fieldset", class_="govuk-fieldset condition"))


def test_an_approver_decides_with_conditions_and_the_report_is_issued(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    form = approver.get(f"/assessments/{opened.id}/decision")
    assert form.heading == "Decide on RA-0001: DeepSeek-R1 (0528) on own machines"
    assert "The rules recommend" in form.words
    assert "This version retires on 30 June 2027" in form.words
    second = {
        "condition-2-text": "Ask for the price of next year.",
        "condition-2-owner": "Purchasing",
        "condition-2-due": "2027-03-31",
    }
    sent = approver.post(
        f"/assessments/{opened.id}/decision", {**CONDITIONAL, **second, "sheet": sheet_of(form)}
    )
    page = approver.follow(sent)
    assert page.notices[0] == "The decision stands and is in the log."
    assert page.notices[1].startswith("The report is issued: ")
    assert "Purchasing" in page.words
    with office.reading() as connection:
        (made,) = decisions(connection, opened.id)
    assert [each.owner for each in made.conditions] == ["Platform team", "Purchasing"]


def test_a_decision_with_gaps_comes_back_with_everything_that_was_typed(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    address = f"/assessments/{opened.id}/decision"
    form = approver.get(address)
    gaps = {"condition-1-owner": "", "expires_on": "soon", "sheet": sheet_of(form)}
    page = approver.post(address, {**CONDITIONAL, **gaps}, status=422)
    assert page.problems == ["“soon” is no date; write it as 2027-01-31"]
    page = approver.post(address, {**CONDITIONAL, **gaps, "expires_on": ""}, status=422)
    assert page.problems == ["Say on which day the approval expires", "Name who answers for the condition"]
    assert page.value("condition-1-text") == CONDITIONAL["condition-1-text"]
    assert page.value("reason") == CONDITIONAL["reason"]
    assert page.all("input", name="outcome", value="approve-with-conditions", checked="")
    page = approver.post(address, {"act": "decide", "sheet": sheet_of(form)}, status=422)
    assert page.problems == ["Choose approve, approve with conditions, or reject"]


def test_one_more_row_for_a_condition_needs_no_script_and_loses_nothing(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    address = f"/assessments/{opened.id}/decision"
    assert rows_of(approver.get(address)) == 1
    page = approver.post(address, {**CONDITIONAL, "act": "add-condition"}, status=200)
    assert rows_of(page) == 2
    assert page.value("condition-1-owner") == "Platform team"
    assert page.value("reason") == CONDITIONAL["reason"]
    assert not page.problems


def abroad(office: Office) -> Opened:
    """Return a submitted assessment whose host trips the gate that sets a condition."""
    cloud = replace(CANDIDATE, route=Route.CLOUD_HOST, host="A cloud", hosting_countries=("us",))
    lead, assessor = person(office, "lea", Role.LEAD_ASSESSOR), person(office, "mei", Role.ASSESSOR)
    new = NewAssessment(
        candidate_id=a_candidate(office, cloud),
        context_id=a_context(office),
        release_id=publish(office),
        profile_id="general",
        assessor_id=assessor.id,
    )
    opened = Opened(open_assessment(office, lead, new), lead, assessor)
    submit(office, opened)
    return opened


def submit(office: Office, opened: Opened) -> None:
    """Answer every criterion and submit the sheet."""
    for criterion, payload in FULL.items():
        save(office, opened, criterion, payload)
    submit_sheet(office, opened.assessor, opened.id)


def actor_named(office: Office, sign_in_name: str) -> Actor:
    """Return somebody who has been added, as they act when signed in."""
    with office.reading() as connection:
        found = next(each for each in users(connection) if each.sign_in_name == sign_in_name)
    return Actor(found.id, found.display_name, found.roles)


def test_conditions_of_tripped_gates_are_offered_and_may_be_left_alone_by_who_rejects(
    office: Office, signed_in: SignedIn
) -> None:
    opened = abroad(office)
    approver = signed_in(Role.APPROVER)
    address = f"/assessments/{opened.id}/decision"
    form = approver.get(address)
    offered = form.value("condition-1-text")
    assert offered == "Mask personal data before it leaves the organisation."
    assert "A tripped gate sets the first one" in form.words
    sent: Mapping[str, str] = {"act": "decide", "condition-1-text": offered, "sheet": sheet_of(form)}
    page = approver.post(address, {**sent, "outcome": "approve-with-conditions"}, status=422)
    assert "Name who answers for the condition" in page.problems
    approver.post(address, {**sent, "outcome": "reject", "reason": "Too far away."})
    with office.reading() as connection:
        assert decisions(connection, opened.id)[0].conditions == ()


def test_whoever_scored_it_is_told_why_they_do_not_decide(office: Office, signed_in: SignedIn) -> None:
    both = signed_in(Role.APPROVER, Role.ASSESSOR, name="mei")
    own = an_assessment(office, assessor=actor_named(office, "mei"))
    submit(office, own)
    page = both.get(f"/assessments/{own.id}/decision")
    assert "You scored this assessment, so another approver has to decide on it." in page.words
    assert not page.all("textarea")
    both.post(f"/assessments/{own.id}/decision", CONDITIONAL, status=403)


def test_whoever_opened_it_is_told_why_they_do_not_decide(office: Office, signed_in: SignedIn) -> None:
    both = signed_in(Role.APPROVER, Role.LEAD_ASSESSOR, name="lea")
    own = an_assessment(office, lead=actor_named(office, "lea"))
    submit(office, own)
    page = both.get(f"/assessments/{own.id}/decision")
    assert "You opened this assessment and chose who scores it" in page.words
    assert not page.all("textarea")


def test_another_sheet_than_the_one_that_was_read_is_shown_before_it_is_decided_on(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    address = f"/assessments/{opened.id}/decision"
    read = sheet_of(approver.get(address))
    send_back(office, person(office, "ines", Role.APPROVER), opened.id, "Ask for the price of next year.")
    save(office, opened, "run-cost", {**FULL["run-cost"], "value": "64"}, expected=1)
    submit_sheet(office, opened.assessor, opened.id)
    page = approver.post(address, {**CONDITIONAL, "sheet": read}, status=409)
    assert "Another score sheet of RA-0001 was submitted" in page.problems[0]
    assert page.value("reason") == CONDITIONAL["reason"]
    assert "Sent back before: “Ask for the price of next year.”" in page.words
    approver.post(address, {**CONDITIONAL, "sheet": sheet_of(page)})


def assert_all_is_there(page: Page) -> None:
    """Everything typed for the conditional approval stands on the page, to be copied."""
    typed = {value for name, value in CONDITIONAL.items() if name not in {"act", "outcome"}}
    assert all(value in page.words for value in typed)
    assert "Approve with conditions" in page.words


def test_what_was_withdrawn_meanwhile_is_a_clash_and_no_refusal(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    address = f"/assessments/{opened.id}/decision"
    read = sheet_of(approver.get(address))
    withdraw_assessment(office, opened.lead, opened.id, "The vendor withdrew its offer.")
    page = approver.post(address, {**CONDITIONAL, "sheet": read}, status=409)
    assert "RA-0001 was withdrawn by" in page.words
    assert_all_is_there(page)
    reason = {"reason": "Read the contract.", "sheet": read}
    page = approver.post(f"/assessments/{opened.id}/send-back", reason, status=409)
    assert "Read the contract." in page.words
    with office.reading() as connection:
        newest = latest_entry(connection)
    assert newest
    assert newest.action == "assessment.withdrawn"
    approver.post(address, {**CONDITIONAL, "sheet": "guessed"}, status=403)


def test_what_somebody_else_has_decided_is_not_decided_again(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    address = f"/assessments/{opened.id}/decision"
    read = sheet_of(approver.get(address))
    rejection = Decide(outcome=Recommendation.REJECT, reason="The budget is spent.")
    decide(office, person(office, "ines", Role.APPROVER), opened.id, rejection)
    page = approver.post(address, {**CONDITIONAL, "sheet": read}, status=409)
    assert "RA-0001 was decided by Ines before you sent this" in page.words
    assert_all_is_there(page)
    assert approver.get(address, status=302).location == f"/assessments/{opened.id}"


def test_an_approver_sends_an_assessment_back_with_what_is_to_be_done(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    shown = {"sheet": sheet_of(approver.get(f"/assessments/{opened.id}/decision"))}
    page = approver.post(f"/assessments/{opened.id}/send-back", {"reason": " ", **shown}, status=422)
    assert page.problems == ["Say what has to be done before you can decide"]
    sent = approver.post(f"/assessments/{opened.id}/send-back", {"reason": "Read the contract.", **shown})
    page = approver.follow(sent)
    assert page.notices == ["RA-0001 is back with its assessors."]
    assert "Read the contract." in page.words


def test_a_decision_stands_where_its_report_cannot_be_made_and_a_button_makes_it_later(
    office: Office, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    form = approver.get(f"/assessments/{opened.id}/decision")
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        sent = approver.post(f"/assessments/{opened.id}/decision", {**CONDITIONAL, "sheet": sheet_of(form)})
        page = approver.follow(sent)
        assert page.notices == ["The decision stands and is in the log."]
        (warning,) = page.all("div", role="alert")
        assert "without a word" in words_in(warning)
        buyer = signed_in(Role.PROCUREMENT)
        buyer.get(f"/assessments/{opened.id}/report.pdf", status=409)
    assert "Make the report" in buyer.get(f"/assessments/{opened.id}").html
    page = buyer.follow(buyer.post(f"/assessments/{opened.id}/report"))
    assert page.notices[0].startswith("The report is issued: ")
    buyer.get(f"/assessments/{opened.id}/report.pdf")


def test_a_form_that_names_no_sheet_decides_nothing(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    address = f"/assessments/{opened.id}/decision"
    approver.get(address)
    page = approver.post(address, {"act": "decide", "outcome": "reject", "reason": "Unread."}, status=409)
    assert page.value("reason") == "Unread."
    assert page.value("sheet")
