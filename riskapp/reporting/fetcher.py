"""The only door through which a document reaches files: a list of names, read beforehand."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urljoin

from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

from riskapp.reporting.faces import OTHERS, OURS

BASE = "reports:///"

STYLES = ("report.css", "draft.css", "lists.css", "one-page.css")

Files = Mapping[str, tuple[str, bytes]]
"""Media type and bytes by name."""


def files_of(reports: Path) -> dict[str, tuple[str, bytes]]:
    """Return the styles and fonts of the folder of reports that a document may load."""
    found = {name: ("text/css", (reports / name).read_bytes()) for name in STYLES}
    names = [f"fonts/{name}.woff2" for name in (*OURS, *OTHERS)]
    return found | {name: ("font/woff2", (reports / name).read_bytes()) for name in names}


class LockedFetcher:
    """Serves files by exact name, and nothing else in the world."""

    def __init__(self, files: Files) -> None:
        """Serve these; no call touches disk or network."""
        self._files = {urljoin(BASE, name): found for name, found in files.items()}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the named file; anything else is noted and stops the rendering."""
        del headers
        if url not in self._files:
            self.refused.append(url)
            message = f"refused: {url[:200]}"
            raise FatalURLFetchingError(message)
        media_type, content = self._files[url]
        return URLFetcherResponse(url, content, {"Content-Type": media_type})

    __call__ = fetch
