"""Several assessments are assigned at once, each by itself."""

from riskapp.domain.authority import Role
from riskapp.domain.life_cycle import Stage
from riskapp.services.assessments import withdraw_assessment
from riskapp.services.work import Office
from riskapp.storage.assessments import assessment
from riskapp.storage.log_lists import LogFilters, log_window
from tests.assessment_builders import a_submitted_assessment, actor_called, an_assessment
from tests.builders import person
from tests.web.conftest import SignedIn
from tests.web.page_client import words_in

PATH = "/assessments/assign"


def test_ticked_assessments_are_assigned_and_each_refusal_has_its_reason(
    office: Office, signed_in: SignedIn
) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR)
    bert = person(office, "bert", Role.ASSESSOR)
    first, second = an_assessment(office), an_assessment(office)
    withdrawn, own = an_assessment(office), an_assessment(office, assessor=bert)
    submitted = a_submitted_assessment(office)
    lead.get(PATH)
    withdraw_assessment(office, withdrawn.lead, withdrawn.id, "Not needed.")
    ticked = [first.id, withdrawn.id, own.id, second.id, submitted.id, "nothing"]
    page = lead.post(PATH, {"assessments": ticked, "assessor": bert.id}, status=409)
    assert page.notices == ["2 assessments are assigned: RA-0001, RA-0002."]
    assert [tuple(words_in(cell) for cell in row) for row in page.all("tr")][1:] == [
        ("RA-0003", "RA-0003 is withdrawn, so its assessors are settled."),
        ("RA-0004", "The person is one of its assessors already."),
        ("RA-0005", "RA-0005 is in review, so its assessors are settled."),
        ("nothing", "There is no assessment 'nothing'. Check the address, or find it through the lists."),
    ]
    with office.reading() as connection:
        for each in (first, second):
            assert set(assessment(connection, each.id).assessors) == {each.assessor.id, bert.id}
        assert assessment(connection, withdrawn.id).stage is Stage.WITHDRAWN
        log = log_window(connection, LogFilters(action="assessment.team-changed"), viewer_id="")
    assert [entry.assessment_id for entry in log.items] == [second.id, first.id]
    assert log.items[0].body["details"] == {"added": [bert.id], "removed": []}


def test_an_assigned_assessor_fills_in_an_own_sheet(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    lead, bert = signed_in(Role.LEAD_ASSESSOR), signed_in(Role.ASSESSOR, name="bert")
    bert.get(f"/assessments/{opened.id}/sheet/security", status=403)
    lead.get(PATH)
    done = lead.post(PATH, {"assessments": [opened.id], "assessor": actor_called(office, "bert").id})
    assert lead.follow(done).notices == ["Assigned: RA-0001."]
    assert bert.get(f"/assessments/{opened.id}/sheet/security").heading == "Security"


def test_what_is_missing_is_said_and_what_was_ticked_is_kept(office: Office, signed_in: SignedIn) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR)
    opened = an_assessment(office)
    lead.get(PATH)
    page = lead.post(PATH, {"assessments": [opened.id]}, status=422)
    assert page.problems == ["Choose who fills in the score sheet"]
    assert page.all("input", value=opened.id, checked="")
    page = lead.post(PATH, {"assessor": person(office, "olga", Role.APPROVER).id}, status=422)
    assert page.problems == [
        "Tick at least one assessment",
        "Olga cannot fill in a score sheet now; choose an active person with the role assessor",
    ]
    many = {"assessments": [f"x{each}" for each in range(60)], "assessor": opened.assessor.id}
    assert lead.post(PATH, many, status=422).problems == ["Tick at most 50 assessments at once"]


def test_the_list_is_narrowed_by_words(office: Office, signed_in: SignedIn) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR)
    an_assessment(office)
    assert "RA-0001" in lead.get(f"{PATH}?text=deepseek").words
    assert "No assessment in progress fits" in lead.get(f"{PATH}?text=nothing-like-it").words
