"""A score sheet that goes through a spreadsheet file comes back as it was, whatever was typed."""

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from riskapp.domain.drafts import Payload
from riskapp.domain.sheet_rows import FIELDS, criterion_rows, read_criterion
from riskapp.rubric_files.loader import load_document, parse_rubric
from riskapp.spreadsheets.cells import cell_text, text_of
from riskapp.spreadsheets.reading import read_grid
from riskapp.spreadsheets.writing import SheetTable, write_table
from tests.assessment_builders import SMALL

RUBRIC = parse_rubric(load_document(SMALL).data, source=str(SMALL))
STORED = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
NASTY = st.sampled_from(
    ["=1+1", "'=1", "''+x", "@SUM(A1)", "-5", "+4", "\t=1", "\r=1", "_x000D_", "_x005F_", " x ", "'tis", "\n"]
)
TEXTS = STORED | NASTY | st.builds(lambda one, other: one + other, NASTY, STORED)


@given(text=TEXTS)
def test_a_text_comes_back_from_its_cell_and_never_begins_a_formula(text: str) -> None:
    cell = cell_text(text)
    assert text_of(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(max_examples=30)
@given(texts=st.lists(TEXTS, min_size=1, max_size=8))
def test_texts_come_back_from_a_file(texts: list[str]) -> None:
    table = SheetTable(title="Sheet", rows=[texts], widths=[], heading=1, open_from=1, choices={})
    content = write_table(table)
    assert read_grid(content) == {(1, place): text for place, text in enumerate(texts, start=1) if text}
    cells = load_workbook(BytesIO(content)).worksheets[0][1]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}


@given(
    criterion=st.sampled_from(list(RUBRIC.criteria())),
    typed=st.dictionaries(st.sampled_from(sorted(set(FIELDS) - {"evidence"})), TEXTS.filter(bool)),
    cited=st.lists(st.sampled_from(["first", "second"]), unique=True),
)
def test_what_was_written_is_read_as_the_same_draft(
    criterion: object, typed: dict[str, str], cited: list[str]
) -> None:
    asked = next(each for each in RUBRIC.criteria() if each is criterion)
    payload: Payload = {**typed, **({"evidence": cited} if cited else {})}
    numbers = {"first": 1, "second": 2}
    row, *_ = criterion_rows(asked, payload, numbers)
    cells = {name: row.cells[column] for name, column in FIELDS.items()}
    read = read_criterion(asked, cells, payload, numbers)
    assert (read.payload, read.problems) == (payload, {})
