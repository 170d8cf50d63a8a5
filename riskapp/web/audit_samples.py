"""Samples that auditors draw: a form, those that were drawn, and what it takes to draw each again."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.audit_sample import share_that_may_be_missed
from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.services.samples import ACTION, DrawSample, draw_sample, drawn_again, sample
from riskapp.storage.assessments import references
from riskapp.storage.log_lists import LogFilters, log_window
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.log_words import shown_entries
from riskapp.web.requests import number_asked

blueprint = Blueprint("audit_samples", __name__, url_prefix="/audit/samples")

auditors = for_roles(Role.AUDITOR)


@blueprint.get("")
@auditors
def index() -> ResponseReturnValue:
    """Show the form, and the samples that were drawn, newest first."""
    return _index(DrawSample("25", ""), {})


def _index(typed: DrawSample, errors: dict[str, str]) -> str:
    window = log_window(
        product.reading(),
        LogFilters(action=ACTION),
        viewer_id=product.actor().id,
        before=number_asked("before"),
        after=number_asked("after"),
    )
    return render_template(
        "audit/samples.html", typed=typed, errors=errors, window=window, entries=shown_entries(window.items)
    )


@blueprint.post("")
@auditors
def draw() -> ResponseReturnValue:
    """Draw a sample and show it."""
    form = request.form
    typed = DrawSample(form.get("size", ""), form.get("reason", ""), form.get("seed", ""))
    try:
        seq = draw_sample(product.office(), product.actor(), typed)
    except InvalidError as refusal:
        return _index(typed, refusal.fields), 422
    return redirect(url_for("audit_samples.show", seq=seq), 303)


@blueprint.get("/<int(max=2147483647):seq>")
@auditors
def show(seq: int) -> ResponseReturnValue:
    """Show a sample with its strata; with `again` also whether drawing it anew gives the same."""
    connection = product.reading()
    found = sample(connection, seq)
    everybody = [each for ids in found.drawn.values() for each in ids]
    return render_template(
        "audit/sample.html",
        sample=found,
        shown=shown_entries([found.entry])[0],
        references=references(connection, everybody),
        missed=share_that_may_be_missed(found.count),
        again=drawn_again(connection, found) if request.args.get("again") else None,
    )
