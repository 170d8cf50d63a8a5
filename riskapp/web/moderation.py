"""Several assessors of one assessment: the team, closing its round, and what they said side by side."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.life_cycle import Stage, bar_to_closing_round, may_moderate
from riskapp.domain.snapshot_opinions import agreement_part
from riskapp.domain.text_rules import even_lines
from riskapp.services.blindness import seen_evidence
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.moderation import agreement, may_dissent, moderation, record_dissent
from riskapp.services.rounds import change_team as make_team
from riskapp.services.rounds import close_round
from riskapp.storage.moderation import dissents
from riskapp.storage.users import user_names, users_with_role
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in

blueprint = Blueprint("moderation", __name__, url_prefix="/assessments/<assessment_id>")

leads = for_roles(Role.LEAD_ASSESSOR)


def _found(assessment_id: str) -> Dossier:
    return seen_dossier(product.reading(), product.actor(), assessment_id)


@blueprint.get("/team")
@leads
def team(assessment_id: str) -> ResponseReturnValue:
    """Show who assesses, to be changed; after the first round, lead on to the assessment."""
    found = _found(assessment_id)
    if found.stored.stage is not Stage.IN_PROGRESS:
        flash("The assessors are settled: the first round of scoring is over.", "warning")
        return redirect(url_for("assessments.show", assessment_id=assessment_id))
    return _team_page(found, list(found.stored.assessors), {})


def _team_page(found: Dossier, chosen: list[str], errors: dict[str, str]) -> str:
    connection = product.reading()
    people = {each.id: each.display_name for each in users_with_role(connection, Role.ASSESSOR)}
    people |= user_names(connection, found.stored.assessors)
    listed = sorted(people.items(), key=lambda each: each[1].casefold())
    return render_template("moderation/team.html", dossier=found, people=listed, team=chosen, errors=errors)


@blueprint.post("/team")
@leads
def change_team(assessment_id: str) -> ResponseReturnValue:
    """Add and remove assessors."""
    found, chosen = _found(assessment_id), request.form.getlist("assessor")
    try:
        make_team(product.office(), product.actor(), assessment_id, chosen)
    except InvalidError as refusal:
        return _team_page(found, chosen, refusal.fields), 422
    flash(f"The assessors of {found.stored.reference} are as you chose them.", "success")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


@blueprint.get("/close-round")
@leads
def confirm_close(assessment_id: str) -> ResponseReturnValue:
    """Ask for the reason before a round of scoring is closed early."""
    found = _found(assessment_id)
    if bar := bar_to_closing_round(product.actor(), found.stored.standing):
        flash(bar, "warning")
        return redirect(url_for("assessments.show", assessment_id=assessment_id))
    return render_template("moderation/close.html", dossier=found, reason="", errors={})


@blueprint.post("/close-round")
@leads
def close(assessment_id: str) -> ResponseReturnValue:
    """Close a round of scoring before everybody has submitted."""
    reason = request.form.get("reason", "")
    try:
        close_round(product.office(), product.actor(), assessment_id, reason)
    except InvalidError as refusal:
        page = render_template(
            "moderation/close.html", dossier=_found(assessment_id), reason=reason, errors=refusal.fields
        )
        return page, 422
    flash("The round of scoring is closed.", "success")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


@blueprint.get("/moderation")
@signed_in
def show(assessment_id: str) -> ResponseReturnValue:
    """Show the score sheets side by side, once the round is closed."""
    return _page(_found(assessment_id), typed={}, errors={})


def _page(found: Dossier, *, typed: dict[str, str], errors: dict[str, str]) -> str:
    connection, actor = product.reading(), product.actor()
    given = moderation(connection, actor.id, found)
    if given is None:
        raise ConflictError(
            f"There are not several score sheets of {found.stored.reference} to compare. With more than one "
            "assessor they show here once the round of scoring is closed."
        )
    rubric = found.rubric
    held = {
        each.criterion_id: each.text
        for each in dissents(connection, found.stored.id)
        if each.assessor_id == actor.id
    }
    return render_template(
        "moderation/show.html",
        dossier=found,
        given=given,
        agreements=[
            ("All criteria", agreement_part(agreement(found, given))),
            *((each.name, agreement_part(agreement(found, given, each))) for each in rubric.dimensions),
        ],
        differing=[each for each in rubric.criteria() if given.compared[each.id].why],
        numbers={each.id: each.number for each in seen_evidence(connection, actor.id, found.stored)},
        moderates=may_moderate(actor, found.stored.standing),
        dissents_now=may_dissent(actor, found),
        own={each.id: held.get(each.id, "") for each in rubric.criteria()},
        typed=typed,
        errors=errors,
    )


@blueprint.post("/moderation/<criterion_id>/dissent")
@for_roles(Role.ASSESSOR)
def dissent(assessment_id: str, criterion_id: str) -> ResponseReturnValue:
    """Keep what an assessor holds against the consensus."""
    said = even_lines(request.form.get("dissent", ""))
    try:
        record_dissent(product.office(), product.actor(), assessment_id, criterion_id, said)
    except InvalidError as refusal:
        page = _page(
            _found(assessment_id),
            typed={criterion_id: said},
            errors={criterion_id: refusal.fields["dissent"]},
        )
        return page, 422
    flash("Your dissent is kept." if said.strip() else "Your dissent is withdrawn.", "success")
    where = url_for("moderation.show", assessment_id=assessment_id, _anchor=f"criterion-{criterion_id}")
    return redirect(where, 303)
