"""The pictures of a comparison: exact, told in words, and read without colour."""

from fractions import Fraction
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from riskapp.reporting.comparison_charts import PlaceRow, places_chart, weight_chart

SVG = "{http://www.w3.org/2000/svg}"

WEIGHT: dict[str, Any] = {
    "id": "security",
    "name": "Security",
    "weight": 0.3,
    "shown": "0.30",
    "sentences": ["A and B change places if the weight of Security falls below 0.18 (it is 0.30)."],
    "steady": False,
    "lines": [
        {"id": "a", "name": "A", "points": [[0, 40], [1, 80]]},
        {"id": "b", "name": "B", "points": [[0, 50], [1, 24.5]]},
    ],
    "marks": [{"at": 0.18, "shown": "0.18", "total": 47.2}],
}


def drawn(text: str) -> Element:
    return fromstring(text)  # noqa: S314 - the chart was made here


def bars(svg: Element) -> list[Element]:
    return [each for each in svg.iter(f"{SVG}rect") if each.get("class") == "chart-place"]


def test_a_bar_is_as_high_as_its_share_and_an_empty_place_has_none() -> None:
    rows = [
        PlaceRow("A", [Fraction(3, 4), Fraction(1, 4), Fraction(0)]),
        PlaceRow("B", [Fraction(0), Fraction(0), Fraction(1)]),
    ]
    svg = drawn(places_chart(rows, title="Places", ident="p"))
    heights = [Fraction(each.get("height", "")) for each in bars(svg)]
    assert len(heights) == 3
    assert heights[0] == 3 * heights[1] == heights[2] * Fraction(3, 4)
    title = svg.find(f"{SVG}title")
    assert title is not None
    assert title.text == "Places. A: first in 75.0 %; B: first in 0.0 %. The table has every place."


def test_fifty_places_stay_inside_the_picture() -> None:
    rows = [PlaceRow(f"Candidate {each}", [Fraction(1, 50)] * 50) for each in range(50)]
    svg = drawn(places_chart(rows, title="Places", ident="p"))
    width, height = (int(each) for each in svg.get("viewBox", "").split()[2:])
    assert all(Fraction(each.get("x", "")) + Fraction(each.get("width", "")) <= width for each in bars(svg))
    assert all(Fraction(each.get("y", "")) < height for each in bars(svg))


def test_lines_differ_by_their_dashes_and_end_at_their_names() -> None:
    svg = drawn(weight_chart(WEIGHT, ident="w"))
    lines = list(svg.iter(f"{SVG}polyline"))
    assert len({each.get("stroke-dasharray") for each in lines}) == 2
    assert {"A", "B", "now 0.30", "0.18"} <= {each.text for each in svg.iter(f"{SVG}text")}


def test_a_flip_point_is_a_ring_on_the_line() -> None:
    svg = drawn(weight_chart(WEIGHT, ident="w"))
    ring = next(svg.iter(f"{SVG}circle"))
    x, y = Fraction(ring.get("cx", "")), Fraction(ring.get("cy", ""))
    (x0, y0), (x1, y1) = (
        tuple(map(Fraction, point.split(",")))
        for point in next(svg.iter(f"{SVG}polyline")).get("points", "").split()
    )
    assert abs(y0 + (y1 - y0) * (x - x0) / (x1 - x0) - y) < Fraction(1, 20)


def test_the_title_of_a_weight_says_the_flip_points_in_words() -> None:
    title = drawn(weight_chart(WEIGHT, ident="w")).find(f"{SVG}title")
    assert title is not None
    assert str(title.text).endswith(WEIGHT["sentences"][0])


def test_names_of_lines_that_end_together_stand_apart() -> None:
    together = WEIGHT | {
        "lines": [
            {"id": str(each), "name": f"Model {each}", "points": [[0, 50], [1, 60]]} for each in range(8)
        ]
    }
    svg = drawn(weight_chart(together, ident="w"))
    tops = sorted(
        Fraction(each.get("y", "")) for each in svg.iter(f"{SVG}text") if str(each.text).startswith("Model")
    )
    assert all(later - earlier >= 12 for earlier, later in pairwise(tops))
