"""The pages of several assessors: choosing them, closing a round, settling a consensus, dissent."""

from riskapp.domain.authority import Role
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.assessments import assessment
from tests.assessment_builders import a_candidate, a_context, actor_called, publish
from tests.builders import person
from tests.teams import Team, a_team, a_team_in_moderation, hand_in, settle
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, PageClient


def reload(client: PageClient, team: Team) -> str:
    return client.get(f"/assessments/{team.id}").words


def test_a_lead_opens_an_assessment_with_several_assessors(office: Office, signed_in: SignedIn) -> None:
    people = [person(office, name, Role.ASSESSOR).id for name in ("ada", "bo")]
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get("/assessments/new")
    chosen = {
        "candidate": a_candidate(office),
        "context": a_context(office),
        "rubric": f"{publish(office)}/general",
        "assessor": people,
    }
    page = lead.follow(lead.post("/assessments/new", chosen))
    assert "Each assessor has an own sheet." in " ".join(page.notices)
    assert "0 of 2 assessors have submitted" in page.words
    assert "Ada, Bo" in page.words


def test_a_form_that_is_refused_keeps_the_assessors_who_were_ticked(
    office: Office, signed_in: SignedIn
) -> None:
    people = [person(office, name, Role.ASSESSOR).id for name in ("ada", "bo", "cleo")]
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get("/assessments/new")
    page = lead.post("/assessments/new", {"assessor": people[:2]}, status=422)
    ticked = [each.get("value") for each in page.all("input", name="assessor") if "checked" in each.attrib]
    assert ticked == people[:2]


def test_a_lead_changes_the_assessors(office: Office, signed_in: SignedIn) -> None:
    team = a_team(office)
    lead = signed_in(Role.LEAD_ASSESSOR, name="lena")
    lead.get(f"/assessments/{team.id}/team")
    assert lead.post(f"/assessments/{team.id}/team", {}, status=422).problems
    sent = {"assessor": [team.ada.id, team.bo.id]}
    page = lead.follow(lead.post(f"/assessments/{team.id}/team", sent))
    assert "0 of 2 assessors have submitted" in page.words
    for actor in team.assessors[:2]:
        hand_in(office, team, actor)
    assert lead.get(f"/assessments/{team.id}/team", status=302).location.endswith(team.id)
    assert "settled" in lead.post(f"/assessments/{team.id}/team", sent, status=409).words


def test_a_lead_closes_the_round_with_a_reason(office: Office, signed_in: SignedIn) -> None:
    team = a_team(office)
    lead = signed_in(Role.LEAD_ASSESSOR, name="lena")
    lead.get(f"/assessments/{team.id}/close-round", status=302)
    for actor in team.assessors[:2]:
        hand_in(office, team, actor)
    lead.get(lead.get(f"/assessments/{team.id}").link("Close the round of scoring"))
    refused = lead.post(f"/assessments/{team.id}/close-round", {"reason": ""}, status=422)
    assert refused.problems == ["Say why the round is closed before everybody has submitted"]
    page = lead.follow(lead.post(f"/assessments/{team.id}/close-round", {"reason": "Cleo is ill."}))
    assert "The round of scoring is closed: “Cleo is ill.”" in page.words
    assert "closed the round of scoring: Cleo is ill." in page.words


def test_an_assessor_who_has_submitted_is_told_to_wait(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(Role.ASSESSOR, name="ada")
    team = a_team(office, assessors=(actor_called(office, "ada"), person(office, "bo", Role.ASSESSOR)))
    hand_in(office, team, team.ada)
    assert "You are one of them." in reload(client, team)
    page = client.follow(client.get(f"/assessments/{team.id}/sheet/cost", status=302))
    assert "You have submitted your score sheet" in page.html
    assert "Nothing at the moment" in client.get("/").words


def test_a_lead_settles_the_consensus_by_taking_an_answer_and_giving_a_reason(
    office: Office, signed_in: SignedIn
) -> None:
    team = a_team_in_moderation(office)
    lead = signed_in(Role.LEAD_ASSESSOR, name="lena")
    assert "For a lead to moderate" in lead.get("/").words
    page = lead.get(f"/assessments/{team.id}/sheet/security")
    assert "Consensus of RA-0001" in page.words
    assert "100.0 points apart" in page.words
    take = next(each.get("value", "") for each in page.all("button", name="take"))
    assert take.startswith("residency:")
    saved = lead.post(f"/assessments/{team.id}/sheet/security", {"take": take, **as_typed(page)})
    page = lead.follow(saved)
    assert page.value("residency.rationale") == "It runs on our machines."
    review = lead.get(f"/assessments/{team.id}/submit")
    assert "things to complete before you can submit" in review.words or "1 thing to complete" in review.words
    assert "Give the reason for “Data residency”" in review.words
    seen = lead.get(f"/assessments/{team.id}/submit").value("seen")
    refused = lead.post(f"/assessments/{team.id}/submit", {"seen": seen}, status=422)
    assert "Give the reason for “Data residency”" in " ".join(refused.problems)
    page = lead.get(f"/assessments/{team.id}/sheet/security")
    reason = {**as_typed(page), "residency.choice": "level:inside", "residency.confidence": "high"}
    reason["residency.reason"] = "The contract was read together."
    lead.post(f"/assessments/{team.id}/sheet/security", reason)
    seen = lead.get(f"/assessments/{team.id}/submit").value("seen")
    page = lead.follow(lead.post(f"/assessments/{team.id}/submit", {"seen": seen}))
    assert "The consensus on RA-0001 is submitted" in " ".join(page.notices)
    with office.reading() as connection:
        assert assessment(connection, team.id).moderators == {actor_called(office, "lena").id}


def as_typed(page: Page) -> dict[str, object]:
    """Return what the fields of a sheet hold, as the browser sends them."""
    texts = {each.get("name", ""): "".join(each.itertext()).strip("\n") for each in page.all("textarea")}
    versions = {
        each.get("name", ""): each.get("value")
        for each in page.all("input")
        if each.get("name", "").endswith(".version")
    }
    chosen = {
        each.get("name", ""): each.get("value")
        for each in page.all("input", type="radio")
        if "checked" in each.attrib
    }
    return {**texts, **versions, **chosen}


def test_the_score_sheets_are_shown_side_by_side_with_their_agreement(
    office: Office, signed_in: SignedIn
) -> None:
    team = a_team_in_moderation(office)
    lead = signed_in(Role.LEAD_ASSESSOR, name="lena")
    page = lead.get(lead.get(f"/assessments/{team.id}").link("Score sheets side by side"))
    assert "Ada, Bo, Cleo scored, blind to one another" in page.words
    assert "too few criteria were compared to rely on this" in page.words.lower()
    buyer = signed_in(Role.PROCUREMENT)
    buyer.get(f"/assessments/{team.id}/moderation", status=403)


def test_without_several_sheets_there_is_nothing_side_by_side(office: Office, signed_in: SignedIn) -> None:
    team = a_team(office)
    lead = signed_in(Role.LEAD_ASSESSOR, name="lena")
    assert "not several score sheets" in lead.get(f"/assessments/{team.id}/moderation", status=409).words


def test_an_assessor_records_dissent_which_everybody_reads(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(Role.ASSESSOR, name="ada")
    team = a_team(office, assessors=(actor_called(office, "ada"), person(office, "bo", Role.ASSESSOR)))
    for actor in team.assessors:
        hand_in(office, team, actor)
    submit_sheet(office, team.lead, team.id)
    client.get(f"/assessments/{team.id}/moderation")
    path = f"/assessments/{team.id}/moderation/residency/dissent"
    long = client.post(path, {"dissent": "x" * 5_000}, status=422)
    assert "x" * 5_000 in long.html
    client.post(path, {"dissent": "The subprocessor is abroad."})
    approver = signed_in(Role.APPROVER)
    said = approver.get(f"/assessments/{team.id}/moderation").words
    assert "Dissents: The subprocessor is abroad." in said
    assert "1 dissent" in approver.get(f"/assessments/{team.id}/decision").words


def test_the_audit_page_tells_own_sheets_from_the_consensus(office: Office, signed_in: SignedIn) -> None:
    team = a_team_in_moderation(office)
    settle(office, team)
    page = signed_in(Role.AUDITOR).get(f"/audit/assessments/{team.id}")
    assert "Consensus of score sheets 1, 2, 3" in page.words
    assert "It runs on our machines." in page.words
