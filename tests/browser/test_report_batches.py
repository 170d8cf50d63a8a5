"""The reports of a period, watched on a phone while they are made."""

from playwright.sync_api import expect

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import NARROW, faults_in_browser, listen
from tests.reports_made import quickly_made, work_off
from tests.services.test_jobs import decided_twice


def test_a_buyer_watches_the_reports_of_the_quarter_being_packed(window: OpenWindow, office: Office) -> None:
    decided_twice(office)
    page = window(Role.PROCUREMENT, size=NARROW)
    complaints = listen(page)
    page.goto("/reports")
    assert not faults_in_browser(page)
    page.get_by_role("button", name="Pack the reports").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert not faults_in_browser(page)
    with quickly_made():
        work_off(office)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the reports (ZIP)").click()
    assert download.value.suggested_filename == "reports-2026-10-01-2026-12-31.zip"
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert not faults_in_browser(page)
    page.goto("/reports")
    assert not faults_in_browser(page)
    assert not complaints
