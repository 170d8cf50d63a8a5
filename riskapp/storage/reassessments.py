"""Which assessment re-assesses which: insert-only."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from riskapp.domain.life_cycle import Stage
from riskapp.storage.assessments import current_stage, reference_of
from riskapp.storage.lapse_tables import reassessment
from riskapp.storage.tables import assessment


@dataclass(frozen=True, slots=True)
class Kin:
    """An assessment that re-assesses another, or is re-assessed by it."""

    id: str
    reference: str
    stage: Stage


def reassessed(connection: Connection, assessment_id: str) -> Kin | None:
    """Return which assessment this one re-assesses, or None."""
    query = (
        select(assessment.c.id, assessment.c.number)
        .join(reassessment, reassessment.c.of_assessment_id == assessment.c.id)
        .where(reassessment.c.assessment_id == assessment_id)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Kin(row.id, reference_of(row.number), current_stage(connection, row.id))


def latest_reassessment(connection: Connection, assessment_id: str) -> Kin | None:
    """Return the newest re-assessment of an assessment that was not withdrawn, or None."""
    query = (
        select(assessment.c.id, assessment.c.number)
        .join(reassessment, reassessment.c.assessment_id == assessment.c.id)
        .where(reassessment.c.of_assessment_id == assessment_id)
        .order_by(assessment.c.number.desc())
    )
    for row in connection.execute(query).all():
        stage = current_stage(connection, row.id)
        if stage is not Stage.WITHDRAWN:
            return Kin(row.id, reference_of(row.number), stage)
    return None


def insert_reassessment(connection: Connection, assessment_id: str, *, of: str) -> None:
    """Keep that an assessment re-assesses another."""
    connection.execute(insert(reassessment), {"assessment_id": assessment_id, "of_assessment_id": of})
