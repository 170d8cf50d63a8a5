"""Pages and saves of a single client, over growing data."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.browsing import Browser
from benchmarks.figures import Figure, median_ms
from benchmarks.population import populate, size_of
from benchmarks.service import READER, Service, assessor, criteria, signed_in

SIZES = (100, 10_000, 100_000)
HTTP_OK = 200


class RefusedError(Exception):
    """A page did not answer as it should; the message names it."""


def figures(service: Service, url: str, *, bare_page: float, bare_transaction: float) -> Iterator[Figure]:
    """Yield the figures of pages and of one save at every size."""
    for size in SIZES:
        populate(url, assessments=size)
        with service.served() as (port, _, _):
            reader = signed_in(port, READER)
            for name, path in _pages(reader, size):
                value = median_ms(partial(_get, reader, path))
                goal = "30 or less" if name.startswith("one") else "15 or less"
                label = f"{name}, {size:,} assessments"
                yield Figure(label, value, "ms", floor=bare_page, floor_name="bare page", goal=goal)
            sheet = Sheet(signed_in(port, assessor(0)), service.sheets[0])
            value = median_ms(sheet.save, runs=100)
            label = f"save one field, {size:,} assessments"
            yield Figure(
                label, value, "ms", floor=bare_transaction, floor_name="bare transaction", goal="8 or less"
            )


def _pages(reader: Browser, size: int) -> list[tuple[str, str]]:
    first = _get(reader, "/assessments")
    found = re.findall(rb'href="/assessments/([0-9a-f]{32})"', first)
    submitted = re.findall(rb'href="/assessments/([0-9a-f]{32})"', _get(reader, "/assessments?stage=decided"))
    shown = (submitted or found)[0].decode()
    return [
        ("home page", "/"),
        ("list page, the first", "/assessments"),
        ("list page, in the middle", f"/assessments?before={size // 2}"),
        ("list page, the last", "/assessments?before=26"),
        ("list page, one stage", "/assessments?stage=in-review"),
        ("one assessment with all answers", f"/assessments/{shown}"),
    ]


def _get(browser: Browser, path: str) -> bytes:
    status, body = browser.ask("GET", path)
    if status != HTTP_OK:
        message = f"{path} answered {status}"
        raise RefusedError(message)
    return body


class Sheet:
    """One assessor's score sheet, saved field by field as the page's own script does."""

    def __init__(self, browser: Browser, assessment: str) -> None:
        """Open the sheet; every save changes the rationale of one criterion after the other."""
        self._browser = browser
        self._assessment = assessment
        self._token = browser.token(f"/assessments/{assessment}/sheet/{criteria()[0][0]}")
        self._versions = dict.fromkeys((each for _, each in criteria()), 0)
        self.saved: dict[str, str] = {}
        self._count = 0

    def save(self) -> None:
        """Save one more field; raises RefusedError where the service does not acknowledge it."""
        places = criteria()
        dimension, criterion = places[self._count % len(places)]
        self._count += 1
        text = f"Version {self._count} of what the assessor found, in a sentence of ordinary length."
        path = f"/assessments/{self._assessment}/sheet/{dimension}/{criterion}"
        form = {
            "csrf_token": self._token,
            f"{criterion}.version": str(self._versions[criterion]),
            f"{criterion}.rationale": text,
        }
        status, body = self._browser.ask("POST", path, form, {"HX-Request": "true"})
        if status != HTTP_OK:
            message = f"{path} answered {status}: {body[:300]!r}"
            raise RefusedError(message)
        self._versions[criterion] += 1
        self.saved[criterion] = text

    @property
    def acknowledged(self) -> int:
        """Return how many saves were acknowledged."""
        return sum(self._versions.values())


def size_line(folder: Path) -> str:
    """Return in words how much the data of the service takes on disk."""
    return f"data on disk: {size_of(folder) / 1e6:,.0f} MB"
