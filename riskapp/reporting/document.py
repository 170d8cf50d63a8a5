"""HTML to PDF by WeasyPrint, without network and without files other than those named here.

Imported in the child process only: the web process never loads WeasyPrint.
"""

import hashlib
import json
import logging
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import weasyprint
from jinja2 import TemplateError
from weasyprint.text.ffi import pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

from riskapp import paths
from riskapp.reporting.enclosures import Enclosure
from riskapp.reporting.faces import Faces
from riskapp.reporting.fetcher import BASE, LockedFetcher, files_of
from riskapp.reporting.house import PLAIN, House, look_of
from riskapp.reporting.page import place_of, report_html
from riskapp.reporting.papers import paper_of
from riskapp.reporting.tagging import finish


class DocumentError(Exception):
    """The document could not be made as it should be; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class PdfDocument:
    """A finished PDF, its number of pages, and the versions that made it."""

    pdf: bytes
    pages: int
    toolchain: str


def make_document(snapshot: bytes, enclosures: Sequence[Enclosure] = (), house: House = PLAIN) -> PdfDocument:
    """Return the PDF of a snapshot given as canonical bytes; it carries the snapshot and the enclosures.

    Templates and styles of the house win over ours; its colours and logo are those that the snapshot froze.

    Raises DocumentError where a template and the snapshot do not fit, where anything outside the
    report's own files is asked for, and where WeasyPrint warns.
    """
    reports = paths.reports()
    content = json.loads(snapshot)
    faces = Faces(reports / "fonts")
    try:
        html = report_html(snapshot, reports, has_glyph=faces.print, templates=house.templates)
    except TemplateError as problem:
        message = f"the templates and the snapshot do not fit: {place_of(problem)}{problem}."
        raise DocumentError(message) from problem
    fetcher = LockedFetcher(files_of(reports) | _look(content, house))
    fonts = FontConfiguration()
    with _warnings() as warned:
        try:
            more = weasyprint.CSS(
                string=faces.styles(), base_url=BASE, url_fetcher=fetcher, font_config=fonts
            )
            document = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=fetcher).render(
                font_config=fonts, stylesheets=[more]
            )
            pdf = _written(document, snapshot, content, enclosures=enclosures)
        except FatalURLFetchingError as refused:
            message = f"it asked for something outside the report ({refused})."
            raise DocumentError(message) from refused
    if fetcher.refused or warned:
        said = "; ".join([*fetcher.refused, *warned][:5]).rstrip(".")
        message = f"the renderer complained, of house.css or of a style in a template: {said}."
        raise DocumentError(message)
    return PdfDocument(pdf, len(document.pages), toolchain(reports, house))


def _look(content: Mapping[str, Any], house: House) -> dict[str, tuple[str, bytes]]:
    """Return the files that give a document the look of its house; raises DocumentError."""
    try:
        styles, logo = look_of(content)
    except ValueError as problem:
        raise DocumentError(f"{problem}.") from problem
    found = {"house.css": ("text/css", (styles + house.styles).encode())}
    return found if logo is None else found | {"house-logo": logo}


def _written(
    document: weasyprint.Document,
    snapshot: bytes,
    content: Mapping[str, Any],
    *,
    enclosures: Sequence[Enclosure],
) -> bytes:
    """Return the PDF with everything that it carries; a reader looks its files up by name, in order."""
    paper, made_at = paper_of(content), datetime.fromisoformat(content["made"]["at"])
    source = Enclosure(
        name=paper.attachment,
        media_type="application/json",
        relationship="Source",
        description=paper.description,
        content=snapshot,
    )
    carried = sorted((source, *enclosures), key=lambda each: each.name)
    written: bytes = document.write_pdf(
        pdf_variant="pdf/a-3a",
        pdf_identifier=hashlib.sha256(snapshot).digest()[:16],
        attachments=[_attached(each, made_at) for each in carried],
        finisher=finish,
    )
    return written


def _attached(enclosure: Enclosure, made_at: datetime) -> weasyprint.Attachment:
    def served(url: str) -> URLFetcherResponse:
        return URLFetcherResponse(url, enclosure.content, {"Content-Type": enclosure.media_type})

    return weasyprint.Attachment(
        url=f"enclosed:{enclosure.name}",
        url_fetcher=served,
        name=enclosure.name,
        description=enclosure.description,
        created=made_at,
        modified=made_at,
        relationship=enclosure.relationship,
    )


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Collect what WeasyPrint says at level warning and above; as a library it would say it to nobody."""
    collected: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            collected.append(record.getMessage())

    handler = Collector(logging.WARNING)
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    try:
        yield collected
    finally:
        logger.removeHandler(handler)


def toolchain(reports: Path, house: House = PLAIN) -> str:
    """Return in one line what decides the bytes of a PDF beside the snapshot: versions, templates, fonts."""
    packed = int(pango.pango_version())
    pango_version = f"{packed // 10000}.{packed // 100 % 100}.{packed % 100}"
    files = hashlib.sha256()
    for path in sorted((*reports.rglob("*.html"), *reports.rglob("*.css"), *reports.rglob("*.woff2"))):
        files.update(path.read_bytes())
    for text in (*(house.templates[name] for name in sorted(house.templates)), house.styles):
        files.update(text.encode())
    python = ".".join(str(part) for part in sys.version_info[:3])
    return (
        f"weasyprint {weasyprint.__version__}, pango {pango_version}, python {python}, "
        f"zlib {zlib.ZLIB_RUNTIME_VERSION}, templates, styles and fonts sha256:{files.hexdigest()[:16]}"
    )
