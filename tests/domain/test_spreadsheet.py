"""Tables that spreadsheets open without running anything."""

import csv
from io import StringIO

import pytest

from riskapp.domain.spreadsheet import plain_cell, spreadsheet


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0", "\uff1d1"]
)
def test_a_formula_becomes_text(formula: str) -> None:
    assert plain_cell(formula) == f"'{formula}"


def test_other_text_stays_as_it_is() -> None:
    assert plain_cell("62.5 per cent = much") == "62.5 per cent = much"


def test_a_table_is_read_back_cell_by_cell() -> None:
    rows = [["Question", "How"], ['Who "owns" it,\nand why?', "Größe ≥ 3"]]
    written = spreadsheet(rows)
    assert written.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(written.decode("utf-8-sig"), newline=""))) == rows
