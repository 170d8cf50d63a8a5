"""Re-assessing: the form that starts a new assessment from the answers of a decided one."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.domain.reassessment import carried_answers
from riskapp.domain.rubric import Rubric
from riskapp.services.dossiers import Dossier
from riskapp.services.reassessments import Reassess, decided_sheet, reassess, reassessable
from riskapp.services.rubrics import rubric_of
from riskapp.storage.rubrics import release_summaries
from riskapp.storage.users import users_with_role
from riskapp.web import product
from riskapp.web.access import for_roles

blueprint = Blueprint("reassessments", __name__, url_prefix="/assessments/<assessment_id>/reassess")

leads = for_roles(Role.LEAD_ASSESSOR)


@blueprint.get("")
@leads
def form(assessment_id: str) -> ResponseReturnValue:
    """Show what would be carried over, with the form."""
    former = reassessable(product.reading(), product.actor(), assessment_id)
    releases = _releases(product.reading(), former)
    newest = next(iter(releases))
    profiles = {each.id for each in releases[newest].profiles}
    profile = former.profile.id if former.profile.id in profiles else releases[newest].profiles[0].id
    return _page(former, {"rubric": f"{newest}/{profile}", "assessor": former.stored.assessors[0]}, {})


def _releases(connection: Connection, former: Dossier) -> dict[str, Rubric]:
    """Return the releases of the same rubric by id, newest first."""
    return {
        each.id: rubric_of(connection, each.id)
        for each in release_summaries(connection)
        if each.rubric_id == former.rubric.id
    }


def _page(former: Dossier, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    connection = product.reading()
    answers = decided_sheet(connection, former).answers
    releases = _releases(connection, former)
    return render_template(
        "reassessments/form.html",
        dossier=former,
        typed=typed,
        errors=errors,
        releases=[
            (f"{each.title} {each.version}", [(f"{id_}/{p.id}", p.name) for p in each.profiles])
            for id_, each in releases.items()
        ],
        carried=[
            (
                each.version,
                len(kept := carried_answers(former.rubric, each, answers)),
                [one.name for one in each.criteria() if one.id not in kept],
            )
            for each in releases.values()
        ],
        assessors=[(each.id, each.display_name) for each in users_with_role(connection, Role.ASSESSOR)],
    )


@blueprint.post("")
@leads
def start(assessment_id: str) -> ResponseReturnValue:
    """Open the re-assessment."""
    typed = {name: request.form.get(name, "") for name in ("rubric", "assessor")}
    release_id, _, profile_id = typed["rubric"].partition("/")
    command = Reassess(
        assessment_id=assessment_id,
        release_id=release_id,
        profile_id=profile_id,
        assessor_id=typed["assessor"],
    )
    try:
        new_id = reassess(product.office(), product.actor(), command)
    except InvalidError as refusal:
        errors = dict(refusal.fields)
        rubric = errors.pop("release", None) or errors.pop("profile", None)
        errors.pop("profile", None)
        former = reassessable(product.reading(), product.actor(), assessment_id)
        return _page(former, typed, errors | ({"rubric": rubric} if rubric else {})), 422
    flash("The re-assessment is open. Each carried answer waits to be confirmed.", "success")
    return redirect(url_for("assessments.show", assessment_id=new_id), 303)
