"""Candidates side by side, under one rubric release, one profile and one context of use."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from riskapp.domain.authority import Role
from riskapp.domain.rubric import Profile, Rubric
from riskapp.domain.shown import one_decimal
from riskapp.reporting.comparison_charts import place_rows, places_chart, weight_chart
from riskapp.reporting.page import Link
from riskapp.services.comparisons import Entrant, SideBySide, comparison_content, robustness, side_by_side
from riskapp.services.rubrics import rubric_of
from riskapp.services.seals import PaperContent
from riskapp.storage.comparisons import Frame, FrameSummary, frames
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.charts import score_chart, score_row
from riskapp.web.papers import made, shown, to_make

blueprint = Blueprint("comparisons", __name__, url_prefix="/compare")

MOST_PICTURED = 16
"""Comparisons whose pictures one process remembers, some hundred kilobytes each."""

comparers = for_roles(Role.LEAD_ASSESSOR, Role.APPROVER, Role.PROCUREMENT, Role.AUDITOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The frames that the visitor may choose from, as options of a form, and the one that is chosen."""

    options: list[tuple[str, str]]
    chosen: FrameSummary | None
    rubric: Rubric | None


@blueprint.get("")
@comparers
def index() -> ResponseReturnValue:
    """Show the candidates of the frame asked for, or of the frame with the most."""
    choice = choose()
    if choice.chosen is None or choice.rubric is None:
        return render_template("comparisons/index.html", options=[], rows=[])
    side = side_by_side(product.reading(), product.actor(), choice.chosen.frame, choice.rubric)
    rubric, entrants = side.rubric, list(side.entrants.values())
    return render_template(
        "comparisons/index.html",
        options=choice.options,
        value=frame_value(choice.chosen.frame),
        chosen=choice.chosen,
        rubric=rubric,
        profile=side.profile,
        names=side.names,
        rows=[(each.row, each.headline) for each in entrants],
        chart=_chart(rubric, entrants),
        bands={band.id: band.name for band in rubric.bands},
        robust=_robust(side),
        side=side,
        typed=weight_fields(rubric, side.profile),
        errors={},
    )


@blueprint.post("/comparison.pdf")
@comparers
def paper() -> ResponseReturnValue:
    """Answer with the comparison as a PDF, made and sealed now; the log says so, and the PDF is not kept."""
    content = _content()
    if content is None:
        return redirect(url_for("comparisons.index"), 303)
    return made(content, f"comparison-{product.office().now():%Y-%m-%d}.pdf")


@blueprint.get("/comparison")
@comparers
def on_page() -> ResponseReturnValue:
    """Show the comparison as its paper says it."""
    content = _content()
    asked = request.args.get("frame")
    back = Link(url_for(".index", frame=asked), "Back to the comparison")
    if content is None:
        return redirect(back.address)
    printed = to_make(url_for(".paper", frame=asked), "Download the PDF")
    return shown(content, back=back, printed=printed)


def _content() -> PaperContent | None:
    """Return what the paper on the frame asked for says; None where there is nothing to compare."""
    choice = choose()
    if choice.chosen is None or choice.rubric is None:
        return None
    side = side_by_side(product.reading(), product.actor(), choice.chosen.frame, choice.rubric)
    return comparison_content(side, choice.chosen, at=product.office().now(), by=product.actor().name)


def choose() -> Choice:
    """Return the frame that the address names, or the one with the most candidates."""
    connection, actor = product.reading(), product.actor()
    known = frames(connection, actor)
    rubrics = {each.frame.release_id: rubric_of(connection, each.frame.release_id) for each in known}
    asked = request.args.get("frame", "")
    chosen = next((each for each in known if frame_value(each.frame) == asked), known[0] if known else None)
    return Choice(
        options=[(frame_value(each.frame), _words(each, rubrics[each.frame.release_id])) for each in known],
        chosen=chosen,
        rubric=None if chosen is None else rubrics[chosen.frame.release_id],
    )


def frame_value(frame: Frame) -> str:
    """Return a frame as one value of a form."""
    return f"{frame.release_id}/{frame.profile_id}/{frame.context_revision_id}"


def _words(summary: FrameSummary, rubric: Rubric) -> str:
    profile = rubric.profile(summary.frame.profile_id).name
    count = f"{summary.candidates} candidate{'' if summary.candidates == 1 else 's'}"
    revision = f" (revision {summary.context_number})" if summary.context_number > 1 else ""
    return f"{summary.context_title}{revision}: {summary.rubric}, {profile}, {count}"


def _chart(rubric: Rubric, entrants: Sequence[Entrant]) -> object:
    named = [score_row(rubric, each.name, each.headline.total) for each in entrants]
    return score_chart(rubric, named, title="Ranges of the totals", ident="totals")


@dataclass(frozen=True, slots=True, kw_only=True)
class Robust:
    """How far an order holds: what `robustness_json` says, and its pictures by reading and dimension."""

    says: dict[str, Any]
    places: dict[str, Markup]
    weights: dict[str, Markup]


_drawn: OrderedDict[tuple[str, ...], Robust] = OrderedDict()


def _robust(side: SideBySide) -> Robust | None:
    """Return how far the order holds, drawn once for the same comparison; None where there is no order."""
    found = _drawn.get(side.key)
    if found is None:
        says = robustness(side)
        if says is None:
            return None
        found = _drawn[side.key] = _pictured(side, says)
        if len(_drawn) > MOST_PICTURED:
            _drawn.popitem(last=False)
    return found


def _pictured(side: SideBySide, says: dict[str, Any]) -> Robust:
    places = {
        each["id"]: places_chart(
            place_rows(each["ranking"], side.names),
            title=f"How often each candidate takes each place. {each['name']}",
            ident=f"places-{each['id']}",
        )
        for each in says["readings"]
    }
    return Robust(says=says, places=places, weights=weight_charts(says["dimensions"]))


def weight_charts(dimensions: Sequence[dict[str, Any]], *, ident: str = "line") -> dict[str, Markup]:
    """Return a picture for each dimension that has lines, by its id; `ident` begins the ids in the page."""
    return {
        each["id"]: weight_chart(each, ident=f"{ident}-{place}")
        for place, each in enumerate(dimensions, start=1)
        if each["lines"]
    }


def weight_fields(rubric: Rubric, profile: Profile) -> dict[str, str]:
    """Return the weights of a profile by the names of their fields, in per cent with one decimal."""
    whole = sum(profile.weights.values())
    return {
        f"weight-{each.id}": one_decimal(100 * profile.weights.get(each.id, Fraction(0)) / whole)
        for each in rubric.dimensions
    }
