"""What of an assessment counts now, as clauses: its present stage, the sheet that was put forward last."""

from typing import Any

from sqlalchemy import Column, ColumnElement, ScalarSelect, and_, exists, func, select

from riskapp.storage.tables import assessment, sheet, stage_change
from riskapp.storage.team_tables import put_forward

_later = sheet.alias("later")
_later_forward = put_forward.alias("later_forward")
_forward = sheet.alias("forward")


def present_stage(column: Column[Any], of: ColumnElement[str] | str = assessment.c.id) -> ScalarSelect[Any]:
    """Return a column of the stage change that came last, of the assessment whose id `of` is."""
    query = select(column).where(stage_change.c.assessment_id == of)
    query = query.order_by(stage_change.c.ordinal.desc()).limit(1)
    return query.correlate_except(stage_change).scalar_subquery()


def is_put_forward_last() -> ColumnElement[bool]:
    """Return the clause for the sheet of an assessment that was put forward last: it is decided on."""
    newer = exists().where(
        _later_forward.c.sheet_id == _later.c.id,
        _later.c.assessment_id == sheet.c.assessment_id,
        _later.c.ordinal > sheet.c.ordinal,
    )
    return and_(exists().where(put_forward.c.sheet_id == sheet.c.id), ~newer)


def begin_of_round() -> ScalarSelect[int]:
    """Return the ordinal after which the sheets of the present round stand; the query is of assessments."""
    query = (
        select(func.coalesce(func.max(_forward.c.ordinal), 0))
        .select_from(_forward.join(put_forward, put_forward.c.sheet_id == _forward.c.id))
        .where(put_forward.c.assessment_id == assessment.c.id)
    )
    return query.correlate(assessment).scalar_subquery()
