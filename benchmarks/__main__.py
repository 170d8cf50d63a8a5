"""`make bench`: every figure beside a floor of the same run, on data that it makes and takes away again."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import floors, ledger, pages, rankings, reports, saves, starts
from benchmarks.figures import Figure
from benchmarks.service import prepare
from tests.postgresql import DURABLE, connect, stop


def main() -> None:
    """Measure and print; nothing is judged."""
    with tempfile.TemporaryDirectory(prefix="riskapp-bench-") as name:
        folder = Path(name)
        transaction, page = floors.transaction_ms(folder), floors.page_ms()
        print(f"floors of this run: bare transaction {transaction:.2f} ms, bare page {page:.2f} ms\n")
        service = prepare(folder / "small")
        show(starts.figures(service, folder))
        show(reports.figures(service, folder))
        show(rankings.figures())
        show(saves.figures(service, "SQLite"))
        with postgresql(folder / "server") as url:
            show(saves.figures(prepare(folder / "postgresql", url), "PostgreSQL"))
        show(ledger.append_figures(f"sqlite:///{folder / 'appends.sqlite'}", folder, "SQLite"))
        with postgresql(folder / "another") as url:
            show(ledger.append_figures(url, folder, "PostgreSQL"))
        show(ledger.million_figures())
        large = prepare(folder / "large")
        url = f"sqlite:///{folder / 'large' / 'riskapp.sqlite'}"
        show(pages.figures(large, url, bare_page=page, bare_transaction=transaction))
        print(pages.size_line(folder / "large"))


def show(figures: Iterable[Figure]) -> None:
    """Print each figure as soon as it is taken."""
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
