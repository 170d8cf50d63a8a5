"""The register of facts: the list with what disagrees side by side, one fact, and the forms to keep them."""

from collections.abc import Mapping
from http import HTTPStatus
from itertools import pairwise

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from riskapp.domain.as_of import future_fault
from riskapp.domain.authority import Role
from riskapp.domain.candidate import Route
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.fact import ClaimType, Fact, Verification, fact_faults
from riskapp.services.facts import add_fact, correct_fact
from riskapp.services.rubrics import rubric_of
from riskapp.storage import fact_lists as lists
from riskapp.storage import facts as stored
from riskapp.storage.candidates import current_candidate
from riskapp.storage.fact_lists import FactFilters
from riskapp.storage.facts import StoredFact
from riskapp.storage.rubrics import release_summaries
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in
from riskapp.web.choices import choices, filter_options, text_options
from riskapp.web.requests import page_asked, text_asked
from riskapp.web.revisions import changes
from riskapp.web.typed import Reading
from riskapp.web.words import name_of, sentence, spoken, words

blueprint = Blueprint("facts", __name__, url_prefix="/facts")

keepers = for_roles(Role.LEAD_ASSESSOR, Role.ASSESSOR)

LABELS = {
    "subject": "Subject",
    "developer": "Developer",
    "model": "Model",
    "version": "Exact version",
    "route": "Route",
    "host": "Host",
    "dimension": "Dimension",
    "metric": "Metric",
    "value": "Value",
    "unit": "Unit",
    "as_of": "As of",
    "claim_type": "Claim type",
    "verification": "Verification",
    "source_title": "Title of the source",
    "publisher": "Publisher",
    "url": "Address",
    "note": "Note",
}
"""The fields of the form, in its order."""

OTHER_SUBJECTS = ("context", "framework")
"""What facts may be about besides the dimensions of rubrics."""


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List what sources say, one metric of one subject after the other."""
    connection = product.reading()
    names = ("text", "developer", "model", "dimension", "claim_type", "verification", "route")
    kept = {name: text_asked(name) for name in names}
    filters = FactFilters(**kept)
    routes = [*filter_options(Route, "Every route"), (lists.ANY_ROUTE, "Not tied to a route")]
    return render_template(
        "facts/index.html",
        page=lists.fact_groups(connection, filters, page_asked()),
        filters=filters,
        kept={name: value for name, value in kept.items() if value},
        developers=text_options(
            lists.fact_developers(connection), "Every developer", chosen=filters.developer
        ),
        models=text_options(lists.fact_models(connection), "Every model", chosen=filters.model),
        dimensions=_dimensions(lists.fact_dimensions(connection), "Every dimension"),
        claims=filter_options(ClaimType, "Every type"),
        verifications=filter_options(Verification, "Every one"),
        routes=routes,
    )


def _dimensions(ids: tuple[str, ...], first: str) -> list[tuple[str, str]]:
    return [("", first), *((each, sentence(words(each))) for each in ids)]


@blueprint.get("/<fact_id>")
@signed_in
def show(fact_id: str) -> ResponseReturnValue:
    """Show one fact with its corrections, and what other sources say of the same."""
    connection = product.reading()
    history = stored.fact_history(connection, fact_id)
    shown = next(each for each in history if each.id == fact_id)
    return render_template(
        "facts/show.html",
        stored=shown,
        said=shown.fact,
        newest=history[0],
        corrections=_corrections(history),
        group=lists.group_of(connection, history[0].fact),
        names=user_names(connection, (each.recorded_by for each in history)),
    )


def _corrections(history: tuple[StoredFact, ...]) -> list[dict[str, object]]:
    """Return every correction, newest first, with the row it made and what it changed."""
    pairs = pairwise(history)
    return [{"made": now, "changes": changes(_said(before.fact), _said(now.fact))} for now, before in pairs]


@blueprint.get("/new")
@keepers
def new() -> ResponseReturnValue:
    """Show the form for a new fact, begun for a candidate where the address names one."""
    candidate_id = text_asked("candidate")
    typed = _begun(product.reading(), candidate_id) if candidate_id else {}
    return _form(typed=typed, errors={})


def _begun(connection: Connection, candidate_id: str) -> dict[str, str]:
    content = current_candidate(connection, candidate_id).candidate
    return {
        "subject": content.model,
        "developer": content.developer,
        "model": content.model,
        "version": content.version,
    }


@blueprint.post("/new")
@keepers
def add() -> ResponseReturnValue:
    """Add a fact."""
    typed = _typed()
    try:
        fact_id = add_fact(product.office(), product.actor(), _content(typed))
    except InvalidError as refusal:
        return _form(typed=typed, errors=spoken(refusal.fields, LABELS)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash("The fact is in the register.", "success")
    return redirect(url_for("facts.show", fact_id=fact_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<fact_id>/correct")
@keepers
def correction(fact_id: str) -> ResponseReturnValue:
    """Show the form that corrects a fact; one that has been corrected leads to its correction."""
    newest = stored.fact_history(product.reading(), fact_id)[0]
    if newest.id != fact_id:
        return redirect(url_for("facts.correction", fact_id=newest.id), HTTPStatus.FOUND)
    return _form(typed=_typed_of(newest.fact), errors={}, corrected=newest)


@blueprint.post("/<fact_id>/correct")
@keepers
def correct(fact_id: str) -> ResponseReturnValue:
    """Put a corrected fact in the place of one."""
    corrected = stored.stored_fact(product.reading(), fact_id)
    typed = _typed()
    reason = request.form.get("reason", "").strip()
    try:
        content = _content(typed)
        new_id = correct_fact(product.office(), product.actor(), fact_id, content, reason=reason)
    except InvalidError as refusal:
        errors = spoken(refusal.fields, {**LABELS, "reason": "Reason"})
        body = _form(typed=typed, errors=errors, corrected=corrected, reason=reason)
        return body, HTTPStatus.UNPROCESSABLE_ENTITY
    except ConflictError as refusal:
        if not isinstance(refusal.current, StoredFact):
            raise
        theirs = refusal.current
        clash = {"message": str(refusal), "differences": changes(_said(theirs.fact), _said(content))}
        body = _form(typed=typed, errors={}, corrected=theirs, reason=reason, clash=clash)
        return body, HTTPStatus.CONFLICT
    flash("The correction is in the register. What it replaces stays readable.", "success")
    return redirect(url_for("facts.show", fact_id=new_id), HTTPStatus.SEE_OTHER)


def _form(
    *,
    typed: dict[str, str],
    errors: dict[str, str],
    corrected: StoredFact | None = None,
    reason: str = "",
    clash: Mapping[str, object] | None = None,
) -> str:
    return render_template(
        "facts/form.html",
        typed=typed,
        errors=errors,
        corrected=corrected,
        reason=reason,
        clash=clash,
        labels=LABELS,
        routes=filter_options(Route, "Any route"),
        dimensions=_dimensions(_known_dimensions(typed.get("dimension", "")), "Choose one"),
        claims=filter_options(ClaimType, "Choose one"),
        verifications=choices(Verification),
    )


def _known_dimensions(chosen: str) -> tuple[str, ...]:
    """Return the dimensions of every rubric and of the register, and the one that was chosen."""
    connection = product.reading()
    asked = (
        each.id
        for release in release_summaries(connection)
        for each in rubric_of(connection, release.id).dimensions
    )
    ids = {*asked, *lists.fact_dimensions(connection), *OTHER_SUBJECTS, *([chosen] if chosen else [])}
    return tuple(sorted(ids))


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in LABELS}


def _typed_of(content: Fact) -> dict[str, str]:
    return {name: str(getattr(content, name) or "") for name in LABELS}


def _said(content: Fact) -> dict[str, str]:
    """Return each field by its label, as the page says it."""
    typed = _typed_of(content) | {
        "route": name_of(content.route) if content.route else "",
        "dimension": sentence(words(content.dimension)),
        "claim_type": name_of(content.claim_type),
        "verification": name_of(content.verification),
    }
    return {LABELS[name]: text for name, text in typed.items()}


def _content(typed: dict[str, str]) -> Fact:
    """Return what the form says; raises InvalidError with everything that is wrong with it."""
    reading = Reading(typed)
    content = Fact(
        subject=reading.text("subject"),
        developer=reading.text("developer"),
        model=reading.optional("model"),
        version=reading.optional("version"),
        route=reading.optional_choice(Route, "route"),
        host=reading.optional("host"),
        dimension=reading.text("dimension"),
        metric=reading.text("metric"),
        value=reading.text("value"),
        unit=reading.text("unit"),
        as_of=reading.text("as_of"),
        claim_type=reading.choice(ClaimType, "claim_type"),
        verification=reading.choice(Verification, "verification"),
        source_title=reading.text("source_title"),
        publisher=reading.text("publisher"),
        url=reading.text("url"),
        note=reading.text("note"),
    )
    faults = fact_faults(content)
    if ahead := future_fault(content.as_of, product.office().now().date()):
        faults.setdefault("as_of", ahead)
    reading.settle(faults)
    return content
