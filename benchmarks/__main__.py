"""`make bench`: every figure beside a floor of the same run, on data that it makes and takes away again."""

import argparse
import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import contenders, desk, floors, ledger, pages, rankings, reports, saves, starts
from benchmarks.figures import Figure
from benchmarks.service import prepare
from tests.postgresql import DURABLE, connect, stop


def main() -> None:
    """Measure and print; nothing is judged.

    Making and indexing 100,000 assessments takes longer than all measuring, so they are asked for.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--largest", type=int, default=10_000, help="most assessments that pages are measured with"
    )
    largest = parser.parse_args().largest
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="riskapp-bench-") as name:
        folder = Path(name)
        transaction, page = floors.transaction_ms(folder), floors.page_ms()
        print(f"floors at the start: bare transaction {transaction:.2f} ms, bare page {page:.2f} ms")
        service = prepare(folder / "small")
        show("Starting", starts.figures(service, folder))
        show("Reports", reports.figures(service, folder))
        show("Order and robustness", rankings.figures())
        show("Comparison", contenders.figures(prepare(folder / "compared")))
        show("Saves, SQLite", saves.figures(service, "SQLite"))
        show("A round of eight, SQLite", saves.team_figures(service, "SQLite"))
        with postgresql(folder / "server") as url:
            beside = prepare(folder / "postgresql", url)
            show("Saves, PostgreSQL", saves.figures(beside, "PostgreSQL"))
            show("A round of eight, PostgreSQL", saves.team_figures(beside, "PostgreSQL"))
        show("The log", ledger.append_figures(f"sqlite:///{folder / 'appends.sqlite'}", folder, "SQLite"))
        with postgresql(folder / "another") as url:
            show("The log, PostgreSQL", ledger.append_figures(url, folder, "PostgreSQL"))
        show("A million entries", ledger.million_figures())
        large = prepare(folder / "large")
        url = f"sqlite:///{folder / 'large' / 'riskapp.sqlite'}"
        show("Pages", pages.figures(large, url, folder, largest=largest))
        show("The auditor's desk", desk.figures(large))
        print(f"\n{pages.size_line(folder / 'large')}")
    print(f"measured in {(time.perf_counter() - begin) / 60:.0f} minutes on {machine()}")


def machine() -> str:
    """Return what the figures were taken on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    python, system = platform.python_version(), platform.system()
    kind = names[0] if names else platform.machine()
    return f"{os.cpu_count()} cores of {kind}, {system}, Python {python}, SQLite {sqlite3.sqlite_version}"


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print each figure as soon as it is taken, under the title of its table."""
    print(f"\n{title}")
    for figure in figures:
        print(figure.line(), flush=True)


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Yield the address of a fresh database of a server that keeps what it acknowledges.

    As root the server runs as another user, who has to reach its folder.
    """
    folder.parent.chmod(0o711)
    folder.mkdir()
    server = connect(folder, "bench", settings=DURABLE)
    try:
        with server.fresh_database(migrated=False) as url:
            yield url
    finally:
        server.dispose()
        stop(folder)


if __name__ == "__main__":
    main()
