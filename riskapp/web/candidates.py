"""Candidates: the list, what each is now and was before, what is known about it, and the forms to keep it."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.candidate import Candidate, Route, VersionStatus, Weights, candidate_faults
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.shown import day
from riskapp.services.candidates import add_candidate, revise_candidate
from riskapp.storage import candidates as stored
from riskapp.storage.assessment_lists import AssessmentFilters, assessment_rows
from riskapp.storage.candidates import CandidateFilters, StoredCandidate
from riskapp.storage.fact_lists import facts_of_candidate
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in
from riskapp.web.choices import choices, filter_options, text_options
from riskapp.web.requests import page_asked, text_asked
from riskapp.web.revisions import changes, revision_rows
from riskapp.web.typed import Reading
from riskapp.web.words import country, name_of, spoken

blueprint = Blueprint("candidates", __name__, url_prefix="/candidates")

leads = for_roles(Role.LEAD_ASSESSOR)

LABELS = {
    "developer": "Developer",
    "developer_country": "Country of the developer",
    "model": "Model",
    "version": "Exact version",
    "weights": "Weights",
    "licence": "Licence or terms",
    "route": "Route",
    "host": "Host",
    "hosting_countries": "Countries where prompts are processed or stored",
    "retires_on": "Retires on",
    "note": "Note",
}
"""The fields of the form, in its order."""

ASSESSMENTS_SHOWN = 10


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List the candidates as they are now."""
    connection = product.reading()
    kept = {name: text_asked(name) for name in ("text", "developer", "route", "weights", "status")}
    filters = CandidateFilters(today=product.office().now().date(), **kept)
    return render_template(
        "candidates/index.html",
        page=stored.candidates(connection, filters, page_asked()),
        filters=filters,
        kept={name: value for name, value in kept.items() if value},
        developers=text_options(stored.developers(connection), "Every developer", chosen=filters.developer),
        routes=filter_options(Route, "Every route"),
        weights=filter_options(Weights, "Open and closed"),
        statuses=filter_options(VersionStatus, "Every status"),
    )


@blueprint.get("/<candidate_id>")
@signed_in
def show(candidate_id: str) -> ResponseReturnValue:
    """Show a candidate: what it is now, what is known about it, who recorded what."""
    connection = product.reading()
    history = stored.candidate_history(connection, candidate_id)
    newest = history[0]
    assessments = assessment_rows(
        connection,
        product.actor(),
        AssessmentFilters(candidate_id=candidate_id),
        size=ASSESSMENTS_SHOWN,
    )
    return render_template(
        "candidates/show.html",
        stored=newest,
        candidate=newest.candidate,
        today=product.office().now().date(),
        facts=facts_of_candidate(connection, newest.candidate),
        assessments=assessments,
        revisions=revision_rows(history, lambda each: _said(each.candidate)),
        names=user_names(connection, (each.recorded_by for each in history)),
    )


@blueprint.get("/new")
@leads
def new() -> ResponseReturnValue:
    """Show the form for a new candidate."""
    return _form(typed={}, errors={})


@blueprint.post("/new")
@leads
def add() -> ResponseReturnValue:
    """Add a candidate."""
    typed = _typed()
    try:
        content = _content(typed)
        candidate_id = add_candidate(product.office(), product.actor(), content)
    except InvalidError as refusal:
        return _form(typed=typed, errors=spoken(refusal.fields, LABELS)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(f"{content.name} is in the register.", "success")
    return redirect(url_for("candidates.show", candidate_id=candidate_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<candidate_id>/edit")
@leads
def edit(candidate_id: str) -> ResponseReturnValue:
    """Show the form that revises a candidate."""
    newest = stored.current_candidate(product.reading(), candidate_id)
    return _form(typed=_typed_of(newest.candidate), errors={}, newest=newest)


@blueprint.post("/<candidate_id>/edit")
@leads
def revise(candidate_id: str) -> ResponseReturnValue:
    """Record what has changed about a candidate."""
    newest = stored.current_candidate(product.reading(), candidate_id)
    typed = _typed()
    seen = request.form.get("seen", type=int, default=0)
    try:
        content = _content(typed)
        revise_candidate(product.office(), product.actor(), candidate_id, content, seen=seen)
    except InvalidError as refusal:
        errors = spoken(refusal.fields, LABELS)
        return _form(typed=typed, errors=errors, newest=newest, seen=seen), HTTPStatus.UNPROCESSABLE_ENTITY
    except ConflictError as refusal:
        return _conflict(typed, content, refusal), HTTPStatus.CONFLICT
    unchanged = content == newest.candidate
    flash("Nothing was changed." if unchanged else f"Revision {seen + 1} is recorded.", "success")
    return redirect(url_for("candidates.show", candidate_id=candidate_id), HTTPStatus.SEE_OTHER)


def _conflict(typed: dict[str, str], content: Candidate, refusal: ConflictError) -> str:
    """Show what was typed beside what somebody else has recorded in the meantime."""
    if not isinstance(refusal.current, StoredCandidate):
        raise refusal
    theirs = refusal.current
    differences = changes(_said(theirs.candidate), _said(content))
    return _form(typed=typed, errors={}, newest=theirs, conflict=str(refusal), differences=differences)


def _form(
    *,
    typed: dict[str, str],
    errors: dict[str, str],
    newest: StoredCandidate | None = None,
    seen: int | None = None,
    **more: object,
) -> str:
    return render_template(
        "candidates/form.html",
        typed=typed,
        errors=errors,
        newest=newest,
        seen=seen if seen is not None else newest.number if newest else None,
        labels=LABELS,
        routes=choices(Route),
        weights=choices(Weights),
        **more,
    )


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in LABELS}


def _typed_of(content: Candidate) -> dict[str, str]:
    return {
        "developer": content.developer,
        "developer_country": content.developer_country,
        "model": content.model,
        "version": content.version,
        "weights": content.weights.value,
        "licence": content.licence,
        "route": content.route.value,
        "host": content.host,
        "hosting_countries": ", ".join(content.hosting_countries),
        "retires_on": content.retires_on.isoformat() if content.retires_on else "",
        "note": content.note,
    }


def _content(typed: dict[str, str]) -> Candidate:
    """Return what the form says; raises InvalidError with everything that is wrong with it."""
    reading = Reading(typed)
    content = Candidate(
        developer=reading.text("developer"),
        developer_country=reading.text("developer_country").lower(),
        model=reading.text("model"),
        version=reading.text("version"),
        route=reading.choice(Route, "route"),
        host=reading.text("host"),
        hosting_countries=tuple(each.lower() for each in reading.codes("hosting_countries")),
        weights=reading.choice(Weights, "weights"),
        licence=reading.text("licence"),
        retires_on=reading.day("retires_on"),
        note=reading.text("note"),
    )
    reading.settle(candidate_faults(content))
    return content


def _said(content: Candidate) -> dict[str, str]:
    """Return each field by its label, as the page says it."""
    typed = _typed_of(content) | {
        "developer_country": country(content.developer_country),
        "hosting_countries": ", ".join(country(each) for each in content.hosting_countries),
        "route": name_of(content.route),
        "weights": name_of(content.weights),
        "retires_on": day(content.retires_on) if content.retires_on else "",
    }
    return {LABELS[name]: text for name, text in typed.items()}
