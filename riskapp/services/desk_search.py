"""The desk's list of assessments, narrowed also by what no index holds: bands, gates, staleness.

A page looks through a bounded stretch of assessments, newest first, and says how far it got; so it answers
as fast with a hundred thousand assessments as with a hundred.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.services.staleness import staleness
from riskapp.storage.assessment_lists import AssessmentFilters, AssessmentRow, assessment_rows
from riskapp.storage.desk_lists import DeskNumbers, desk_numbers
from riskapp.storage.headlines import Headline
from riskapp.storage.paging import PAGE_SIZE

MOST_LOOKED = 1_000
_BATCH = 200
STALE, FRESH = "stale", "fresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFilters:
    """What the desk is narrowed to beside text and stage; empty fields narrow nothing.

    `band` is that of `dimension`, or of the total where no dimension is given. `gate` is one that tripped.
    """

    listed: AssessmentFilters
    numbers: DeskNumbers
    dimension: str = ""
    band: str = ""
    gate: str = ""
    staleness: str = ""

    @property
    def looks_inside(self) -> bool:
        """Return whether rows have to be looked at one by one."""
        return bool(self.numbers.active or self.band or self.gate or self.staleness)


@dataclass(frozen=True, slots=True)
class DeskWindow:
    """What was found, newest first; `older` is where to go on, `looked` how many were looked at."""

    items: tuple[AssessmentRow, ...]
    older: int | None
    looked: int


def desk_window(
    connection: Connection, actor: Actor, filters: DeskFilters, *, before: int | None, today: date
) -> DeskWindow:
    """Return the newest assessments below a number that fit, out of a bounded stretch."""
    found: list[AssessmentRow] = []
    looked, cursor = 0, before
    while looked < MOST_LOOKED:
        numbers = desk_numbers(connection, filters.numbers, before=cursor, size=_BATCH)
        if not numbers:
            return DeskWindow(tuple(found), None, looked)
        for row in _fitting(connection, actor, filters, numbers, today=today):
            found.append(row)
            if len(found) == PAGE_SIZE:
                return DeskWindow(tuple(found), row.number, looked + numbers.index(row.number) + 1)
        looked, cursor = looked + len(numbers), numbers[-1]
    return DeskWindow(tuple(found), cursor, looked)


def _fitting(
    connection: Connection, actor: Actor, filters: DeskFilters, numbers: tuple[int, ...], *, today: date
) -> list[AssessmentRow]:
    asked = AssessmentFilters(text=filters.listed.text, stage=filters.listed.stage, numbers=numbers)
    rows = [
        each
        for each in assessment_rows(connection, actor, asked, size=len(numbers)).items
        if _fits(each.headline, filters)
    ]
    if filters.staleness:
        stale = staleness(connection, [each.id for each in rows], today)
        rows = [each for each in rows if (each.id in stale) == (filters.staleness == STALE)]
    return rows


def _fits(headline: Headline | None, filters: DeskFilters) -> bool:
    if not (filters.band or filters.gate):
        return True
    if headline is None:
        return False
    if filters.gate and not any(
        each["id"] == filters.gate and each["state"] == "tripped" for each in headline.gates
    ):
        return False
    score = headline.dimensions.get(filters.dimension) if filters.dimension else headline.total
    return not filters.band or (score is not None and score.band == filters.band)
