"""Periods: from one day until another, both within."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from riskapp.domain.errors import InvalidError

_MONTHS = 3
_EARLIEST, _LATEST = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` until `until`, both within, in UTC; raises InvalidError where there are none."""

    since: date
    until: date

    def __post_init__(self) -> None:
        """Refuse what holds no day, and days that no calendar of ours has."""
        if self.until < self.since:
            raise InvalidError({"until": "The last day lies before the first; exchange the two"})
        if self.since < _EARLIEST or self.until > _LATEST:
            raise InvalidError({"since": "Choose days between the years 2000 and 2199"})

    @property
    def begins(self) -> datetime:
        """Return the first instant."""
        return datetime.combine(self.since, time.min, UTC)

    @property
    def ends(self) -> datetime:
        """Return the first instant that is no longer within."""
        return datetime.combine(self.until + timedelta(days=1), time.min, UTC)


def quarter_of(day: date) -> Period:
    """Return the quarter of the year in which a day lies."""
    first = date(day.year, (day.month - 1) // _MONTHS * _MONTHS + 1, 1)
    after = first.replace(year=first.year + 1, month=1) if first.month > 12 - _MONTHS else None
    return Period(first, (after or first.replace(month=first.month + _MONTHS)) - timedelta(days=1))
