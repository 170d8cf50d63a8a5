"""Whole numbers as people type them."""

import re

LARGEST = 2**53 - 1
"""The largest whole number that JSON carries exactly."""

_SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\N{THIN SPACE}": " "})
_WRITTEN = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(?: [0-9]{3}){1,5}|[0-9]{1,3}(?:,[0-9]{3}){1,5}")


def read_whole_number(raw: str) -> int | str:
    """Return the number, 0 or more, or what is wrong with the text and how to write it.

    Thousands may be set apart by spaces or commas. A full stop is refused: 1.500 is one and a half to
    one reader and fifteen hundred to another.
    """
    text = raw.strip().translate(_SPACES)
    if not _WRITTEN.fullmatch(text):
        return f"“{raw.strip()[:40]}” is not a whole number; write digits only, such as 1,500,000"
    number = int(re.sub(r"[ ,]", "", text))
    return size_fault(number) or number


def size_fault(number: int) -> str | None:
    """Return what is wrong with the size of a count, or None."""
    if 0 <= number <= LARGEST:
        return None
    return f"must lie between 0 and {LARGEST:,}; check the number"
