"""Candidates side by side, under one rubric release, one profile and one context of use."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.rubric import Rubric
from riskapp.services.rubrics import rubric_of
from riskapp.storage.assessment_lists import AssessmentRow
from riskapp.storage.comparisons import Frame, FrameSummary, compared, frames
from riskapp.storage.headlines import Headline
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.charts import score_chart, score_row

blueprint = Blueprint("comparisons", __name__, url_prefix="/compare")

Compared = tuple[AssessmentRow, Headline]


@blueprint.get("")
@for_roles(Role.LEAD_ASSESSOR, Role.APPROVER, Role.PROCUREMENT, Role.AUDITOR)
def index() -> ResponseReturnValue:
    """Show the candidates of the frame asked for, or of the frame with the most."""
    connection, actor = product.reading(), product.actor()
    known = frames(connection, actor)
    rubrics = {each.frame.release_id: rubric_of(connection, each.frame.release_id) for each in known}
    asked = request.args.get("frame", "")
    chosen = next((each for each in known if frame_value(each.frame) == asked), known[0] if known else None)
    options = [(frame_value(each.frame), _words(each, rubrics[each.frame.release_id])) for each in known]
    if chosen is None:
        return render_template("comparisons/index.html", options=[], rows=[])
    rubric = rubrics[chosen.frame.release_id]
    rows = _ordered(compared(connection, actor, chosen.frame))
    return render_template(
        "comparisons/index.html",
        options=options,
        value=frame_value(chosen.frame),
        chosen=chosen,
        rubric=rubric,
        profile=rubric.profile(chosen.frame.profile_id),
        rows=rows,
        chart=_chart(rubric, rows),
        bands={band.id: band.name for band in rubric.bands},
    )


def frame_value(frame: Frame) -> str:
    """Return a frame as one value of a form."""
    return f"{frame.release_id}/{frame.profile_id}/{frame.context_revision_id}"


def _words(summary: FrameSummary, rubric: Rubric) -> str:
    profile = rubric.profile(summary.frame.profile_id).name
    count = f"{summary.candidates} candidate{'' if summary.candidates == 1 else 's'}"
    revision = f" (revision {summary.context_number})" if summary.context_number > 1 else ""
    return f"{summary.context_title}{revision}: {summary.rubric}, {profile}, {count}"


def _ordered(rows: tuple[AssessmentRow, ...]) -> list[Compared]:
    """Return the rows that have a result: by the point of the total, then by its low bound; unrated last."""
    found = [(row, row.headline) for row in rows if row.headline is not None]

    def place(each: Compared) -> tuple[bool, object, object, int]:
        total = each[1].total
        return (total.point is None, -(total.point or 0), -(total.low or 0), each[0].number)

    return sorted(found, key=place)


def _chart(rubric: Rubric, rows: list[Compared]) -> object:
    named = [score_row(rubric, f"{row.model}, {row.host}", head.total) for row, head in rows]
    return score_chart(rubric, named, title="Ranges of the totals", ident="totals")
