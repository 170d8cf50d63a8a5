"""As of when a source says something: a day, a month, a year, or a span between two of these.

Written `2025-01-22`, `2025-01`, `2025`, `2024-12..2025-02`; the end of a span within one year may leave
the year out: `2025-01..02`.
"""

import re
from calendar import monthrange
from datetime import date

from riskapp.domain.shown import day, month

NO_DATE = "is no date; write 2025-01-22, 2025-01 or 2025, and a span as 2024-12..2025-02"

_PART = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def as_of_fault(text: str) -> str | None:
    """Return what is wrong with a text that says as of when, or None."""
    try:
        first, last = _span(text)
    except ValueError:
        return f"{text[:40]!r} {NO_DATE}"
    if _first_day(first) > _last_day(last):
        return "ends before it begins; exchange the two"
    return None


def future_fault(text: str, today: date) -> str | None:
    """Return what is wrong with a date or span that no source can speak of yet, or None.

    A month or a year has begun once its first day has. A text that is neither is no matter of this.
    """
    try:
        _, last = _span(text)
    except ValueError:
        return None
    if _first_day(last) <= today:
        return None
    return f"lies in the future; give the day of which the source speaks, {day(today)} at the latest"


def as_of_words(text: str) -> str:
    """Return how a date or span reads: `22 January 2025`, `December 2024 to February 2025`.

    A text that is neither reads as it stands.
    """
    try:
        first, last = _span(text)
    except ValueError:
        return text
    return _words(first) if first == last else f"{_words(first)} to {_words(last)}"


def first_day(text: str) -> date:
    """Return the first day that a date or span covers; raises ValueError for a text that is neither."""
    return _first_day(_span(text)[0])


def last_day(text: str) -> date:
    """Return the last day that a date or span covers; raises ValueError for a text that is neither."""
    return _last_day(_span(text)[1])


def _span(text: str) -> tuple[str, str]:
    first, spans, last = text.partition("..")
    if not spans:
        last = first
    elif re.fullmatch(r"[0-9]{2}", last):
        last = f"{first[:4]}-{last}"
    for part in (first, last):
        _last_day(part)
    return first, last


def _numbers(part: str) -> tuple[int, int | None, int | None]:
    read = _PART.fullmatch(part)
    if read is None:
        raise ValueError(part)
    year, month_number, day_number = (None if each is None else int(each) for each in read.groups())
    return year or 0, month_number, day_number


def _first_day(part: str) -> date:
    year, month_number, day_number = _numbers(part)
    return date(year, month_number or 1, day_number or 1)


def _last_day(part: str) -> date:
    year, month_number, day_number = _numbers(part)
    if day_number is not None:
        return date(year, month_number or 0, day_number)
    first = date(year, month_number or 12, 1)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _words(part: str) -> str:
    year, month_number, day_number = _numbers(part)
    if day_number is not None:
        return day(_first_day(part))
    return str(year) if month_number is None else month(_first_day(part))
