"""Rows as they are kept, for packages: nothing interpreted, so that a reader of later needs no program."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, LargeBinary, Select, String, select, type_coerce

from riskapp.storage.audit_tables import audit_finding, finding_act
from riskapp.storage.columns import Day, Instant
from riskapp.storage.tables import (
    assessment,
    assignment,
    candidate_revision,
    context_revision,
    decision,
    decision_condition,
    evidence,
    issued_report,
    metadata,
    rubric_release,
    sheet,
    sheet_answer,
    snapshot,
    stage_change,
)
from riskapp.storage.team_tables import (
    assessment_shaper,
    consensus_keeper,
    dissent,
    moderated_by,
    moderated_sheet,
    moderation_reason,
    put_forward,
    released_assessor,
    substituted_decision,
)

Rows = list[dict[str, Any]]

_OF_ASSESSMENT = (
    *(assignment, released_assessor, assessment_shaper, stage_change, evidence, sheet, put_forward, dissent),
    *(decision, snapshot, issued_report),
)


def rows_of_assessment(connection: Connection, assessment_id: str) -> dict[str, Rows]:
    """Return every row about an assessment by the name of its table, with the revisions that it pins."""
    found = {"assessment": _rows(connection, "assessment", assessment.c.id == assessment_id)}
    for table in _OF_ASSESSMENT:
        found[table.name] = _rows(connection, table.name, table.c.assessment_id == assessment_id)
    stages = select(stage_change.c.id).where(stage_change.c.assessment_id == assessment_id)
    sheets = select(sheet.c.id).where(sheet.c.assessment_id == assessment_id)
    decisions = select(decision.c.id).where(decision.c.assessment_id == assessment_id)
    (pinned,) = found["assessment"] or [{}]
    for table, clause in (
        (sheet_answer, sheet_answer.c.sheet_id.in_(sheets)),
        (consensus_keeper, consensus_keeper.c.stage_change_id.in_(stages)),
        (moderated_sheet, moderated_sheet.c.consensus_id.in_(sheets)),
        (moderated_by, moderated_by.c.consensus_id.in_(sheets)),
        (moderation_reason, moderation_reason.c.consensus_id.in_(sheets)),
        (decision_condition, decision_condition.c.decision_id.in_(decisions)),
        (substituted_decision, substituted_decision.c.decision_id.in_(decisions)),
        (candidate_revision, candidate_revision.c.id == pinned.get("candidate_revision_id")),
        (context_revision, context_revision.c.id == pinned.get("context_revision_id")),
    ):
        found[table.name] = _rows(connection, table.name, clause)
    return found


def _rows(connection: Connection, name: str, clause: Any) -> Rows:  # noqa: ANN401 (a clause of any kind)
    table = metadata.tables[name]
    columns = [
        type_coerce(each, String).label(each.name) if isinstance(each.type, Instant | Day) else each
        for each in table.c
    ]
    binary = [each.name for each in table.c if isinstance(each.type, LargeBinary)]
    query: Select[Any] = select(*columns).where(clause).order_by(*table.primary_key.columns)
    found = [dict(row._mapping) for row in connection.execute(query)]  # noqa: SLF001 (SQLAlchemy's public name)
    for row in found:
        for column in binary:
            row[column] = bytes(row[column]).decode()
    return found


def rows_of_findings(connection: Connection, assessment_id: str | None) -> dict[str, Rows]:
    """Return every row of the findings about an assessment, or of those about none, by name of table."""
    about = audit_finding.c.assessment_id
    clause = about.is_(None) if assessment_id is None else about == assessment_id
    acts = finding_act.c.finding_id.in_(select(audit_finding.c.id).where(clause))
    return {
        "audit_finding": _rows(connection, "audit_finding", clause),
        "finding_act": _rows(connection, "finding_act", acts),
    }


def every_assessment(connection: Connection) -> Iterator[tuple[str, int]]:
    """Yield id and number of each assessment, the first opened first."""
    for row in connection.execute(select(assessment.c.id, assessment.c.number).order_by(assessment.c.number)):
        yield row.id, row.number


def every_release(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """Yield id, version and canonical content of each rubric release."""
    columns = (rubric_release.c.rubric_id, rubric_release.c.version, rubric_release.c.canonical)
    for row in connection.execute(select(*columns).order_by(*columns[:2])):
        yield row.rubric_id, row.version, row.canonical
