"""The auditor's desk, read-only: what is stored of each assessment, and the log behind it."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.ledger import leaf_hash
from riskapp.domain.life_cycle import Stage
from riskapp.domain.snapshot_answers import answer_words
from riskapp.services.dossiers import dossier
from riskapp.services.report_content import STAGE_ACTIONS
from riskapp.storage.assessment_lists import AssessmentFilters, assessment_rows
from riskapp.storage.assessments import id_of_reference
from riskapp.storage.decisions import decisions
from riskapp.storage.evidence import evidence_items
from riskapp.storage.log import LogEntry, latest_entry
from riskapp.storage.log_lists import (
    LogFilters,
    actions,
    count_saves,
    entries_about,
    log_entry_at,
    log_window,
)
from riskapp.storage.reports import issued_reports, snapshots
from riskapp.storage.sheets import sheets
from riskapp.storage.users import user_names, users
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.log_words import details_of, shown_entries
from riskapp.web.requests import number_asked

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

auditors = for_roles(Role.AUDITOR)

MOST_ENTRIES = 1_000
MOST_SAVES = 10_000
LOG_FIELDS = ("person", "action", "assessment", "since", "until")


@blueprint.get("")
@auditors
def index() -> ResponseReturnValue:
    """List every stored assessment, newest first."""
    stage = request.args.get("stage", "")
    filters = AssessmentFilters(
        text=request.args.get("text", "")[:200], stage=stage if stage in set(Stage) else ""
    )
    window = assessment_rows(
        product.reading(),
        product.actor(),
        filters,
        before=number_asked("before"),
        after=number_asked("after"),
    )
    kept = {name: request.args[name] for name in ("text", "stage") if request.args.get(name)}
    return render_template("audit/index.html", window=window, filters=filters, kept=kept, stages=list(Stage))


@blueprint.get("/assessments/<assessment_id>")
@auditors
def assessment(assessment_id: str) -> ResponseReturnValue:
    """Show everything that is stored of one assessment, each part with its log entry."""
    connection = product.reading()
    found = dossier(connection, assessment_id)
    entries = entries_about(connection, assessment_id, MOST_ENTRIES)
    submitted, taken = sheets(connection, assessment_id), decisions(connection, assessment_id)
    evidence = evidence_items(connection, assessment_id)
    people = {found.stored.created_by, *found.stored.assessors}
    people |= {change.changed_by for change in found.stored.stages}
    people |= {each.added_by for each in evidence} | {each.assessor_id for each in submitted}
    return render_template(
        "audit/assessment.html",
        dossier=found,
        sheets=submitted,
        decisions=taken,
        snapshots={each.decision_id: each for each in snapshots(connection, assessment_id)},
        reports={each.snapshot_digest: each for each in issued_reports(connection, assessment_id)},
        evidence=evidence,
        numbers={each.id: each.number for each in evidence},
        names=user_names(connection, people),
        entries=shown_entries(entries),
        behind=Behind(entries),
        saves=count_saves(connection, assessment_id, MOST_SAVES),
        most_saves=MOST_SAVES,
        answer_words=answer_words,
    )


class Behind:
    """Finds the log entry behind what is stored: the nth change to a stage has the nth of its action."""

    def __init__(self, entries: Sequence[LogEntry]) -> None:
        """Take the entries about one assessment, oldest first."""
        self._by_subject = {(each.subject_kind, each.subject_id): each.seq for each in reversed(entries)}
        self._by_action: dict[str, list[int]] = {}
        for entry in entries:
            self._by_action.setdefault(entry.action, []).append(entry.seq)

    def subject(self, kind: str, subject_id: str) -> int | None:
        """Return the number of the first entry about a subject, or None."""
        return self._by_subject.get((kind, subject_id))

    def stages(self, stages: Sequence[Stage]) -> list[int | None]:
        """Return the number behind each change of stage, in order."""
        left = {action: iter(numbers) for action, numbers in self._by_action.items()}
        return [next(left.get(STAGE_ACTIONS[stage], iter(())), None) for stage in stages]


@blueprint.get("/log")
@auditors
def log() -> ResponseReturnValue:
    """Show the whole log, newest first, or what of it fits the filters."""
    connection = product.reading()
    asked = {name: request.args.get(name, "").strip()[:64] for name in LOG_FIELDS}
    errors: dict[str, str] = {}
    filters = LogFilters(
        actor_id=asked["person"],
        action=asked["action"],
        assessment_id=_assessment_asked(asked["assessment"], errors),
        since=_day_asked(asked["since"], "since", errors),
        until=_day_asked(asked["until"], "until", errors),
    )
    window = log_window(connection, filters, before=number_asked("before"), after=number_asked("after"))
    return render_template(
        "audit/log.html",
        window=window,
        entries=shown_entries(window.items),
        asked=asked,
        kept={name: value for name, value in asked.items() if value},
        errors=errors,
        active=filters.active,
        people=[(each.id, each.display_name) for each in users(connection)],
        actions=actions(connection),
    )


def _assessment_asked(reference: str, errors: dict[str, str]) -> str:
    """Return the id to narrow by; a reference that nothing has narrows to nothing."""
    if not reference:
        return ""
    found = id_of_reference(product.reading(), reference)
    if found is None:
        errors["assessment"] = f"No assessment is called {reference}; write it like RA-0007"
    return found or reference


def _day_asked(raw: str, name: str, errors: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        errors[name] = f"“{raw}” is no date; write it as 2027-01-31"
        return None


@blueprint.get("/log/<int(max=2147483647):seq>")
@auditors
def entry(seq: int) -> ResponseReturnValue:
    """Show one entry with its bytes, their digest and the leaf hash of the tree."""
    connection = product.reading()
    found = log_entry_at(connection, seq)
    newest = latest_entry(connection)
    return render_template(
        "audit/entry.html",
        shown=shown_entries([found])[0],
        details=details_of(found),
        text=found.leaf.decode(),
        sha256=sha256_hex(found.leaf),
        leaf_hash=leaf_hash(found.leaf),
        has_next=newest is not None and seq < newest.seq,
    )
