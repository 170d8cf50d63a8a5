"""Tables as CSV (RFC 4180) that spreadsheets open without running anything."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")


def plain_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe goes before one."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def spreadsheet(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows, the header first, in UTF-8 with the mark that spreadsheets know it by."""
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")
