"""What lapses in the coming days, each with its day and its approval, in the order of the days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

HORIZONS = (30, 60, 90)
"""Days from today up to which a digest looks, each without what stands under the one before."""

LONGEST_HORIZON = HORIZONS[-1]


class Lapse(StrEnum):
    """What kind of thing lapses."""

    APPROVAL_EXPIRES = "approval-expires"
    VERSION_RETIRES = "version-retires"
    CONDITION_DUE = "condition-due"
    ANSWERS_EXPIRE = "answers-expire"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestEntry:
    """One lapse of one approval; `key` tells it from others of its kind, `owner` is empty for nobody."""

    on: date
    kind: Lapse
    assessment_id: str
    reference: str
    candidate: str
    context: str
    text: str
    owner: str = ""
    key: str = ""

    @property
    def summary(self) -> str:
        """Return it on one line: `RA-0007 DeepSeek-R1 (0528) on own machines: the approval expires`."""
        return f"{self.reference} {self.candidate}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What lapses from the day of an instant on; `is_cut` where there is more than is listed."""

    at: datetime
    entries: tuple[DigestEntry, ...]
    is_cut: bool = False

    @property
    def today(self) -> date:
        """Return the day from which it looks ahead."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Period:
    """The entries of one horizon; `first` and `last` are the days that it covers."""

    days: int
    first: date
    last: date
    entries: tuple[DigestEntry, ...]


def periods(digest: Digest) -> tuple[Period, ...]:
    """Return the entries by horizon: up to 30 days, then up to 60, then up to 90."""
    found = []
    first = digest.today
    for days in HORIZONS:
        last = digest.today + timedelta(days=days)
        entries = tuple(each for each in digest.entries if first <= each.on <= last)
        found.append(Period(days, first, last, entries))
        first = last + timedelta(days=1)
    return tuple(found)


def in_order(entries: Iterable[DigestEntry]) -> tuple[DigestEntry, ...]:
    """Return entries by day, then by what they are about."""
    return tuple(sorted(entries, key=lambda each: (each.on, each.reference, each.kind, each.key)))
