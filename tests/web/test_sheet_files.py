"""The score sheet as a spreadsheet: out and in again, with a look before anything changes."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from riskapp.domain.authority import Role
from riskapp.domain.drafts import Payload
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.sheets import drafts
from tests.assessment_builders import FULL, an_assessment, save
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, words_in
from tests.web.sheet_pages import Sitting, sit_down

Edit = Callable[[Worksheet], None]


def filled(office: Office, signed_in: SignedIn) -> Sitting:
    sitting = sit_down(office, signed_in)
    for criterion, payload in FULL.items():
        save(office, sitting.opened, criterion, payload)
    return sitting


def exported(sitting: Sitting) -> bytes:
    answer = sitting.client.get(sitting.path("sheet-file/export")).response
    assert answer.headers["Content-Disposition"] == "attachment; filename=RA-0001-score-sheet.xlsx"
    return answer.get_data()


def edited(content: bytes, edit: Edit) -> bytes:
    workbook = load_workbook(BytesIO(content))
    edit(workbook.worksheets[0])
    saved = BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def cell_of(sheet: Worksheet, key: str, column: str) -> str:
    row = next(each[0].row for each in sheet.iter_rows() if each[0].value == key)
    return f"{column}{row}"


def put(key: str, column: str, value: object) -> Edit:
    def edit(sheet: Worksheet) -> None:
        sheet[cell_of(sheet, key, column)] = value

    return edit


def preview(sitting: Sitting, content: bytes, *, status: int = 200) -> Page:
    sitting.client.get(sitting.path("sheet-file"))
    upload = {"upload": (BytesIO(content), "sheet.xlsx")}
    return sitting.client.post(sitting.path("sheet-file/preview"), upload, status=status)


def kept(office: Office, sitting: Sitting) -> dict[str, Payload]:
    with office.reading() as connection:
        found = drafts(connection, sitting.opened.id, sitting.opened.assessor.id)
    return {key: each.payload for key, each in found.items()}


def test_a_file_that_was_not_touched_changes_nothing(office: Office, signed_in: SignedIn) -> None:
    sitting = filled(office, signed_in)
    page = preview(sitting, exported(sitting))
    assert "The file changes nothing." in page.words
    assert "0 criteria change, 4 stay as they are" in page.words
    assert kept(office, sitting) == FULL


def test_an_import_shows_what_changes_and_makes_it_when_confirmed(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = filled(office, signed_in)

    def edit(sheet: Worksheet) -> None:
        sheet[cell_of(sheet, "residency", "D")] = "Mixed"
        sheet[cell_of(sheet, "residency", "I")] = "It runs on their machines."
        sheet[cell_of(sheet, "run-cost", "E")] = 63.5
        sheet[cell_of(sheet, "documents.statement.pentest", "D")] = "Met"

    page = preview(sitting, edited(exported(sitting), edit))
    assert page.heading == "What the import would change"
    assert [words_in(each) for each in page.all("h3")] == [
        "Run cost against the budget",
        "Data residency",
        "Documents",
    ]
    assert "removed: our, end of removed." in [words_in(each) for each in page.all("del")]
    assert kept(office, sitting) == FULL
    done = sitting.client.post(
        sitting.path("sheet-file/import"), {"changes": page.value("changes"), "state": page.value("state")}
    )
    assert "3 criteria changed by the import." in sitting.client.follow(done).notices
    now = kept(office, sitting)
    assert now["residency"] == {
        "choice": "level:mixed",
        "confidence": "high",
        "rationale": "It runs on their machines.",
    }
    assert now["run-cost"]["value"] == "63.5"
    assert now["documents"]["statement.pentest"] == "met"
    assert now["exit-cost"] == FULL["exit-cost"]
    history = sitting.client.get(sitting.path("sheet/security/residency/history"))
    assert "Version 2" in history.words


def test_what_does_not_fit_is_refused_by_its_cell_and_the_rest_goes_on(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = filled(office, signed_in)

    def edit(sheet: Worksheet) -> None:
        sheet[cell_of(sheet, "residency", "D")] = "Elsewhere"
        sheet[cell_of(sheet, "run-cost", "E")] = "62,5"
        sheet[cell_of(sheet, "documents", "L")] = "7"
        sheet[cell_of(sheet, "exit-cost", "I")] = "Another rationale."
        sheet["A40"] = "no-such-key"

    page = preview(sitting, edited(exported(sitting), edit))
    refused = {words_in(row.findall("th")[0]): words_in(row) for row in page.all("tr") if row.findall("td")}
    assert len(refused) == 4
    assert any("“Elsewhere” is none of: Foreign, Mixed, Inside, unknown" in each for each in refused.values())
    assert any("write 62.5 or 625" in each for each in refused.values())
    assert any("“7” is no number of evidence here" in each for each in refused.values())
    assert "no criterion of this rubric has this key" in refused["A40"]
    assert [words_in(each) for each in page.all("h3")] == ["Exit cost"]


def test_a_confirmation_is_refused_where_the_sheet_changed_meanwhile(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = filled(office, signed_in)
    page = preview(sitting, edited(exported(sitting), put("residency", "I", "From the file.")))
    save(office, sitting.opened, "residency", {"rationale": "From a tab."}, expected=1)
    refused = sitting.client.post(
        sitting.path("sheet-file/import"),
        {"changes": page.value("changes"), "state": page.value("state")},
        status=409,
    )
    assert "changed after this import was looked at" in refused.problems[0]
    assert kept(office, sitting)["residency"] == {"rationale": "From a tab."}


def test_a_file_from_before_a_change_says_so(office: Office, signed_in: SignedIn) -> None:
    sitting = filled(office, signed_in)
    content = exported(sitting)
    save(office, sitting.opened, "residency", {"rationale": "Newer."}, expected=1)
    page = preview(sitting, content)
    assert "has changed since this file was exported" in page.words


def test_a_file_of_another_assessment_or_assessor_is_refused(office: Office, signed_in: SignedIn) -> None:
    sitting = filled(office, signed_in)
    content = exported(sitting)
    other = sit_down(office, signed_in, name="bert")
    assert "of another assessment than RA-0002" in preview(other, content, status=422).problems[0]

    def edit(sheet: Worksheet) -> None:
        sheet["B6"] = "somebody-else"

    page = preview(sitting, edited(content, edit), status=422)
    assert "of another assessor" in page.problems[0]
    other.client.get(sitting.path("sheet-file"), status=403)
    other.client.get(sitting.path("sheet-file/export"), status=403)


@pytest.mark.parametrize(
    "changes", ["", "[]", "nonsense", '{"residency": 1}', '{"residency": {"rationale": [1]}}', "[" * 100_000]
)
def test_a_confirmation_that_was_tampered_with_changes_nothing(
    office: Office, signed_in: SignedIn, changes: str
) -> None:
    sitting = filled(office, signed_in)
    page = preview(sitting, edited(exported(sitting), put("residency", "I", "New.")))
    sent = {"changes": changes, "state": page.value("state")}
    refused = sitting.client.post(sitting.path("sheet-file/import"), sent, status=422)
    assert "import the file again" in refused.problems[0]
    assert kept(office, sitting) == FULL


def test_a_submitted_sheet_is_neither_exported_nor_imported(office: Office, signed_in: SignedIn) -> None:
    sitting = filled(office, signed_in)
    content = exported(sitting)
    sitting.client.get(sitting.path("sheet-file"))
    submit_sheet(office, sitting.opened.assessor, sitting.opened.id)
    upload = {"upload": (BytesIO(content), "sheet.xlsx")}
    sent = sitting.client.post(sitting.path("sheet-file/preview"), upload)
    assert "no longer change" in sitting.client.follow(sent).html


def test_nothing_chosen_is_said(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    sitting.client.get(sitting.path("sheet-file"))
    page = sitting.client.post(sitting.path("sheet-file/preview"), {}, status=422)
    assert page.problems == ["Choose the file to import"]


def test_only_who_fills_in_a_sheet_has_one_to_export(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    for role in (Role.LEAD_ASSESSOR, Role.APPROVER):
        signed_in(role).get(f"/assessments/{opened.id}/sheet-file/export", status=403)
