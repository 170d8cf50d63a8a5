"""The approver's desk and the auditor's, as they are used."""

from playwright.sync_api import Page, expect

from riskapp.cli.server import at_work
from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.assessment_builders import a_submitted_assessment
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, follow, listen
from tests.web.test_audit import a_whole_story


def fill_condition(page: Page, number: int, *, text: str, owner: str, due: str) -> None:
    row = page.get_by_role("group", name=f"Condition {number}", exact=True)
    row.get_by_label("What has to be done").fill(text)
    row.get_by_label("Who answers for it").fill(owner)
    row.get_by_label("By when").fill(due)


def test_an_approver_decides_with_two_conditions_on_a_phone(window: OpenWindow, office: Office) -> None:
    opened = a_submitted_assessment(office)
    page = window(Role.APPROVER, size=NARROW)
    complaints = listen(page)
    page.goto(f"/assessments/{opened.id}")
    follow(page.get_by_role("link", name="Decide", exact=True))
    assert not faults_in_browser(page)
    page.get_by_label("Approve with conditions").check()
    fill_condition(page, 1, text="Mask personal data.", owner="Platform team", due="2027-01-31")
    page.get_by_role("button", name="Add another condition").click()
    expect(page.get_by_role("group", name="Condition 2", exact=True)).to_be_in_viewport()
    fill_condition(page, 2, text="Ask for next year's price.", owner="Purchasing", due="2027-03-31")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert not faults_in_browser(page)
    page.get_by_label("The approval expires on").fill("2027-05-31")
    page.get_by_label("Reason").fill("The host is new to us.")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("The decision stands and is in the log.")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("cell", name="Purchasing")).to_be_visible()
    with at_work(office), page.expect_download() as download:
        page.get_by_role("link", name="Download the report (PDF)").click()
    assert download.value.suggested_filename == "RA-0001-deepseek-r1.pdf"
    assert not [each for each in complaints if "422" not in each]


def test_an_auditor_follows_a_decision_down_to_the_bytes_in_the_log(
    window: OpenWindow, office: Office
) -> None:
    a_whole_story(office)
    for size in (DESKTOP, NARROW):
        page = window(Role.AUDITOR, size=size)
        complaints = listen(page)
        page.goto("/audit")
        assert not faults_in_browser(page)
        follow(page.get_by_role("link", name="RA-0001"))
        page.get_by_text("4 answers of score sheet 2").click()
        assert not faults_in_browser(page)
        decision = page.get_by_role("region", name="Decision 1")
        expect(decision).to_contain_text("Platform team, by 24 December 2026")
        decision.get_by_role("link", name="log entry").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("assessment.decided")
        expect(page.locator("pre")).to_contain_text('"outcome":"approve-with-conditions"')
        assert not faults_in_browser(page)
        page.get_by_role("link", name="The log").click()
        page.get_by_label("Action").select_option("draft.saved")
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("row")).to_have_count(6)
        assert not faults_in_browser(page)
        assert not complaints
