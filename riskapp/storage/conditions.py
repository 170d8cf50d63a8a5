"""Acts on the conditions of decisions, insert-only; the latest act says whether a condition is closed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from riskapp.domain.authority import Actor
from riskapp.domain.staleness import OpenCondition
from riskapp.storage.assessment_lists import visible
from riskapp.storage.assessments import reference_of
from riskapp.storage.in_force import is_overtaken, is_superseded
from riskapp.storage.lapse_tables import condition_act
from riskapp.storage.paging import Page, page_of
from riskapp.storage.tables import (
    assessment,
    candidate_revision,
    decision,
    decision_condition,
)


class ConditionAct(StrEnum):
    """What can be done to a condition."""

    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAct:
    """One act on a condition; `number` counts them from 1. `url` is where the proof lies, or empty."""

    id: str
    decision_id: str
    condition: int
    number: int
    act: ConditionAct
    note: str
    url: str
    at: datetime
    done_by: str


def condition_acts(connection: Connection, decision_id: str) -> dict[int, tuple[StoredAct, ...]]:
    """Return the acts on the conditions of a decision in order, by the number of the condition."""
    table = condition_act
    query = (
        select(table).where(table.c.decision_id == decision_id).order_by(table.c.condition, table.c.number)
    )
    found: dict[int, list[StoredAct]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.condition].append(_act(row))
    return {number: tuple(acts) for number, acts in found.items()}


def _act(row: Row[Any]) -> StoredAct:
    return StoredAct(
        id=row.id,
        decision_id=row.decision_id,
        condition=row.condition,
        number=row.number,
        act=ConditionAct(row.act),
        note=row.note,
        url=row.url,
        at=row.at,
        done_by=row.done_by,
    )


def insert_act(connection: Connection, act: StoredAct) -> None:
    """Insert an act on a condition."""
    connection.execute(
        insert(condition_act),
        {
            "id": act.id,
            "decision_id": act.decision_id,
            "condition": act.condition,
            "number": act.number,
            "act": act.act.value,
            "note": act.note,
            "url": act.url,
            "at": act.at,
            "done_by": act.done_by,
        },
    )


_last_act = (
    select(condition_act.c.act)
    .where(
        condition_act.c.decision_id == decision_condition.c.decision_id,
        condition_act.c.condition == decision_condition.c.ordinal,
    )
    .order_by(condition_act.c.number.desc())
    .limit(1)
    .correlate(decision_condition)
    .scalar_subquery()
)


def is_open() -> ColumnElement[bool]:
    """Return the clause for conditions that are not closed."""
    return func.coalesce(_last_act, ConditionAct.REOPENED.value) != ConditionAct.CLOSED.value


def open_conditions(
    connection: Connection, decision_ids: Sequence[str]
) -> dict[str, tuple[OpenCondition, ...]]:
    """Return the open conditions of decisions, by the id of the decision."""
    table = decision_condition
    query = (
        select(table)
        .where(table.c.decision_id.in_(decision_ids), is_open())
        .order_by(table.c.decision_id, table.c.ordinal)
    )
    found: dict[str, list[OpenCondition]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.decision_id].append(OpenCondition(text=row.text, owner=row.owner, due_on=row.due_on))
    return {each: tuple(conditions) for each, conditions in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRow:
    """An open condition in a list, with the assessment that it belongs to."""

    assessment_id: str
    number: int
    model: str
    version: str
    host: str
    ordinal: int
    text: str
    owner: str
    due_on: date | None

    @property
    def reference(self) -> str:
        """Return how people call the assessment: RA-0007."""
        return reference_of(self.number)


def condition_rows(
    connection: Connection, actor: Actor, page: int, *, due_before: date | None = None
) -> Page[ConditionRow]:
    """Return a page of the open conditions that the actor may see, the first due first.

    `due_before` keeps those that are due before a day. Conditions of a decision in whose place a later one
    stands, also of a decided re-assessment, bind nobody and are left out.
    """
    table = decision_condition
    query = (
        select(
            assessment.c.id.label("assessment_id"),
            assessment.c.number,
            candidate_revision.c.model,
            candidate_revision.c.version,
            candidate_revision.c.host,
            table.c.ordinal,
            table.c.text,
            table.c.owner,
            table.c.due_on,
        )
        .join(decision, decision.c.id == table.c.decision_id)
        .join(assessment, assessment.c.id == decision.c.assessment_id)
        .join(candidate_revision, candidate_revision.c.id == assessment.c.candidate_revision_id)
        .where(is_open(), ~is_overtaken(), ~is_superseded(), visible(actor))
        .order_by(table.c.due_on, assessment.c.number, table.c.ordinal)
    )
    if due_before is not None:
        query = query.where(table.c.due_on < due_before)
    return page_of(connection, query, page, items=_rows)


def _rows(rows: Sequence[Row[Any]]) -> tuple[ConditionRow, ...]:
    return tuple(
        ConditionRow(
            assessment_id=row.assessment_id,
            number=row.number,
            model=row.model,
            version=row.version,
            host=row.host,
            ordinal=row.ordinal,
            text=row.text,
            owner=row.owner,
            due_on=row.due_on,
        )
        for row in rows
    )
