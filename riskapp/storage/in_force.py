"""Which decisions hold: the latest of an assessment in whose place no decided re-assessment stands."""

from sqlalchemy import ColumnElement, exists

from riskapp.domain.life_cycle import Stage
from riskapp.storage.lapse_tables import reassessment
from riskapp.storage.tables import assessment, decision, stage_change

_later = decision.alias("later_decision_in_force")
_its_stage = stage_change.alias("stage_of_reassessment")


def is_superseded() -> ColumnElement[bool]:
    """Return the clause for assessments in whose place a decided re-assessment stands."""
    return exists().where(
        reassessment.c.of_assessment_id == assessment.c.id,
        _its_stage.c.assessment_id == reassessment.c.assessment_id,
        _its_stage.c.stage == Stage.DECIDED.value,
    )


def is_overtaken() -> ColumnElement[bool]:
    """Return the clause for decisions that a later one on the same assessment has replaced."""
    return exists().where(
        _later.c.assessment_id == decision.c.assessment_id, _later.c.ordinal > decision.c.ordinal
    )
