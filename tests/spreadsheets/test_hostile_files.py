"""Spreadsheet files that somebody made to do harm: each is refused with words, and quickly."""

import random
import time
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from riskapp.domain.errors import InvalidError
from riskapp.spreadsheets.reading import LARGEST_FILE, LARGEST_UNPACKED, MOST_ROWS, read_grid
from riskapp.spreadsheets.writing import SheetTable, write_table

SHEET = "xl/worksheets/sheet1.xml"
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)
OUTSIDE = BOMB.replace('<!ENTITY a "aaaaaaaaaa">', '<!ENTITY a SYSTEM "file:///etc/hostname">')


def plain() -> bytes:
    table = SheetTable(
        title="Score sheet", rows=[["one", "two"]], widths=[10], heading=1, open_from=2, choices={}
    )
    return write_table(table)


def workbook(edit: Callable[[Workbook, Worksheet], object]) -> bytes:
    made = Workbook()
    edit(made, made.worksheets[0])
    saved = BytesIO()
    made.save(saved)
    return saved.getvalue()


def packed(**parts: bytes | str) -> bytes:
    """Return the plain file with these parts added or put in the place of its own."""
    said = {name.replace("__", "/"): part for name, part in parts.items()}
    return repacked(said)


def repacked(parts: dict[str, bytes | str]) -> bytes:
    saved = BytesIO()
    with zipfile.ZipFile(BytesIO(plain())) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return saved.getvalue()


def with_formula(_: Workbook, sheet: Worksheet) -> None:
    sheet["D12"] = '=HYPERLINK("https://example.org", "x")'


def with_array(_: Workbook, sheet: Worksheet) -> None:
    sheet["B2"] = ArrayFormula("B2:B3", "=SUM(A1:A2*1)")


def with_hidden_sheet(made: Workbook, _: Worksheet) -> None:
    made.create_sheet("Hidden").sheet_state = "veryHidden"


def with_two_sheets(made: Workbook, _: Worksheet) -> None:
    made.create_sheet("Second")


def with_date(_: Workbook, sheet: Worksheet) -> None:
    sheet["E7"] = date(2026, 11, 24)


def with_truth(_: Workbook, sheet: Worksheet) -> None:
    sheet["E7"] = True


def with_error(_: Workbook, sheet: Worksheet) -> None:
    sheet["E7"] = "#REF!"
    sheet["E7"].data_type = "e"


def with_many_rows(_: Workbook, sheet: Worksheet) -> None:
    sheet.cell(MOST_ROWS + 1, 1, "too far down")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no XLSX file"),
        (b"PK\x03\x04 nothing", "is no XLSX file"),
        (b"<html>", "is no XLSX file"),
        (plain()[:-40], "is no XLSX file"),
        (workbook(with_formula), "has a formula in D12"),
        (workbook(with_array), "has a formula in B2"),
        (workbook(with_hidden_sheet), "has a hidden sheet"),
        (workbook(with_two_sheets), "has several sheets"),
        (workbook(with_date), "a date or a truth value in E7"),
        (workbook(with_truth), "a date or a truth value in E7"),
        (workbook(with_error), "has an error in E7"),
        (workbook(with_many_rows), "has more than 2,000 rows"),
        (packed(xl__externalLinks__externalLink1="<externalLink/>"), "has links to other files"),
        (packed(xl__vbaProject=b"\0"), "has macros"),
        (packed(xl__embeddings__object1=b"MZ"), "has files embedded"),
        (packed(xl__connections="<connections/>"), "has connections to data elsewhere"),
        (repacked({SHEET: BOMB}), "holds definitions"),
        (repacked({SHEET: OUTSIDE}), "holds definitions"),
        (repacked({SHEET: BOMB.encode("utf-16")}), "holds definitions"),
        (repacked({SHEET: "<worksheet"}), "cannot be read as XLSX"),
        (repacked({"xl/workbook.xml": "<workbook/>"}), "cannot be read as XLSX|has several sheets"),
        (packed(bomb=b"\0" * (LARGEST_UNPACKED + 1)), "unpacks to more"),
        (repacked({f"part{each}": "" for each in range(200)}), "unpacks to more"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_is_refused_with_words(content: bytes, said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        read_grid(content)


def test_a_file_that_is_too_large_is_not_unpacked() -> None:
    with pytest.raises(InvalidError, match="larger than 4 MB"):
        read_grid(b"\0" * (LARGEST_FILE + 1))


def test_a_size_that_the_archive_lies_about_does_not_get_past_the_limit() -> None:
    content = bytearray(repacked({"bomb.xml": b" " * (LARGEST_UNPACKED + 1)}))
    real = (LARGEST_UNPACKED + 1).to_bytes(4, "little")
    while (place := content.find(real)) >= 0:
        content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(InvalidError, match="damaged"):
        read_grid(bytes(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_packs_a_flood_into_a_drop_is_refused(method: int) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("[Content_Types].xml", b" " * 1_000_000)
    with pytest.raises(InvalidError, match="packed in a way that no spreadsheet program uses"):
        read_grid(target.getvalue())


def test_a_cell_far_away_costs_nothing() -> None:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    content = repacked(
        {
            SHEET: BOMB[BOMB.index("<worksheet") :]
            .replace("&b;", "near")
            .replace("</sheetData>", f"{far}</sheetData>")
        }
    )
    begun = time.perf_counter()
    assert read_grid(content) == {(1, 1): "near"}
    assert time.perf_counter() - begun < 5


def said_of(content: bytes) -> str:
    try:
        return f"The file holds {len(read_grid(content))} cells"
    except InvalidError as refusal:
        return refusal.fields["upload"]


def test_damaged_files_are_refused_and_never_break_the_reader() -> None:
    whole = plain()
    chance = random.Random(7)  # noqa: S311 (a seed that repeats)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert said_of(bytes(damaged)).startswith("The file ")
