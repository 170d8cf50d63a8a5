"""What submitted assessments rest on and what came after: a fixed number of queries for any number."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from riskapp.domain.authority import Role
from riskapp.domain.decision import APPROVALS
from riskapp.domain.fact import Fact
from riskapp.domain.life_cycle import FILLABLE, Stage
from riskapp.domain.staleness import Approval, CitedItem, Conflict, Grounds, Since, dated, matter
from riskapp.storage.conditions import open_conditions
from riskapp.storage.facts import current_facts, stored_facts, stored_row
from riskapp.storage.in_force import is_overtaken, is_superseded
from riskapp.storage.lapse_tables import conflict_of_interest
from riskapp.storage.present import is_put_forward_last
from riskapp.storage.rubrics import release_summaries
from riskapp.storage.tables import (
    assessment,
    candidate_revision,
    decision,
    evidence,
    fact,
    sheet,
    sheet_answer,
    stage_change,
    user_account,
    user_role,
)
from riskapp.storage.team_tables import put_forward

_later_sheet = sheet.alias("later_sheet")
_later_forward = put_forward.alias("later_forward")
_end = stage_change.alias("end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """An assessment with the sheet that was put forward last, and the candidate's revision that it pins."""

    assessment_id: str
    rubric_release_id: str
    candidate_id: str
    revision: int
    parties: frozenset[str]
    sheet_id: str
    submitted_at: datetime


def submitted(connection: Connection, assessment_ids: Iterable[str]) -> tuple[Submitted, ...]:
    """Return those of these assessments that can need another look.

    Left out is what has no sheet put forward, was withdrawn, or was re-assessed and decided anew.
    """
    ids = tuple(assessment_ids)
    if not ids:
        return ()
    withdrawn = exists().where(_end.c.assessment_id == assessment.c.id, _end.c.stage == Stage.WITHDRAWN.value)
    query = (
        select(
            assessment.c.id,
            assessment.c.rubric_release_id,
            candidate_revision.c.candidate_id,
            candidate_revision.c.number,
            candidate_revision.c.developer,
            candidate_revision.c.host,
            sheet.c.id.label("sheet_id"),
            sheet.c.submitted_at,
        )
        .join(candidate_revision, candidate_revision.c.id == assessment.c.candidate_revision_id)
        .join(sheet, and_(sheet.c.assessment_id == assessment.c.id, is_put_forward_last()))
        .where(assessment.c.id.in_(ids), ~withdrawn, ~is_superseded())
    )
    return tuple(
        Submitted(
            assessment_id=row.id,
            rubric_release_id=row.rubric_release_id,
            candidate_id=row.candidate_id,
            revision=row.number,
            parties=frozenset({row.developer, row.host}),
            sheet_id=row.sheet_id,
            submitted_at=row.submitted_at,
        )
        for row in connection.execute(query)
    )


def grounds(connection: Connection, wanted: Sequence[Submitted]) -> dict[str, Grounds]:
    """Return what submitted sheets rest on, by the id of the sheet; it never changes."""
    if not wanted:
        return {}
    columns = sheet_answer.c
    query = select(columns.sheet_id, columns.criterion_id, columns.evidence).where(
        columns.sheet_id.in_([each.sheet_id for each in wanted])
    )
    named = [(row.sheet_id, row.criterion_id, json.loads(row.evidence)) for row in connection.execute(query)]
    items = _items(
        connection, [each.assessment_id for each in wanted], {i for _, _, ids in named for i in ids}
    )
    cited: dict[str, dict[str, tuple[CitedItem, ...]]] = defaultdict(dict)
    for sheet_id, criterion_id, ids in named:
        cited[sheet_id][criterion_id] = tuple(items[each] for each in ids if each in items)
    return {
        each.sheet_id: Grounds(
            submitted_on=each.submitted_at.date(),
            cited=cited[each.sheet_id],
            facts=_cited_facts(cited[each.sheet_id].values()),
        )
        for each in wanted
    }


def _cited_facts(cited: Iterable[tuple[CitedItem, ...]]) -> dict[str, Fact]:
    return {
        item.fact_id: item.fact
        for items in cited
        for item in items
        if item.fact_id is not None and item.fact is not None
    }


def _items(connection: Connection, assessment_ids: Sequence[str], cited: set[str]) -> dict[str, CitedItem]:
    columns = evidence.c
    query = select(columns.id, columns.number, columns.as_of, columns.fact_id).where(
        columns.assessment_id.in_(assessment_ids)
    )
    rows = [row for row in connection.execute(query) if row.id in cited]
    facts = _facts(connection, {row.fact_id for row in rows if row.fact_id})
    return {
        row.id: CitedItem(
            number=row.number, dated=dated(row.as_of), fact_id=row.fact_id, fact=facts.get(row.fact_id)
        )
        for row in rows
    }


def _facts(connection: Connection, ids: set[str]) -> dict[str, Fact]:
    return {each: kept.fact for each, kept in stored_facts(connection, ids).items()}


def since(
    connection: Connection, wanted: Sequence[Submitted], known: Mapping[str, Grounds]
) -> dict[str, Since]:
    """Return what stands beside submitted sheets by now, by the id of the assessment.

    `known` holds the grounds of every one of them, by the id of the sheet.
    """
    if not wanted:
        return {}
    newest = _newest_revisions(connection, {each.candidate_id for each in wanted})
    releases = _newest_releases(connection)
    approvals = _approvals(connection, wanted)
    items = _corrected_items(connection, wanted)
    cited = {each.sheet_id: known[each.sheet_id].facts for each in wanted}
    corrected = _corrected_facts(connection, {i for facts in cited.values() for i in facts})
    later = _later_facts(connection, cited.values(), min(each.submitted_at for each in wanted))
    return {
        each.assessment_id: Since(
            revision=each.revision,
            newest_revision=newest[each.candidate_id][0],
            retires_on=newest[each.candidate_id][1],
            newer_release=releases[each.rubric_release_id],
            approval=approvals.get(each.assessment_id),
            corrected_items=tuple(items.get(each.assessment_id, ())),
            corrected_facts=frozenset(corrected & cited[each.sheet_id].keys()),
            newer_facts=_newer(later, each.submitted_at, cited[each.sheet_id]) if later else (),
        )
        for each in wanted
    }


def _newer(
    later: Sequence[tuple[datetime, Fact]], submitted_at: datetime, cited: Mapping[str, Fact]
) -> tuple[Fact, ...]:
    matters = {matter(each) for each in cited.values()}
    return tuple(each for at, each in later if at > submitted_at and matter(each) in matters)


def _newest_revisions(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[int, date | None]]:
    columns = candidate_revision.c
    query = (
        select(columns.candidate_id, columns.number, columns.retires_on)
        .where(columns.candidate_id.in_(sorted(ids)))
        .order_by(columns.number)
    )
    return {row.candidate_id: (row.number, row.retires_on) for row in connection.execute(query)}


def _newest_releases(connection: Connection) -> dict[str, str | None]:
    """Return, by the id of each release, the version of the newest of its rubric, None where it is that."""
    found: dict[str, str | None] = {}
    newest: dict[str, str] = {}
    for each in release_summaries(connection):
        first = newest.setdefault(each.rubric_id, each.version)
        found[each.id] = None if each.version == first else first
    return found


def _corrected_items(connection: Connection, wanted: Sequence[Submitted]) -> dict[str, list[tuple[int, int]]]:
    before = evidence.alias("before")
    query = (
        select(evidence.c.assessment_id, before.c.number.label("old"), evidence.c.number.label("new"))
        .join(before, before.c.id == evidence.c.replaces_id)
        .where(evidence.c.assessment_id.in_([each.assessment_id for each in wanted]), ~_is_private())
        .order_by(evidence.c.number)
    )
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.assessment_id].append((row.old, row.new))
    return found


def _is_private() -> ColumnElement[bool]:
    """Return the clause for what an assessor found in the round that is open: it waits for its end."""
    began, later = stage_change.alias("began"), stage_change.alias("later_stage")
    over = exists().where(later.c.assessment_id == began.c.assessment_id, later.c.ordinal > began.c.ordinal)
    in_round = exists().where(
        began.c.assessment_id == evidence.c.assessment_id,
        began.c.stage.in_([stage.value for stage in sorted(FILLABLE)]),
        began.c.at <= evidence.c.added_at,
        ~over,
    )
    return and_(evidence.c.by_assessor, in_round)


def _corrected_facts(connection: Connection, ids: set[str]) -> frozenset[str]:
    if not ids:
        return frozenset()
    query = select(fact.c.replaces_id).where(fact.c.replaces_id.in_(sorted(ids)))
    return frozenset(each for each in connection.execute(query).scalars() if each)


def _later_facts(
    connection: Connection, cited: Iterable[Mapping[str, Fact]], at: datetime
) -> list[tuple[datetime, Fact]]:
    """Return what was recorded after an instant about what is cited, is no correction and stands."""
    matters = {(each.subject, each.metric) for facts in cited for each in facts.values()}
    if not matters:
        return []
    subjects, metrics = (sorted(set(names)) for names in zip(*matters, strict=True))
    query = (
        current_facts()
        .where(
            fact.c.subject.in_(subjects),
            fact.c.metric.in_(metrics),
            fact.c.recorded_at > at,
            fact.c.replaces_id.is_(None),
        )
        .order_by(fact.c.recorded_at, fact.c.id)
    )
    stored = [stored_row(row) for row in connection.execute(query)]
    return [(each.recorded_at, each.fact) for each in stored]


def _approvals(connection: Connection, wanted: Sequence[Submitted]) -> dict[str, Approval]:
    parties = {each.assessment_id: each.parties for each in wanted}
    query = (
        select(decision, user_account.c.display_name, user_account.c.active)
        .join(user_account, user_account.c.id == decision.c.decided_by)
        .where(
            decision.c.assessment_id.in_(list(parties)),
            decision.c.outcome.in_([each.value for each in sorted(APPROVALS)]),
            ~is_overtaken(),
        )
    )
    rows = connection.execute(query).all()
    if not rows:
        return {}
    deciders = sorted({row.decided_by for row in rows})
    approvers = _approvers(connection, deciders)
    conflicts = _conflicts(connection, deciders)
    conditions = open_conditions(connection, [row.id for row in rows])
    return {
        row.assessment_id: Approval(
            approver=row.display_name,
            expires_on=row.expires_on,
            active=row.active,
            holds_role=row.decided_by in approvers,
            conflicts=tuple(
                each for each in conflicts.get(row.decided_by, ()) if each.party in parties[row.assessment_id]
            ),
            conditions=conditions.get(row.id, ()),
        )
        for row in rows
    }


def _approvers(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    query = select(user_role.c.user_id).where(
        user_role.c.user_id.in_(ids), user_role.c.role == Role.APPROVER.value
    )
    return frozenset(connection.execute(query).scalars())


def _conflicts(connection: Connection, ids: Sequence[str]) -> dict[str, list[Conflict]]:
    table = conflict_of_interest
    query = select(table).where(table.c.user_id.in_(ids)).order_by(table.c.declared_at)
    found: dict[str, list[Conflict]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.user_id].append(
            Conflict(party=row.party, since=row.since, declared_on=row.declared_at.date())
        )
    return found
