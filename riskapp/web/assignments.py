"""Assigning several assessments at once: tick them in the filtered list, choose the assessor."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.domain.life_cycle import Stage
from riskapp.services.assignments import MOST_AT_ONCE, Assigned, assign_many
from riskapp.storage.assessment_lists import AssessmentFilters, assessment_rows
from riskapp.storage.users import users_with_role
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.requests import number_asked, text_asked

blueprint = Blueprint("assignments", __name__, url_prefix="/assessments/assign")

leads = for_roles(Role.LEAD_ASSESSOR)


@blueprint.get("")
@leads
def form() -> ResponseReturnValue:
    """Show the assessments that are being filled in, with a box to tick beside each."""
    return _page(ticked=(), assessor="", errors={}, outcomes=())


def _page(
    *, ticked: Sequence[str], assessor: str, errors: dict[str, str], outcomes: Sequence[Assigned]
) -> str:
    connection = product.reading()
    text = text_asked("text")
    window = assessment_rows(
        connection,
        product.actor(),
        AssessmentFilters(text=text, stage=Stage.IN_PROGRESS.value),
        before=number_asked("before"),
        after=number_asked("after"),
    )
    return render_template(
        "assignments/form.html",
        window=window,
        text=text,
        kept={"text": text} if text else {},
        ticked=ticked,
        assessor=assessor,
        assessors=[(each.id, each.display_name) for each in users_with_role(connection, Role.ASSESSOR)],
        errors=errors,
        done=[each for each in outcomes if each.refused is None],
        refused=[each for each in outcomes if each.refused is not None],
    )


@blueprint.post("")
@leads
def assign() -> ResponseReturnValue:
    """Assign what was ticked; where some of it was refused, say what became of each."""
    ticked = request.form.getlist("assessments")[: MOST_AT_ONCE + 1]
    assessor = request.form.get("assessor", "")
    try:
        outcomes = assign_many(product.office(), product.actor(), ticked, assessor)
    except InvalidError as refusal:
        return _page(ticked=ticked, assessor=assessor, errors=refusal.fields, outcomes=()), 422
    if any(each.refused for each in outcomes):
        return _page(ticked=(), assessor=assessor, errors={}, outcomes=outcomes), 409
    flash(f"Assigned: {', '.join(each.reference for each in outcomes)}.", "success")
    return redirect(url_for("assignments.form"), 303)
