"""Comments in a real browser: one person mentions another, who finds it on the first page."""

import pytest
from playwright.sync_api import expect

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.assessment_builders import a_submitted_assessment
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, PHONE, faults_in_browser, listen
from tests.browser.test_sheets import residency, sit_down


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_mention_leads_to_the_comment(window: OpenWindow, office: Office, size: tuple[int, int]) -> None:
    opened = a_submitted_assessment(office)
    lead, approver = window(Role.LEAD_ASSESSOR, size=size), window(Role.APPROVER, size=size)
    complaints = listen(lead) + listen(approver)
    lead.goto(f"/assessments/{opened.id}")
    lead.get_by_role("article", name="Data residency").get_by_role("link", name="Comment").click()
    lead.get_by_label("Your comment").fill("Where is the contract, @user-2? See https://example.org/terms.")
    lead.get_by_role("button", name="Add the comment").click()
    expect(lead.get_by_role("status")).to_have_text("The comment is added.")
    assert not faults_in_browser(lead)
    approver.goto("/")
    expect(approver.get_by_role("heading", name="You are mentioned")).to_be_visible()
    assert not faults_in_browser(approver)
    approver.get_by_role("button", name="Open the comment").click()
    expect(approver.locator("#comment-1")).to_contain_text("Where is the contract")
    approver.goto("/")
    expect(approver.get_by_role("heading", name="You are mentioned")).to_be_hidden()
    approver.goto(f"/assessments/{opened.id}")
    approver.get_by_text("1 comment on Data residency").click()
    assert not faults_in_browser(approver)
    assert not complaints


def test_a_comment_is_written_from_the_score_sheet_and_stands_beside_its_criterion(
    window: OpenWindow, office: Office
) -> None:
    page, _ = sit_down(window, office)
    residency(page).get_by_role("link", name="Comment on Data residency").click()
    page.get_by_label("Your comment").fill("I have asked the vendor.")
    page.get_by_role("button", name="Add the comment").click()
    page.get_by_role("link", name="Back to the score sheet").click()
    residency(page).get_by_text("1 comment on Data residency").click()
    expect(residency(page)).to_contain_text("I have asked the vendor.")
    assert not faults_in_browser(page)
