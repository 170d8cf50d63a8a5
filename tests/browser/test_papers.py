"""Papers on screen as a desktop and a phone show them: all kinds, with axe, and nothing runs over."""

import re

import pytest
from playwright.sync_api import expect

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, follow, listen
from tests.lapse_builders import an_approval
from tests.web.test_comparisons import three


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
def test_every_kind_of_paper_is_read_on_screen(
    window: OpenWindow, office: Office, size: tuple[int, int]
) -> None:
    approved = an_approval(office)
    three(office)
    base = f"/assessments/{approved.id}"
    page = window(Role.LEAD_ASSESSOR, size=size)
    complaints = listen(page)
    for address in (
        f"{base}/report",
        f"{base}/one-page",
        f"{base}/questions/paper",
        f"{base}/questions/paper?for=vendor",
        "/portfolio/paper",
        "/compare/comparison",
    ):
        page.goto(address)
        assert not faults_in_browser(page), address
    page.goto(f"{base}/report")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    follow(page.get_by_role("link", name="Back to RA-0001"))
    expect(page).to_have_url(re.compile(f"{base}$"))
    assert not complaints
