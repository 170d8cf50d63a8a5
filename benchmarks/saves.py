"""Eight assessors who save at once: acknowledged saves a second, and whether any was lost.

Each on an assessment of their own, and all eight as the team of one.
"""

import statistics
import threading
import time
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.pages import RefusedError, Sheet
from benchmarks.service import CLIENTS, Service, assessor, signed_in
from riskapp import bootstrap
from riskapp.settings import read_settings
from riskapp.storage.sheets import drafts
from riskapp.storage.users import secret_of

SECONDS = 10
SECONDS_OF_A_TEAM = 60


def figures(service: Service, name: str) -> Iterator[Figure]:
    """Yield the figures of eight clients at once, each on an assessment of their own."""
    label = f"{CLIENTS} clients on {name}"
    yield from _figures(service, label, service.sheets, seconds=SECONDS)


def team_figures(service: Service, name: str) -> Iterator[Figure]:
    """Yield the figures of eight assessors of one assessment who save at once for a minute."""
    label = f"a team of {CLIENTS} on {name}"
    yield from _figures(service, label, (service.team,) * CLIENTS, seconds=SECONDS_OF_A_TEAM)


def _figures(service: Service, label: str, assessments: tuple[str, ...], *, seconds: int) -> Iterator[Figure]:
    """Yield saves a second, the 99th percentile, errors and lost updates."""
    with service.served() as (port, _, _):
        sheets = [
            Sheet(signed_in(port, assessor(number)), assessment)
            for number, assessment in enumerate(assessments)
        ]
        begin = sum(sheet.acknowledged for sheet in sheets)
        taken, errors = _together(sheets, seconds)
        saves = sum(sheet.acknowledged for sheet in sheets) - begin
    yield Figure(f"acknowledged saves a second, {label}", saves / seconds, "/s", goal="400 or more")
    yield Figure(f"99th percentile of a save, {label}", statistics.quantiles(taken, n=100)[98], "ms")
    yield Figure(f"errors, {label}", errors, "", goal="0")
    yield Figure(f"lost updates, {label}", _lost(service, sheets, assessments), "", goal="0")


def _together(sheets: list[Sheet], seconds: int) -> tuple[list[float], int]:
    taken: list[float] = []
    errors: list[str] = []
    deadline = time.perf_counter() + seconds

    def work(sheet: Sheet) -> None:
        while time.perf_counter() < deadline:
            begin = time.perf_counter()
            try:
                sheet.save()
            except (RefusedError, OSError) as error:
                errors.append(str(error))
                return
            taken.append((time.perf_counter() - begin) * 1000)

    threads = [threading.Thread(target=work, args=(sheet,)) for sheet in sheets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in errors[:3]:
        print(f"    {error}")
    return taken, len(errors)


def _lost(service: Service, sheets: list[Sheet], assessments: tuple[str, ...]) -> int:
    """Return how many criteria do not hold what was acknowledged last."""
    lost = 0
    with bootstrap.open_office(read_settings(service.settings)) as office, office.reading() as connection:
        for number, (sheet, assessment) in enumerate(zip(sheets, assessments, strict=True)):
            secret = secret_of(connection, assessor(number))
            kept = drafts(connection, assessment, secret.user_id if secret else "")
            lost += sum(kept[each].payload.get("rationale") != text for each, text in sheet.saved.items())
    return lost
