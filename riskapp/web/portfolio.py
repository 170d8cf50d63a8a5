"""The portfolio as a heat map: decided candidates by dimensions, each cell with its range and band."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.life_cycle import Stage
from riskapp.reporting.page import Link
from riskapp.services.feeds import DIGEST_READERS
from riskapp.services.portfolio import portfolio
from riskapp.services.renderings import own_turn
from riskapp.services.rubrics import rubric_of
from riskapp.services.seals import PaperContent
from riskapp.services.staleness import Reasons, staleness
from riskapp.storage.assessment_lists import AssessmentFilters, AssessmentRow, assessment_rows
from riskapp.storage.paging import PAGE_SIZE, Window
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.papers import made, shown, to_make
from riskapp.web.requests import number_asked

blueprint = Blueprint("portfolio", __name__)

readers = for_roles(*DIGEST_READERS)


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Assessments that were scored by the same dimensions, whose ids head the columns."""

    dimensions: tuple[str, ...]
    rows: tuple[AssessmentRow, ...]


def heat_maps(rows: Iterable[AssessmentRow]) -> tuple[HeatMap, ...]:
    """Return rows with a result as heat maps, one for each set of dimensions, in the order of the rows."""
    found: dict[tuple[str, ...], list[AssessmentRow]] = {}
    for row in rows:
        if row.headline is not None:
            rubric = rubric_of(product.reading(), row.release_id)
            found.setdefault(rubric.in_order(row.headline.dimensions), []).append(row)
    return tuple(HeatMap(dimensions, tuple(kept)) for dimensions, kept in found.items())


def decided(
    *, before: int | None = None, after: int | None = None, size: int = PAGE_SIZE
) -> tuple[Window[AssessmentRow], Reasons]:
    """Return the newest decided assessments that hold, and why each needs another look."""
    filters = AssessmentFilters(stage=Stage.DECIDED.value, holds=True)
    connection = product.reading()
    window = assessment_rows(connection, product.actor(), filters, before=before, after=after, size=size)
    ids = [each.id for each in window.items]
    return window, staleness(connection, ids, product.office().now().date())


@blueprint.get("/portfolio")
@readers
def index() -> ResponseReturnValue:
    """Show what is decided and holds as a heat map, newest first."""
    window, reasons = decided(before=number_asked("before"), after=number_asked("after"))
    return render_template(
        "portfolio/index.html", window=window, maps=heat_maps(window.items), reasons=reasons
    )


@blueprint.get("/portfolio/paper")
@readers
def on_page() -> ResponseReturnValue:
    """Show the portfolio as its paper says it: scores, conditions, what lapses, what needs another look."""
    back = Link(url_for(".index"), "Back to the portfolio")
    printed = to_make(url_for(".paper"), "Download the PDF")
    return shown(_content(), back=back, printed=printed)


@blueprint.post("/portfolio/portfolio.pdf")
@readers
def paper() -> ResponseReturnValue:
    """Answer with the portfolio as a PDF, made and sealed now; the log says so, and the PDF is not kept."""
    return made(_content(), f"portfolio-{product.office().now():%Y-%m-%d}.pdf")


def _content() -> PaperContent:
    office, actor = product.office(), product.actor()
    with own_turn(actor):
        return portfolio(product.reading(), actor, at=office.now(), organisation=office.organisation)
