"""The auditor's desk in a browser: the past, what differs, and a sample, on a wide screen and a phone."""

import pytest

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, follow
from tests.web.test_audit import a_whole_story


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
def test_an_auditor_goes_back_in_time_compares_and_draws_a_sample(
    window: OpenWindow, office: Office, size: tuple[int, int]
) -> None:
    opened = a_whole_story(office)
    page = window(Role.AUDITOR, size=size)
    page.goto(f"/audit/assessments/{opened.id}")
    assert not faults_in_browser(page)
    follow(page.get_by_role("link", name="What differs between score sheets 1 and 2"))
    assert not faults_in_browser(page)
    follow(page.locator("th a").first)
    follow(page.get_by_role("link", name="As it stood after this entry"))
    assert page.get_by_role("heading", level=1).inner_text() == "RA-0001: as it stood"
    assert not faults_in_browser(page)
    page.goto("/audit/samples")
    page.get_by_label("Why this many").fill("All that there is.")
    follow(page.get_by_role("button", name="Draw"))
    follow(page.get_by_role("link", name="Draw it again from the assessments as they stood then"))
    assert "Gives the same sample." in page.inner_text("main")
    assert not faults_in_browser(page)
    page.goto("/audit/samples")
    assert not faults_in_browser(page)
