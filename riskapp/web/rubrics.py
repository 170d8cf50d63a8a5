"""Rubric releases: the list, and each whole, readable for those who answer under it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from riskapp.domain.gate_words import applies_where, passes_where
from riskapp.domain.rubric import GateEffect, IndicatorScale, LevelScale, MeasureScale, Rubric, Scale
from riskapp.services.rubrics import rubric_of
from riskapp.storage import rubrics as stored
from riskapp.web import product
from riskapp.web.access import signed_in

blueprint = Blueprint("rubrics", __name__, url_prefix="/rubrics")

EFFECTS = {
    GateEffect.REJECT: "The recommendation is reject",
    GateEffect.ESCALATE: "The recommendation is escalate",
    GateEffect.CONDITION: "Approval carries a condition",
}


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List every release."""
    connection = product.reading()
    releases = [(each, rubric_of(connection, each.id)) for each in stored.release_summaries(connection)]
    return render_template("rubrics/index.html", releases=releases)


@blueprint.get("/<release_id>")
@signed_in
def show(release_id: str) -> ResponseReturnValue:
    """Show a whole release: what is asked, and how answers become scores."""
    connection = product.reading()
    release = stored.release_summary(connection, release_id)
    rubric = rubric_of(connection, release_id)
    return render_template(
        "rubrics/show.html",
        release=release,
        rubric=rubric,
        gates=[(gate, passes_where(rubric, gate), applies_where(gate)) for gate in rubric.gates],
        effects=EFFECTS,
        shares={each.id: _shares(rubric, each.id) for each in rubric.profiles},
        kind_of=kind_of,
    )


def _shares(rubric: Rubric, profile_id: str) -> dict[str, object]:
    """Return the share of each dimension in the total under a profile."""
    weights = rubric.profile(profile_id).weights
    whole = sum(weights.values())
    return {each.id: weights.get(each.id, 0) / whole for each in rubric.dimensions}


def kind_of(scale: Scale) -> str:
    """Return the kind of a criterion's scale as rubric files name it."""
    match scale:
        case LevelScale():
            return "levels"
        case MeasureScale():
            return "measure"
        case IndicatorScale():
            return "indicators"
