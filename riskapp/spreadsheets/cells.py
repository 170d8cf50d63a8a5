"""Text as a cell holds it: never a formula, whatever program opens it, and the same text again when read.

A text that a spreadsheet program could take for a formula (also after it was saved as CSV and opened again)
gets an apostrophe before it. Characters that XML cannot hold are written `_xHHHH_`, as the format has it.
"""

import re
from decimal import Decimal

LONGEST_CELL = 32_767
"""Characters that a cell of the format holds."""

_NOT_IN_XML = "\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff"
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n]")
_MADE_HARMLESS = re.compile(r"'+[=+\-@\t\r\n]")
_UNDERSCORE = re.compile(f"_(?=x[0-9A-Fa-f]{{4}}(?:_|[{_NOT_IN_XML}]))")
_CHARACTER = re.compile(f"[{_NOT_IN_XML}]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def cell_text(text: str) -> str:
    """Return what a cell holds for a text; `text_of` gives the text back."""
    harmless = f"'{text}" if _DANGEROUS.match(text) else text
    escaped = _UNDERSCORE.sub("_x005F_", harmless)
    return _CHARACTER.sub(lambda found: f"_x{ord(found[0]):04X}_", escaped)


def text_of(cell: str) -> str:
    """Return the text that a cell holds."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
    return text[1:] if _MADE_HARMLESS.match(text) else text


def number_text(number: float) -> str:
    """Return a number of a cell as digits with a decimal point, without an exponent."""
    return str(number) if isinstance(number, int) else format(Decimal(repr(number)), "f").removesuffix(".0")
