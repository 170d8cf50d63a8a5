"""Reports without the renderer, for tests of what is done around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from unittest.mock import patch

from riskapp.reporting.render import RenderedReport, ReportError
from riskapp.services.work import Office
from riskapp.services.worker import Worker
from tests.sealing.seals import small_pdf


def quick_pdf(snapshot: bytes, **_options: object) -> RenderedReport:
    """Return what stands for the PDF of a snapshot: equal for equal snapshots, and it can be sealed."""
    pdf = small_pdf(sha256(snapshot).hexdigest())
    return RenderedReport(pdf=pdf, sha256=sha256(pdf).hexdigest(), pages=1, toolchain="none")


@contextmanager
def quickly_made(broken: int = 0) -> Iterator[list[bytes]]:
    """Make reports at once, after so many that break at their limit; yields the snapshots asked for."""
    asked: list[bytes] = []

    def make(snapshot: bytes, **_options: object) -> RenderedReport:
        asked.append(snapshot)
        if len(asked) <= broken:
            message = "The report used more than 60 seconds of processor time and was stopped."
            raise ReportError(message)
        return quick_pdf(snapshot)

    with patch("riskapp.services.reports.render_pdf", make):
        yield asked


def work_off(office: Office) -> int:
    """Do everything that is due now, and return how many jobs that took."""
    worker, count = Worker(office, "the worker of a test"), 0
    while worker.step():
        count += 1
    return count
