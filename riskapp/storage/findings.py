"""Findings of auditors with what was done about them, insert-only; the latest act says how one stands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, true

from riskapp.domain.authority import Actor, Role
from riskapp.domain.errors import NotFoundError
from riskapp.domain.findings import (
    Classification,
    Finding,
    FollowUp,
    Position,
    State,
    Subject,
    SubjectKind,
    state_after,
)
from riskapp.storage.audit_tables import audit_finding, finding_act
from riskapp.storage.paging import Page, in_small_letters, page_of, says


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAct:
    """One thing that was done about a finding; `number` counts them from 1."""

    id: str
    finding_id: str
    number: int
    act: FollowUp
    position: Position | None
    text: str
    at: datetime
    done_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFinding:
    """One finding as raised, with everything that was done about it, in order."""

    id: str
    number: int
    assessment_id: str | None
    content: Finding
    raised_at: datetime
    raised_by: str
    acts: tuple[StoredAct, ...]

    @property
    def reference(self) -> str:
        """Return how people call it: F-0003."""
        return f"F-{self.number:04d}"

    @property
    def state(self) -> State:
        """Return where it stands."""
        return state_after([each.act for each in self.acts])

    @property
    def answered_by(self) -> frozenset[str]:
        """Return the ids of who has given a management response."""
        return frozenset(each.done_by for each in self.acts if each.act is FollowUp.RESPONDED)

    def is_overdue(self, on: date) -> bool:
        """Return whether it is not closed past its day."""
        return self.state is not State.CLOSED and self.content.due_on < on


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilters:
    """What the follow-up list is narrowed to; empty fields narrow nothing. `overdue_on` is today."""

    text: str = ""
    state: str = ""
    classification: str = ""
    owner_id: str = ""
    assessment_id: str = ""
    overdue_on: date | None = None

    @property
    def active(self) -> bool:
        """Return whether the list is narrowed at all."""
        named = (self.text.strip(), self.state, self.classification, self.owner_id, self.assessment_id)
        return any(named) or self.overdue_on is not None


_last_act = (
    select(finding_act.c.act)
    .where(finding_act.c.finding_id == audit_finding.c.id)
    .order_by(finding_act.c.number.desc())
    .limit(1)
    .correlate(audit_finding)
    .scalar_subquery()
)
_standing = func.coalesce(_last_act, FollowUp.REOPENED.value)
_STATE_BEHIND = {
    State.OPEN: _standing == FollowUp.REOPENED.value,
    State.RESPONDED: _standing == FollowUp.RESPONDED.value,
    State.CLOSED: _standing == FollowUp.CLOSED.value,
}


def _readable(actor: Actor) -> ColumnElement[bool]:
    """Return the clause for what the person may read: `may_read_finding` in SQL; leads see every stage."""
    if actor.holds(Role.AUDITOR):
        return true()
    own = audit_finding.c.owner_id == actor.id
    return or_(own, audit_finding.c.assessment_id.is_not(None)) if actor.holds(Role.LEAD_ASSESSOR) else own


def _narrowed(query: Select[Any], filters: FindingFilters) -> Select[Any]:
    columns = audit_finding.c
    for column, wanted in (
        (columns.classification, filters.classification),
        (columns.owner_id, filters.owner_id),
        (columns.assessment_id, filters.assessment_id),
    ):
        if wanted:
            query = query.where(column == wanted)
    if filters.state:
        query = query.where(_STATE_BEHIND[State(filters.state)])
    if filters.overdue_on is not None:
        query = query.where(~_STATE_BEHIND[State.CLOSED], columns.due_on < filters.overdue_on)
    if filters.text.strip():
        searched = (in_small_letters(each) for each in (columns.title, columns.text))
        query = query.where(says(filters.text, *searched))
    return query


def findings(connection: Connection, actor: Actor, filters: FindingFilters, page: int) -> Page[StoredFinding]:
    """Return a page of the findings that the person may read, the first due first."""

    def whole(rows: Sequence[Row[Any]]) -> tuple[StoredFinding, ...]:
        return findings_with(connection, [row.id for row in rows])

    keys = select(audit_finding.c.due_on, audit_finding.c.number, audit_finding.c.id).where(_readable(actor))
    query = _narrowed(keys, filters).order_by(audit_finding.c.due_on, audit_finding.c.number)
    return page_of(connection, query, page, items=whole)


def every_finding(
    connection: Connection, actor: Actor, filters: FindingFilters, most: int
) -> Iterator[StoredFinding]:
    """Yield the findings that the person may read, the first due first, up to a number of them."""
    keys = select(audit_finding.c.id).where(_readable(actor))
    query = _narrowed(keys, filters).order_by(audit_finding.c.due_on, audit_finding.c.number).limit(most)
    ids = list(connection.execute(query).scalars())
    for first in range(0, len(ids), _BATCH):
        yield from findings_with(connection, ids[first : first + _BATCH])


_BATCH = 200


def waiting_for(connection: Connection, actor: Actor, most: int) -> tuple[StoredFinding, ...]:
    """Return the findings that wait for the person: open ones that they own, responses to their own."""
    columns = audit_finding.c
    clause = _STATE_BEHIND[State.OPEN] & (columns.owner_id == actor.id)
    if actor.holds(Role.AUDITOR):
        clause |= _STATE_BEHIND[State.RESPONDED] & (columns.raised_by == actor.id)
    query = select(columns.id).where(clause).order_by(columns.due_on, columns.number).limit(most)
    return findings_with(connection, list(connection.execute(query).scalars()))


def findings_about(connection: Connection, assessment_id: str) -> tuple[StoredFinding, ...]:
    """Return the findings about one assessment by number."""
    query = select(audit_finding.c.id).where(audit_finding.c.assessment_id == assessment_id)
    ids = connection.execute(query.order_by(audit_finding.c.number)).scalars()
    return findings_with(connection, list(ids))


def findings_of_no_assessment(connection: Connection) -> tuple[StoredFinding, ...]:
    """Return the findings that speak of no assessment by number."""
    query = select(audit_finding.c.id).where(audit_finding.c.assessment_id.is_(None))
    ids = connection.execute(query.order_by(audit_finding.c.number)).scalars()
    return findings_with(connection, list(ids))


def finding(connection: Connection, number: int) -> StoredFinding:
    """Return one finding by its number; raises NotFoundError."""
    query = select(audit_finding.c.id).where(audit_finding.c.number == number)
    found = connection.execute(query).scalar()
    if found is None:
        raise NotFoundError("finding", f"F-{number:04d}")
    return findings_with(connection, [found])[0]


def findings_with(connection: Connection, ids: Sequence[str]) -> tuple[StoredFinding, ...]:
    """Return the findings with these ids, in this order."""
    if not ids:
        return ()
    rows = connection.execute(select(audit_finding).where(audit_finding.c.id.in_(ids)))
    by_id = {row.id: row for row in rows}
    acts = _acts(connection, ids)
    return tuple(_stored(by_id[each], acts.get(each, ())) for each in ids)


def _acts(connection: Connection, ids: Iterable[str]) -> dict[str, list[StoredAct]]:
    table = finding_act
    query = (
        select(table).where(table.c.finding_id.in_(list(ids))).order_by(table.c.finding_id, table.c.number)
    )
    found: dict[str, list[StoredAct]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.finding_id].append(act_of(row))
    return found


def act_of(row: Row[Any]) -> StoredAct:
    """Return an act as its row says it."""
    return StoredAct(
        id=row.id,
        finding_id=row.finding_id,
        number=row.number,
        act=FollowUp(row.act),
        position=Position(row.position) if row.position else None,
        text=row.text,
        at=row.at,
        done_by=row.done_by,
    )


def content_of(row: Row[Any]) -> Finding:
    """Return what a finding says as its row says it."""
    return Finding(
        subject=Subject(SubjectKind(row.kind), row.subject_id, row.part),
        classification=Classification(row.classification),
        title=row.title,
        text=row.text,
        recommendation=row.recommendation,
        owner_id=row.owner_id,
        due_on=row.due_on,
    )


def _stored(row: Row[Any], acts: Sequence[StoredAct]) -> StoredFinding:
    return StoredFinding(
        id=row.id,
        number=row.number,
        assessment_id=row.assessment_id,
        content=content_of(row),
        raised_at=row.raised_at,
        raised_by=row.raised_by,
        acts=tuple(acts),
    )


def next_finding_number(connection: Connection) -> int:
    """Return the number of the next finding; the caller holds the order of the log."""
    return (connection.execute(select(func.max(audit_finding.c.number))).scalar() or 0) + 1


def insert_finding(connection: Connection, new: StoredFinding) -> None:
    """Keep a finding."""
    content = new.content
    connection.execute(
        insert(audit_finding),
        {
            "id": new.id,
            "number": new.number,
            "kind": content.subject.kind.value,
            "subject_id": content.subject.id,
            "part": content.subject.part,
            "assessment_id": new.assessment_id,
            "classification": content.classification.value,
            "title": content.title,
            "text": content.text,
            "recommendation": content.recommendation,
            "owner_id": content.owner_id,
            "due_on": content.due_on,
            "raised_at": new.raised_at,
            "raised_by": new.raised_by,
        },
    )


def insert_act(connection: Connection, act: StoredAct) -> None:
    """Keep what was done about a finding."""
    connection.execute(
        insert(finding_act),
        {
            "id": act.id,
            "finding_id": act.finding_id,
            "number": act.number,
            "act": act.act.value,
            "position": act.position.value if act.position else "",
            "text": act.text,
            "at": act.at,
            "done_by": act.done_by,
        },
    )
