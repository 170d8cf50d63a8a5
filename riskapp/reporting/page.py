"""The content of a paper as an HTML document, for paper and for a browser: the same templates serve both."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from traceback import walk_tb
from types import MappingProxyType
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateRuntimeError,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from riskapp.domain.canonical import exact
from riskapp.domain.shown import chance, error_words
from riskapp.reporting.charts import inline_range
from riskapp.reporting.house import LEADS_AWAY
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

OWN = "templates/"
"""Where an organisation's own templates lie in its folder, as their places are named."""

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


Templates = Mapping[str, str]
"""Templates of an organisation by the name of ours that each stands for."""

_OURS_ALONE: Templates = MappingProxyType({})


def report_html(
    snapshot: bytes, reports: Path, *, has_glyph: HasGlyph, templates: Templates = _OURS_ALONE
) -> str:
    """Return the paper as one HTML document; the styles stay a link for the renderer to resolve.

    `reports` is the folder of our templates; `has_glyph` says which characters the fonts can print. Raises
    `jinja2.TemplateError` where a template is wrong, or the snapshot lacks what it asks for.
    """

    def printed(value: str, limit: int) -> Markup:
        return breakable(visible(capped(value, limit), has_glyph))

    loader = _loader(reports, templates)
    environment = _environment(loader, printed, lambda text: visible(text, has_glyph))
    return _filled(environment, snapshot, has_glyph=has_glyph, screen=None)


def screen_html(snapshot: bytes, reports: Path, *, screen: Screen, templates: Templates = _OURS_ALONE) -> str:
    """Return the paper as a page: texts whole, every character that a browser can show, styles by address.

    Raises `jinja2.TemplateError` where a template is wrong, or puts `http-equiv` together, which would send
    the reader elsewhere. Where the content itself has that word, nothing is said of it.
    """
    environment = _screen_environment(reports, tuple(sorted(templates.items())))
    page = _filled(environment, snapshot, has_glyph=lambda _: True, screen=screen)
    if LEADS_AWAY.search(page) and not LEADS_AWAY.search(snapshot.decode()):
        message = "a meta element with http-equiv would send readers elsewhere; leave it out of the templates"
        raise TemplateRuntimeError(message)
    return page


def place_of(problem: TemplateError) -> str:
    """Return in which template, and on which line of it, a problem lies, as the beginning of a sentence."""
    if isinstance(problem, TemplateSyntaxError):
        return f"{problem.filename or problem.name}, line {problem.lineno}: "
    frames = [each for each in walk_tb(problem.__traceback__) if _is_template(each[0].f_code.co_filename)]
    if not frames:
        return ""
    frame, line = frames[-1]
    return f"{frame.f_code.co_filename}, line {line}: "


def _is_template(name: str) -> bool:
    return name.endswith(".html")


def _loader(reports: Path, templates: Templates) -> BaseLoader:
    """Return what finds templates: those of the organisation first, then ours, by name and nowhere else."""

    def own(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        return (templates[name], f"{OWN}{name}", lambda: True) if name in templates else None

    return ChoiceLoader([FunctionLoader(own), FileSystemLoader(reports)])


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
def _screen_environment(reports: Path, templates: tuple[tuple[str, str], ...]) -> Environment:
    loader = _loader(reports, dict(templates))
    return _environment(loader, lambda value, _limit: escape(legible(value)), legible)


def _environment(loader: BaseLoader, brief: Words, shown: Callable[[str], str]) -> Environment:
    """Return the templates; `brief` makes a text fit for its place, `shown` a name without markup.

    They run in a sandbox: an organisation's own reach the content of a document and nothing of the program.
    """

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

    environment = SandboxedEnvironment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_FILTERS, plain=plain, brief=brief, cell=cell)
    return environment


def _filing(added: Part) -> str:
    """Return who filed a source and when."""
    return ", ".join(filter(None, (added["by"], added["shown"])))


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "plain_link": escape,
    "link": safe_link,
    "anchor": lambda name: escape(anchor(name)),
    "filing": _filing,
    "chance": lambda share: chance(exact(share)),
    "error": error_words,
}
"""The filters that are the same on paper and on screen."""
