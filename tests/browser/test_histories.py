"""The history of a criterion in a real browser: an older text is found and used again, by keyboard alone."""

import pytest
from playwright.sync_api import expect

from riskapp.services.work import Office
from tests.assessment_builders import save
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, PHONE, faults_in_browser, listen
from tests.browser.test_sheets import residency, sit_down, typed


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_an_older_text_is_used_again_with_the_keyboard_alone(
    window: OpenWindow, office: Office, size: tuple[int, int]
) -> None:
    page, opened = sit_down(window, office, size=size)
    complaints = listen(page)
    for expected, text in enumerate(("It runs on our machines.", "It runs on their machines.")):
        save(office, opened, "residency", {"rationale": text}, expected=expected)
    page.reload()
    residency(page).get_by_role("link", name="History of Data residency").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("History of “Data residency”")
    expect(page.locator("del")).to_contain_text("our")
    assert not faults_in_browser(page)
    page.get_by_role("button", name="Use this text again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("stands again, as a new version")
    expect(residency(page).get_by_label("Rationale")).to_have_value("It runs on our machines.")
    assert typed(office, opened)["rationale"] == "It runs on our machines."
    assert not complaints
