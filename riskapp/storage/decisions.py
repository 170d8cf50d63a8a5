"""Decisions with their conditions: insert-only."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from riskapp.domain.report import DecisionCondition
from riskapp.domain.scores import Recommendation
from riskapp.storage.tables import decision, decision_condition
from riskapp.storage.team_tables import substituted_decision


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """What a person decided on one submitted sheet, beside what the arithmetic recommended.

    `decided_for` is the approver for whom a substitute decided, or None.
    """

    id: str
    assessment_id: str
    sheet_id: str
    outcome: Recommendation
    recommendation: Recommendation
    reason: str
    expires_on: date | None
    decided_at: datetime
    decided_by: str
    conditions: tuple[DecisionCondition, ...]
    decided_for: str | None = None


def decisions(connection: Connection, assessment_id: str) -> tuple[StoredDecision, ...]:
    """Return the decisions on an assessment in order; the last one holds."""
    principal = substituted_decision.c.principal_id
    query = (
        select(decision, principal)
        .outerjoin(substituted_decision, substituted_decision.c.decision_id == decision.c.id)
        .where(decision.c.assessment_id == assessment_id)
        .order_by(decision.c.ordinal)
    )
    return tuple(_decision(row, _conditions(connection, row.id)) for row in connection.execute(query).all())


def _conditions(connection: Connection, decision_id: str) -> tuple[DecisionCondition, ...]:
    table = decision_condition
    query = select(table).where(table.c.decision_id == decision_id).order_by(table.c.ordinal)
    return tuple(
        DecisionCondition(text=row.text, owner=row.owner, due_on=row.due_on)
        for row in connection.execute(query)
    )


def _decision(row: Row[Any], conditions: tuple[DecisionCondition, ...]) -> StoredDecision:
    return StoredDecision(
        id=row.id,
        assessment_id=row.assessment_id,
        sheet_id=row.sheet_id,
        outcome=Recommendation(row.outcome),
        recommendation=Recommendation(row.recommendation),
        reason=row.reason,
        expires_on=row.expires_on,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        conditions=conditions,
        decided_for=row.principal_id,
    )


def insert_decision(connection: Connection, made: StoredDecision) -> None:
    """Insert a decision with its conditions."""
    last = connection.execute(
        select(func.max(decision.c.ordinal)).where(decision.c.assessment_id == made.assessment_id)
    ).scalar()
    connection.execute(
        insert(decision),
        {
            "id": made.id,
            "assessment_id": made.assessment_id,
            "sheet_id": made.sheet_id,
            "ordinal": (last or 0) + 1,
            "outcome": made.outcome.value,
            "recommendation": made.recommendation.value,
            "reason": made.reason,
            "expires_on": made.expires_on,
            "decided_at": made.decided_at,
            "decided_by": made.decided_by,
        },
    )
    if made.decided_for is not None:
        connection.execute(
            insert(substituted_decision), {"decision_id": made.id, "principal_id": made.decided_for}
        )
    if made.conditions:
        connection.execute(
            insert(decision_condition),
            [
                {
                    "decision_id": made.id,
                    "ordinal": ordinal,
                    "text": each.text,
                    "owner": each.owner,
                    "due_on": each.due_on,
                }
                for ordinal, each in enumerate(made.conditions, start=1)
            ],
        )
