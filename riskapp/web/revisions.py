"""What changed from one revision to the next, in the words of the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar


class Recorded(Protocol):
    """What revisions of every register have in common."""

    @property
    def number(self) -> int:
        """Count from 1."""

    @property
    def recorded_at(self) -> datetime:
        """Say when."""

    @property
    def recorded_by(self) -> str | None:
        """Say who; None is the service itself."""


Revision = TypeVar("Revision", bound=Recorded)


@dataclass(frozen=True, slots=True)
class Change:
    """One field that two revisions say differently; an empty text reads "nothing"."""

    label: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision with what it changed; the first changed nothing."""

    number: int
    recorded_at: datetime
    recorded_by: str | None
    changes: tuple[Change, ...]


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the fields that differ; both map labels to what stands there."""
    return tuple(
        Change(label, before.get(label, ""), text) for label, text in now.items() if before.get(label) != text
    )


def revision_rows(
    history: Sequence[Revision], says: Callable[[Revision], Mapping[str, str]]
) -> tuple[RevisionRow, ...]:
    """Return the revisions as given, newest first, each compared with the one before it."""
    told = [says(each) for each in history]
    older = [*told[1:], told[-1]] if told else []
    return tuple(
        RevisionRow(each.number, each.recorded_at, each.recorded_by, changes(before, now))
        for each, before, now in zip(history, older, told, strict=True)
    )
