"""The worked example as a newcomer meets it, and the main job from the sheet to the auditor's desk."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from riskapp import ambient
from riskapp.cli.server import at_work
from riskapp.services.work import Office
from riskapp.worked_example import load
from tests.browser.conftest import sign_in
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, follow, listen, open_window
from tests.reports_made import quickly_made, work_off

Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, address: str, office: Office) -> Iterator[Visit]:
    """Return a function that opens a window for a person of the worked example."""
    passwords = {each.sign_in_name: each.password for each in load(office, new_secret=ambient.new_secret)}
    contexts = []

    def as_person(name: str, *, size: tuple[int, int] = DESKTOP) -> Page:
        contexts.append(open_window(chromium, address, size))
        page = contexts[-1].new_page()
        sign_in(page, name, passwords[name])
        return page

    yield as_person
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
def test_a_newcomer_finds_the_example_compares_and_downloads_a_report(
    visit: Visit, office: Office, size: tuple[int, int], tmp_path: Path
) -> None:
    page = visit("petra", size=size)
    complaints = listen(page)
    assert not faults_in_browser(page)
    page.goto("/assessments")
    assert not faults_in_browser(page)
    page.goto("/compare")
    expect(page.get_by_role("img", name=re.compile("Ranges of the totals"))).to_be_visible()
    assert not faults_in_browser(page)
    follow(page.get_by_role("link", name="DeepSeek-R1").first)
    assert not faults_in_browser(page)
    expect(page.get_by_text("The report waits for its turn")).to_be_visible()
    rendering: AbstractContextManager[object] = nullcontext() if size == DESKTOP else quickly_made()
    fewest = 15 if size == DESKTOP else 1
    with rendering, at_work(office), page.expect_download(timeout=60_000) as download:
        page.get_by_role("link", name="Download the report (PDF)").click(timeout=60_000)
    kept = tmp_path / "report.pdf"
    download.value.save_as(kept)
    assert len(PdfReader(kept).pages) >= fewest
    assert not complaints


def test_the_assessment_in_progress_is_finished_decided_and_found_by_the_auditor(
    visit: Visit, office: Office
) -> None:
    page = visit("ada")
    page.get_by_role("link", name=re.compile("GPT-4o")).click()
    follow(page.get_by_role("link", name="Review and submit"))
    assert not faults_in_browser(page)
    for _ in range(12):
        unfinished = page.locator(".to-do a")
        if not unfinished.count():
            break
        criterion = (unfinished.first.get_attribute("href") or "").rpartition("#")[2].partition(".")[0]
        unfinished.first.click()
        card = page.locator(f"#criterion-{criterion.removeprefix('criterion-')}")
        card.get_by_label("Unknown", exact=True).check()
        card.get_by_label(re.compile("Where", re.IGNORECASE)).fill("The register of facts does not say.")
        card.get_by_label(re.compile("Where", re.IGNORECASE)).press("Tab")
        expect(card.get_by_role("status")).to_contain_text("Saved")
        page.goto(re.sub(r"/sheet/.*", "/submit", page.url))
    page.get_by_role("button", name=re.compile("Submit")).click()
    expect(page.get_by_text("In review").first).to_be_visible()
    reference = page.get_by_role("heading", level=1).inner_text().partition(":")[0]

    page = visit("amir")
    page.get_by_role("link", name=re.compile(reference)).click()
    page.get_by_role("link", name="Decide", exact=True).click()
    page.get_by_label("Reject", exact=True).check()
    page.get_by_label("Reason").fill("Too little is known, and the version is about to retire.")
    page.get_by_role("button", name="Decide", exact=True).click(timeout=60_000)
    expect(page.get_by_text("The report waits for its turn, after 3 others.")).to_be_visible(timeout=60_000)
    assert not faults_in_browser(page)
    with quickly_made():
        work_off(office)
    expect(page.get_by_role("link", name="Download the report (PDF)")).to_be_visible(timeout=60_000)

    page = visit("august")
    page.goto("/audit")
    page.get_by_role("link", name=reference).click()
    expect(page.get_by_text("Too little is known").first).to_be_visible()
    assert not faults_in_browser(page)
