"""Unsubmitted drafts on the auditor's desk: closed until they are revealed, then open for a while."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.discretion import bar_to_revealing
from riskapp.domain.errors import InvalidError
from riskapp.domain.rubric import Criterion
from riskapp.domain.shown import instant
from riskapp.services.blindness import seen_evidence
from riskapp.services.revealed_drafts import SHOWN_FOR, ShownDrafts, reveal_drafts, shown_drafts
from riskapp.storage.sheets import Draft
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.sheet_forms import Difference, differences

blueprint = Blueprint("audit_drafts", __name__, url_prefix="/audit/assessments/<assessment_id>/drafts")

auditors = for_roles(Role.AUDITOR)


@blueprint.get("")
@auditors
def show(assessment_id: str) -> ResponseReturnValue:
    """Show the drafts that the visitor may read now, and the form that has others revealed."""
    return _page(assessment_id, reason="", errors={})


def _page(assessment_id: str, *, reason: str, errors: dict[str, str]) -> str:
    connection, actor = product.reading(), product.actor()
    shown = shown_drafts(connection, actor, assessment_id, at=product.office().now())
    return render_template(
        "audit/drafts.html",
        shown=shown,
        dossier=shown.dossier,
        typed=_typed(shown),
        names=user_names(connection, shown.dossier.stored.assessors),
        bar=bar_to_revealing(actor, shown.dossier.stored.standing),
        minutes=int(SHOWN_FOR.total_seconds()) // 60,
        reason=reason,
        errors=errors,
    )


def _typed(shown: ShownDrafts) -> dict[str, list[tuple[Criterion, Draft, list[Difference]]]]:
    """Return what each assessor typed, criterion by criterion in the order of the rubric, in words."""
    items = seen_evidence(product.reading(), product.actor().id, shown.dossier.stored)
    return {
        assessor_id: [
            (each, drafts[each.id], differences(each, {}, drafts[each.id].payload, items=items))
            for each in shown.dossier.rubric.criteria()
            if each.id in drafts
        ]
        for assessor_id, drafts in shown.drafts.items()
    }


@blueprint.post("")
@auditors
def reveal(assessment_id: str) -> ResponseReturnValue:
    """Open the drafts to the visitor for a while."""
    reason = request.form.get("reason", "")
    try:
        until = reveal_drafts(product.office(), product.actor(), assessment_id, reason)
    except InvalidError as refusal:
        return _page(assessment_id, reason=reason, errors=refusal.fields), 422
    flash(f"The drafts are open to you until {instant(until)}. The log says so, with your reason.", "success")
    return redirect(url_for("audit_drafts.show", assessment_id=assessment_id), 303)
