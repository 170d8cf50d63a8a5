"""Writing a score sheet as a spreadsheet file: text cells only, what is not to be changed is locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from riskapp.domain.errors import InvalidError
from riskapp.spreadsheets.cells import LONGEST_CELL, cell_text
from riskapp.spreadsheets.reading import address_of

_HEAD = PatternFill("solid", fgColor="14304F")
_LOCKED = PatternFill("solid", fgColor="F5F7F9")
_LONGEST_CHOICE = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """What is written: rows from the top, each of cells from the left.

    `heading` is the number of the row of headings; below it the columns from `open_from` may be changed.
    `choices` are the words that a cell offers, by row and column.
    """

    title: str
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    heading: int
    open_from: int
    choices: dict[tuple[int, int], tuple[str, ...]]


def write_table(table: SheetTable) -> bytes:
    """Return the bytes of an XLSX file; raises InvalidError where a text is longer than a cell can be."""
    workbook = Workbook()
    worksheet = workbook.active
    assert isinstance(worksheet, Worksheet)  # noqa: S101 (a new workbook has one)
    worksheet.title = table.title
    for row, cells in enumerate(table.rows, start=1):
        for column, text in enumerate(cells, start=1):
            _write(worksheet, table, (row, column), text)
    for column, width in enumerate(table.widths, start=1):
        worksheet.column_dimensions[get_column_letter(column)].width = width
    worksheet.freeze_panes = address_of(table.heading + 1, table.open_from)
    worksheet.protection.sheet = True
    worksheet.protection.formatColumns = worksheet.protection.formatRows = False
    _offer(worksheet, table)
    written = BytesIO()
    workbook.save(written)
    return written.getvalue()


def _write(worksheet: Worksheet, table: SheetTable, place: tuple[int, int], text: str) -> None:
    row, column = place
    said = cell_text(text)
    if len(said) > LONGEST_CELL:
        raise InvalidError(
            {"sheet": f"{address_of(row, column)} would be longer than a cell can be; shorten that text here"}
        )
    cell = worksheet.cell(row, column)
    is_open = row > table.heading and column >= table.open_from
    cell.value = said or None
    if said:
        cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=row >= table.heading, vertical="top")
    cell.protection = Protection(locked=not is_open)
    if row == table.heading:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
    elif row > table.heading and not is_open:
        cell.fill = _LOCKED


def _offer(worksheet: Worksheet, table: SheetTable) -> None:
    offers: dict[str, DataValidation] = {}
    for (row, column), words in table.choices.items():
        listed = ",".join(words)
        if any("," in each or '"' in each for each in words) or len(listed) > _LONGEST_CHOICE:
            continue
        if listed not in offers:
            offers[listed] = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            worksheet.add_data_validation(offers[listed])
        offers[listed].add(address_of(row, column))
