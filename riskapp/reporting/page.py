"""The content of a paper as an HTML document, for paper and for a browser: the same templates serve both."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from riskapp.domain.canonical import exact
from riskapp.domain.shown import chance, error_words
from riskapp.reporting.charts import inline_range
from riskapp.reporting.papers import paper_of
from riskapp.reporting.pictures import LONGEST_NAME, pictures_of, score_row
from riskapp.reporting.room import MOST_LINKS, MOST_ROWS, room_in
from riskapp.reporting.text import (
    LONGEST_TEXT,
    HasGlyph,
    anchor,
    breakable,
    capped,
    clipped,
    legible,
    safe_link,
    visible,
)

Part = dict[str, Any]

Words = Callable[[str, int], Markup]
"""Makes a text fit for where it is read; the number is how many characters of it paper has room for."""

LONGEST_PLAIN = 300
"""Characters of the title and of what stands in an attribute."""

MOST_ROWS_ON_SCREEN = 2_000
"""Rows of one list on screen, which costs no paper: more than forms accept for one assessment."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address and the words that lead there; with a token it is a form that makes something, by POST."""

    address: str
    words: str
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What stands around a paper in a browser.

    `files` is the address under which the files of the folder of reports are served, with a slash at its
    end, `icon` that of the icon; `back` leads to the service, `papers` to the same content in other forms.
    """

    files: str
    icon: str
    back: Link
    papers: Sequence[Link] = ()


def report_html(snapshot: bytes, reports: Path, *, has_glyph: HasGlyph) -> str:
    """Return the paper as one HTML document; the styles stay a link for the renderer to resolve.

    `reports` is the folder of templates; `has_glyph` says which characters the fonts can print. Raises
    `jinja2.UndefinedError` where the snapshot lacks what the templates ask for.
    """

    def printed(value: str, limit: int) -> Markup:
        return breakable(visible(capped(value, limit), has_glyph))

    environment = _environment(reports, printed, lambda text: visible(text, has_glyph))
    return _filled(environment, snapshot, has_glyph=has_glyph, screen=None)


def screen_html(snapshot: bytes, reports: Path, *, screen: Screen) -> str:
    """Return the paper as a page: texts whole, every character that a browser can show, styles by address."""
    return _filled(_screen_environment(reports), snapshot, has_glyph=lambda _: True, screen=screen)


def _filled(environment: Environment, snapshot: bytes, *, has_glyph: HasGlyph, screen: Screen | None) -> str:
    content: Part = json.loads(snapshot)
    paper = paper_of(content)
    return environment.get_template(paper.template).render(
        report=content,
        digest=hashlib.sha256(snapshot).hexdigest(),
        charts=pictures_of(paper, content, has_glyph),
        most_rows=MOST_ROWS if screen is None else MOST_ROWS_ON_SCREEN,
        most_links=MOST_LINKS if screen is None else MOST_ROWS_ON_SCREEN,
        room=room_in(content),
        screen=screen,
        files="" if screen is None else screen.files,
        enclosed="attached data" if screen is None else "data of the PDF",
    )


@cache
def _screen_environment(reports: Path) -> Environment:
    return _environment(reports, lambda value, _limit: escape(legible(value)), legible)


def _environment(reports: Path, brief: Words, shown: Callable[[str], str]) -> Environment:
    """Return the templates; `brief` makes a text fit for its place, `shown` a name without markup."""

    def printed(value: object) -> object:
        """Make every expression that is not markup yet fit to be read."""
        is_plain = isinstance(value, str) and not isinstance(value, Markup)
        return brief(str(value), LONGEST_TEXT) if is_plain else value

    def plain(value: str) -> Markup:
        """Make a value fit for an attribute or the title: escaped, without break opportunities."""
        return escape(shown(clipped(value, LONGEST_PLAIN)).replace("\n", " "))

    def cell(score: Part, name: str, ident: str) -> Markup:
        """Return the small chart of one score."""
        row = score_row(shown(clipped(name, LONGEST_NAME)), score)
        of = score["band"]["of"] if score["band"] else 1
        return inline_range(row, of=of, title="Score on 0 to 100", ident=anchor(ident))

    environment = Environment(
        loader=FileSystemLoader(reports),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        plain=plain,
        plain_link=escape,
        brief=brief,
        link=safe_link,
        anchor=lambda name: escape(anchor(name)),
        cell=cell,
        filing=_filing,
        chance=lambda share: chance(exact(share)),
        error=error_words,
    )
    return environment


def _filing(added: Part) -> str:
    """Return who filed a source and when."""
    return ", ".join(filter(None, (added["by"], added["shown"])))
