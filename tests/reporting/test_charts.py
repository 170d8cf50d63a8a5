"""Charts are SVG that screen readers, strict pages and black-and-white printers can use."""

from fractions import Fraction
from xml.etree import ElementTree as ET

from riskapp.reporting.charts import RangeRow, Zone, band_mark, inline_range, range_chart

ZONES = tuple(
    Zone(name=name, start=Fraction(start), end=Fraction(end), rank=rank)
    for rank, (name, start, end) in enumerate((("High risk", 0, 50), ("Low risk", 50, 100)))
)


def row(
    label: str = "Cost",
    *,
    low: int | None = 20,
    high: int | None = 80,
    point: int | None = 60,
) -> RangeRow:
    exact = [None if value is None else Fraction(value) for value in (low, high, point)]
    return RangeRow(
        label=label,
        low=exact[0],
        high=exact[1],
        point=exact[2],
        value="not rated" if point is None else f"{point}.0",
        spread="" if low is None else f"{low}.0 to {high}.0",
        rank=None if point is None else 1,
    )


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own output


def test_a_chart_says_in_words_what_it_shows() -> None:
    root = drawn(range_chart([row()], zones=ZONES, title="Ranges", ident="c"))

    assert root[0].text == "Ranges. Cost: 60.0, range 20.0 to 80.0."
    assert root.get("aria-labelledby") == root[0].get("id") == "c-title"


def test_text_stays_text_and_markup_in_names_is_escaped() -> None:
    svg = range_chart([row('<b onload="x">&')], zones=ZONES, title="</title><script>", ident="c")

    assert "<script" not in svg
    assert "<b " not in svg
    assert drawn(svg)[0].text == '</title><script>. <b onload="x">&: 60.0, range 20.0 to 80.0.'


def test_charts_need_no_inline_style() -> None:
    svg = range_chart([row()], zones=ZONES, title="Ranges", ident="c") + inline_range(
        row(), of=2, title="Score", ident="d"
    )

    assert "style" not in svg


def test_a_score_that_is_not_rated_is_an_open_bar_over_all_it_could_be() -> None:
    root = drawn(range_chart([row(low=0, high=100, point=None)], zones=ZONES, title="Ranges", ident="c"))

    bars = [each for each in root if each.get("class") == "chart-open"]
    assert [(bar.get("x"), bar.get("width")) for bar in bars] == [("190", "322")]
    assert "not rated" in [each.text for each in root]


def test_what_does_not_apply_has_no_bar() -> None:
    root = drawn(range_chart([row(low=None, high=None, point=None)], zones=ZONES, title="Ranges", ident="c"))

    assert not [each for each in root if each.get("class") in {"chart-open", "chart-bar"}]


def test_bands_differ_by_shape_and_shade() -> None:
    marks = [drawn(band_mark(rank, of=5, title="Band", ident=f"m{rank}"))[1] for rank in range(5)]

    assert len({mark.get("fill") for mark in marks}) == 5
    assert len({(mark.tag, mark.get("points")) for mark in marks}) == 5


def test_the_same_numbers_give_the_same_drawing() -> None:
    third = RangeRow(
        label="A",
        low=Fraction(1, 3),
        high=Fraction(2, 3),
        point=Fraction(1, 2),
        value="0.5",
        spread="",
        rank=0,
    )

    svg = inline_range(third, of=2, title="Score", ident="c")

    assert 'x="7.35"' in svg
    assert svg == inline_range(third, of=2, title="Score", ident="c")
