"""Several assessors at once, each in a browser of their own: from opening to the decision."""

import pytest
from playwright.sync_api import Page, expect

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.assessment_builders import a_candidate, a_context, publish
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, listen
from tests.teams import Team, a_team_in_moderation

PHONE_AND_DESKTOPS = (DESKTOP, NARROW, DESKTOP)


def open_with_three(page: Page) -> str:
    """Open an assessment through the form, with every assessor there is, and return its address."""
    page.goto("/assessments/new")
    page.get_by_label("Candidate", exact=True).select_option(index=1)
    page.get_by_label("Context of use").select_option(index=1)
    page.get_by_label("Rubric and profile").select_option(label="General")
    for box in page.get_by_role("checkbox").all():
        box.check()
    assert not faults_in_browser(page)
    page.get_by_role("button", name="Open the assessment").click()
    expect(page.get_by_text("0 of 3 assessors have submitted")).to_be_visible()
    return page.url


def answer(page: Page, address: str, level: str, rationale: str) -> None:
    """Fill in the residency, which saves itself."""
    page.goto(f"{address}/sheet/security")
    card = page.locator("#criterion-residency")
    card.get_by_label(level, exact=True).check()
    card.get_by_label("High", exact=True).check()
    card.get_by_label("Rationale").fill(rationale)
    card.get_by_label("Rationale").press("Tab")
    expect(card.get_by_role("status")).to_contain_text("Saved")


def submit(page: Page, address: str) -> None:
    page.goto(f"{address}/submit")
    assert not faults_in_browser(page)
    page.get_by_role("button", name="Submit the score sheet").click()
    expect(page.get_by_role("status").first).to_contain_text("is submitted")


def settle(page: Page, address: str) -> None:
    """Take over one answer, find that a reason is needed, give it and submit the consensus."""
    page.goto(f"{address}/sheet/security")
    assert not faults_in_browser(page)
    card = page.locator("#criterion-residency")
    expect(card.get_by_text("100.0 points apart")).to_be_visible()
    card.get_by_role("button", name="Take the answer").first.click()
    expect(card.get_by_label("Rationale", exact=True)).to_have_value("Answer 0 of three.")
    page.goto(f"{address}/submit")
    page.get_by_role("button", name="Submit for review").click()
    page.get_by_role("alert").get_by_role("link", name="Give the reason").click()
    card = page.locator("#criterion-residency")
    card.get_by_label("Reason of the moderation").fill("We read the contract together.")
    card.get_by_label("Reason of the moderation").press("Tab")
    expect(card.get_by_role("status")).to_contain_text("Saved")
    page.goto(f"{address}/submit")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_role("status").first).to_contain_text("The consensus on RA-0001 is submitted")


def test_three_score_blind_at_once_a_lead_settles_and_an_approver_decides(
    window: OpenWindow, office: Office
) -> None:
    a_candidate(office)
    a_context(office)
    publish(office)
    scorers = [window(Role.ASSESSOR, size=size) for size in PHONE_AND_DESKTOPS]
    lead = window(Role.LEAD_ASSESSOR)
    approver = window(Role.APPROVER)
    address = open_with_three(lead)
    for number, (page, level) in enumerate(zip(scorers, ("Inside", "Inside", "Foreign"), strict=True)):
        answer(page, address, level, f"Answer {number} of three.")
    for page in scorers[:2]:
        submit(page, address)
    for page in (*scorers[1:], lead):
        page.goto(address)
        expect(page.get_by_text("2 of 3 assessors have submitted")).to_be_visible()
        expect(page.get_by_text("Answer 0 of three.")).to_have_count(0)
    submit(scorers[2], address)
    settle(lead, address)
    approver.goto(f"{address}/decision")
    expect(approver.get_by_text("scored, blind to one another")).to_be_visible()
    approver.get_by_label("Reject", exact=True).check()
    approver.get_by_label("Reason").fill("Too little is known of the cost.")
    approver.get_by_role("button", name="Decide", exact=True).click(timeout=60_000)
    expect(approver.get_by_text("The decision stands and is in the log.")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
def test_the_pages_of_a_team_are_open_to_everybody(
    window: OpenWindow, office: Office, size: tuple[int, int]
) -> None:
    team: Team = a_team_in_moderation(office)
    page = window(Role.LEAD_ASSESSOR, Role.APPROVER, size=size)
    complaints = listen(page)
    base = f"/assessments/{team.id}"
    for path in (base, f"{base}/moderation", f"{base}/sheet/security", f"{base}/submit", "/substitutions"):
        page.goto(path)
        assert not faults_in_browser(page), path
    assert not complaints
