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
from urllib.parse import urljoin

import weasyprint
from fontTools.ttLib import TTFont
from jinja2 import TemplateError
from weasyprint.text.ffi import pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

from riskapp import paths
from riskapp.reporting.enclosures import Enclosure
from riskapp.reporting.page import report_html
from riskapp.reporting.papers import paper_of
from riskapp.reporting.tagging import finish

_BASE = "reports:///"
_FILES = {
    "report.css": "text/css",
    "draft.css": "text/css",
    "lists.css": "text/css",
    "one-page.css": "text/css",
    "fonts/PublicSans-Regular.woff2": "font/woff2",
    "fonts/PublicSans-Italic.woff2": "font/woff2",
    "fonts/PublicSans-SemiBold.woff2": "font/woff2",
    "fonts/PublicSans-Bold.woff2": "font/woff2",
}


class DocumentError(Exception):
    """The document could not be made as it should be; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class PdfDocument:
    """A finished PDF, its number of pages, and the versions that made it."""

    pdf: bytes
    pages: int
    toolchain: str


class LockedFetcher:
    """Serves the files of the report by exact name, and nothing else in the world."""

    def __init__(self, reports: Path) -> None:
        """Read every file at once; later calls touch no disk."""
        self._files = {urljoin(_BASE, name): (reports / name).read_bytes() for name in _FILES}
        self._types = {urljoin(_BASE, name): media_type for name, media_type in _FILES.items()}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the named file; anything else is noted and stops the rendering."""
        del headers
        if url not in self._files:
            self.refused.append(url)
            message = f"refused: {url[:200]}"
            raise FatalURLFetchingError(message)
        return URLFetcherResponse(url, self._files[url], {"Content-Type": self._types[url]})

    __call__ = fetch


def make_document(snapshot: bytes, enclosures: Sequence[Enclosure] = ()) -> PdfDocument:
    """Return the PDF of a snapshot given as canonical bytes; it carries the snapshot and the enclosures.

    Raises DocumentError where a template and the snapshot do not fit, where anything outside the
    report's own files is asked for, and where WeasyPrint warns.
    """
    reports = paths.reports()
    content = json.loads(snapshot)
    glyphs = _glyphs(reports / "fonts" / "PublicSans-Regular.woff2")
    try:
        html = report_html(snapshot, reports, has_glyph=glyphs.__contains__)
    except TemplateError as problem:
        message = f"the templates and the snapshot do not fit: {problem}."
        raise DocumentError(message) from problem
    fetcher = LockedFetcher(reports)
    fonts = FontConfiguration()
    with _warnings() as warned:
        try:
            document = weasyprint.HTML(string=html, base_url=_BASE, url_fetcher=fetcher).render(
                font_config=fonts
            )
            pdf = _written(document, snapshot, content, enclosures=enclosures)
        except FatalURLFetchingError as refused:
            message = f"it asked for something outside the report ({refused})."
            raise DocumentError(message) from refused
    if fetcher.refused or warned:
        message = f"the renderer complained: {'; '.join([*fetcher.refused, *warned][:5])}."
        raise DocumentError(message)
    return PdfDocument(pdf, len(document.pages), toolchain(reports))


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


def _glyphs(font: Path) -> frozenset[str]:
    with TTFont(font, lazy=True) as face:
        return frozenset(map(chr, face.getBestCmap()))


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


def toolchain(reports: Path) -> str:
    """Return in one line what decides the bytes of a PDF beside the snapshot: versions and fonts."""
    packed = int(pango.pango_version())
    pango_version = f"{packed // 10000}.{packed // 100 % 100}.{packed % 100}"
    fonts = hashlib.sha256()
    for name in sorted(_FILES):
        fonts.update((reports / name).read_bytes())
    python = ".".join(str(part) for part in sys.version_info[:3])
    return (
        f"weasyprint {weasyprint.__version__}, pango {pango_version}, python {python}, "
        f"zlib {zlib.ZLIB_RUNTIME_VERSION}, styles and fonts sha256:{fonts.hexdigest()[:16]}"
    )
