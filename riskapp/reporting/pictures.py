"""The charts of each kind of paper, drawn from the numbers of its content."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeVar

from markupsafe import Markup

from riskapp.reporting.charts import RangeRow, Zone, range_chart, weight_ranges_chart
from riskapp.reporting.comparison_charts import place_rows, places_chart, tallest_of, weight_chart
from riskapp.reporting.papers import ASSESSMENT, COMPARISON, Paper
from riskapp.reporting.text import HasGlyph, clipped, visible

Part = dict[str, Any]

LONGEST_NAME = 120
"""Characters of a name that a chart prints."""

Pictures = dict[str, Any]
"""The charts of a paper by name; some of them in groups."""


def _charts(content: Part, has_glyph: HasGlyph) -> Pictures:
    def named(name: str) -> str:
        return visible(clipped(name, LONGEST_NAME), has_glyph)

    zones = _zones(content, has_glyph)
    dimensions = [score_row(named(each["name"]), each["score"]) for each in content["dimensions"]]
    total = replace(score_row("Total", content["total"]), emphasis=True)
    return {
        "dimensions": range_chart(
            [total, *dimensions],
            zones=zones,
            title="Ranges of the total and of every dimension",
            ident="chart-dimensions",
        ),
        "total": range_chart([total], zones=zones, title="Range of the total", ident="chart-total"),
        **_stability_charts(content.get("stability"), zones, named),
    }


def _stability_charts(part: Part | None, zones: Sequence[Zone], named: Callable[[str], str]) -> Pictures:
    """Return how firm the result is, in pictures; a snapshot of the first releases says nothing of it."""
    if part is None:
        return {}
    profiles = [
        replace(score_row(named(each["name"]), each["total"]), emphasis=each["in_use"])
        for each in part["profiles"]
    ]
    weights = [
        RangeRow(
            label=named(each["name"]),
            low=_exact(each["low"]) * 100,
            high=_exact(each["high"]) * 100,
            point=_exact(each["weight"]) * 100,
            value=each["weight"]["shown"],
            spread=f"{each['low']['shown']} to {each['high']['shown']}",
        )
        for each in part["weights"]
    ]
    return {
        "profiles": range_chart(
            profiles, zones=zones, title="Range of the total under each profile", ident="chart-profiles"
        ),
        "weights": weight_ranges_chart(
            weights, title="Weights for which the recommendation holds", ident="chart-stability"
        ),
    }


def _zones(content: Part, has_glyph: HasGlyph) -> list[Zone]:
    return [
        Zone(
            name=visible(clipped(band["name"], LONGEST_NAME), has_glyph),
            start=_exact(band["from"]),
            end=_exact(band["to"]),
            rank=band["rank"],
        )
        for band in content["rubric"]["bands"]
    ]


def _comparison_charts(content: Part, has_glyph: HasGlyph) -> Pictures:
    def named(name: str) -> str:
        return visible(clipped(name, LONGEST_NAME), has_glyph)

    names = {each["id"]: named(each["name"]) for each in content["candidates"]}
    rows = [score_row(names[each["id"]], each["total"]) for each in content["candidates"]]
    zones, robust = _zones(content, has_glyph), content["robustness"]
    pictures: Pictures = {
        "totals": [
            range_chart(part, zones=zones, title="Ranges of the totals", ident=f"chart-totals-{place}")
            for place, part in _sheets(rows)
        ]
    }
    if robust is not None:
        pictures["places"] = {each["id"]: _places(each, names) for each in robust["readings"]}
        pictures["weights"] = {
            each["id"]: weight_chart(_printable(each, names, named), ident=f"chart-weight-{place}")
            for place, each in enumerate(robust["dimensions"])
            if each["lines"]
        }
    return pictures


_ROWS_ON_A_PAGE = 20
"""Rows of a chart: more would run over the foot of a page."""

_Row = TypeVar("_Row")


def _sheets(rows: Sequence[_Row]) -> list[tuple[int, Sequence[_Row]]]:
    """Return the rows in numbered parts that fit on a page each."""
    return [(start, rows[start : start + _ROWS_ON_A_PAGE]) for start in range(0, len(rows), _ROWS_ON_A_PAGE)]


def _places(reading: Part, names: dict[str, str]) -> list[Markup]:
    rows = place_rows(reading["ranking"], names)
    return [
        places_chart(
            part,
            title=f"How often each candidate takes each place. {reading['name']}",
            ident=f"chart-places-{reading['id']}-{place}",
            tallest=tallest_of(rows),
        )
        for place, part in _sheets(rows)
    ]


def _printable(dimension: Part, names: dict[str, str], named: Callable[[str], str]) -> Part:
    """Return what the weight of a dimension does, in words that the fonts have."""
    return dimension | {
        "name": named(dimension["name"]),
        "sentences": [named(each) for each in dimension["sentences"]],
        "lines": [each | {"name": names[each["id"]]} for each in dimension["lines"]],
    }


def score_row(name: str, score: Part) -> RangeRow:
    """Return a score as a row of a chart; the words for an absent point are the rating's."""
    low, high, point = (
        None if score[key] is None else _exact(score[key]) for key in ("low", "high", "point")
    )
    spread = "" if low is None else f"{score['low']['shown']} to {score['high']['shown']}"
    value = score["point"]["shown"] if score["point"] else score["rating"].replace("-", " ")
    rank = score["band"]["rank"] if score["band"] else None
    return RangeRow(label=name, low=low, high=high, point=point, value=value, spread=spread, rank=rank)


def _exact(number: Part) -> Fraction:
    return Fraction(number["exact"])


_PICTURES: dict[Paper, Callable[[Part, HasGlyph], Pictures]] = {
    ASSESSMENT: _charts,
    COMPARISON: _comparison_charts,
}


def pictures_of(paper: Paper, content: Part, has_glyph: HasGlyph) -> Pictures:
    """Return the charts of a paper; a kind that is all words and tables has none."""
    draw = _PICTURES.get(paper)
    return {} if draw is None else draw(content, has_glyph)
