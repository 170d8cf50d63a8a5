"""Several people at once, each in a browser of their own: from opening to the decision."""

import pytest
from playwright.sync_api import Locator, Page, expect

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.assessment_builders import a_candidate, a_context, publish
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, listen
from tests.browser.test_decisions import fill_condition
from tests.teams import Team, a_team_in_moderation, settle

LAPTOP_PHONE_DESKTOP = (DESKTOP, NARROW, DESKTOP)
MOST_STOPS = 150


def reach(page: Page, target: Locator) -> None:
    """Go on with the tabulator until the focus is where it is wanted."""
    for _ in range(MOST_STOPS):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def press(page: Page, target: Locator) -> None:
    reach(page, target)
    page.keyboard.press("Enter")


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


def residency(page: Page, address: str) -> Locator:
    page.goto(f"{address}/sheet/security")
    return page.locator("#criterion-residency")


def answer(page: Page, address: str, level: str, rationale: str) -> Locator:
    """Fill in the residency, which saves itself, and return its card."""
    card = residency(page, address)
    card.get_by_label(level, exact=True).check()
    card.get_by_label("High", exact=True).check()
    card.get_by_label("Rationale").fill(rationale)
    card.get_by_label("Rationale").press("Tab")
    expect(card.get_by_role("status")).to_contain_text("Saved")
    return card


def answer_by_keyboard(page: Page, address: str, rationale: str) -> None:
    """Fill in the residency as “Inside”, without touching the mouse."""
    card = residency(page, address)
    for label in ("Inside", "High"):
        choice = card.get_by_label(label, exact=True)
        group = card.locator(f"[name='{choice.get_attribute('name')}']")
        chosen = group.and_(page.locator(":checked"))
        reach(page, chosen if chosen.count() else group.first)
        page.keyboard.press("Space")
        while not choice.is_checked():
            page.keyboard.press("ArrowDown")
    reach(page, card.get_by_label("Rationale"))
    page.keyboard.type(rationale)
    page.keyboard.press("Tab")
    expect(card.get_by_role("status")).to_contain_text("Saved")


def answer_through_a_lost_line(page: Page, address: str, rationale: str) -> None:
    """Go on typing while the network is gone; it is saved by itself when it is back."""
    card = answer(page, address, "Foreign", "Begun in the office.")
    page.context.set_offline(True)
    card.get_by_label("Rationale").fill(rationale)
    card.get_by_label("Rationale").press("Tab")
    expect(card.get_by_role("status")).to_contain_text("Not saved: no connection")
    page.context.set_offline(False)
    expect(card.get_by_role("status")).to_contain_text("Saved")


def submit(page: Page, address: str) -> None:
    page.goto(f"{address}/submit")
    assert not faults_in_browser(page)
    press(page, page.get_by_role("button", name="Submit the score sheet"))
    expect(page.get_by_role("status").first).to_contain_text("is submitted")


def settle_by_keyboard(page: Page, address: str, reason: str) -> None:
    """Take over one answer, find that a reason is needed, give it and submit the consensus."""
    card = residency(page, address)
    assert not faults_in_browser(page)
    expect(card.get_by_text("100.0 points apart")).to_be_visible()
    page.reload()
    press(page, card.get_by_role("button", name="Take the answer").first)
    expect(card.get_by_label("Rationale", exact=True)).to_have_value("Answer 0 of three.")
    page.goto(f"{address}/submit")
    press(page, page.get_by_role("button", name="Submit for review"))
    press(page, page.get_by_role("alert").get_by_role("link", name="Give the reason"))
    reach(page, card.get_by_label("Reason of the moderation"))
    page.keyboard.type(reason)
    page.keyboard.press("Tab")
    expect(card.get_by_role("status")).to_contain_text("Saved")
    page.goto(f"{address}/submit")
    press(page, page.get_by_role("button", name="Submit for review"))
    expect(page.get_by_role("status").first).to_contain_text("The consensus on RA-0001 is submitted")


def decide_with_two_conditions(page: Page, address: str) -> None:
    page.goto(f"{address}/decision")
    expect(page.get_by_text("scored, blind to one another")).to_be_visible()
    expect(page.get_by_text("1 dissent")).to_be_visible()
    page.get_by_label("Approve with conditions").check()
    fill_condition(page, 1, text="Mask personal data.", owner="Platform team", due="2027-01-31")
    page.get_by_role("button", name="Add another condition").click()
    fill_condition(page, 2, text="Ask for the contract.", owner="Purchasing", due="2027-03-31")
    page.get_by_label("The approval expires on").fill("2027-05-31")
    page.get_by_label("Reason").fill("Self-hosted, so the residency holds.")
    assert not faults_in_browser(page)
    page.get_by_role("button", name="Decide", exact=True).click(timeout=60_000)
    expect(page.get_by_text("The decision stands and is in the log.")).to_be_visible(timeout=60_000)


def test_three_score_blind_at_once_a_lead_settles_by_keyboard_and_an_approver_decides(
    window: OpenWindow, office: Office
) -> None:
    a_candidate(office)
    a_context(office)
    publish(office)
    scorers = [window(Role.ASSESSOR, size=size) for size in LAPTOP_PHONE_DESKTOP]
    lead, approver = window(Role.LEAD_ASSESSOR), window(Role.APPROVER, size=NARROW)
    address = open_with_three(lead)
    answer_by_keyboard(scorers[0], address, "Answer 0 of three.")
    answer(scorers[1], address, "Inside", "Answer 1 of three.")
    answer_through_a_lost_line(scorers[2], address, "Answer 2 of three.")
    for page in scorers[:2]:
        submit(page, address)
    for page in (*scorers[1:], lead):
        page.goto(address)
        expect(page.get_by_text("2 of 3 assessors have submitted")).to_be_visible()
        expect(page.get_by_text("Answer 0 of three.")).to_have_count(0)
    submit(scorers[2], address)
    dissent(scorers[2], address, "The subprocessor is abroad.")
    settle_by_keyboard(lead, address, "We read the contract together.")
    decide_with_two_conditions(approver, address)


def dissent(page: Page, address: str, text: str) -> None:
    page.goto(f"{address}/moderation")
    page.locator("#criterion-residency summary").press("Enter")
    page.get_by_label("What you hold against the consensus on Data residency").fill(text)
    assert not faults_in_browser(page)
    page.locator("#criterion-residency").get_by_role("button", name="Keep the dissent").click()
    expect(page.get_by_text("Your dissent is kept.")).to_be_visible()


def test_two_who_moderate_at_once_see_both_texts_and_choose(window: OpenWindow, office: Office) -> None:
    team = a_team_in_moderation(office)
    address = f"/assessments/{team.id}"
    one, other = (window(Role.LEAD_ASSESSOR, size=size) for size in (DESKTOP, NARROW))
    cards = [residency(page, address) for page in (one, other)]
    for card, text in zip(cards, ("From Lena.", "From Luis."), strict=True):
        card.get_by_label("Reason of the moderation").fill(text)
        card.get_by_label("Reason of the moderation").press("Tab")
    expect(cards[0].get_by_role("status")).to_contain_text("Saved")
    conflict = cards[1].get_by_role("group", name="was changed elsewhere")
    expect(conflict).to_contain_text("From Lena.")
    expect(conflict).to_contain_text("From Luis.")
    assert not faults_in_browser(other)
    conflict.get_by_role("button", name="Keep what is here").click()
    expect(conflict).to_be_hidden()
    expect(cards[1].get_by_role("status")).to_contain_text("Saved")
    one.goto(f"{address}/sheet/security/residency/history")
    expect(one.get_by_role("deletion").filter(has_text="Lena")).to_be_visible()
    expect(one.get_by_role("insertion").filter(has_text="Luis")).to_be_visible()


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
    settle(office, team)
    page.goto(f"{base}/moderation")
    expect(page.get_by_role("rowheader", name="Consensus").first).to_be_visible()
    assert not faults_in_browser(page)
    assert not complaints
