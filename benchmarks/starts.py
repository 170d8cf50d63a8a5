"""Starting: an empty database migrated, the first page on an existing one, and the memory with all warm."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.browsing import memory_mb
from benchmarks.figures import Figure, stopwatch
from benchmarks.service import READER, Service, signed_in
from riskapp.storage.database import Database
from riskapp.storage.migrations import upgrade

RUNS = 5
WARM = ("/", "/assessments", "/candidates", "/facts", "/compare", "/audit", "/audit/log", "/rubrics")


def figures(service: Service, folder: Path) -> Iterator[Figure]:
    """Yield the figures of starting."""
    database = Database(f"sqlite:///{folder / 'empty.sqlite'}")
    with stopwatch() as seconds:
        upgrade(database)
    database.dispose()
    yield Figure("an empty database migrated", seconds[0], "s", goal="3 or less")
    starts = []
    for _ in range(RUNS):
        with service.served() as (_, _, taken):
            starts.append(taken)
    yield Figure("first page after the start command", sorted(starts)[RUNS // 2], "s", goal="1.2 or less")
    with service.served() as (port, pid, _):
        browser = signed_in(port, READER)
        for path in WARM:
            browser.ask("GET", path)
        yield Figure("memory with everything warm", memory_mb(pid), "MiB", goal="200 or less")
