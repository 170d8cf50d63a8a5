"""Papers on screen: the same templates as on paper, with their styles, in a frame of links to the service."""

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from jinja2 import TemplateError

from riskapp import paths
from riskapp.reporting.page import Link, Screen, place_of, screen_html
from riskapp.reporting.papers import screen_files
from riskapp.reporting.render import ReportError
from riskapp.services.seals import PaperContent, in_house, issue_paper
from riskapp.web import product
from riskapp.web.access import open_to_all
from riskapp.web.reports import PDF
from riskapp.web.security import asset

blueprint = Blueprint("papers", __name__, url_prefix="/papers")


@blueprint.get("/<path:name>")
@open_to_all
def file(name: str) -> ResponseReturnValue:
    """Answer with a style sheet or a font of the papers, by exact name; browsers ask whether it changed."""
    found = _files().get(name)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return send_file(found, conditional=True)


@cache
def _files() -> dict[str, Path]:
    return dict(screen_files(paths.reports()))


def to_make(address: str, words: str) -> Link:
    """Return a link that makes a paper: a form, for the log tells of each one."""
    return Link(address, words, token=generate_csrf())


def made(content: PaperContent, name: str) -> Response:
    """Answer with a paper as a PDF under a name, made and sealed now; raises ReportError."""
    product.close_reading()
    pdf = issue_paper(product.office(), product.actor(), content)
    return send_file(BytesIO(pdf), mimetype=PDF, as_attachment=True, download_name=name)


def on_screen(content: bytes, *, back: Link, papers: Sequence[Link] = ()) -> Response:
    """Answer with a paper as a page; `back` leads to the service, `papers` to the same in other forms."""
    files = url_for("papers.file", name="report.css").removesuffix("report.css")
    screen = Screen(files=files, icon=asset("icon.svg"), back=back, papers=papers)
    templates = product.office().house.templates
    try:
        return make_response(screen_html(content, paths.reports(), screen=screen, templates=templates))
    except TemplateError as problem:
        message = f"The page could not be made: {place_of(problem)}{problem}. Tell whoever runs this service."
        raise ReportError(message) from problem


def shown(content: PaperContent, *, back: Link, printed: Link) -> Response:
    """Answer with a paper that is made now as a page; `printed` makes it as a PDF."""
    return on_screen(in_house(product.office(), content), back=back, papers=[printed])
