"""What the stored answers of an assessment would score under another release or profile."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from riskapp.domain.errors import InvalidError, NotFoundError
from riskapp.services.rescoring import Rescoring, answered_dossier, editions, rescoring
from riskapp.web import product
from riskapp.web.access import signed_in

blueprint = Blueprint("rescoring", __name__, url_prefix="/assessments/<assessment_id>/rescore")


@blueprint.get("")
@signed_in
def show(assessment_id: str) -> ResponseReturnValue:
    """Show what would change under the edition of the address; without one, ask for it."""
    connection = product.reading()
    found, sheet = answered_dossier(connection, product.actor(), assessment_id)
    known = editions(connection)
    asked = request.args.get("edition", f"{found.release.id}/{found.profile.id}")
    errors: dict[str, str] = {}
    result: Rescoring | None = None
    if "edition" in request.args:
        release_id, _, profile_id = asked.partition("/")
        try:
            result = rescoring(connection, found, sheet, release_id=release_id, profile_id=profile_id)
        except NotFoundError:
            errors["edition"] = "There is no such release. Choose from the list"
        except InvalidError as refusal:
            errors = dict(refusal.fields)
    page = render_template(
        "rescoring/show.html",
        dossier=found,
        asked=asked,
        options=[
            (f"{release_id}/{each.id}", f"{rubric.title} {rubric.version}: {each.name}")
            for release_id, rubric in known
            for each in rubric.profiles
        ],
        result=result,
        errors=errors,
    )
    return page, 422 if errors else 200
