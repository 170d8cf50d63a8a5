"""Pages that show what needs another look, track conditions and take declarations of conflicts."""

from riskapp.domain.authority import Role
from riskapp.services.conditions import act_on_condition
from riskapp.services.decisions import decide
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.conditions import ConditionAct
from tests.assessment_builders import actor_called
from tests.conftest import Clock
from tests.lapse_builders import an_approval
from tests.services.test_conditions import closing
from tests.services.test_reassessments import NO_CONDITIONS, again, confirm
from tests.web.conftest import SignedIn
from tests.web.page_client import words_in


def test_the_assessment_and_the_list_say_what_needs_another_look(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    approved = an_approval(office)
    clock.advance(days=40)
    buyer = signed_in(Role.PROCUREMENT)
    page = buyer.get(f"/assessments/{approved.id}")
    assert "Needs another look: 1 reason" in page.words
    assert "Ask its owner for the proof and close it, or stop the use." in page.words
    assert "Look again: 1 reason" in buyer.get("/assessments").words


def test_procurement_closes_a_condition_from_the_list(office: Office, signed_in: SignedIn) -> None:
    approved = an_approval(office)
    buyer = signed_in(Role.PROCUREMENT)
    address = buyer.get("/conditions").link("Mask personal data.")
    assert address == f"/assessments/{approved.id}/conditions/1"
    page = buyer.get(address)
    assert page.heading == "Condition 1 of RA-0001"
    refused = buyer.post(address, {"act": "closed", "url": "nowhere", "seen": "0"}, status=422)
    assert refused.value("url") == "nowhere"
    done = buyer.follow(buyer.post(address, {"act": "closed", "note": "Done.", "seen": "0"}))
    assert done.notices == ["Condition 1 is closed."]
    assert "Procurement closed it: Done." in done.words
    assert "No condition is open." in buyer.get("/conditions").words


def test_who_comes_late_to_a_condition_keeps_what_was_typed(office: Office, signed_in: SignedIn) -> None:
    approved = an_approval(office)
    buyer = signed_in(Role.PROCUREMENT)
    address = f"/assessments/{approved.id}/conditions/1"
    buyer.get(address)
    act_on_condition(office, approved.opened.lead, closing(approved))
    late = buyer.post(address, {"act": "closed", "note": "I did it.", "seen": "0"}, status=409)
    assert late.problems[0].startswith("Condition 1 of RA-0001 is closed now")
    assert late.value("note") == "I did it."
    again = {"act": ConditionAct.REOPENED.value, "note": "It leaks.", "seen": "1"}
    assert buyer.follow(buyer.post(address, again)).notices == ["Condition 1 is open again."]


def test_a_conflict_is_declared_and_shown_to_who_may_know(office: Office, signed_in: SignedIn) -> None:
    an_approval(office)
    approver = signed_in(Role.APPROVER)
    approver.get("/conflicts")
    typed = {"party": "DeepSeek", "nature": "My brother works there.", "since": "2026-13-01"}
    refused = approver.post("/conflicts", typed, status=422)
    assert refused.value("nature") == "My brother works there."
    sent = approver.post("/conflicts", {**typed, "since": "2026-01-01"})
    assert "My brother works there." in approver.follow(sent).words
    assert "My brother works there." in signed_in(Role.AUDITOR).get("/conflicts").words
    assert "My brother works there." not in signed_in(Role.ASSESSOR).get("/conflicts").words


def test_a_lead_starts_a_re_assessment_and_its_assessor_confirms_an_answer(
    office: Office, signed_in: SignedIn
) -> None:
    approved = an_approval(office)
    lead = signed_in(Role.LEAD_ASSESSOR)
    ada = signed_in(Role.ASSESSOR, name="ada")
    form = lead.get(lead.get(f"/assessments/{approved.id}").link("Re-assess it"))
    assert "4 answers are carried over" in form.words
    chosen = {"rubric": form.value("rubric"), "assessor": actor_called(office, "ada").id}
    refused = lead.post(f"/assessments/{approved.id}/reassess", {**chosen, "assessor": ""}, status=422)
    assert refused.value("rubric") == chosen["rubric"]
    opened = lead.follow(lead.post(f"/assessments/{approved.id}/reassess", chosen))
    assert "It re-assesses RA-0001." in opened.words
    assert "It is being re-assessed as RA-0002." in lead.get(f"/assessments/{approved.id}").words
    new_id = lead.get("/assessments?stage=in-progress").link("DeepSeek-R1").rsplit("/", 1)[1]
    address = f"/assessments/{new_id}/sheet/cost"
    page = ada.get(f"{address}?check=1")
    assert "Confirm the carried answer to “Exit cost”, or change it" in page.problems
    assert "Nothing that the service knows of." in page.words
    said = {
        "exit-cost.version": "1",
        "exit-cost.carried": "confirmed",
        "exit-cost.choice": "level:free",
        "exit-cost.confidence": "medium",
        "exit-cost.rationale": "The same calls elsewhere.",
    }
    saved = ada.post(f"{address}/exit-cost", said, status=200).response.get_json()
    assert (saved["version"], saved["problems"]) == (2, {})
    problems = ada.get(f"{address}?check=1").problems
    assert problems == ["Confirm the carried answer to “Run cost against the budget”, or change it"]


def test_the_first_page_shows_each_role_what_lapses_and_the_portfolio(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    an_approval(office)
    clock.advance(days=20)
    buyer = signed_in(Role.PROCUREMENT)
    page = buyer.get("/")
    assert "RA-0001 DeepSeek-R1 (0528) on own machines: condition 1 is due" in page.words
    (map_,) = page.all("table", class_="govuk-table heat")
    cells = [words_in(cell) for cell in map_.iter("td")]
    assert len(cells) == 4
    assert "Nothing new" in cells[-1]
    assert all(" to " in cell for cell in cells[:3])
    assert buyer.get("/portfolio").heading == "Portfolio"
    clock.advance(days=20)
    titles = [words_in(each) for each in signed_in(Role.APPROVER).get("/").all("h2")]
    assert "Needs another look" in titles
    assert not signed_in(Role.ASSESSOR).get("/").all("table")


def test_what_was_re_assessed_and_decided_anew_leaves_the_portfolio(
    office: Office, signed_in: SignedIn
) -> None:
    approved = an_approval(office)
    new_id, assessor = again(office, approved)
    confirm(office, new_id, assessor)
    submit_sheet(office, assessor, new_id)
    lead = signed_in(Role.LEAD_ASSESSOR)
    assert f"/assessments/{approved.id}" in lead.get("/portfolio").html
    decide(office, approved.approver, new_id, NO_CONDITIONS)
    assert f"/assessments/{approved.id}" not in lead.get("/portfolio").html
    assert f"/assessments/{new_id}" in lead.get("/portfolio").html
    assert "Superseded" in lead.get(f"/assessments/{approved.id}").words
    assert "No condition is open." in lead.get("/conditions").words
