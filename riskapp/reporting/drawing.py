"""Pieces of charts as SVG: text stays text, coordinates are the same on every machine."""

from fractions import Fraction

from markupsafe import Markup

INK = "#16242e"
QUIET = "#52626d"
ACCENT = "#0b5a6f"
BAR = "#9fc3cd"
LINE = "#c9d2d7"
FONT = "Public Sans, sans-serif"


def svg(content: Markup, *, size: tuple[int, int], title: str, ident: str, css: str) -> Markup:
    """Return a picture of this size that says in `title` what it shows; `ident` is unique in the page."""
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="{css}" viewBox="0 0 {width} {height}" '
        'width="{width}" height="{height}" role="img" aria-labelledby="{ident}-title">'
        '<title id="{ident}-title">{title}</title>{content}</svg>'
    ).format(css=css, width=size[0], height=size[1], ident=ident, title=title, content=content)


def number(value: Fraction | int) -> str:
    """Return a coordinate with at most two decimals, the same on every machine."""
    hundredths = round(Fraction(value) * 100)
    whole, rest = divmod(abs(hundredths), 100)
    digits = f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{digits}" if hundredths < 0 else digits


def text(
    x: Fraction | int, y: Fraction | int, words: str, *, css: str, anchor: str = "start", size: int = 12
) -> Markup:
    """Return words at a place: `anchor` says which of their ends stands there."""
    colour = QUIET if css == "chart-axis" else INK
    weight = "600" if css == "chart-value" else "400"
    return Markup(
        '<text class="{css}" x="{x}" y="{y}" text-anchor="{anchor}" font-family="{font}" font-size="{size}" '
        'font-weight="{weight}" fill="{colour}">{words}</text>'
    ).format(
        css=css, x=number(x), y=number(y), anchor=anchor, font=FONT, size=size, weight=weight,
        colour=colour, words=words,
    )  # fmt: skip


def line(
    x1: Fraction | int, y1: Fraction | int, x2: Fraction | int, y2: Fraction | int, *, colour: str, css: str
) -> Markup:
    """Return a straight, thin line."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="1"/>').format(
        css, number(x1), number(y1), number(x2), number(y2), colour
    )
