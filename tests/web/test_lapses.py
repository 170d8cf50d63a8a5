"""Pages that show what needs another look, track conditions and take declarations of conflicts."""

from riskapp.domain.authority import Role
from riskapp.services.conditions import act_on_condition
from riskapp.services.work import Office
from riskapp.storage.conditions import ConditionAct
from tests.assessment_builders import actor_called
from tests.conftest import Clock
from tests.lapse_builders import an_approval
from tests.services.test_conditions import closing
from tests.web.conftest import SignedIn


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
