"""The auditor's desk, read-only: what is stored of each assessment, and the log behind it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import InvalidError, NotFoundError
from riskapp.domain.ledger import leaf_hash
from riskapp.domain.life_cycle import Stage
from riskapp.domain.sheet_differences import differences as sheet_differences
from riskapp.domain.snapshot_answers import answer_words
from riskapp.services.as_it_stood import MOST_SAVES, everything_stored, findings_about_it
from riskapp.services.desk_search import desk_window
from riskapp.services.moments import entry_at
from riskapp.services.revealed_drafts import is_withheld
from riskapp.storage.assessment_lists import assessment_rows
from riskapp.storage.log import latest_entry
from riskapp.storage.log_lists import (
    LogFilters,
    actions,
    log_entry_at,
    log_window,
    moment_of,
)
from riskapp.storage.log_search import log_stretch
from riskapp.storage.paging import Window
from riskapp.storage.sheets import StoredSheet
from riskapp.storage.users import user_names, users
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.desk_filters import assessment_asked, day_asked, desk_asked, desk_options
from riskapp.web.log_words import details_of, shown_entries
from riskapp.web.requests import number_asked, text_asked

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

auditors = for_roles(Role.AUDITOR)

LOG_FIELDS = ("text", "person", "action", "assessment", "since", "until")


@blueprint.get("")
@auditors
def index() -> ResponseReturnValue:
    """List every stored assessment, newest first, or what of it fits the filters."""
    connection, errors = product.reading(), dict[str, str]()
    filters, kept = desk_asked(errors)
    looked = None
    if filters.looks_inside:
        found = desk_window(
            connection,
            product.actor(),
            filters,
            before=number_asked("before"),
            today=product.office().now().date(),
        )
        window, looked = Window(found.items, newer=None, older=found.older), found.looked
    else:
        window = assessment_rows(
            connection,
            product.actor(),
            filters.listed,
            before=number_asked("before"),
            after=number_asked("after"),
        )
    return render_template(
        "audit/index.html",
        window=window,
        looked=looked,
        kept=kept,
        active=bool(kept),
        errors=errors,
        stages=list(Stage),
        options=desk_options(connection),
    )


@blueprint.get("/assessments/<assessment_id>")
@auditors
def assessment(assessment_id: str) -> ResponseReturnValue:
    """Show everything stored of one assessment, each part with its entry; or as it stood at an instant."""
    connection = product.reading()
    errors: dict[str, str] = {}
    asked = text_asked("at", 40)
    up_to = number_asked("entry") or _entry_asked(asked, errors)
    viewer_id = product.actor().id
    stored = everything_stored(connection, assessment_id, viewer_id=viewer_id, up_to=up_to)
    found = findings_about_it(connection, stored)
    return render_template(
        "audit/assessment.html",
        dossier=stored.dossier,
        sheets=stored.sheets,
        decisions=stored.decisions,
        snapshots={each.decision_id: each for each in stored.snapshots},
        reports={each.snapshot_digest: each for each in stored.reports},
        evidence=stored.evidence,
        numbers={each.id: each.number for each in stored.evidence},
        names=user_names(connection, stored.people | {each.content.owner_id for each in found}),
        entries=shown_entries(stored.entries),
        behind=stored.behind,
        saves=stored.saves,
        most_saves=MOST_SAVES,
        answer_words=answer_words,
        last=moment_of(connection, up_to) if up_to else None,
        asked=asked,
        errors=errors,
        findings=found,
        today=product.office().now().date(),
    )


@blueprint.get("/assessments/<assessment_id>/differences")
@auditors
def differences(assessment_id: str) -> ResponseReturnValue:
    """Show what differs between two score sheets of one assessment, and what was done in between."""
    connection = product.reading()
    stored = everything_stored(connection, assessment_id, viewer_id=product.actor().id)
    by_number = {each.ordinal: each for each in stored.sheets}
    before, after = (_sheet_asked(by_number, name) for name in ("from", "to"))
    first, last = (stored.behind.subject("sheet", each.id) or 0 for each in (before, after))
    items = stored.evidence
    return render_template(
        "audit/differences.html",
        dossier=stored.dossier,
        before=before,
        after=after,
        sheets=stored.sheets,
        found=sheet_differences(stored.dossier.rubric, before.answers, after.answers),
        entries=shown_entries([each for each in stored.entries if first < each.seq <= last]),
        numbers={each.id: each.number for each in items},
        names=user_names(connection, stored.people),
        answer_words=answer_words,
    )


def _sheet_asked(by_number: dict[int, StoredSheet], name: str) -> StoredSheet:
    """Return the sheet whose number the address gives under a name; raises NotFoundError."""
    number = number_asked(name)
    if number not in by_number:
        raise NotFoundError("score sheet", str(number or ""))
    return by_number[number]


def _entry_asked(asked: str, errors: dict[str, str]) -> int | None:
    """Return the number of the last entry at the instant that was asked for, None for the present."""
    try:
        return entry_at(product.reading(), asked) if asked else None
    except InvalidError as refusal:
        errors.update(refusal.fields)
        return None


@blueprint.get("/log")
@auditors
def log() -> ResponseReturnValue:
    """Show the whole log, newest first, or what of it fits the filters."""
    connection = product.reading()
    asked = {name: text_asked(name, 64) for name in LOG_FIELDS}
    errors: dict[str, str] = {}
    filters = LogFilters(
        actor_id=asked["person"],
        action=asked["action"],
        assessment_id=assessment_asked(asked["assessment"], errors),
        since=day_asked(asked["since"], "since", errors),
        until=day_asked(asked["until"], "until", errors),
    )
    viewer_id = product.actor().id
    before, down_to = number_asked("before"), None
    if asked["text"]:
        stretch = log_stretch(connection, filters, asked["text"], viewer_id=viewer_id, before=before)
        window, down_to = Window(stretch.items, newer=None, older=stretch.older), stretch.looked_down_to
    else:
        window = log_window(
            connection, filters, viewer_id=viewer_id, before=before, after=number_asked("after")
        )
    return render_template(
        "audit/log.html",
        window=window,
        entries=shown_entries(window.items),
        asked=asked,
        kept={name: value for name, value in asked.items() if value},
        errors=errors,
        active=filters.active or bool(asked["text"]),
        down_to=down_to,
        people=[(each.id, each.display_name) for each in users(connection)],
        actions=actions(connection),
    )


@blueprint.get("/log/<int(max=2147483647):seq>")
@auditors
def entry(seq: int) -> ResponseReturnValue:
    """Show one entry with its bytes, their digest and the leaf hash of the tree."""
    connection = product.reading()
    found = log_entry_at(connection, seq, viewer_id=product.actor().id)
    newest = latest_entry(connection)
    withheld = is_withheld(connection, product.actor(), found, at=product.office().now())
    return render_template(
        "audit/entry.html",
        shown=shown_entries([found])[0],
        withheld=withheld,
        details=[] if withheld else details_of(found),
        text="" if withheld else found.leaf.decode(),
        sha256=sha256_hex(found.leaf),
        leaf_hash=leaf_hash(found.leaf),
        has_next=newest is not None and seq < newest.seq,
    )
