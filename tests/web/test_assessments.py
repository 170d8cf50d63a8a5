from riskapp.domain.authority import Role
from riskapp.services.assessments import withdraw_assessment
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from tests.assessment_builders import FULL, a_candidate, a_context, an_assessment, publish, save
from tests.builders import person
from tests.web.conftest import SignedIn
from tests.web.page_client import SVG, words_in


def test_a_lead_opens_an_assessment_from_the_form(office: Office, signed_in: SignedIn) -> None:
    candidate, context, release = a_candidate(office), a_context(office), publish(office)
    assessor = person(office, "ada", Role.ASSESSOR)
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get("/assessments/new")
    chosen = {
        "candidate": candidate,
        "context": context,
        "rubric": f"{release}/general",
        "assessor": assessor.id,
    }
    page = lead.follow(lead.post("/assessments/new", chosen))
    assert page.heading == "RA-0001: DeepSeek-R1 (0528) on own machines"
    assert "0 of 4 criteria have been begun" in page.words
    assert "Ada" in page.words
    assert "RA-0001" in lead.get("/assessments").words


def test_a_form_with_gaps_keeps_what_was_chosen(office: Office, signed_in: SignedIn) -> None:
    candidate = a_candidate(office)
    publish(office)
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get("/assessments/new")
    page = lead.post("/assessments/new", {"candidate": candidate}, status=422)
    assert page.problems == [
        "Choose the context of use",
        "Choose who fills in the score sheet",
        "Choose the rubric release",
    ]
    assert page.value("candidate") == candidate


def test_answers_show_once_the_sheet_is_submitted_and_not_before(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    for criterion, payload in FULL.items():
        save(office, opened, criterion, payload)
    lead = signed_in(Role.LEAD_ASSESSOR)
    before = lead.get(f"/assessments/{opened.id}")
    assert "4 of 4 criteria have been begun" in before.words
    assert "It runs on our machines" not in before.html
    submit_sheet(office, opened.assessor, opened.id)
    after = lead.get(f"/assessments/{opened.id}")
    answer = after.all("article", id="answer-residency")[0]
    assert "It runs on our machines" in words_in(answer)
    assert after.all(SVG, class_="chart")
    assert "submitted the score sheet" in after.words


def test_a_stranger_is_told_that_an_assessment_is_not_open_to_them(
    office: Office, signed_in: SignedIn
) -> None:
    opened = an_assessment(office)
    buyer = signed_in(Role.PROCUREMENT)
    assert "is not open to you" in buyer.get(f"/assessments/{opened.id}", status=403).words
    assert "no assessment that you may see yet" in buyer.get("/assessments").words


def test_withdrawing_asks_for_a_reason_and_shows_it(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get(f"/assessments/{opened.id}/withdraw")
    assert lead.post(f"/assessments/{opened.id}/withdraw", {"reason": ""}, status=422).problems
    page = lead.follow(lead.post(f"/assessments/{opened.id}/withdraw", {"reason": "The use is off."}))
    assert "Withdrawn: “The use is off.”" in page.words


def test_what_has_ended_is_not_withdrawn(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get(f"/assessments/{opened.id}/withdraw")
    withdraw_assessment(office, opened.lead, opened.id, "The use is off.")
    page = lead.post(f"/assessments/{opened.id}/withdraw", {"reason": "So say I."}, status=409)
    assert page.problems == ["RA-0001 is withdrawn and cannot be withdrawn any more."]
    assert page.value("reason") == "So say I."
    page = lead.follow(lead.get(f"/assessments/{opened.id}/withdraw", status=302))
    assert "The use is off." in page.words


def test_the_first_page_shows_what_waits_for_whom(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    assert "Being filled in" in signed_in(Role.LEAD_ASSESSOR).get("/").words
    approver = signed_in(Role.APPROVER)
    assert "Nothing at the moment" in approver.get("/").words
    for criterion, payload in FULL.items():
        save(office, opened, criterion, payload)
    submit_sheet(office, opened.assessor, opened.id)
    page = approver.get("/")
    assert "Waiting for a decision" in page.words
    assert "RA-0001: DeepSeek-R1" in page.words
