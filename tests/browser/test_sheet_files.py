"""A score sheet goes out as a spreadsheet and comes back, in a real browser."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from riskapp.services.work import Office
from tests.assessment_builders import FULL, save
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, PHONE, faults_in_browser, follow, listen
from tests.browser.test_sheets import sit_down, typed


def changed(content: bytes) -> bytes:
    """Fill in the file as a person does: one answer that fits, one that does not."""
    workbook = load_workbook(BytesIO(content))
    sheet = workbook.worksheets[0]
    rows = {row[0].value: row[0].row for row in sheet.iter_rows()}
    sheet[f"I{rows['residency']}"] = "It runs on their machines."
    sheet[f"E{rows['run-cost']}"] = "sixty"
    saved = BytesIO()
    workbook.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_an_import_is_looked_at_and_confirmed(
    window: OpenWindow, office: Office, size: tuple[int, int]
) -> None:
    page, opened = sit_down(window, office, size=size)
    complaints = listen(page)
    save(office, opened, "residency", FULL["residency"])
    follow(page.get_by_role("link", name="Spreadsheet"))
    assert not faults_in_browser(page)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Export the score sheet (XLSX)").click()
    content = changed(Path(downloading.value.path()).read_bytes())
    page.get_by_label("The exported file, filled in").set_input_files(
        {"name": "sheet.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the import would change")
    expect(page.get_by_role("row", name="“sixty” is not a number")).to_be_visible()
    expect(page.locator("ins")).to_contain_text("their")
    assert not faults_in_browser(page)
    assert typed(office, opened) == FULL["residency"]
    page.get_by_role("button", name="Make these changes").click()
    expect(page.get_by_role("status").first).to_have_text("1 criterion changed by the import.")
    assert typed(office, opened)["rationale"] == "It runs on their machines."
    assert not complaints
