"""The decisions of a period with what their reports are made from, as a batch of reports lists them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from riskapp.domain.period import Period
from riskapp.storage.assessments import reference_of
from riskapp.storage.tables import assessment, candidate_revision, decision, snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedReport:
    """A decision that has a report, or is to have one."""

    assessment_id: str
    reference: str
    candidate: str
    decision_id: str
    outcome: str
    decided_at: datetime
    snapshot_digest: str


def _within(period: Period) -> ColumnElement[bool]:
    return and_(decision.c.decided_at >= period.begins, decision.c.decided_at < period.ends)


def count_decided(connection: Connection, period: Period) -> int:
    """Return how many decisions of a period have a report, or are to have one."""
    query = select(func.count()).select_from(decision).join(snapshot, snapshot.c.decision_id == decision.c.id)
    return connection.execute(query.where(_within(period))).scalar_one()


def decided_reports(connection: Connection, period: Period) -> tuple[DecidedReport, ...]:
    """Return the decisions of a period, oldest first."""
    revision = candidate_revision
    query = (
        select(
            decision.c.id,
            decision.c.outcome,
            decision.c.decided_at,
            assessment.c.id.label("assessment_id"),
            assessment.c.number,
            revision.c.model,
            revision.c.version,
            snapshot.c.digest,
        )
        .join(snapshot, snapshot.c.decision_id == decision.c.id)
        .join(assessment, assessment.c.id == decision.c.assessment_id)
        .join(revision, revision.c.id == assessment.c.candidate_revision_id)
        .where(_within(period))
        .order_by(decision.c.decided_at, assessment.c.number)
    )
    return tuple(
        DecidedReport(
            assessment_id=row.assessment_id,
            reference=reference_of(row.number),
            candidate=f"{row.model} {row.version}",
            decision_id=row.id,
            outcome=row.outcome,
            decided_at=row.decided_at,
            snapshot_digest=row.digest,
        )
        for row in connection.execute(query)
    )
