"""What procurement sees coming, and a re-assessment from the last answers, as they are used."""

from playwright.sync_api import Page, expect

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, follow, listen
from tests.conftest import Clock
from tests.lapse_builders import an_approval


def test_procurement_sees_what_lapses_and_downloads_it(
    window: OpenWindow, office: Office, clock: Clock
) -> None:
    an_approval(office, expires_in=80)
    clock.advance(days=20)
    for size in (DESKTOP, NARROW):
        page = window(Role.PROCUREMENT, size=size)
        complaints = listen(page)
        expect(page.get_by_role("heading", name="Lapses next")).to_be_visible()
        portfolio = page.get_by_role("table", name="The newest decisions by dimension")
        expect(portfolio.get_by_role("row")).to_have_count(2)
        expect(portfolio).to_contain_text("Nothing new")
        assert not faults_in_browser(page)
        page.get_by_role("link", name="Everything that lapses in the coming 90 days").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What lapses next")
        assert not faults_in_browser(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download as a table (CSV)").click()
        assert download.value.suggested_filename == "lapses-2026-12-14.csv"
        follow(page.get_by_role("link", name="The letter by e-mail"))
        assert not faults_in_browser(page)
        page.goto("/conditions")
        follow(page.get_by_role("link", name="Mask personal data."))
        assert not faults_in_browser(page)
        page.goto("/portfolio")
        assert not faults_in_browser(page)
        page.goto("/conflicts")
        assert not faults_in_browser(page)
        assert not complaints


def start(lead: Page, approved_id: str, assessor: str) -> str:
    """Start a re-assessment as its lead and return the address of the new assessment."""
    lead.goto(f"/assessments/{approved_id}")
    follow(lead.get_by_role("link", name="Re-assess it"))
    assert not faults_in_browser(lead)
    lead.get_by_label("Assessor").select_option(label=assessor)
    lead.get_by_role("button", name="Start the re-assessment").click()
    expect(lead.get_by_text("The re-assessment is open.")).to_be_visible()
    return lead.url


def test_an_assessor_confirms_carried_answers_one_by_one(window: OpenWindow, office: Office) -> None:
    ada = window(Role.ASSESSOR, Role.LEAD_ASSESSOR)
    complaints = listen(ada)
    for width, height in (DESKTOP, NARROW):
        approved = an_approval(office)
        ada.set_viewport_size({"width": width, "height": height})
        address = start(ada, approved.id, "Dana Okafor")
        assert not faults_in_browser(ada)
        ada.goto(f"{address}/sheet/cost")
        assert not faults_in_browser(ada)
        expect(ada.get_by_text("0 of 4 criteria answered")).to_be_visible()
        for confirmed, name in enumerate(("Run cost against the budget", "Exit cost"), start=1):
            card = ada.get_by_role("region", name=name)
            expect(card).to_contain_text("Nothing that the service knows of.")
            card.get_by_label("I have looked again: it holds as it stands below").check()
            expect(ada.get_by_text(f"{confirmed} of 4 criteria answered")).to_be_visible(timeout=15_000)
        ada.goto(f"{address}/submit")
        expect(ada.get_by_text("2 things to complete before you can submit")).to_be_visible()
        expect(
            ada.get_by_role("link", name="Confirm the carried answer to “Documents”, or change it")
        ).to_be_visible()
        assert not faults_in_browser(ada)
    assert not complaints
