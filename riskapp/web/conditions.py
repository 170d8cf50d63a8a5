"""Conditions of decisions: the open ones in a list, and each with what was done to it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.text_rules import even_lines
from riskapp.services.conditions import CLOSERS, ActOnCondition, act_on_condition, seen_condition
from riskapp.storage.conditions import ConditionAct, condition_rows
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.requests import number_sent, page_asked
from riskapp.web.words import spoken

blueprint = Blueprint("conditions", __name__)

readers = for_roles(*CLOSERS, Role.AUDITOR, Role.ADMINISTRATOR)
closers = for_roles(*CLOSERS)

LABELS = {"note": "How it was met", "url": "Address of the proof"}


@blueprint.get("/conditions")
@readers
def index() -> ResponseReturnValue:
    """List the open conditions of the decisions that hold, the first due first."""
    today = product.office().now().date()
    overdue = "overdue" in request.args
    page = condition_rows(
        product.reading(), product.actor(), page_asked(), due_before=today if overdue else None
    )
    kept = {"overdue": "1"} if overdue else {}
    return render_template("conditions/index.html", page=page, today=today, overdue=overdue, kept=kept)


@blueprint.get("/assessments/<assessment_id>/conditions/<int:number>")
@readers
def show(assessment_id: str, number: int) -> ResponseReturnValue:
    """Show one condition with everything that was done to it, and the form for the next act."""
    return _page(assessment_id, number, typed={}, errors={})


def _page(assessment_id: str, number: int, *, typed: dict[str, str], errors: dict[str, str]) -> str:
    connection = product.reading()
    dossier, tracked = seen_condition(connection, product.actor(), assessment_id, number)
    return render_template(
        "conditions/show.html",
        dossier=dossier,
        tracked=tracked,
        names=user_names(connection, [each.done_by for each in tracked.acts]),
        today=product.office().now().date(),
        labels=LABELS,
        typed=typed,
        errors=errors,
    )


@blueprint.post("/assessments/<assessment_id>/conditions/<int:number>")
@closers
def act(assessment_id: str, number: int) -> ResponseReturnValue:
    """Close the condition, or open it again."""
    typed = {name: request.form.get(name, "") for name in LABELS}
    closing = request.form.get("act") != ConditionAct.REOPENED
    command = ActOnCondition(
        assessment_id=assessment_id,
        number=number,
        act=ConditionAct.CLOSED if closing else ConditionAct.REOPENED,
        note=even_lines(typed["note"]),
        url=typed["url"],
        seen=number_sent("seen"),
    )
    try:
        act_on_condition(product.office(), product.actor(), command)
    except InvalidError as refusal:
        return _page(assessment_id, number, typed=typed, errors=spoken(refusal.fields, LABELS)), 422
    except ConflictError as refusal:
        product.close_reading()
        return _page(assessment_id, number, typed=typed, errors={"note": str(refusal)}), 409
    flash(f"Condition {number} is {'closed' if closing else 'open again'}.", "success")
    return redirect(url_for("conditions.show", assessment_id=assessment_id, number=number), 303)
