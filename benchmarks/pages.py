"""Pages and saves of a single client, over growing data."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.browsing import Browser
from benchmarks.figures import Figure, median_ms
from benchmarks.floors import page_ms, transaction_ms
from benchmarks.population import populate, size_of
from benchmarks.service import READER, Service, assessor, criteria, signed_in

SIZES = (100, 10_000, 100_000)
RUNS = 30
HTTP_OK = 200


class RefusedError(Exception):
    """A page did not answer as it should; the message names it."""


def figures(service: Service, url: str, folder: Path, *, largest: int) -> Iterator[Figure]:
    """Yield the figures of pages and of one save at every size up to the largest.

    The reader sees everything; the assessor has one assessment of their own among all the others. Floors are
    taken anew at each size, for the machine may have slowed down since the last.
    """
    for place, size in enumerate(each for each in SIZES if each <= largest):
        populate(url, assessments=size)
        bare_page, bare_transaction = page_ms(), transaction_ms(folder)
        with service.served() as (port, _, _):
            reader, own = signed_in(port, READER), signed_in(port, assessor(place))
            asked = [(reader, *each) for each in _pages(reader, size)]
            asked += [(own, *each) for each in OF_ONE_ASSESSOR]
            for browser, name, path in asked:
                value = median_ms(partial(get_page, browser, path), runs=RUNS, warm=3)
                goal = GOALS.get(name, "15 or less")
                label = f"{name}, {size:,} assessments"
                yield Figure(label, value, "ms", floor=bare_page, floor_name="bare page", goal=goal)
            sheet = Sheet(own, service.sheets[place])
            value = median_ms(sheet.save, runs=100)
            label = f"save one field, {size:,} assessments"
            yield Figure(
                label, value, "ms", floor=bare_transaction, floor_name="bare transaction", goal="8 or less"
            )


def _pages(reader: Browser, size: int) -> list[tuple[str, str]]:
    first = get_page(reader, "/assessments")
    found = re.findall(rb'href="/assessments/([0-9a-f]{32})"', first)
    submitted = re.findall(
        rb'href="/assessments/([0-9a-f]{32})"', get_page(reader, "/assessments?stage=decided")
    )
    shown = (submitted or found)[0].decode()
    return [
        ("home page", "/"),
        ("list page, the first", "/assessments"),
        ("list page, in the middle", f"/assessments?before={size // 2}"),
        ("list page, the last", "/assessments?before=26"),
        ("list page, a common stage", "/assessments?stage=in-review"),
        ("list page, a stage that nothing is in", "/assessments?stage=sent-back"),
        ("list page, a text that nothing has", "/assessments?text=zzz"),
        ("list page, one reference", "/assessments?text=RA-0007"),
        ("portfolio", "/portfolio"),
        ("what lapses next", "/digest"),
        ("open conditions", "/conditions"),
        ("comparison of five candidates", "/compare"),
        ("one assessment with all answers", f"/assessments/{shown}"),
    ]


OF_ONE_ASSESSOR = (
    ("an assessor's home page", "/"),
    ("an assessor's list", "/assessments"),
    ("an assessor's list, one stage", "/assessments?stage=in-progress"),
)
GOALS = {
    "one assessment with all answers": "30 or less",
    "home page": "30 or less",
    "what lapses next": "100 or less",
    "comparison of five candidates": "100 or less",
}


def get_page(browser: Browser, path: str) -> bytes:
    """Return the body of a page; raises RefusedError for any other answer."""
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
