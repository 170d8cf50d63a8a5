"""What a text must be to be kept: how long, on one line or several, without what cannot be read."""

import unicodedata
from collections.abc import Iterable

_BREAKS = frozenset("\n\r\t")


def line_fault(text: str, longest: int, *, optional: bool = False) -> str | None:
    """Return what is wrong with a text that stands on one line, or None."""
    if any(unicodedata.category(character) == "Cc" for character in text):
        return "holds a line break or a control character; write it on one line"
    return _length_fault(text, longest, optional=optional)


def text_fault(text: str, longest: int, *, optional: bool = False) -> str | None:
    """Return what is wrong with a text that may have several lines, or None."""
    if any(unicodedata.category(each) == "Cc" and each not in _BREAKS for each in text):
        return "holds a control character; remove it"
    return _length_fault(text, longest, optional=optional)


def even_lines(text: str) -> str:
    """Return the text with every line end as a line feed, however it was sent."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def found(faults: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Return the faults that are some, by field; the first of a field stands."""
    kept: dict[str, str] = {}
    for name, fault in faults:
        if fault is not None:
            kept.setdefault(name, fault)
    return kept


def _length_fault(text: str, longest: int, *, optional: bool) -> str | None:
    if not text.strip() and not optional:
        return f"is missing; enter 1 to {longest:,} characters"
    if len(text) > longest:
        return f"has {len(text):,} characters; shorten it to {longest:,}"
    return None
