"""Charts as SVG, made from exact numbers: the same functions serve web pages and PDF.

Each chart has a `<title>` that says in words what it shows, text stays text, and nothing needs a style
attribute or a script. Colours are presentation attributes, which a page's own classes may override
(`chart-label`, `chart-value`, `chart-axis`, `chart-zone`, `chart-bar`, `chart-open`, `chart-mark`).
Bands differ by shape and shade as well as by colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from textwrap import wrap

from markupsafe import Markup

from riskapp.reporting.drawing import ACCENT, BAR, INK, LINE, QUIET, line, number, svg, text

_ZONES = ("#ffffff", "#f1f4f5")

_SHADES = ("#d5ebdf", "#f0c453", "#c4561c", "#7a1712", "#16242e")
"""Fill of a band's mark, from the best band to the worst."""

_WIDTH = 680
_LABELS = 178
_LEFT = 190
_RIGHT = 512
_ROW = 34
_TOP = 30
_FOOT = 48
_LABEL_CHARACTERS = 27


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A band of the scale: its name, where it begins and ends, and its rank from the worst (0)."""

    name: str
    start: Fraction
    end: Fraction
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeRow:
    """One score: a range, a point unless it is not rated, and what readers see beside it.

    `value` is the shown point or the words for its absence; `spread` is the shown range, or empty.
    `low` and `high` are None where nothing applies. `rank` is that of the band, counted from the worst.
    A row with emphasis, such as a total, is set in bold.
    """

    label: str
    low: Fraction | None
    high: Fraction | None
    point: Fraction | None
    value: str
    spread: str
    rank: int | None = None
    emphasis: bool = False


def range_chart(rows: Sequence[RangeRow], *, zones: Sequence[Zone], title: str, ident: str) -> Markup:
    """Return rows of ranges on one scale of 0 to 100, with the bands behind them.

    A rated row is a bar with the mark of its band at the point; a row that is not rated is an open,
    dashed bar over everything it could be. `ident` must be unique in the page.
    """
    bottom = _TOP + _ROW * len(rows)
    height = bottom + _FOOT
    parts = [_zones(zones, bottom), _headings("Score", "Range")]
    for index, row in enumerate(rows):
        parts.append(_row(row, _TOP + _ROW * index, len(zones)))
    return svg(
        Markup("").join(parts), size=(_WIDTH, height), title=_spoken(title, rows), ident=ident, css="chart"
    )


def weight_ranges_chart(rows: Sequence[RangeRow], *, title: str, ident: str) -> Markup:
    """Return for each weight, in hundredths, the range in which a result holds and a tick where it is now."""
    bottom = _TOP + _ROW * len(rows)
    parts = [_headings("Weight", "Holds from, to")]
    for tenths in range(0, 11, 2):
        x = _x(Fraction(10 * tenths))
        parts.append(line(x, _TOP - 4, x, bottom + 4, colour=LINE, css="chart-axis"))
        parts.append(text(x, bottom + 17, f"{tenths / 10:g}", css="chart-axis", anchor="middle", size=11))
    parts += [_row(row, _TOP + _ROW * index, 0) for index, row in enumerate(rows)]
    size = (_WIDTH, bottom + _FOOT // 2)
    return svg(Markup("").join(parts), size=size, title=_spoken(title, rows), ident=ident, css="chart")


def inline_range(row: RangeRow, *, of: int, title: str, ident: str) -> Markup:
    """Return one score as a small bar for a table cell or a line of text; `of` is the number of bands."""
    width, height, pad = 120, 16, 7
    span = width - 2 * pad

    def x(value: Fraction) -> Fraction:
        return pad + value * span / 100

    parts = [
        line(pad, 8, width - pad, 8, colour=LINE, css="chart-axis"),
        line(pad, 4, pad, 12, colour=LINE, css="chart-axis"),
        line(width - pad, 4, width - pad, 12, colour=LINE, css="chart-axis"),
    ]
    if row.low is not None and row.high is not None:
        parts.append(_bar(x(row.low), x(row.high), 8, thickness=6, is_open=row.point is None))
    if row.point is not None:
        parts.append(_mark(x(row.point), Fraction(8), 5, row.rank, of=of))
    return svg(
        Markup("").join(parts),
        size=(width, height),
        title=_spoken(title, [row]),
        ident=ident,
        css="chart-inline",
    )


def band_mark(rank: int, *, of: int, title: str, ident: str) -> Markup:
    """Return the mark of a band alone, as in the charts: its shape and shade."""
    mark = _mark(Fraction(8), Fraction(8), 6, rank, of=of)
    return svg(mark, size=(16, 16), title=title, ident=ident, css="chart-band")


def _spoken(title: str, rows: Sequence[RangeRow]) -> str:
    said = [f"{row.label}: {row.value}" + (f", range {row.spread}" if row.spread else "") for row in rows]
    return f"{title}. {'; '.join(said)}."


def _x(value: Fraction) -> Fraction:
    return _LEFT + value * (_RIGHT - _LEFT) / 100


def _zones(zones: Sequence[Zone], bottom: int) -> Markup:
    parts: list[Markup] = []
    for zone in zones:
        left, right = _x(zone.start), _x(zone.end)
        parts.append(
            Markup('<rect class="chart-zone" x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
                number(left), _TOP - 4, number(right - left), bottom - _TOP + 4, _ZONES[zone.rank % 2]
            )
        )
        parts.append(line(left, _TOP - 4, left, bottom + 4, colour=LINE, css="chart-axis"))
        parts.append(text(left, bottom + 17, number(zone.start), css="chart-axis", anchor="middle", size=11))
        parts.append(_zone_mark(zone, len(zones)))
    parts.append(line(_RIGHT, _TOP - 4, _RIGHT, bottom + 4, colour=LINE, css="chart-axis"))
    parts.append(text(_RIGHT, bottom + 17, "100", css="chart-axis", anchor="middle", size=11))
    parts.append(_legend(zones, bottom + 41))
    return Markup("").join(parts)


def _zone_mark(zone: Zone, of: int) -> Markup:
    return _mark((_x(zone.start) + _x(zone.end)) / 2, Fraction(14), 5, zone.rank, of=of)


def _legend(zones: Sequence[Zone], y: int) -> Markup:
    """Return the bands by name below the axis, from the left, as wide as their names."""
    parts: list[Markup] = []
    left = _LEFT
    for zone in zones:
        parts.append(_mark(Fraction(left + 5), Fraction(y - 4), 5, zone.rank, of=len(zones)))
        parts.append(text(left + 14, y, zone.name, css="chart-axis", size=11))
        left += 30 + round(len(zone.name) * 5.8)
    return Markup("").join(parts)


def _headings(value: str, spread: str) -> Markup:
    return text(576, 17, value, css="chart-axis", anchor="end", size=11) + text(
        _WIDTH - 2, 17, spread, css="chart-axis", anchor="end", size=11
    )


def _row(row: RangeRow, top: int, of: int) -> Markup:
    centre = top + _ROW // 2
    lines = wrap(row.label, _LABEL_CHARACTERS, max_lines=2, placeholder=" …") or [""]
    first = centre + 4 - 7 * (len(lines) - 1)
    label = "chart-value" if row.emphasis else "chart-label"
    parts = [text(0, first + 14 * index, words, css=label) for index, words in enumerate(lines)]
    parts.append(line(_LEFT, centre, _RIGHT, centre, colour=LINE, css="chart-axis"))
    if row.low is not None and row.high is not None:
        parts.append(_bar(_x(row.low), _x(row.high), centre, thickness=10, is_open=row.point is None))
    if row.point is not None:
        parts.append(_mark(_x(row.point), Fraction(centre), 7, row.rank, of=of))
    css = "chart-value" if row.point is not None else "chart-label"
    parts.append(text(576, centre + 4, row.value, css=css, anchor="end"))
    parts.append(text(_WIDTH - 2, centre + 4, row.spread, css="chart-label", anchor="end"))
    return Markup("").join(parts)


def _bar(left: Fraction, right: Fraction, centre: int, *, thickness: int, is_open: bool) -> Markup:
    width = max(right - left, Fraction(2))
    look = (
        Markup(
            'class="chart-open" fill="#ffffff" stroke="{}" stroke-width="1.2" stroke-dasharray="4 3"'
        ).format(QUIET)
        if is_open
        else Markup('class="chart-bar" fill="{}" stroke="{}" stroke-width="1"').format(BAR, ACCENT)
    )
    return Markup('<rect {} x="{}" y="{}" width="{}" height="{}" rx="2"/>').format(
        look, number(left), number(Fraction(2 * centre - thickness, 2)), number(width), thickness
    )


def _mark(x: Fraction, y: Fraction, size: int, rank: int | None, *, of: int) -> Markup:
    """Return the mark of a band: circle for the best, then diamond, triangle, square, octagon."""
    if rank is None:
        return line(x, int(y) - size, x, int(y) + size, colour=INK, css="chart-mark")
    step = min(of - 1 - rank, len(_SHADES) - 1)
    look = Markup('class="chart-mark" fill="{}" stroke="{}" stroke-width="1.3"').format(_SHADES[step], INK)
    if step == 0:
        return Markup('<circle {} cx="{}" cy="{}" r="{}"/>').format(look, number(x), number(y), size - 1)
    corners = _CORNERS[step]
    points = " ".join(f"{number(x + size * across)},{number(y + size * down)}" for across, down in corners)
    return Markup('<polygon {} points="{}"/>').format(look, points)


_NARROW = Fraction(5, 12)
_SIDE = Fraction(5, 6)
_CORNERS: tuple[tuple[tuple[Fraction | int, Fraction | int], ...], ...] = (
    (),
    ((0, -1), (1, 0), (0, 1), (-1, 0)),
    ((0, -1), (1, _SIDE), (-1, _SIDE)),
    ((-_SIDE, -_SIDE), (_SIDE, -_SIDE), (_SIDE, _SIDE), (-_SIDE, _SIDE)),
    (
        (-_NARROW, -1), (_NARROW, -1), (1, -_NARROW), (1, _NARROW),
        (_NARROW, 1), (-_NARROW, 1), (-1, _NARROW), (-1, -_NARROW),
    ),
)  # fmt: skip
