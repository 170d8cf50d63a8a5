"""Reports: making the typical one beside bare WeasyPrint, and serving an issued one."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, median_ms
from benchmarks.floors import chromium_seconds, peak_megabytes, weasyprint_seconds
from benchmarks.service import READER, Service, add_user_called, signed_in, worked_example
from riskapp import bootstrap, paths
from riskapp.cli.server import at_work
from riskapp.domain.authority import Actor, Role
from riskapp.domain.decision import Decide
from riskapp.domain.life_cycle import Stage
from riskapp.domain.scores import Recommendation
from riskapp.reporting.page import report_html
from riskapp.reporting.render import render_pdf
from riskapp.services.decisions import decide
from riskapp.services.reports import issue_report
from riskapp.settings import read_settings
from riskapp.storage.assessment_lists import AssessmentFilters, assessment_rows
from riskapp.storage.jobs import queue_state
from riskapp.storage.reports import canonical_snapshot, snapshots

RUNS = 5
ONE = "import sys; from riskapp.reporting.render import render_pdf; render_pdf(sys.stdin.buffer.read())"
EVERYBODY = Actor("nobody", "", frozenset(Role))


def figures(service: Service, folder: Path) -> Iterator[Figure]:
    """Yield the figures of the report on the first decided assessment of the worked example."""
    with bootstrap.open_office(read_settings(service.settings)) as office:
        with office.reading() as connection:
            decided = AssessmentFilters(stage=Stage.DECIDED.value)
            assessment = assessment_rows(connection, EVERYBODY, decided).items[-1].id
            canonical = canonical_snapshot(connection, snapshots(connection, assessment)[-1].digest)
        issued = issue_report(office, None, assessment)
    page = folder / "report.html"
    page.write_text(report_html(canonical, paths.reports(), has_glyph=lambda _: True), encoding="utf-8")
    ours, bare, beside = [], [], []
    for _ in range(RUNS):
        beside.append(chromium_seconds(page, paths.reports(), folder))
        bare.append(weasyprint_seconds(page, paths.reports()))
        begin = time.perf_counter()
        render_pdf(canonical)
        ours.append(time.perf_counter() - begin)
    label = f"the typical report, {issued.pages} pages, {issued.size / 1000:.0f} kB"
    floor = statistics.median(bare)
    yield Figure(
        label, statistics.median(ours), "s", floor=floor, floor_name="bare WeasyPrint", goal="1.3 x or less"
    )
    yield Figure(
        "the same HTML printed by headless Chromium",
        statistics.median(beside),
        "s",
        floor=floor,
        floor_name="bare WeasyPrint",
    )
    yield Figure(
        "memory of the process that renders it", peak_megabytes(ONE, canonical), "MB", goal="150 or less"
    )
    yield from rates(folder)
    with service.served() as (port, _, _):
        browser = signed_in(port, READER)
        path = f"/assessments/{assessment}/report.pdf"
        value = median_ms(lambda: browser.ask("HEAD", path))
        yield Figure("an issued report, to its first byte", value, "ms", goal="10 or less")
        value = median_ms(lambda: browser.ask("GET", path))
        yield Figure("an issued report, to its last byte", value, "ms", goal="10 or less")


def rates(folder: Path) -> Iterator[Figure]:
    """Yield how many reports one worker and two issue."""
    for workers in (1, 2):
        rate = reports_a_minute(folder / f"worked-off-by-{workers}", workers)
        label = f"reports that {workers} {'worker' if workers == 1 else 'workers'} of one process issue"
        yield Figure(label, rate, "a minute")


def reports_a_minute(folder: Path, workers: int) -> float:
    """Return how many of the reports of the worked example so many workers issue in a minute."""
    with worked_example({"RISKAPP_DATA": str(folder)}) as office:
        approver = add_user_called(office, READER, Role.APPROVER)
        with office.reading() as connection:
            reviewed = AssessmentFilters(stage=Stage.IN_REVIEW.value)
            waiting = assessment_rows(connection, EVERYBODY, reviewed).items
        for each in waiting:
            decide(office, approver, each.id, Decide(outcome=Recommendation.REJECT, reason="To measure."))
        with office.reading() as connection:
            count = queue_state(connection, office.now()).waiting
        begin = time.perf_counter()
        with at_work(office, workers):
            while True:
                with office.reading() as connection:
                    left = queue_state(connection, office.now())
                if not left.waiting + left.running:
                    return 60 * count / (time.perf_counter() - begin)
                time.sleep(0.05)
