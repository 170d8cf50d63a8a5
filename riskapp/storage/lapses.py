"""What lapses within some days: approvals, versions behind them, and their conditions, each list bounded."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, select

from riskapp.domain.decision import APPROVALS
from riskapp.domain.digest import DigestEntry, Lapse
from riskapp.storage.assessments import reference_of
from riskapp.storage.conditions import is_open
from riskapp.storage.in_force import is_overtaken, is_superseded
from riskapp.storage.tables import (
    assessment,
    candidate_revision,
    context_revision,
    decision,
    decision_condition,
)

_newest = candidate_revision.alias("newest")
_later = candidate_revision.alias("later_than_newest")


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days, both included."""

    first: date
    last: date


def _in_force(today: date, *columns: Any) -> Select[Any]:  # noqa: ANN401 (columns)
    """Return the select of approvals that hold on a day, with how they are called."""
    return (
        select(
            assessment.c.id.label("assessment_id"),
            assessment.c.number,
            candidate_revision.c.model,
            candidate_revision.c.version,
            candidate_revision.c.host,
            context_revision.c.title.label("context_title"),
            *columns,
        )
        .join(decision, decision.c.assessment_id == assessment.c.id)
        .join(candidate_revision, candidate_revision.c.id == assessment.c.candidate_revision_id)
        .join(context_revision, context_revision.c.id == assessment.c.context_revision_id)
        .where(
            decision.c.outcome.in_([each.value for each in sorted(APPROVALS)]),
            decision.c.expires_on >= today,
            ~is_overtaken(),
            ~is_superseded(),
        )
    )


def expiring_approvals(connection: Connection, days: Days, *, most: int) -> tuple[DigestEntry, ...]:
    """Return the approvals that expire within these days, the first ones first."""
    query = _in_force(days.first, decision.c.expires_on.label("on")).where(decision.c.expires_on <= days.last)
    rows = connection.execute(query.order_by(decision.c.expires_on, assessment.c.number).limit(most))
    return tuple(_entry(row, Lapse.APPROVAL_EXPIRES, "the approval expires") for row in rows)


def retiring_versions(connection: Connection, days: Days, *, most: int) -> tuple[DigestEntry, ...]:
    """Return the approvals whose version retires within these days by the newest revision."""
    later = exists().where(
        _later.c.candidate_id == _newest.c.candidate_id, _later.c.number > _newest.c.number
    )
    query = (
        _in_force(days.first, _newest.c.retires_on.label("on"))
        .join(_newest, _newest.c.candidate_id == candidate_revision.c.candidate_id)
        .where(_newest.c.retires_on.between(days.first, days.last), ~later)
        .order_by(_newest.c.retires_on, assessment.c.number)
        .limit(most)
    )
    return tuple(
        _entry(row, Lapse.VERSION_RETIRES, "the version retires") for row in connection.execute(query)
    )


def due_conditions(connection: Connection, days: Days, *, most: int) -> tuple[DigestEntry, ...]:
    """Return the open conditions that are due within these days."""
    table = decision_condition
    query = (
        _in_force(days.first, table.c.due_on.label("on"), table.c.ordinal, table.c.text, table.c.owner)
        .join(table, table.c.decision_id == decision.c.id)
        .where(table.c.due_on.between(days.first, days.last), is_open())
        .order_by(table.c.due_on, assessment.c.number, table.c.ordinal)
        .limit(most)
    )
    return tuple(
        _entry(
            row,
            Lapse.CONDITION_DUE,
            f"condition {row.ordinal} is due: {row.text}",
            owner=row.owner,
            key=str(row.ordinal),
        )
        for row in connection.execute(query)
    )


@dataclass(frozen=True, slots=True)
class InForce:
    """How an approval that holds is called."""

    assessment_id: str
    reference: str
    candidate: str
    context: str


def approvals_in_force(connection: Connection, today: date, *, most: int) -> tuple[InForce, ...]:
    """Return the approvals that hold on a day, those that hold longest last."""
    query = _in_force(today).order_by(decision.c.expires_on, assessment.c.number).limit(most)
    return tuple(
        InForce(row.assessment_id, reference_of(row.number), _name(row), row.context_title)
        for row in connection.execute(query)
    )


def _name(row: Row[Any]) -> str:
    return f"{row.model} ({row.version}) on {row.host}"


def _entry(row: Row[Any], kind: Lapse, text: str, *, owner: str = "", key: str = "") -> DigestEntry:
    return DigestEntry(
        on=row.on,
        kind=kind,
        assessment_id=row.assessment_id,
        reference=reference_of(row.number),
        candidate=_name(row),
        context=row.context_title,
        text=text,
        owner=owner,
        key=key,
    )
