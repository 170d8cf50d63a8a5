"""The first page, and whether the service is well."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from riskapp.domain.authority import Actor, Role
from riskapp.domain.digest import DigestEntry
from riskapp.domain.life_cycle import Stage
from riskapp.services.digests import coming
from riskapp.services.feeds import DIGEST_READERS
from riskapp.services.jobs import queue_standing
from riskapp.services.staleness import Reasons
from riskapp.services.watch import Standing
from riskapp.storage.assessment_lists import AssessmentFilters, AssessmentRow, assessment_rows
from riskapp.storage.migrations import current_revision, newest_revision
from riskapp.web import product
from riskapp.web.access import may_open, open_to_all, signed_in
from riskapp.web.comments import shown_mentions
from riskapp.web.findings import waiting_findings
from riskapp.web.portfolio import decided, heat_maps

blueprint = Blueprint("pages", __name__)

WAL_RESET_FIXED = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go from the first page, with what one does there."""

    endpoint: str
    text: str
    does: str


PLACES = (
    Place("assessments.new", "Open an assessment", "Choose a candidate, a context, a rubric and who scores."),
    Place("assessments.index", "Assessments", "Find an assessment by its state, candidate or number."),
    Place("comparisons.index", "Compare candidates", "Side by side under one rubric, profile and context."),
    Place("candidates.index", "Candidates", "Models at an exact version, on the route they are reached by."),
    Place("contexts.index", "Contexts of use", "What a model is for, with which data, in whose hands."),
    Place("facts.index", "Facts", "What is known about candidates, each with source and date."),
    Place("rubrics.index", "Rubrics", "What is asked, and how answers become scores."),
    Place("portfolio.index", "Portfolio", "What is decided, by dimension, with what needs another look."),
    Place(
        "report_batches.index",
        "Reports of a period",
        "All reports of a quarter, or of other days, in one ZIP.",
    ),
    Place(
        "verification.form", "Verify a document", "Whether a PDF is genuine, and its decision still stands."
    ),
    Place("digests.index", "What lapses next", "Expiries, retirements and conditions of the coming 90 days."),
    Place("conditions.index", "Open conditions", "What approvals still depend on, and until when."),
    Place("conflicts.index", "Conflicts of interest", "Declare one; approvals that it touches say so."),
    Place("findings.index", "Findings", "What auditors found, who answers for it and until when."),
    Place("audit.index", "Audit", "Everything that is stored, and the log behind it."),
    Place("administration.index", "Users", "Who may sign in, and to do what."),
)


SHOWN_WAITING = 6
SHOWN_IN_MAP = 12


@dataclass(frozen=True, slots=True)
class Waiting:
    """Assessments that wait for the visitor, newest first, under what they wait for."""

    title: str
    rows: tuple[AssessmentRow, ...]
    filters: dict[str, str]
    has_more: bool


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Show what waits for the visitor and where they can go."""
    actor = product.actor()
    waiting = _waiting(actor)
    held: tuple[AssessmentRow, ...] = ()
    reasons: Reasons = {}
    lapses: tuple[DigestEntry, ...] = ()
    if actor.holds(*DIGEST_READERS):
        window, reasons = decided(size=SHOWN_IN_MAP)
        held = window.items
        lapses = coming(product.reading(), product.office().now(), most=SHOWN_WAITING)
        if actor.holds(Role.PROCUREMENT, Role.APPROVER, Role.LEAD_ASSESSOR):
            waiting = [*_without(waiting, reasons), *_to_look_at(held, reasons)]
    return render_template(
        "pages/home.html",
        places=[place for place in PLACES if may_open(place.endpoint)],
        waiting=waiting,
        mentions=shown_mentions(),
        findings=waiting_findings(),
        today=product.office().now().date(),
        reasons=reasons,
        lapses=lapses,
        maps=heat_maps(held),
    )


def _without(waiting: list[Waiting], reasons: Reasons) -> list[Waiting]:
    """Return the lists without what needs another look, which has a list of its own."""
    left = [replace(each, rows=tuple(row for row in each.rows if row.id not in reasons)) for each in waiting]
    return [each for each in left if each.rows]


def _to_look_at(held: tuple[AssessmentRow, ...], reasons: Reasons) -> list[Waiting]:
    """Return which of the newest decisions need another look; the portfolio has the rest."""
    rows = tuple(each for each in held if each.id in reasons)
    shown = rows[:SHOWN_WAITING]
    more = len(rows) > len(shown)
    return [Waiting("Needs another look", shown, {"stage": Stage.DECIDED.value}, more)] if rows else []


def _waiting(actor: Actor) -> list[Waiting]:
    asked: list[tuple[str, Stage, bool]] = []
    if actor.holds(Role.ASSESSOR):
        asked += [
            ("Sent back to you", Stage.SENT_BACK, True),
            ("For you to fill in", Stage.IN_PROGRESS, True),
        ]
    if actor.holds(Role.APPROVER):
        asked.append(("Waiting for a decision", Stage.IN_REVIEW, False))
    if actor.holds(Role.LEAD_ASSESSOR):
        asked += [
            ("For a lead to moderate", Stage.IN_MODERATION, False),
            ("Being filled in", Stage.IN_PROGRESS, False),
        ]
    if actor.holds(Role.PROCUREMENT):
        asked.append(("Decided lately", Stage.DECIDED, False))
    found = [_list(actor, title, stage, own=own) for title, stage, own in asked]
    return [each for each in found if each.rows]


def _list(actor: Actor, title: str, stage: Stage, *, own: bool) -> Waiting:
    filters = AssessmentFilters(
        stage=stage.value,
        assessor_id=actor.id if own else "",
        unsubmitted=own,
        untouched_by=actor.acting_ids(Role.APPROVER) if stage is Stage.IN_REVIEW else frozenset(),
    )
    window = assessment_rows(product.reading(), actor, filters, size=SHOWN_WAITING)
    kept = {"stage": stage.value} | ({"mine": "1"} if own else {})
    return Waiting(title, window.items, kept, window.older is not None)


@blueprint.get("/healthz")
@open_to_all
def health() -> ResponseReturnValue:
    """Say whether database, schema and log are well: 200 if all are, else 503."""
    database, schema = _database()
    well = (database, schema) == ("reachable", "current")
    report: dict[str, object] = {
        "status": "ok" if well else "failing",
        "database": database,
        "schema": schema,
    }
    if well:
        report["jobs"] = _jobs()
    if (standing := product.log_standing()) is not None:
        report["log"] = _log(standing)
        if standing.alarm:
            report["status"], well = "failing", False
    if product.office().database.is_sqlite:
        report["sqlite"] = {"version": sqlite3.sqlite_version, "note": _sqlite_note()}
    return jsonify(report), 200 if well else 503


def _database() -> tuple[str, str]:
    try:
        with product.office().reading() as connection:
            revision = current_revision(connection)
    except SQLAlchemyError:
        return "not reachable", "not known"
    newest = newest_revision()
    return "reachable", "current" if revision == newest else f"at {revision}, this release needs {newest}"


def _jobs() -> dict[str, object]:
    """Say how the queue stands. Where nothing works it off, pages still answer, so it fails nothing."""
    try:
        with product.office().reading() as connection:
            standing = queue_standing(connection, product.office().now())
    except SQLAlchemyError:
        return {"state": "not known"}
    return {
        "state": "standing still" if standing.alarm else "moving",
        "alarm": standing.alarm,
        "waiting": standing.state.waiting,
        "running": standing.state.running,
        "failed": standing.state.failed,
        "oldest_seconds": standing.oldest_seconds,
    }


def _log(standing: Standing) -> dict[str, object]:
    """Say how far the log was verified and since when it is whole; what disagrees is for those who audit."""
    state = "agrees" if standing.complete else "being read"
    return {
        "state": "disagrees" if standing.alarm else state,
        "verified_entries": standing.verified,
        "whole_since": _iso(standing.whole_since),
        "looked_at": _iso(standing.looked_at),
        "disagreements": len(standing.disagreements),
        "hindered": bool(standing.hindrance),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _sqlite_note() -> str:
    if sqlite3.sqlite_version_info >= WAL_RESET_FIXED:
        return "has the fix of the WAL-reset fault"
    return "before 3.51.3, which fixed the WAL-reset fault; riskapp writes under one lock, which avoids it"
