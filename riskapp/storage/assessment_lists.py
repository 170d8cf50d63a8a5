"""Lists of assessments: newest first, as far as the viewer may see them, equally fast at any depth.

Numbers are gap-free, so a list streams down the numbers until its window is full, and the next window starts
where the last one ended: no window is ever counted up to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, or_, select, true

from riskapp.domain.authority import Actor
from riskapp.domain.life_cycle import Stage, sees_own, stages_seen
from riskapp.domain.scores import Recommendation
from riskapp.storage.assessments import reference_of
from riskapp.storage.headlines import Headline, headlines
from riskapp.storage.in_force import is_superseded
from riskapp.storage.listing_table import listing
from riskapp.storage.paging import PAGE_SIZE, Near, Window, in_small_letters, says, window_of
from riskapp.storage.present import begin_of_round, present_stage
from riskapp.storage.tables import (
    assessment,
    assignment,
    candidate_revision,
    context_revision,
    decision,
    rubric_release,
    sheet,
    stage_change,
    user_account,
)
from riskapp.storage.team_tables import assessment_shaper, moderated_by, released_assessor

FEW = 500
"""Up to how many assessments of one assessor are looked up one by one."""

_later_decision = decision.alias("later_decision")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFilters:
    """What a list is narrowed to; empty fields narrow nothing. `text` is a reference or part of a name.

    `numbers`, where given, are the only assessments wanted; `holds` leaves out what was re-assessed since,
    `unsubmitted` those whose present round `assessor_id` has submitted for, `untouched_by` those on which one
    of these people does not decide for what they did with it (`life_cycle.part_taken`).
    """

    text: str = ""
    stage: str = ""
    candidate_id: str = ""
    assessor_id: str = ""
    numbers: tuple[int, ...] | None = None
    holds: bool = False
    unsubmitted: bool = False
    untouched_by: frozenset[str] = frozenset()

    @property
    def active(self) -> bool:
        """Return whether the list is narrowed at all."""
        return any((self.text.strip(), self.stage, self.candidate_id, self.assessor_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision that holds for an assessment."""

    decision_id: str
    outcome: Recommendation
    decided_at: datetime
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRow:
    """One assessment in a list; `headline` and `verdict` are None before submission and decision."""

    id: str
    number: int
    candidate_id: str
    model: str
    version: str
    host: str
    context_title: str
    release_id: str
    rubric: str
    profile_id: str
    assessors: tuple[str, ...]
    stage: Stage
    stage_at: datetime
    headline: Headline | None
    verdict: Verdict | None

    @property
    def reference(self) -> str:
        """Return how people call it: RA-0007."""
        return reference_of(self.number)


_stage = present_stage(stage_change.c.stage)
_stage_at = present_stage(stage_change.c.at)
_LISTED = (
    select(
        assessment.c.id,
        assessment.c.number,
        assessment.c.profile_id,
        assessment.c.rubric_release_id.label("release_id"),
        candidate_revision.c.candidate_id,
        candidate_revision.c.model,
        candidate_revision.c.version,
        candidate_revision.c.host,
        context_revision.c.title.label("context_title"),
        rubric_release.c.title.label("rubric_title"),
        rubric_release.c.version.label("rubric_version"),
        _stage.label("stage"),
        _stage_at.label("stage_at"),
    )
    .join(candidate_revision, candidate_revision.c.id == assessment.c.candidate_revision_id)
    .join(context_revision, context_revision.c.id == assessment.c.context_revision_id)
    .join(rubric_release, rubric_release.c.id == assessment.c.rubric_release_id)
)


def visible(
    actor: Actor, *, stage: ColumnElement[str] = _stage, of: ColumnElement[str] = assessment.c.id
) -> ColumnElement[bool]:
    """Return the clause for the assessments that a person may see: `life_cycle.may_see` in SQL.

    `stage` and `of` say where the select has the stage and the id of an assessment.
    """
    seen = stages_seen(actor)
    if seen == frozenset(Stage):
        return true()
    clauses: list[ColumnElement[bool]] = [stage.in_([each.value for each in sorted(seen)])] if seen else []
    if sees_own(actor):
        clauses.append(_assigned_to(actor.id, of))
    return or_(*clauses) if clauses else ~true()


def _assigned_to(user_id: str, of: ColumnElement[str] = assessment.c.id) -> ColumnElement[bool]:
    return exists().where(assignment.c.assessment_id == of, assignment.c.user_id == user_id)


def _few_assigned(connection: Connection, actor: Actor, filters: AssessmentFilters) -> tuple[int, ...] | None:
    """Return the numbers of those that only their assessor is to see, None where they are not so few.

    Few are found by their numbers; among many the next ones are found by walking down.
    """
    alone = sees_own(actor) and not stages_seen(actor)
    whose = filters.assessor_id or (actor.id if alone else "")
    if not whose:
        return None
    query = (
        select(assessment.c.number)
        .join(assignment, assignment.c.assessment_id == assessment.c.id)
        .where(assignment.c.user_id == whose)
        .limit(FEW + 1)
    )
    found = tuple(connection.execute(query).scalars())
    return found if len(found) <= FEW else None


def _submitted_by(user_id: str) -> ColumnElement[bool]:
    """Return the clause for assessments for whose present round a person has submitted an own sheet."""
    own = (sheet.c.assessment_id == assessment.c.id) & (sheet.c.assessor_id == user_id)
    return exists().where(own, sheet.c.ordinal > begin_of_round()).correlate(assessment)


def _touched_by(user_ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the clause for assessments in which one of these people took part: `life_cycle.part_taken`."""
    moderated = exists().where(
        sheet.c.assessment_id == assessment.c.id,
        moderated_by.c.consensus_id == sheet.c.id,
        moderated_by.c.user_id.in_(user_ids),
    )
    own_sheet = exists().where(sheet.c.assessment_id == assessment.c.id, sheet.c.assessor_id.in_(user_ids))
    named = (
        exists().where(table.c.assessment_id == assessment.c.id, table.c.user_id.in_(user_ids))
        for table in (assignment, released_assessor, assessment_shaper)
    )
    parts = (own_sheet, moderated, *named)
    return or_(assessment.c.created_by.in_(user_ids), *(each.correlate(assessment) for each in parts))


def assessment_rows(
    connection: Connection,
    actor: Actor,
    filters: AssessmentFilters,
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Window[AssessmentRow]:
    """Return the newest assessments that the actor may see, or those next to a number.

    `before` asks for numbers below it, `after` for the nearest above it; both keep the newest first.
    """
    query = _narrowed(_LISTED.where(visible(actor)), filters)
    few = _few_assigned(connection, actor, filters)
    number = listing.c.number if filters.stage and few is None else assessment.c.number
    if few is not None:
        query = query.where(number.in_(few))
    found = window_of(
        lambda wanted: connection.execute(wanted).all(),
        query,
        number,
        name="number",
        near=Near(before, after, size),
    )
    return found.showing(_completed(connection, list(found.items)))


def _narrowed(query: Select[Any], filters: AssessmentFilters) -> Select[Any]:
    text = filters.text.strip()
    if text:
        number = text.upper().removeprefix("RA-")
        clauses = [says(text, candidate_revision.c.search, in_small_letters(context_revision.c.title))]
        if number.isascii() and number.isdecimal() and len(number) <= 9:  # noqa: PLR2004 - fits an integer column
            clauses.append(assessment.c.number == int(number))
        query = query.where(or_(*clauses))
    if filters.stage:
        query = query.join(listing, listing.c.assessment_id == assessment.c.id)
        query = query.where(listing.c.stage == filters.stage)
    if filters.candidate_id:
        query = query.where(candidate_revision.c.candidate_id == filters.candidate_id)
    if filters.assessor_id:
        query = query.where(_assigned_to(filters.assessor_id))
    if filters.holds:
        query = query.where(~is_superseded())
    if filters.unsubmitted:
        query = query.where(~_submitted_by(filters.assessor_id))
    if filters.untouched_by:
        query = query.where(~_touched_by(sorted(filters.untouched_by)))
    if filters.numbers is not None:
        query = query.where(assessment.c.number.in_(filters.numbers))
    return query


def _completed(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[AssessmentRow, ...]:
    ids = [row.id for row in rows]
    heads, verdicts, people = headlines(connection, ids), _verdicts(connection, ids), _people(connection, ids)
    return tuple(
        AssessmentRow(
            id=row.id,
            number=row.number,
            candidate_id=row.candidate_id,
            model=row.model,
            version=row.version,
            host=row.host,
            context_title=row.context_title,
            release_id=row.release_id,
            rubric=f"{row.rubric_title} {row.rubric_version}",
            profile_id=row.profile_id,
            assessors=tuple(people.get(row.id, ())),
            stage=Stage(row.stage),
            stage_at=row.stage_at,
            headline=heads.get(row.id),
            verdict=verdicts.get(row.id),
        )
        for row in rows
    )


def _verdicts(connection: Connection, ids: Sequence[str]) -> dict[str, Verdict]:
    later = select(_later_decision.c.id).where(
        _later_decision.c.assessment_id == decision.c.assessment_id,
        _later_decision.c.ordinal > decision.c.ordinal,
    )
    query = select(decision).where(decision.c.assessment_id.in_(ids), ~later.exists())
    return {
        row.assessment_id: Verdict(
            decision_id=row.id,
            outcome=Recommendation(row.outcome),
            decided_at=row.decided_at,
            expires_on=row.expires_on,
        )
        for row in connection.execute(query)
    }


def _people(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    query = (
        select(assignment.c.assessment_id, user_account.c.display_name)
        .join(user_account, user_account.c.id == assignment.c.user_id)
        .where(assignment.c.assessment_id.in_(ids))
        .order_by(assignment.c.assigned_at, user_account.c.display_name)
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.assessment_id, []).append(row.display_name)
    return found
