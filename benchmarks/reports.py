"""Reports: making the typical one beside bare WeasyPrint, and serving an issued one."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, median_ms
from benchmarks.floors import chromium_seconds, peak_megabytes, weasyprint_seconds
from benchmarks.service import READER, Service, signed_in
from riskapp import bootstrap, paths
from riskapp.domain.authority import Actor, Role
from riskapp.domain.life_cycle import Stage
from riskapp.reporting.page import report_html
from riskapp.reporting.render import render_pdf
from riskapp.services.reports import issue_report
from riskapp.settings import read_settings
from riskapp.storage.assessment_lists import AssessmentFilters, assessment_rows
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
    with service.served() as (port, _, _):
        browser = signed_in(port, READER)
        path = f"/assessments/{assessment}/report.pdf"
        value = median_ms(lambda: browser.ask("GET", path))
        yield Figure("an issued report, to its last byte", value, "ms", goal="10 or less")
