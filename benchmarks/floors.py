"""The floors that figures stand beside: a bare transaction, a bare page, bare WeasyPrint on the same HTML."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.browsing import Browser, free_port, serving
from benchmarks.figures import median_ms

BARE_REPORT = """
import sys
from pathlib import Path
from weasyprint import HTML
html = Path(sys.argv[1]).read_text(encoding="utf-8")
HTML(string=html, base_url=sys.argv[2]).write_pdf()
"""


def transaction_ms(folder: Path) -> float:
    """Return the median of one durable insert in SQLite with nothing around it."""
    connection = sqlite3.connect(folder / "floor.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, body TEXT)")

    def insert() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bare (body) VALUES (?)", ("x" * 400,))
        connection.execute("COMMIT")

    try:
        return median_ms(insert, runs=200)
    finally:
        connection.close()


def page_ms() -> float:
    """Return the median of a page of the same framework and server without a database."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.floor_server", str(port)]
    with serving(command, port, settings={}, path="/"):
        browser = Browser(port)
        return median_ms(lambda: browser.ask("GET", "/"), runs=200)


def weasyprint_seconds(html: Path, reports: Path) -> float:
    """Return the wall seconds of a fresh process that imports WeasyPrint and renders the HTML, no more."""
    begin = time.perf_counter()
    command = [sys.executable, "-c", BARE_REPORT, str(html), f"{reports.as_uri()}/"]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begin


def chromium_seconds(html: Path, reports: Path, folder: Path) -> float:
    """Return the wall seconds that headless Chromium takes for the same HTML; its PDF is no archive."""
    page = folder / "beside.html"
    based = html.read_text(encoding="utf-8").replace("<head>", f'<head><base href="{reports.as_uri()}/">', 1)
    page.write_text(based, encoding="utf-8")
    begin = time.perf_counter()
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'chromium'}",
    ]
    subprocess.run(
        [*command, f"--print-to-pdf={folder / 'beside.pdf'}", page.as_uri()], check=True, capture_output=True
    )
    return time.perf_counter() - begin


def peak_megabytes(code: str, given: bytes) -> float:
    """Return the largest memory in MB of any process that some Python code starts and waits for."""
    said = "import resource; print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{said}"], input=given, capture_output=True, check=True
    )
    return int(done.stdout.split()[-1]) / 1024
