"""Numbers of assessments for the auditor's desk, newest first, by who had a part in them and when."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from riskapp.storage.days import within_days
from riskapp.storage.tables import assessment, assignment, stage_change


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskNumbers:
    """What the numbers are narrowed to; `since` and `until` are days on which a stage changed, in UTC."""

    person_id: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def active(self) -> bool:
        """Return whether they are narrowed at all."""
        return any((self.person_id, self.since, self.until))


def desk_numbers(
    connection: Connection, asked: DeskNumbers, *, before: int | None, size: int
) -> tuple[int, ...]:
    """Return the newest numbers below one."""
    number = assessment.c.number
    query = select(number).where(*_clauses(asked)).order_by(number.desc()).limit(size)
    if before is not None:
        query = query.where(number < before)
    return tuple(connection.execute(query).scalars())


def _clauses(asked: DeskNumbers) -> list[ColumnElement[bool]]:
    its = assessment.c.id
    clauses: list[ColumnElement[bool]] = []
    if asked.person_id:
        clauses.append(
            or_(
                exists().where(assignment.c.assessment_id == its, assignment.c.user_id == asked.person_id),
                exists().where(
                    stage_change.c.assessment_id == its, stage_change.c.changed_by == asked.person_id
                ),
            )
        )
    within = within_days(stage_change.c.at, asked.since, asked.until)
    return [*clauses, exists().where(stage_change.c.assessment_id == its, *within)] if within else clauses
