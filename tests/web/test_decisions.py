from collections.abc import Mapping
from dataclasses import replace

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
from tests.conftest import Clock
from tests.reports_made import quickly_made, work_off
from tests.services.test_decisions import CONDITIONAL as COMMAND
from tests.web.conftest import SignedIn
from tests.web.page_client import Page

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


def test_an_approver_decides_with_conditions_and_the_page_says_them(
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
    assert page.notices == ["The decision stands and is in the log. Its report is being made."]
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


def test_a_decision_is_answered_at_once_and_its_page_follows_the_report(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    form = approver.get(f"/assessments/{opened.id}/decision")
    sent = approver.post(f"/assessments/{opened.id}/decision", {**CONDITIONAL, "sheet": sheet_of(form)})
    page = approver.follow(sent)
    assert page.notices == ["The decision stands and is in the log. Its report is being made."]
    assert "The report waits for its turn." in page.words
    (part,) = page.all("div", id="report-making")
    asks = part.get("hx-get", "")
    approver.get(asks, status=204)
    assert page.all("noscript"), "without scripts there is a link to look again"
    clock.advance(minutes=6)
    standing_still = approver.get(asks)
    assert "Nothing is making reports at this moment." in standing_still.html
    assert approver.get("/healthz").response.get_json()["jobs"]["alarm"]
    with quickly_made(broken=1):
        work_off(office)
    again = approver.get(asks)
    assert "number 1, ended so: The report used more than 60 seconds" in again.html
    assert "Try now" in again.html
    buyer = signed_in(Role.PROCUREMENT)
    refused = buyer.get(f"/assessments/{opened.id}/report.pdf", status=409)
    assert "The page of the assessment says how far it is." in refused.words
    buyer.get(f"/assessments/{opened.id}")
    page = buyer.follow(buyer.post(f"/assessments/{opened.id}/report"))
    assert page.notices == ["The report is being made."]
    with quickly_made():
        work_off(office)
    assert "Download the report (PDF)" in approver.get(asks).html
    buyer.get(f"/assessments/{opened.id}/report.pdf")


def test_a_report_that_was_tried_in_vain_has_a_button(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    opened = a_submitted_assessment(office)
    decide(office, person(office, "omar", Role.APPROVER), opened.id, COMMAND)
    with quickly_made(broken=3):
        for _ in range(3):
            work_off(office)
            clock.advance(hours=1)
    page = signed_in(Role.AUDITOR).get(f"/assessments/{opened.id}")
    assert "The decision stands. Its report could not be made" in page.words
    assert "Make the report" not in page.words
    buyer = signed_in(Role.PROCUREMENT)
    assert "Make the report" in buyer.get(f"/assessments/{opened.id}").words
    assert "RA-0001: The report used more than 60 seconds" in buyer.get("/reports").words
    assert buyer.get("/healthz").response.get_json()["jobs"]["failed"] == 1


def test_a_form_that_names_no_sheet_decides_nothing(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    address = f"/assessments/{opened.id}/decision"
    approver.get(address)
    page = approver.post(address, {"act": "decide", "outcome": "reject", "reason": "Unread."}, status=409)
    assert page.value("reason") == "Unread."
    assert page.value("sheet")
