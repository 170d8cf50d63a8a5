"""The score sheet in a real browser: what is typed is never lost, whatever happens on the way."""

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from riskapp.domain.authority import Role
from riskapp.services.evidence import NewEvidence, add_evidence
from riskapp.services.work import Office
from riskapp.storage.sheets import drafts
from tests.assessment_builders import FULL, Opened, actor_called, an_assessment, save
from tests.browser.conftest import OpenWindow, sign_in
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, listen

ASSESSOR = "user-1"
SESSION = "riskapp_session"


def sit_down(window: OpenWindow, office: Office, **looks: object) -> tuple[Page, Opened]:
    """Open a window for an assessor and an assessment to fill in, at its second dimension."""
    page = window(Role.ASSESSOR, **looks)
    opened = an_assessment(office, assessor=actor_called(office, ASSESSOR))
    page.goto(f"/assessments/{opened.id}/sheet/security")
    return page, opened


def residency(page: Page) -> Locator:
    return page.locator("#criterion-residency")


def typed(office: Office, opened: Opened) -> dict[str, object]:
    with office.reading() as connection:
        draft = drafts(connection, opened.id, opened.assessor.id).get("residency")
    return dict(draft.payload) if draft else {}


def test_a_field_saves_itself_as_it_is_left_and_the_scores_follow(window: OpenWindow, office: Office) -> None:
    page, opened = sit_down(window, office)
    complaints = listen(page)
    card = residency(page)
    card.get_by_label("Inside", exact=True).check()
    card.get_by_label("High", exact=True).check()
    card.get_by_label("Rationale").fill("It runs on our machines.")
    card.get_by_label("Rationale").press("Tab")
    expect(card.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_role("heading", name="1 of 4 criteria answered")).to_be_visible()
    expect(page.locator("#standing")).to_contain_text("Security100.0")
    page.reload()
    expect(residency(page).get_by_label("Rationale")).to_have_value("It runs on our machines.")
    expect(residency(page).get_by_label("Inside", exact=True)).to_be_checked()
    assert typed(office, opened)["choice"] == "level:inside"
    assert not complaints


def test_a_pause_in_typing_saves_and_what_cannot_be_read_is_said_at_its_field(
    window: OpenWindow, office: Office
) -> None:
    page, opened = sit_down(window, office)
    page.goto(f"/assessments/{opened.id}/sheet/cost")
    card = page.locator("#criterion-run-cost")
    value = card.get_by_label("Value")
    value.press_sequentially("62,5")
    expect(card.get_by_role("status")).to_contain_text("Saved")
    expect(value).to_have_attribute("aria-invalid", "true")
    expect(card).to_contain_text("write 62.5 or 625")
    assert not faults_in_browser(page)
    value.fill("62.5")
    expect(value).not_to_have_attribute("aria-invalid", "true")


def test_a_second_tab_shows_both_versions_and_the_person_chooses(window: OpenWindow, office: Office) -> None:
    page, opened = sit_down(window, office)
    other = page.context.new_page()
    other.goto(page.url)
    for each, text in ((page, "From the first tab."), (other, "From the second tab.")):
        residency(each).get_by_label("Rationale").fill(text)
        residency(each).get_by_label("Rationale").press("Tab")
        expect(residency(each).locator("[data-saved]")).to_contain_text("aved")
    conflict = residency(other).get_by_role("group", name="was changed elsewhere")
    expect(conflict).to_contain_text("From the first tab.")
    expect(conflict).to_contain_text("From the second tab.")
    assert not faults_in_browser(other)
    conflict.get_by_role("button", name="Keep what is here").click()
    expect(conflict).to_be_hidden()
    expect(residency(other).get_by_role("status")).to_contain_text("Saved")
    assert typed(office, opened)["rationale"] == "From the second tab."
    residency(page).get_by_label("Rationale").fill("Once more.")
    residency(page).get_by_label("Rationale").press("Tab")
    residency(page).get_by_role("button", name="Take what was saved").click()
    expect(residency(page).get_by_label("Rationale")).to_have_value("From the second tab.")


def test_a_lost_line_keeps_the_text_and_saves_it_when_it_is_back(window: OpenWindow, office: Office) -> None:
    page, opened = sit_down(window, office)
    card = residency(page)
    page.context.set_offline(True)
    card.get_by_label("Rationale").fill("Typed on a train.")
    card.get_by_label("Rationale").press("Tab")
    expect(card.get_by_role("status")).to_contain_text("Not saved: no connection")
    expect(page.locator("#sheet-state")).to_contain_text("1 criterion is not saved")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate("location.reload()")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(card.get_by_label("Rationale")).to_have_value("Typed on a train.")
    page.context.set_offline(False)
    expect(card.get_by_role("status")).to_contain_text("Saved")
    expect(page.locator("#sheet-state")).to_have_text("Everything is saved")
    assert typed(office, opened)["rationale"] == "Typed on a train."


def test_a_lapsed_sign_in_is_said_and_nothing_is_lost(window: OpenWindow, office: Office) -> None:
    page, opened = sit_down(window, office)
    card = residency(page)
    page.context.clear_cookies()
    card.get_by_label("Rationale").fill("Typed after lunch.")
    card.get_by_label("Rationale").press("Tab")
    expect(card.get_by_role("status")).to_contain_text("you are signed out")
    with page.context.expect_page() as opening:
        card.get_by_role("link", name="Sign in again in a new tab").click()
    sign_in(opening.value, ASSESSOR)
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(card.locator("[data-saved]")).to_contain_text("Saved")
    assert typed(office, opened)["rationale"] == "Typed after lunch."


def test_going_on_saves_first(window: OpenWindow, office: Office) -> None:
    page, opened = sit_down(window, office)
    residency(page).get_by_label("Rationale").press_sequentially("On my way.")
    page.get_by_role("navigation", name="Dimensions").get_by_role("link", name="Cost").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cost")
    assert typed(office, opened)["rationale"] == "On my way."
    page.locator("#criterion-exit-cost").get_by_label("Unknown").check()
    page.locator("#criterion-exit-cost").get_by_label("Where was it looked for?").fill("In the contract.")
    page.get_by_role("button", name="Go on to Security").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Security")
    expect(page.locator("#standing")).to_contain_text("1 of 4 criteria answered")


def test_evidence_added_in_another_tab_can_be_cited_at_once(window: OpenWindow, office: Office) -> None:
    page, opened = sit_down(window, office)
    card = residency(page)
    card.get_by_text("Evidence: none cited").click()
    with page.context.expect_page() as opening:
        card.get_by_role("link", name="Add evidence").click()
    adding = opening.value
    adding.get_by_label("Address").fill("https://example.org/contract")
    adding.get_by_label("Title").fill("The contract")
    adding.get_by_label("Who says it").select_option("vendor_claim")
    adding.get_by_role("button", name="Add").click()
    expect(adding.get_by_role("status")).to_contain_text("Answers can cite it now")
    adding.close()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    card.get_by_label("The contract").check()
    expect(card.get_by_text("Evidence: 1 cited")).to_be_visible()
    expect(card.get_by_role("status")).to_contain_text("Saved")
    assert len(str(typed(office, opened)["evidence"])) > 2


def test_the_keyboard_alone_fills_in_a_criterion_and_submits(window: OpenWindow, office: Office) -> None:
    page, opened = sit_down(window, office)
    residency(page).locator("summary").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Read in the contract.")
    page.keyboard.press("Tab")
    expect(residency(page).get_by_role("status")).to_contain_text("Saved")
    answer = typed(office, opened)
    assert (answer["confidence"], answer["rationale"]) == ("high", "Read in the contract.")
    assert str(answer["choice"]).startswith("level:")
    page.get_by_role("button", name="Review and submit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Review and submit")
    page.get_by_role("button", name="Submit for review").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is submitted")


def test_without_scripts_a_button_saves_and_nothing_typed_is_lost(window: OpenWindow, office: Office) -> None:
    page, opened = sit_down(window, office, scripts=False)
    residency(page).get_by_label("Mixed", exact=True).check()
    residency(page).get_by_label("Rationale").fill("Two hosts.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Security is saved")
    assert typed(office, opened)["rationale"] == "Two hosts."
    save(office, opened, "residency", {"rationale": "From elsewhere."}, expected=1)
    residency(page).get_by_label("Rationale").fill("Three hosts.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(residency(page).get_by_label("Rationale")).to_have_value("Three hosts.")
    expect(residency(page).get_by_role("group", name="was changed elsewhere")).to_contain_text(
        "From elsewhere."
    )
    page.get_by_role("button", name="Keep what is here").click()
    expect(page.get_by_role("status").first).to_contain_text("Security is saved")
    assert typed(office, opened)["rationale"] == "Three hosts."


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
def test_the_pages_of_a_sheet_and_its_evidence_are_open_to_everybody(
    window: OpenWindow, office: Office, size: tuple[int, int]
) -> None:
    page, opened = sit_down(window, office, size=size)
    link = NewEvidence(form="link", source_type="press", title="A report", url="https://example.org")
    evidence = add_evidence(office, opened.assessor, opened.id, link)
    save(office, opened, "residency", {**FULL["residency"], "evidence": [evidence]})
    save(office, opened, "documents", {"choice": "unknown"})
    complaints = listen(page)
    base = f"/assessments/{opened.id}"
    for path in (
        f"{base}/sheet/cost",
        f"{base}/sheet/security?check=1",
        f"{base}/submit",
        f"{base}/evidence",
        f"{base}/evidence/new?form=file",
        f"/evidence/{evidence}",
        f"/evidence/{evidence}/correct",
    ):
        page.goto(path)
        assert not faults_in_browser(page), path
    assert not complaints
