"""Journey 7: eight months later an auditor samples, looks back, verifies a kept PDF and takes a package."""

import hashlib
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from riskapp.domain.authority import Role
from riskapp.services.log_keys import adopt_key
from riskapp.services.work import Office
from tests.assessment_builders import a_submitted_assessment, an_assessment
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, follow, listen
from tests.conftest import Clock
from tests.finding_builders import a_finding
from tests.web.test_audit import a_whole_story
from tests.web.test_audit_packages import verified


def draw_ten(page: Page) -> None:
    page.get_by_label("How many").fill("10")
    page.get_by_label("Why this many").fill("Ten decisions of the last year.")
    follow(page.get_by_role("button", name="Draw"))


def check_against_the_log(page: Page, kept: Path) -> None:
    page.goto("/verify")
    page.get_by_label("Document").set_input_files(kept)
    page.get_by_role("button", name="Verify it").click()
    expect(page.get_by_text("Genuine, superseded or lapsed since")).to_be_visible()
    assert not faults_in_browser(page)


def test_eight_months_later_an_auditor_samples_looks_back_verifies_and_takes_the_package(
    window: OpenWindow, office: Office, clock: Clock, tmp_path: Path
) -> None:
    adopt_key(office)
    opened = a_whole_story(office)
    a_submitted_assessment(office)
    buyer = window(Role.PROCUREMENT)
    buyer.goto(f"/assessments/{opened.id}")
    kept = tmp_path / "kept.pdf"
    with buyer.expect_download() as download:
        buyer.get_by_role("link", name="Download the report (PDF)").click()
    download.value.save_as(kept)
    clock.advance(days=240)

    page = window(Role.AUDITOR)
    complaints = listen(page)
    page.goto("/audit")
    page.get_by_role("link", name="Samples").click()
    draw_ten(page)
    sample = page.url
    page.get_by_role("link", name="RA-0001", exact=True).click()
    page.get_by_label("As it stood at").fill("2026-11-24 09:30")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("RA-0001: as it stood")
    expect(page.get_by_text("The host is new to us.").last).to_be_visible()

    check_against_the_log(page, kept)

    page.goto(sample)
    with page.expect_download(timeout=60_000) as taken:
        page.get_by_role("button", name="Take the package of this sample").click()
    empty = tmp_path / "empty"
    with zipfile.ZipFile(taken.value.path()) as archive:
        archive.extractall(empty)
    packed = (empty / "assessments/RA-0001/report-1.pdf").read_bytes()
    assert hashlib.sha256(packed).digest() == hashlib.sha256(kept.read_bytes()).digest()
    assert verified(empty)[1].endswith("Everything agrees.\n")
    assert not complaints


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
def test_the_desk_stands_every_screen(window: OpenWindow, office: Office, size: tuple[int, int]) -> None:
    raised = a_finding(office)
    a_whole_story(office)
    typing = an_assessment(office)
    page = window(Role.AUDITOR, size=size)
    for address in (
        "/audit?staleness=fresh",
        "/audit/search?words=declared",
        "/audit/log?text=price",
        "/audit/differences?first=RA-0001&second=RA-0002",
        f"/audit/assessments/{raised.opened.id}",
        f"/audit/assessments/{raised.opened.id}/changes?since=6",
        f"/audit/assessments/{typing.id}/drafts",
        f"/audit/assessments/{raised.opened.id}/drafts",
        "/audit/packages",
        "/findings",
        "/findings/1",
        f"/findings/new?kind=assessment&subject={typing.id}",
        f"/audit/notes/new?kind=assessment&subject={typing.id}",
    ):
        page.goto(address)
        assert not faults_in_browser(page), address
    page.get_by_label("Note").fill("Ask why.")
    follow(page.get_by_role("button", name="Keep the note"))
    assert not faults_in_browser(page)
    expect(page.get_by_text("Ask why.")).to_be_visible()
