"""Charts on pages: scores of the domain drawn by the same functions that draw the report."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from riskapp.domain.rubric import Band, Rubric
from riskapp.domain.scores import Rating, Score
from riskapp.domain.shown import one_decimal
from riskapp.reporting.charts import RangeRow, Zone, range_chart

_HIGHEST = Fraction(100)


def dimension_chart(rubric: Rubric, total: Score, dimensions: Mapping[str, Score], *, ident: str) -> Markup:
    """Return the ranges of the total and of every dimension; `ident` is unique in the page."""
    rows = [score_row(rubric, "Total", total, emphasis=True)]
    rows += [score_row(rubric, each.name, dimensions[each.id]) for each in rubric.dimensions]
    title = "Ranges of the total and of every dimension"
    return range_chart(rows, zones=zones_of(rubric.bands), title=title, ident=ident)


def score_chart(rubric: Rubric, rows: Sequence[RangeRow], *, title: str, ident: str) -> Markup:
    """Return rows of ranges before the bands of a rubric; `ident` is unique in the page."""
    return range_chart(rows, zones=zones_of(rubric.bands), title=title, ident=ident)


def score_row(rubric: Rubric, label: str, score: Score, *, emphasis: bool = False) -> RangeRow:
    """Return one score as a row of a chart, with the words that stand beside it."""
    ranks = {band.id: rank for rank, band in enumerate(rubric.bands)}
    spread = ""
    if score.low is not None and score.high is not None:
        spread = f"{one_decimal(score.low)} to {one_decimal(score.high)}"
    return RangeRow(
        label=label,
        low=score.low,
        high=score.high,
        point=score.point,
        value=_words(score),
        spread=spread,
        rank=None if score.band is None else ranks[score.band],
        emphasis=emphasis,
    )


def _words(score: Score) -> str:
    match score.rating:
        case Rating.NOT_APPLICABLE:
            return "not applicable"
        case Rating.NOT_RATED:
            return "not rated"
        case Rating.RATED:
            return "not rated" if score.point is None else one_decimal(score.point)


def said_score(said: Mapping[str, Any]) -> Score:
    """Return the score that a part of a snapshot states."""
    point, low, high = (
        None if said[name] is None else Fraction(said[name]["exact"]) for name in ("point", "low", "high")
    )
    coverage, band = said["coverage"], said["band"]
    return Score(
        rating=Rating(said["rating"]),
        point=point,
        low=low,
        high=high,
        coverage=None if coverage is None else Fraction(coverage["exact"]),
        band=None if band is None else band["id"],
    )


def zones_of(bands: Sequence[Band]) -> tuple[Zone, ...]:
    """Return the bands of a rubric as the zones of a chart, the worst first."""
    ends = [*(band.from_score for band in bands[1:]), _HIGHEST]
    return tuple(
        Zone(name=band.name, start=band.from_score, end=end, rank=rank)
        for rank, (band, end) in enumerate(zip(bands, ends, strict=True))
    )
