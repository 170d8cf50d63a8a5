"""Charts of a comparison as SVG: which place each candidate takes how often, and what a weight does.

Like all charts here they say in their title what they show and are read without colour: places are columns
of bars, and lines differ by their dashes and carry their names at their ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from textwrap import shorten, wrap
from typing import Any

from markupsafe import Markup

from riskapp.domain.canonical import exact
from riskapp.domain.shown import chance
from riskapp.reporting.drawing import ACCENT, INK, LINE, line, number, svg, text

Part = Mapping[str, Any]

_WIDTH = 680
_LEFT = 190
_LABEL_CHARACTERS = 27

_TALLEST = 26
_ROW = 44
_TOP = 26
_WIDEST_COLUMN = 80
_FIGURES_FROM = 40
"""Columns narrower than this have no room for figures; the table beside the chart has them all."""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A candidate and the share of the draws, 0 to 1, in which it takes the first place, the second, ..."""

    label: str
    shares: Sequence[Fraction]


def place_rows(ranking: Part, names: Mapping[str, str]) -> list[PlaceRow]:
    """Return the candidates of a ranking, as `ranking_json` has it, that have a total."""
    return [
        PlaceRow(names[each["id"]], [exact(share) for share in each["acceptability"]])
        for each in ranking["candidates"]
        if each["acceptability"] is not None
    ]


def tallest_of(rows: Sequence[PlaceRow]) -> Fraction:
    """Return the largest share of all: the one that a full bar stands for."""
    return max((share for row in rows for share in row.shares), default=Fraction(0)) or Fraction(1)


def places_chart(
    rows: Sequence[PlaceRow], *, title: str, ident: str, tallest: Fraction | None = None
) -> Markup:
    """Return a row of bars for each candidate, one for each place, as high as its share of the draws.

    `tallest` is the share that a full bar stands for, where several charts have one scale.
    """
    full = tallest_of(rows) if tallest is None else tallest
    count = max((len(row.shares) for row in rows), default=1)
    column = min(Fraction(_WIDTH - _LEFT, count), Fraction(_WIDEST_COLUMN))
    parts = [text(0, 15, f"Place (tallest bar {chance(full)})", css="chart-axis", size=11)]
    for place in range(count):
        middle = _LEFT + column * place + column / 2
        parts.append(text(middle, 15, str(place + 1), css="chart-axis", anchor="middle", size=11))
    parts += [
        _places(row, _TOP + _ROW * index, column=column, tallest=full) for index, row in enumerate(rows)
    ]
    height = _TOP + _ROW * len(rows) + 4
    said = _said_places(title, rows)
    return svg(Markup("").join(parts), size=(_WIDTH, height), title=said, ident=ident, css="chart")


def _said_places(title: str, rows: Sequence[PlaceRow]) -> str:
    said = [f"{row.label}: first in {chance(row.shares[0])}" for row in rows]
    return f"{title}. {'; '.join(said)}. The table has every place."


def _places(row: PlaceRow, top: int, *, column: Fraction, tallest: Fraction) -> Markup:
    bottom = top + _ROW - 6
    lines = wrap(row.label, _LABEL_CHARACTERS, max_lines=2, placeholder=" …") or [""]
    first = bottom - 10 - 14 * (len(lines) - 1)
    parts = [text(0, first + 14 * index, words, css="chart-label") for index, words in enumerate(lines)]
    parts.append(line(_LEFT, bottom, _LEFT + column * len(row.shares), bottom, colour=LINE, css="chart-axis"))
    for place, share in enumerate(row.shares):
        left, height = _LEFT + column * place + 3, share / tallest * _TALLEST
        if share:
            parts.append(_block(left, bottom - height, column - 6, height))
        if share and column >= _FIGURES_FROM:
            figure = chance(share).removesuffix(" %").replace("under ", "<").replace("over ", ">")
            middle = left + column / 2 - 3
            parts.append(
                text(middle, bottom - height - 2, figure, css="chart-label", anchor="middle", size=9)
            )
    return Markup("").join(parts)


def _block(left: Fraction, top: Fraction, width: Fraction, height: Fraction) -> Markup:
    return Markup(
        '<rect class="chart-place" x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}" '
        'stroke-width="0.6"/>'
    ).format(number(left), number(top), number(width), number(height), ACCENT, INK)


_PLOT = (36, 500)
_HIGH, _DEEP = 34, 214
_HEIGHT = 256
_NAME_CHARACTERS = 27
_NAME_STEP = 15
_DASHES = ("none", "7 3", "2 3", "10 3 2 3", "4 2", "12 4", "1 2", "6 2 1 2 1 2")


@dataclass(frozen=True, slots=True)
class _Scale:
    """The part of 0 to 100 that a chart shows."""

    low: int
    high: int

    def x(self, share: Fraction) -> Fraction:
        return _PLOT[0] + share * (_PLOT[1] - _PLOT[0])

    def y(self, total: Fraction) -> Fraction:
        return _DEEP - (total - self.low) * Fraction(_DEEP - _HIGH, self.high - self.low)


def weight_chart(part: Part, *, ident: str) -> Markup:
    """Return the totals as the weight of one dimension moves, flip points marked.

    `part` is a dimension as `weights_json` has it, with at least one line.
    """
    scale = _scale(part)
    parts = [_frame(part, scale)]
    parts += [_total_line(each, place, scale) for place, each in enumerate(part["lines"])]
    parts += [_flip_mark(each, scale) for each in part["marks"] if each["total"] is not None]
    parts.append(_names(part["lines"], scale))
    title = f"Totals as the weight of {part['name']} moves from 0 to 1. {' '.join(part['sentences'])}"
    return svg(Markup("").join(parts), size=(_WIDTH, _HEIGHT), title=title, ident=ident, css="chart")


def _scale(part: Part) -> _Scale:
    totals = [exact(total) for each in part["lines"] for _, total in each["points"]] or [Fraction(0)]
    low, high = int(min(totals) // 10 * 10), int(-(-max(totals) // 10) * 10)
    return _Scale(low, max(high, low + 10))


def _frame(part: Part, scale: _Scale) -> Markup:
    step = 10 if scale.high - scale.low <= 50 else 20  # noqa: PLR2004 - at most six lines of a grid
    parts = []
    for total in range(scale.low, scale.high + 1, step):
        y = scale.y(Fraction(total))
        parts.append(line(_PLOT[0], y, _PLOT[1], y, colour=LINE, css="chart-axis"))
        parts.append(text(_PLOT[0] - 6, y + 4, str(total), css="chart-axis", anchor="end", size=11))
    for tenths in range(0, 11, 2):
        x = scale.x(Fraction(tenths, 10))
        words = f"{tenths / 10:g}"
        parts.append(text(x, _DEEP + 17, words, css="chart-axis", anchor="middle", size=11))
    parts.append(text(_PLOT[0], _DEEP + 34, f"Weight of {part['name']}", css="chart-axis", size=11))
    now = scale.x(exact(part["weight"]))
    parts.append(line(now, _HIGH - 8, now, _DEEP + 4, colour=INK, css="chart-mark"))
    anchor = "start" if now < _PLOT[0] + 30 else "middle"
    parts.append(text(now, _HIGH - 22, f"now {part['shown']}", css="chart-value", anchor=anchor, size=11))
    return Markup("").join(parts)


def _total_line(each: Part, place: int, scale: _Scale) -> Markup:
    points = " ".join(
        f"{number(scale.x(exact(share)))},{number(scale.y(exact(total)))}" for share, total in each["points"]
    )
    return Markup(
        '<polyline class="chart-line" points="{}" fill="none" stroke="{}" stroke-width="{}" '
        'stroke-dasharray="{}"/>'
    ).format(points, INK if place == 0 else ACCENT, 2 if place == 0 else "1.6", _DASHES[place % len(_DASHES)])


def _flip_mark(mark: Part, scale: _Scale) -> Markup:
    x, y = scale.x(exact(mark["at"])), scale.y(exact(mark["total"]))
    circle = Markup(
        '<circle class="chart-mark" cx="{}" cy="{}" r="5" fill="#ffffff" stroke="{}" stroke-width="1.6"/>'
    ).format(number(x), number(y), INK)
    return circle + text(x, y - 9, mark["shown"], css="chart-value", anchor="middle", size=11)


def _names(lines: Sequence[Part], scale: _Scale) -> Markup:
    """Return the names beside the ends of their lines, moved apart where they would meet."""
    ends = [
        (scale.y(exact(each["points"][-1][1])), scale.x(exact(each["points"][-1][0])), each["name"])
        for each in lines
        if each["points"]
    ]
    parts, last = [], Fraction(_HIGH - 2 * _NAME_STEP)
    room = _DEEP + 8
    for index, (y, x, name) in enumerate(sorted(ends)):
        latest = Fraction(room - _NAME_STEP * (len(ends) - 1 - index))
        at = min(max(y, last + _NAME_STEP), latest)
        parts.append(line(x, y, _PLOT[1] + 14, at, colour=LINE, css="chart-axis"))
        words = shorten(name, _NAME_CHARACTERS, placeholder=" …")
        parts.append(text(_PLOT[1] + 18, at + 4, words, css="chart-label", size=11))
        last = at
    return Markup("").join(parts)
