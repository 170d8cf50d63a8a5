"""Assessments: what each pins, whose it is, and the stages it went through."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from riskapp.domain.errors import NotFoundError
from riskapp.domain.life_cycle import Stage, Standing
from riskapp.storage.listing_table import listing
from riskapp.storage.tables import assessment as assessment_table
from riskapp.storage.tables import assignment, candidate_revision, sheet, stage_change
from riskapp.storage.team_tables import (
    assessment_shaper,
    moderated_by,
    moderated_sheet,
    put_forward,
    released_assessor,
)

LONGEST_NUMBER = 9
"""Digits of the largest number that an integer column of either database holds for certain."""


def reference_of(number: int) -> str:
    """Return how people call the assessment with this number: RA-0007."""
    return f"RA-{number:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """One step in the life of an assessment, by whom and, where it needs one, with the reason."""

    stage: Stage
    at: datetime
    changed_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAssessment:
    """One assessment with everything that it pins. `stages` holds at least the first, in order.

    `assessors` are the people assigned to it, `scorers` those who have submitted an own sheet, `submitted`
    those who have in the present round, `moderators` those who have worked on a consensus, `released` those
    who were taken out of the team, `shapers` those whom `life_cycle.Standing` calls so.
    """

    id: str
    number: int
    candidate_revision_id: str
    context_revision_id: str
    rubric_release_id: str
    profile_id: str
    created_at: datetime
    created_by: str
    stages: tuple[StageChange, ...]
    assessors: tuple[str, ...]
    scorers: frozenset[str]
    submitted: frozenset[str] = frozenset()
    moderators: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()
    shapers: frozenset[str] = frozenset()

    @property
    def reference(self) -> str:
        """Return how people call it: RA-0007."""
        return reference_of(self.number)

    @property
    def stage(self) -> Stage:
        """Return the stage of this moment."""
        return self.stages[-1].stage

    @property
    def standing(self) -> Standing:
        """Return what the rules about who may do what need to know."""
        return Standing(
            stage=self.stage,
            opened_by=self.created_by,
            assessors=frozenset(self.assessors),
            scorers=self.scorers,
            submitted=self.submitted,
            moderators=self.moderators,
            released=self.released,
            shapers=self.shapers,
        )


def assessment(connection: Connection, assessment_id: str) -> StoredAssessment:
    """Return one assessment; raises NotFoundError."""
    table = assessment_table
    row = connection.execute(select(table).where(table.c.id == assessment_id)).one_or_none()
    if row is None:
        raise NotFoundError("assessment", assessment_id)
    return _stored(
        row,
        stages=stage_changes(connection, assessment_id),
        assessors=_assessors(connection, assessment_id),
        released=_people_of(connection, released_assessor, assessment_id),
        shapers=_people_of(connection, assessment_shaper, assessment_id),
        parts=_parts(connection, assessment_id),
    )


def stage_changes(connection: Connection, assessment_id: str) -> tuple[StageChange, ...]:
    """Return the stages of an assessment in order."""
    table = stage_change
    rows = connection.execute(
        select(table).where(table.c.assessment_id == assessment_id).order_by(table.c.ordinal)
    )
    return tuple(
        StageChange(stage=Stage(row.stage), at=row.at, changed_by=row.changed_by, reason=row.reason)
        for row in rows
    )


def current_stage(connection: Connection, assessment_id: str) -> Stage:
    """Return the stage of this moment; the assessment exists."""
    return Stage(connection.execute(_CURRENT_STAGE, {"assessment_id": assessment_id}).scalar_one())


_CURRENT_STAGE = (
    select(stage_change.c.stage)
    .where(stage_change.c.assessment_id == bindparam("assessment_id"))
    .order_by(stage_change.c.ordinal.desc())
    .limit(1)
)


def _assessors(connection: Connection, assessment_id: str) -> tuple[str, ...]:
    query = select(assignment.c.user_id).where(assignment.c.assessment_id == assessment_id)
    return tuple(connection.execute(query.order_by(assignment.c.assigned_at, assignment.c.user_id)).scalars())


def _people_of(connection: Connection, table: Table, assessment_id: str) -> frozenset[str]:
    query = select(table.c.user_id).where(table.c.assessment_id == assessment_id)
    return frozenset(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class _Parts:
    """Who took which part with a submitted sheet; the sets hold ids of users."""

    scorers: frozenset[str]
    submitted: frozenset[str]
    moderators: frozenset[str]


def _parts(connection: Connection, assessment_id: str) -> _Parts:
    """Return who submitted what; the round began after the sheet that was put forward last."""
    consensus = exists().where(moderated_sheet.c.consensus_id == sheet.c.id).label("consensus")
    forward = exists().where(put_forward.c.sheet_id == sheet.c.id).label("forward")
    query = select(sheet.c.assessor_id, consensus, forward).where(sheet.c.assessment_id == assessment_id)
    rows = connection.execute(query.order_by(sheet.c.ordinal)).all()
    begin = max((place for place, row in enumerate(rows, start=1) if row.forward), default=0)
    return _Parts(
        scorers=frozenset(row.assessor_id for row in rows if not row.consensus),
        submitted=frozenset(row.assessor_id for row in rows[begin:] if not row.consensus),
        moderators=_moderators(connection, assessment_id)
        if any(row.consensus for row in rows)
        else frozenset(),
    )


def _moderators(connection: Connection, assessment_id: str) -> frozenset[str]:
    query = select(moderated_by.c.user_id).join(sheet, sheet.c.id == moderated_by.c.consensus_id)
    return frozenset(connection.execute(query.where(sheet.c.assessment_id == assessment_id)).scalars())


def _stored(
    row: Row[Any],
    *,
    stages: tuple[StageChange, ...],
    assessors: tuple[str, ...],
    released: frozenset[str],
    shapers: frozenset[str],
    parts: _Parts,
) -> StoredAssessment:
    return StoredAssessment(
        id=row.id,
        number=row.number,
        candidate_revision_id=row.candidate_revision_id,
        context_revision_id=row.context_revision_id,
        rubric_release_id=row.rubric_release_id,
        profile_id=row.profile_id,
        created_at=row.created_at,
        created_by=row.created_by,
        stages=stages,
        assessors=assessors,
        scorers=parts.scorers,
        submitted=parts.submitted,
        moderators=parts.moderators,
        released=released,
        shapers=shapers,
    )


def next_number(connection: Connection) -> int:
    """Return the number of the next assessment; the caller holds the order of the log."""
    return (connection.execute(select(func.max(assessment_table.c.number))).scalar() or 0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssessment:
    """What an assessment pins from its first moment."""

    id: str
    number: int
    candidate_revision_id: str
    context_revision_id: str
    rubric_release_id: str
    profile_id: str
    created_at: datetime
    created_by: str


def insert_assessment(connection: Connection, new: NewAssessment, assessors: tuple[str, ...]) -> None:
    """Insert an assessment and assign it to its assessors."""
    connection.execute(
        insert(assessment_table),
        {
            "id": new.id,
            "number": new.number,
            "candidate_revision_id": new.candidate_revision_id,
            "context_revision_id": new.context_revision_id,
            "rubric_release_id": new.rubric_release_id,
            "profile_id": new.profile_id,
            "created_at": new.created_at,
            "created_by": new.created_by,
        },
    )
    assign(connection, new.id, assessors, at=new.created_at, by=new.created_by)


def assign(
    connection: Connection, assessment_id: str, user_ids: Iterable[str], *, at: datetime, by: str
) -> None:
    """Assign an assessment to more people."""
    rows = [
        {"assessment_id": assessment_id, "user_id": user_id, "assigned_at": at, "assigned_by": by}
        for user_id in user_ids
    ]
    if rows:
        connection.execute(insert(assignment), rows)


def release(
    connection: Connection, assessment_id: str, user_ids: Iterable[str], *, at: datetime, by: str
) -> None:
    """Take an assessment from people; what they typed stays where it is."""
    rows = [
        {"assessment_id": assessment_id, "user_id": user_id, "released_at": at, "released_by": by}
        for user_id in user_ids
    ]
    if not rows:
        return
    gone = assignment.c.user_id.in_([row["user_id"] for row in rows])
    connection.execute(delete(assignment).where(assignment.c.assessment_id == assessment_id, gone))
    connection.execute(insert(released_assessor), rows)


def insert_stage(connection: Connection, assessment_id: str, change: StageChange, *, stage_id: str) -> None:
    """Append a stage to the life of an assessment, and list it there."""
    table = stage_change
    last = connection.execute(
        select(func.max(table.c.ordinal)).where(table.c.assessment_id == assessment_id)
    ).scalar()
    connection.execute(
        insert(table),
        {
            "id": stage_id,
            "assessment_id": assessment_id,
            "ordinal": (last or 0) + 1,
            "stage": change.stage.value,
            "at": change.at,
            "changed_by": change.changed_by,
            "reason": change.reason,
        },
    )
    if last is None:
        _list(connection, assessment_id, change.stage)
    else:
        moved = update(listing).where(listing.c.assessment_id == assessment_id)
        connection.execute(moved.values(stage=change.stage.value))


def _list(connection: Connection, assessment_id: str, stage: Stage) -> None:
    table = assessment_table
    found = select(
        table.c.id,
        table.c.number,
        literal(stage.value),
        table.c.rubric_release_id,
        table.c.profile_id,
        table.c.context_revision_id,
        candidate_revision.c.candidate_id,
    ).join(candidate_revision, candidate_revision.c.id == table.c.candidate_revision_id)
    names = [each.name for each in listing.c]
    connection.execute(insert(listing).from_select(names, found.where(table.c.id == assessment_id)))


def references(connection: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """Return how people call assessments, by id, for those ids that are some."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    table = assessment_table
    query = select(table.c.id, table.c.number).where(table.c.id.in_(wanted))
    return {row.id: reference_of(row.number) for row in connection.execute(query)}


def id_of_reference(connection: Connection, text: str) -> str | None:
    """Return the id of the assessment that is called this, with or without RA- and zeros; None for none."""
    digits = text.strip().upper().removeprefix("RA-")
    if not digits.isascii() or not digits.isdecimal() or len(digits) > LONGEST_NUMBER:
        return None
    query = select(assessment_table.c.id).where(assessment_table.c.number == int(digits))
    return connection.execute(query).scalar()
