"""The strata from which auditors draw: assessments by stage and, where decided, by outcome, at an instant."""

from datetime import datetime

from sqlalchemy import Connection, Select, Table, and_, func, select

from riskapp.domain.life_cycle import Stage
from riskapp.storage.tables import decision, stage_change


def strata_at(connection: Connection, at: datetime) -> dict[str, tuple[str, ...]]:
    """Return the ids of all assessments by stratum as they stood at an instant, each sorted."""
    stages = _latest(stage_change, "stage", "at", at)
    outcomes = _latest(decision, "outcome", "decided_at", at)
    decided = {row.assessment_id: row.value for row in connection.execute(outcomes)}
    found: dict[str, list[str]] = {}
    for row in connection.execute(stages):
        name = row.value
        if name == Stage.DECIDED and row.assessment_id in decided:
            name = f"{name}: {decided[row.assessment_id]}"
        found.setdefault(name, []).append(row.assessment_id)
    return {name: tuple(sorted(ids)) for name, ids in sorted(found.items())}


def _latest(table: Table, value: str, instant: str, at: datetime) -> Select[tuple[str, str]]:
    """Return the last value of each assessment up to an instant."""
    last = (
        select(table.c.assessment_id, func.max(table.c.ordinal).label("ordinal"))
        .where(table.c[instant] <= at)
        .group_by(table.c.assessment_id)
        .subquery()
    )
    same = and_(table.c.assessment_id == last.c.assessment_id, table.c.ordinal == last.c.ordinal)
    return select(table.c.assessment_id, table.c[value].label("value")).join(last, same)
