"""Which rows belong to what others do in a blind round of scoring: a clause for any table."""

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from riskapp.domain.life_cycle import FILLABLE, Stage
from riskapp.storage.listing_table import listing
from riskapp.storage.tables import assignment, stage_change
from riskapp.storage.team_tables import released_assessor

_later = stage_change.alias("later")


def is_others_work(
    viewer_id: str, *, of: ColumnElement[str], by: ColumnElement[str], at: ColumnElement[str]
) -> ColumnElement[bool]:
    """Return the clause for rows that another assessor made since the begin of a round that is still blind.

    `of`, `by` and `at` are the columns of the assessment, the author and the instant.
    """
    released = exists().where(released_assessor.c.assessment_id == of, released_assessor.c.user_id == by)
    assigned = exists().where(assignment.c.assessment_id == of, assignment.c.user_id == by)
    return and_(
        of.is_not(None),
        func.coalesce(by, "") != viewer_id,
        or_(assigned, released),
        _is_of_blind_round(of, at),
    )


def blind_assessments(connection: Connection) -> frozenset[str]:
    """Return the ids of the assessments that are scored blind now."""
    of = listing.c.assessment_id
    team = (
        select(func.count())
        .select_from(assignment)
        .where(assignment.c.assessment_id == of)
        .correlate(listing)
        .scalar_subquery()
    )
    shrunk = exists().where(released_assessor.c.assessment_id == of)
    query = select(of).where(
        listing.c.stage.in_([stage.value for stage in sorted(FILLABLE)]),
        or_(team > 1, and_(listing.c.stage == Stage.IN_PROGRESS.value, shrunk)),
    )
    return frozenset(connection.execute(query).scalars())


def _is_of_blind_round(of: ColumnElement[str], at: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the clause for rows since the begin of a round that `life_cycle.Standing` calls blind."""
    team = (
        select(func.count())
        .select_from(assignment)
        .where(assignment.c.assessment_id == of)
        .correlate_except(assignment)
        .scalar_subquery()
    )
    shrunk = exists().where(released_assessor.c.assessment_id == of).correlate_except(released_assessor)
    later = exists().where(
        _later.c.assessment_id == stage_change.c.assessment_id, _later.c.ordinal > stage_change.c.ordinal
    )
    return (
        exists()
        .where(
            stage_change.c.assessment_id == of,
            stage_change.c.stage.in_([stage.value for stage in sorted(FILLABLE)]),
            stage_change.c.at <= at,
            ~later,
            or_(team > 1, and_(stage_change.c.stage == Stage.IN_PROGRESS.value, shrunk)),
        )
        .correlate_except(stage_change)
    )
