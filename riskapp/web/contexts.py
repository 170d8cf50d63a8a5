"""Contexts of use: the list, what each says now and said before, and the forms to keep them."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.context import Buyer, Context, DataClass, Exposure, Jurisdiction, context_faults
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.shown import grouped
from riskapp.services.contexts import add_context, revise_context
from riskapp.storage import contexts as stored
from riskapp.storage.contexts import ContextFilters, StoredContext
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in
from riskapp.web.choices import choices, filter_options
from riskapp.web.requests import page_asked, text_asked
from riskapp.web.revisions import changes, revision_rows
from riskapp.web.typed import Reading
from riskapp.web.words import name_of, spoken

blueprint = Blueprint("contexts", __name__, url_prefix="/contexts")

leads = for_roles(Role.LEAD_ASSESSOR)

LABELS = {
    "title": "Title",
    "purpose": "Purpose",
    "data_class": "Most sensitive data",
    "exposure": "Who meets what it writes",
    "buyer": "Kind of buyer",
    "jurisdictions": "Jurisdictions",
    "languages": "Languages",
    "input_tokens_per_month": "Input tokens a month",
    "output_tokens_per_month": "Output tokens a month",
    "budget_per_month": "Budget a month",
}
"""The fields of the form, in its order."""

LONGEST_LANGUAGE = 3


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List the contexts as they are now."""
    kept = {name: text_asked(name) for name in ("text", "data_class", "buyer")}
    filters = ContextFilters(**kept)
    return render_template(
        "contexts/index.html",
        page=stored.context_page(product.reading(), filters, page_asked()),
        filters=filters,
        kept={name: value for name, value in kept.items() if value},
        data_classes=filter_options(DataClass, "Every class"),
        buyers=filter_options(Buyer, "Every buyer"),
    )


@blueprint.get("/<context_id>")
@signed_in
def show(context_id: str) -> ResponseReturnValue:
    """Show a context: what it says now, and who recorded what."""
    connection = product.reading()
    history = stored.context_history(connection, context_id)
    return render_template(
        "contexts/show.html",
        stored=history[0],
        said=_said(history[0].context),
        labels=LABELS,
        revisions=revision_rows(history, lambda each: _said(each.context)),
        names=user_names(connection, (each.recorded_by for each in history)),
    )


@blueprint.get("/new")
@leads
def new() -> ResponseReturnValue:
    """Show the form for a new context."""
    return _form(typed={}, jurisdictions=[], errors={})


@blueprint.post("/new")
@leads
def add() -> ResponseReturnValue:
    """Add a context."""
    typed, jurisdictions = _typed()
    try:
        content = _content(typed, jurisdictions)
        context_id = add_context(product.office(), product.actor(), content)
    except InvalidError as refusal:
        errors = spoken(refusal.fields, LABELS)
        body = _form(typed=typed, jurisdictions=jurisdictions, errors=errors)
        return body, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(f"{content.title} is in the register.", "success")
    return redirect(url_for("contexts.show", context_id=context_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<context_id>/edit")
@leads
def edit(context_id: str) -> ResponseReturnValue:
    """Show the form that revises a context."""
    newest = stored.current_context(product.reading(), context_id)
    typed = _typed_of(newest.context)
    jurisdictions = [each.value for each in newest.context.jurisdictions]
    return _form(typed=typed, jurisdictions=jurisdictions, errors={}, newest=newest)


@blueprint.post("/<context_id>/edit")
@leads
def revise(context_id: str) -> ResponseReturnValue:
    """Record what has changed about a context."""
    newest = stored.current_context(product.reading(), context_id)
    typed, jurisdictions = _typed()
    seen = request.form.get("seen", type=int, default=0)
    try:
        content = _content(typed, jurisdictions)
        revise_context(product.office(), product.actor(), context_id, content, seen=seen)
    except InvalidError as refusal:
        errors = spoken(refusal.fields, LABELS)
        body = _form(typed=typed, jurisdictions=jurisdictions, errors=errors, newest=newest, seen=seen)
        return body, HTTPStatus.UNPROCESSABLE_ENTITY
    except ConflictError as refusal:
        body = _conflict(typed, jurisdictions, content, refusal)
        return body, HTTPStatus.CONFLICT
    unchanged = content == newest.context
    flash("Nothing was changed." if unchanged else f"Revision {seen + 1} is recorded.", "success")
    return redirect(url_for("contexts.show", context_id=context_id), HTTPStatus.SEE_OTHER)


def _conflict(
    typed: dict[str, str], jurisdictions: list[str], content: Context, refusal: ConflictError
) -> str:
    """Show what was typed beside what somebody else has recorded in the meantime."""
    theirs = refusal.current
    if not isinstance(theirs, StoredContext):
        raise refusal
    differences = changes(_said(theirs.context), _said(content))
    return _form(
        typed=typed,
        jurisdictions=jurisdictions,
        errors={},
        newest=theirs,
        conflict=str(refusal),
        differences=differences,
    )


def _form(
    *,
    typed: dict[str, str],
    jurisdictions: list[str],
    errors: dict[str, str],
    newest: StoredContext | None = None,
    seen: int | None = None,
    **more: object,
) -> str:
    return render_template(
        "contexts/form.html",
        typed=typed,
        chosen=jurisdictions,
        errors=errors,
        newest=newest,
        seen=seen if seen is not None else newest.number if newest else None,
        labels=LABELS,
        data_classes=choices(DataClass),
        exposures=choices(Exposure),
        buyers=filter_options(Buyer, "Choose one"),
        jurisdictions=choices(Jurisdiction),
        **more,
    )


def _typed() -> tuple[dict[str, str], list[str]]:
    return {name: request.form.get(name, "") for name in LABELS}, request.form.getlist("jurisdictions")


def _typed_of(content: Context) -> dict[str, str]:
    budget = content.budget_per_month
    return {
        "title": content.title,
        "purpose": content.purpose,
        "data_class": content.data_class.value,
        "exposure": content.exposure.value,
        "buyer": content.buyer.value,
        "jurisdictions": ", ".join(content.jurisdictions),
        "languages": ", ".join(content.languages),
        "input_tokens_per_month": grouped(content.input_tokens_per_month),
        "output_tokens_per_month": grouped(content.output_tokens_per_month),
        "budget_per_month": "" if budget is None else grouped(budget),
    }


def _content(typed: dict[str, str], jurisdictions: list[str]) -> Context:
    """Return what the form says; raises InvalidError with everything that is wrong with it."""
    reading = Reading(typed)
    content = Context(
        title=reading.text("title"),
        purpose=reading.text("purpose"),
        data_class=reading.choice(DataClass, "data_class"),
        exposure=reading.choice(Exposure, "exposure"),
        buyer=reading.choice(Buyer, "buyer"),
        jurisdictions=reading.choices(Jurisdiction, "jurisdictions", jurisdictions),
        languages=tuple(_language(each) for each in reading.codes("languages")),
        input_tokens_per_month=reading.number("input_tokens_per_month"),
        output_tokens_per_month=reading.number("output_tokens_per_month"),
        budget_per_month=reading.optional_number("budget_per_month"),
    )
    reading.settle(context_faults(content))
    return content


def _language(code: str) -> str:
    """Return a code with the language itself in small letters; what is no code stays as it was typed."""
    language, hyphen, rest = code.partition("-")
    return f"{language.lower()}{hyphen}{rest}" if len(language) <= LONGEST_LANGUAGE else code


def _said(content: Context) -> dict[str, str]:
    """Return each field by its label, as the page says it."""
    typed = _typed_of(content) | {
        "data_class": name_of(content.data_class),
        "exposure": name_of(content.exposure),
        "buyer": name_of(content.buyer),
        "jurisdictions": ", ".join(name_of(each) for each in content.jurisdictions),
    }
    if content.budget_per_month is not None:
        typed["budget_per_month"] += " US dollars"
    return {LABELS[name]: text for name, text in typed.items()}
