"""Assessments: the list, opening one, and what one says as it stands."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.life_cycle import (
    OPEN,
    Act,
    Stage,
    bar_to_closing_round,
    bar_to_deciding,
    may_fill,
    may_moderate,
    next_act,
    stages_seen,
)
from riskapp.domain.staleness import by_cause
from riskapp.services.assessments import NewAssessment, open_assessment, withdraw_assessment
from riskapp.services.blindness import seen_evidence
from riskapp.services.conditions import tracked_conditions
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.moderation import moderation
from riskapp.services.overviews import overview
from riskapp.services.report_content import Making
from riskapp.services.rubrics import rubric_of
from riskapp.services.staleness import staleness
from riskapp.storage.assessment_lists import AssessmentFilters, assessment_rows
from riskapp.storage.candidates import all_candidates
from riskapp.storage.contexts import contexts
from riskapp.storage.reassessments import Kin, latest_reassessment, reassessed
from riskapp.storage.rubrics import release_summaries
from riskapp.storage.sheets import drafts, latest_sheet
from riskapp.storage.users import user_names, users_with_role
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in
from riskapp.web.charts import dimension_chart, said_score
from riskapp.web.comments import latest_on, talk_about
from riskapp.web.reports import making_of
from riskapp.web.requests import number_asked
from riskapp.web.words import words

blueprint = Blueprint("assessments", __name__, url_prefix="/assessments")

leads = for_roles(Role.LEAD_ASSESSOR)

FIELDS = ("candidate", "context", "rubric")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List the assessments that the visitor may see, newest first."""
    actor = product.actor()
    stage = request.args.get("stage", "")
    filters = AssessmentFilters(
        text=request.args.get("text", "")[:200],
        stage=stage if stage in set(Stage) else "",
        candidate_id=request.args.get("candidate", "")[:64],
        assessor_id=actor.id if "mine" in request.args else "",
    )
    window = assessment_rows(
        product.reading(), actor, filters, before=number_asked("before"), after=number_asked("after")
    )
    kept = {
        name: request.args[name] for name in ("text", "stage", "candidate", "mine") if request.args.get(name)
    }
    return render_template(
        "assessments/index.html",
        window=window,
        filters=filters,
        kept=kept,
        stages=list(Stage),
        reasons=staleness(
            product.reading(), [each.id for each in window.items], product.office().now().date()
        ),
    )


@blueprint.get("/new")
@leads
def new() -> ResponseReturnValue:
    """Show the form that opens an assessment."""
    typed = {name: request.args.get(name, "") for name in FIELDS}
    return _new_form(typed, request.args.getlist("assessor"), {})


def _new_form(typed: dict[str, str], team: list[str], errors: dict[str, str]) -> str:
    connection = product.reading()
    releases = []
    for summary in release_summaries(connection):
        rubric = rubric_of(connection, summary.id)
        options = [(f"{summary.id}/{each.id}", each.name, each.trade) for each in rubric.profiles]
        releases.append((f"{rubric.title} {rubric.version}", options))
    return render_template(
        "assessments/new.html",
        typed=typed,
        team=team,
        errors=errors,
        candidates=[(each.candidate_id, each.candidate.name) for each in all_candidates(connection)],
        contexts=[(each.context_id, each.context.title) for each in contexts(connection)],
        releases=releases,
        assessors=[(each.id, each.display_name) for each in users_with_role(connection, Role.ASSESSOR)],
    )


@blueprint.post("/new")
@leads
def add() -> ResponseReturnValue:
    """Open an assessment."""
    typed = {name: request.form.get(name, "") for name in FIELDS}
    release_id, _, profile_id = typed["rubric"].partition("/")
    team = request.form.getlist("assessor") or [""]
    command = NewAssessment(
        candidate_id=typed["candidate"],
        context_id=typed["context"],
        release_id=release_id,
        profile_id=profile_id,
        assessor_id=team[0],
        others=tuple(team[1:]),
    )
    try:
        assessment_id = open_assessment(product.office(), product.actor(), command)
    except InvalidError as refusal:
        errors = dict(refusal.fields)
        rubric = errors.pop("release", None) or errors.pop("profile", None)
        errors.pop("profile", None)
        return _new_form(typed, team, errors | ({"rubric": rubric} if rubric else {})), 422
    waits = "The score sheet waits for its assessor" if len(team) == 1 else "Each assessor has an own sheet"
    flash(f"The assessment is open. {waits}.", "success")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doings:
    """What the visitor can do with an assessment as it stands."""

    next_act: Act
    has_sheet: bool
    withdraws: bool
    bar_to_deciding: str | None
    changes_team: bool
    closes_round: bool
    has_submitted: bool


@blueprint.get("/<assessment_id>")
@signed_in
def show(assessment_id: str) -> ResponseReturnValue:
    """Show one assessment: where it stands, what it says, who did what."""
    connection = product.reading()
    dossier = seen_dossier(connection, product.actor(), assessment_id)
    now = product.office().now()
    says = overview(connection, dossier, Making(now, product.actor().name, product.actor().id))
    reasons = staleness(connection, (assessment_id,), now.date()).get(assessment_id, ())
    stored = dossier.stored
    names = user_names(connection, (*stored.assessors, stored.created_by))
    return render_template(
        "assessments/show.html",
        dossier=dossier,
        says=says,
        evidence={each.number: each.id for each in seen_evidence(connection, product.actor().id, stored)},
        chart=dimension_chart(
            dossier.rubric,
            said_score(says["total"]),
            {each["id"]: said_score(each["score"]) for each in says["dimensions"]},
            ident="dimensions",
        ),
        submitted=latest_sheet(connection, assessment_id) is not None,
        answered=_answered(dossier),
        moderated=moderation(connection, product.actor().id, dossier) is not None,
        names=names,
        assessors=", ".join(names[each] for each in stored.assessors),
        making=making_of(assessment_id),
        doings=_doings(dossier),
        conditions=tracked_conditions(connection, assessment_id),
        reasons=reasons,
        reason_groups=by_cause(reasons),
        today=now.date(),
        former=_seen(reassessed(connection, assessment_id)),
        again=_seen(latest_reassessment(connection, assessment_id)),
        talk=talk_about(dossier, ()),
        latest_comments=latest_on(dossier),
    )


def _seen(kin: Kin | None) -> Kin | None:
    """Return an assessment that the visitor's roles may see in its stage, or None."""
    return kin if kin is not None and kin.stage in stages_seen(product.actor()) else None


def _answered(dossier: Dossier) -> int:
    """Return how many criteria have a draft: with several assessors, only the visitor's own count."""
    stored, actor = dossier.stored, product.actor()
    if len(stored.assessors) > 1:
        return len(drafts(product.reading(), stored.id, actor.id))
    begun = [drafts(product.reading(), stored.id, each) for each in stored.assessors]
    return max((len(each) for each in begun), default=0)


def _doings(dossier: Dossier) -> Doings:
    actor, standing = product.actor(), dossier.stored.standing
    fills = may_fill(actor, standing)
    waits = standing.stage is Stage.IN_REVIEW and actor.holds(Role.APPROVER)
    return Doings(
        next_act=next_act(actor, standing),
        has_sheet=fills or may_moderate(actor, standing) or actor.id in standing.moderators,
        withdraws=actor.holds(Role.LEAD_ASSESSOR) and standing.stage in OPEN,
        bar_to_deciding=bar_to_deciding(actor, standing) if waits else None,
        changes_team=actor.holds(Role.LEAD_ASSESSOR) and standing.stage is Stage.IN_PROGRESS,
        closes_round=bar_to_closing_round(actor, standing) is None,
        has_submitted=fills and standing.is_blind and actor.id in standing.submitted,
    )


@blueprint.get("/<assessment_id>/withdraw")
@leads
def confirm_withdrawal(assessment_id: str) -> ResponseReturnValue:
    """Ask before an assessment is ended without a decision; one that has ended leads to its page."""
    found = seen_dossier(product.reading(), product.actor(), assessment_id)
    if found.stored.stage not in OPEN:
        stage = words(found.stored.stage.value)
        flash(f"{found.stored.reference} is {stage} and cannot be withdrawn any more.", "warning")
        return redirect(url_for("assessments.show", assessment_id=assessment_id))
    return _withdrawal(assessment_id, reason="", errors={})


def _withdrawal(assessment_id: str, *, reason: str, errors: dict[str, str]) -> str:
    dossier = seen_dossier(product.reading(), product.actor(), assessment_id)
    return render_template("assessments/withdraw.html", dossier=dossier, reason=reason, errors=errors)


@blueprint.post("/<assessment_id>/withdraw")
@leads
def withdraw(assessment_id: str) -> ResponseReturnValue:
    """End an assessment without a decision."""
    reason = request.form.get("reason", "")
    try:
        withdraw_assessment(product.office(), product.actor(), assessment_id, reason)
    except InvalidError as refusal:
        return _withdrawal(assessment_id, reason=reason, errors=refusal.fields), 422
    except ConflictError as conflict:
        product.close_reading()
        return _withdrawal(assessment_id, reason=reason, errors={"reason": str(conflict)}), 409
    flash("The assessment is withdrawn. What was entered stays readable.", "success")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)
