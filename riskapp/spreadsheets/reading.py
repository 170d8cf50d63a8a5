"""Reading a spreadsheet file that anybody may have made: bounded, and refused with words if it is not plain.

The archive is looked at before anything is unpacked, each part before anything parses it.
"""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from riskapp.domain.errors import InvalidError
from riskapp.spreadsheets.cells import number_text, text_of

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

LARGEST_FILE = 4 * 1024 * 1024
LARGEST_UNPACKED = 16 * 1024 * 1024
LARGEST_PART = 4 * 1024 * 1024
MOST_PARTS = 100
MOST_ROWS = 2_000
MOST_COLUMNS = 20

_FORBIDDEN = {
    "xl/externallinks/": "has links to other files",
    "xl/vbaproject": "has macros",
    "xl/macrosheets/": "has macros",
    "xl/embeddings/": "has files embedded in it",
    "xl/activex/": "has controls embedded in it",
    "xl/connections": "has connections to data elsewhere",
    "xl/querytables/": "has connections to data elsewhere",
}
_COMPRESSED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)

Grid = dict[tuple[int, int], str]
"""The text of every cell that is not empty, by row and column, both from 1."""


def address_of(row: int, column: int) -> str:
    """Return how a spreadsheet program calls a cell: `D12`."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column)}{row}"


def read_grid(content: bytes) -> Grid:
    """Return the cells of the one worksheet of an XLSX file; numbers become text.

    Raises InvalidError for `upload`: no such file, too large, or with more in it than plain values.
    """
    if len(content) > LARGEST_FILE:
        raise _refusal(f"is larger than {LARGEST_FILE // 1024 // 1024} MB; a score sheet is far smaller")
    _look_into(content)
    workbook = _opened(content)
    try:
        return _cells(workbook)
    finally:
        workbook.close()


def _refusal(message: str) -> InvalidError:
    return InvalidError({"upload": f"The file {message}"})


def _look_into(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > LARGEST_UNPACKED:
                raise _refusal("unpacks to more than a score sheet can hold; export it anew and fill that in")
            names = [each.filename.lower() for each in parts]
            if "[content_types].xml" not in names or len(set(names)) != len(names):
                raise _refusal("is no XLSX file; export the score sheet and save it as XLSX")
            for beginning, message in _FORBIDDEN.items():
                if any(name.startswith(beginning) for name in names):
                    raise _refusal(f"{message}, which nothing here opens; take them out and save it again")
            for each in parts:
                if each.compress_type not in _COMPRESSED or each.file_size > LARGEST_PART:
                    raise _refusal("is packed in a way that no spreadsheet program uses; export it anew")
                _refuse_entities(_read(archive, each))
    except _BROKEN:
        raise _refusal("is no XLSX file, or is damaged; export the score sheet and save it as XLSX") from None


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Return a part that is no larger than it says: what an archive states of a size is only a claim."""
    with archive.open(part) as stream:
        content = stream.read(part.file_size + 1)
    if len(content) > part.file_size:
        raise _refusal("unpacks to more than it says; export the score sheet anew and fill that in")
    return content


def _refuse_entities(part: bytes) -> None:
    """Refuse what a plain workbook never has: own entities, or text in which they could hide."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or part.startswith((b"\xff\xfe", b"\xfe\xff", b"\0")):
        raise _refusal("holds definitions that no spreadsheet program writes; export the score sheet anew")


def _opened(content: bytes) -> "Workbook":
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            workbook = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        except Exception:  # noqa: BLE001 (a hostile file makes the reader raise whatever it likes)
            raise _refusal("cannot be read as XLSX; export the score sheet and save it as XLSX") from None
    if any(each.sheet_state != "visible" for each in workbook.worksheets):
        raise _refusal("has a hidden sheet; show it, look at it and delete it, then save the file again")
    if len(workbook.sheetnames) != 1 or len(workbook.worksheets) != 1:
        raise _refusal("has several sheets; keep the exported one alone")
    return workbook


def _cells(workbook: "Workbook") -> Grid:
    try:
        return {(row, column): text for row, column, text in _values(workbook) if text}
    except InvalidError:
        raise
    except Exception:  # noqa: BLE001 (as above: parts are parsed as they are read)
        raise _refusal("cannot be read as XLSX; export the score sheet and save it as XLSX") from None


def _values(workbook: "Workbook") -> Iterator[tuple[int, int, str]]:
    worksheet = workbook.worksheets[0]
    worksheet.reset_dimensions()
    rows = worksheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells, start=1):
            if cell.value is None:
                continue
            if row > MOST_ROWS:
                raise _refusal(f"has more than {MOST_ROWS:,} rows; export the score sheet anew")
            yield row, column, _text(address_of(row, column), cell.data_type, cell.value)


def _text(address: str, kind: str, value: object) -> str:
    match value:
        case _ if kind == "f":
            raise _refusal(f"has a formula in {address}; put its value there instead")
        case bool() | datetime() | date() | time() | timedelta():
            raise _refusal(
                f"has a date or a truth value in {address}; format the cell as text and write it so"
            )
        case int() | float():
            return number_text(value)
        case _ if kind == "e":
            raise _refusal(f"has an error in {address}; put a value there instead")
        case _:
            return text_of(str(value))
