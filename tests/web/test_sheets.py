"""The pages of the score sheet: filling in, saving with and without scripts, reviewing, submitting."""

from typing import Any

import pytest

from riskapp.domain.authority import Role
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.sheets import drafts, latest_sheet
from tests.assessment_builders import FULL, save
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, words_in
from tests.web.sheet_pages import Sitting, sit_down

HTMX = {"HX-Request": "true"}
RESIDENCY = {
    "residency.version": "0",
    "residency.choice": "level:mixed",
    "residency.confidence": "high",
    "residency.rationale": "Two hosts.\r\nOne abroad.",
}


def kept(office: Office, sitting: Sitting, criterion: str = "residency") -> Any:  # noqa: ANN401 (a payload)
    with office.reading() as connection:
        draft = drafts(connection, sitting.opened.id, sitting.opened.assessor.id).get(criterion)
    return draft.payload if draft else None


def autosave(sitting: Sitting, data: dict[str, str], *, status: int = 200) -> Page:
    sitting.client.get(sitting.path("sheet/security"))
    path = sitting.path("sheet/security/residency")
    return sitting.client.post(path, data, status=status, headers=HTMX)


def fill(office: Office, sitting: Sitting) -> None:
    for criterion, payload in FULL.items():
        save(office, sitting.opened, criterion, payload)


def test_a_criterion_is_asked_with_help_at_hand(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    page = sitting.client.get(sitting.path("sheet/security"))
    assert page.heading == "Security"
    for words in (
        "Where are prompts processed?",
        "weight 3, 75 % of Security",
        "A foreign authority may reach them.",
        "Read the contract and the list of subprocessors.",
        "contract; list of subprocessors",
        "NIST AI RMF 1.0: MAP 4.1",
        "Outside the jurisdictions of the buyer.",
        "0 of 4 criteria answered",
    ):
        assert words in page.words
    assert [box.get("value") for box in page.all("input", name="residency.choice", checked="")] == [""]
    assert page.all("input", name="documents.statement.soc2", value="open", checked="")
    cost = sitting.client.get(sitting.path("sheet/cost"))
    assert "Answer, in per cent of the budget" in cost.words
    assert "50 scores 100, 100 scores 50, 200 scores 0" in cost.words


def test_the_sheet_opens_where_something_is_left(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    start = sitting.path("sheet")
    assert sitting.client.get(start, status=302).location == sitting.path("sheet/cost")
    for criterion in ("run-cost", "exit-cost"):
        save(office, sitting.opened, criterion, FULL[criterion])
    assert sitting.client.get(start, status=302).location == sitting.path("sheet/security")


def test_a_field_is_saved_and_the_answer_says_the_new_version(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    said = autosave(sitting, RESIDENCY).response.json
    assert said == {"version": 1, "saved_at": "2026-11-24T09:00:00Z", "problems": {}}
    assert kept(office, sitting) == {
        "choice": "level:mixed",
        "confidence": "high",
        "rationale": "Two hosts.\nOne abroad.",
    }


def test_an_autosave_says_what_cannot_be_read_and_what_cannot_be_kept(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    read = autosave(sitting, {**RESIDENCY, "residency.confidence": "sure"}).response.json
    assert read
    assert set(read["problems"]) == {"residency.confidence"}
    long = autosave(sitting, {**RESIDENCY, "residency.rationale": "x" * 20_001}, status=422).response.json
    assert long
    assert set(long["problems"]) == {"residency.rationale"}
    strange = autosave(sitting, {**RESIDENCY, "residency.owner": "me"}, status=422).response.json
    assert strange
    assert set(strange["problems"]) == {"residency.owner"}


def test_an_autosave_over_another_version_shows_both(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    save(office, sitting.opened, "residency", {"choice": "level:inside", "rationale": "From another tab."})
    page = autosave(sitting, RESIDENCY, status=409)
    words = " ".join(page.html.split())
    for text in ("From another tab.", "Two hosts. One abroad.", ">Inside<", ">Mixed<", 'value="mine:1"'):
        assert text in words
    assert kept(office, sitting)["rationale"] == "From another tab."
    autosave(sitting, {**RESIDENCY, "residency.keep": "mine:1"})
    assert kept(office, sitting)["rationale"] == "Two hosts.\nOne abroad."


def test_an_autosave_says_when_the_sheet_is_closed(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    fill(office, sitting)
    submit_sheet(office, sitting.opened.assessor, sitting.opened.id)
    sitting.client.get("/account")
    path = sitting.path("sheet/security/residency")
    page = sitting.client.post(path, RESIDENCY, status=409, headers=HTMX)
    assert "is in review" in page.html


def test_the_button_saves_a_whole_dimension_and_goes_on(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    sitting.client.get(sitting.path("sheet/cost"))
    data = {
        "run-cost.version": "0",
        "run-cost.choice": "measured",
        "run-cost.value": "62.5",
        "exit-cost.version": "0",
        "exit-cost.choice": "unknown",
        "exit-cost.looked": "In the contract.",
    }
    cost = sitting.path("sheet/cost")
    stay = sitting.client.post(cost, {**data, "then": "stay"})
    assert sitting.client.follow(stay).notices == ["Cost is saved."]
    assert kept(office, sitting, "exit-cost") == {"choice": "unknown", "looked": "In the contract."}
    sitting.client.get(cost)
    data |= {"run-cost.version": "1", "exit-cost.version": "1"}
    assert sitting.client.post(cost, {**data, "then": "next"}).location == sitting.path("sheet/security")
    sitting.client.get(sitting.path("sheet/security"))
    onward = sitting.client.post(sitting.path("sheet/security"), {"then": "next"})
    assert onward.location == sitting.path("submit")


def test_what_cannot_be_read_is_saved_as_typed_and_comes_back_with_its_problem(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    sitting.client.get(sitting.path("sheet/cost"))
    data = {"run-cost.version": "0", "run-cost.choice": "measured", "run-cost.value": "62,5"}
    page = sitting.client.post(sitting.path("sheet/cost"), data, status=422)
    assert [link.get("href") for link in page.all("a") if "62.5 or 625" in words_in(link)] == [
        "#run-cost.value"
    ]
    assert page.value("run-cost.value") == "62,5"
    assert page.value("run-cost.version") == "1"
    assert kept(office, sitting, "run-cost")["value"] == "62,5"


def test_what_cannot_be_kept_comes_back_and_the_rest_is_saved(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    sitting.client.get(sitting.path("sheet/security"))
    long = "long " * 4_001
    data = {**RESIDENCY, "documents.version": "0", "documents.rationale": long}
    page = sitting.client.post(sitting.path("sheet/security"), data, status=422)
    assert page.problems == ["The rationale is 20,005 characters long; shorten it to 20,000"]
    assert page.value("documents.rationale") == long.strip()
    assert page.value("residency.version") == "1"
    assert kept(office, sitting, "documents") is None


def test_without_scripts_a_conflict_brings_both_versions_and_a_choice(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    path = sitting.path("sheet/security")
    sitting.client.get(path)
    save(office, sitting.opened, "residency", {"rationale": "From another tab."})
    page = sitting.client.post(path, RESIDENCY, status=409)
    assert page.problems == [
        "Choose between what you typed and what was saved elsewhere for “Data residency”"
    ]
    assert page.value("residency.rationale") == "Two hosts. One abroad."
    assert "From another tab." in page.words
    again = sitting.client.post(
        path, {**RESIDENCY, "residency.version": page.value("residency.version")}, status=409
    )
    assert "From another tab." in again.words
    sitting.client.post(path, {**RESIDENCY, "residency.keep": "theirs"})
    assert kept(office, sitting) == {"rationale": "From another tab."}
    sitting.client.get(path)
    sitting.client.post(path, {**RESIDENCY, "residency.keep": "mine:1"})
    assert kept(office, sitting)["choice"] == "level:mixed"


def test_a_form_that_meets_a_closed_sheet_gives_back_what_was_typed(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    sitting.client.get(sitting.path("sheet/security"))
    fill(office, sitting)
    submit_sheet(office, sitting.opened.assessor, sitting.opened.id)
    page = sitting.client.post(sitting.path("sheet/security"), RESIDENCY, status=409)
    assert page.heading == "The score sheet was not saved"
    assert "Two hosts. One abroad." in page.words
    overview = sitting.client.get(sitting.path("sheet/security"), status=302)
    assert overview.location == f"/assessments/{sitting.opened.id}"


def test_progress_and_running_scores_follow_the_saves(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    save(office, sitting.opened, "residency", FULL["residency"])
    save(office, sitting.opened, "documents", {"rationale": "Begun."})
    page = sitting.client.get(sitting.path("sheet-standing?here=security"))
    assert words_in(page.all("h2")[0]) == "1 of 4 criteria answered"
    assert "100.0 (75.0 to 100.0)" in page.html.replace('</strong> <span class="score__range">', " ")


def test_the_review_says_what_is_answered_unknown_open_and_incomplete(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    save(office, sitting.opened, "residency", FULL["residency"])
    save(office, sitting.opened, "exit-cost", {"choice": "unknown", "looked": "In the contract."})
    save(office, sitting.opened, "documents", {"choice": "not-applicable"})
    page = sitting.client.get(sitting.path("submit"))
    assert "1 criterion has no answer" in page.words
    assert "1 thing to complete before you can submit" in page.words
    assert page.link("Say why “Documents” does not apply") == sitting.path(
        "sheet/security?check=1#documents.inapplicable"
    )
    assert "In the contract." in page.words
    assert "The rules recommend:" in page.words
    there = sitting.client.get(sitting.path("sheet/security?check=1"))
    assert there.problems == ["Say why “Documents” does not apply"]


def test_an_incomplete_sheet_is_not_submitted(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    save(office, sitting.opened, "residency", {"choice": "level:mixed"})
    page = sitting.client.get(sitting.path("submit"))
    refused = sitting.client.post(sitting.path("submit"), {"seen": page.value("seen")}, status=422)
    assert len(refused.problems) == 2
    assert refused.all("title")[0].text == "Error: Review and submit – riskapp"  # noqa: RUF001 (the dash of the title)
    empty = sit_down(office, signed_in, name="bo")
    page = empty.client.get(empty.path("submit"))
    refused = empty.client.post(empty.path("submit"), {"seen": page.value("seen")}, status=422)
    assert "Answer at least one criterion" in " ".join(
        words_in(box) for box in refused.all("div", role="alert")
    )


def test_a_complete_sheet_is_submitted_as_it_was_seen(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    fill(office, sitting)
    seen = sitting.client.get(sitting.path("submit")).value("seen")
    save(office, sitting.opened, "residency", {**FULL["residency"], "confidence": "low"}, expected=1)
    page = sitting.client.post(sitting.path("submit"), {"seen": seen}, status=409)
    assert "was changed after this page was opened" in page.words
    done = sitting.client.post(sitting.path("submit"), {"seen": page.value("seen")})
    assert done.location == f"/assessments/{sitting.opened.id}"
    with office.reading() as connection:
        sheet = latest_sheet(connection, sitting.opened.id)
    assert sheet
    assert sheet.answers["residency"].confidence == "low"


@pytest.mark.parametrize("path", ["sheet", "sheet/cost", "sheet-standing", "submit"])
def test_nobody_but_its_assessor_opens_a_sheet(office: Office, signed_in: SignedIn, path: str) -> None:
    sitting = sit_down(office, signed_in)
    signed_in(Role.ASSESSOR, Role.LEAD_ASSESSOR, name="bo").get(sitting.path(path), status=403)
    sitting.client.get("/assessments/nowhere/sheet/cost", status=404)
    sitting.client.get(sitting.path("sheet/charm"), status=404)


def test_the_text_of_one_person_does_not_land_in_the_sheet_of_another(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    refused = autosave(sitting, {**RESIDENCY, "person": "somebody-else"}, status=409)
    assert "Somebody else has signed in" in refused.html
    page = sitting.client.post(
        sitting.path("sheet/security"), {**RESIDENCY, "person": "somebody-else"}, status=409
    )
    assert "Two hosts." in page.words
    assert kept(office, sitting) is None
    own = {**RESIDENCY, "person": sitting.opened.assessor.id}
    assert autosave(sitting, own).response.get_json()["version"] == 1
