"""The log at work: appends of eight writers, verification, and proofs at a million entries."""

import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from benchmarks.figures import Figure, median_ms
from riskapp import ambient
from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.ledger import Frontier, leaf_digest
from riskapp.sealing.keys import OwnKey
from riskapp.sealing.seal import Seal
from riskapp.services.log_export import export_log, prove_entry
from riskapp.services.log_keys import make_checkpoint
from riskapp.services.log_verification import verify_log
from riskapp.services.passwords import Passwords
from riskapp.services.work import Office
from riskapp.storage.database import Database
from riskapp.storage.files import FileStore
from riskapp.storage.keyring import Keyring
from riskapp.storage.log_tree import prove_consistency
from riskapp.storage.migrations import upgrade
from riskapp.storage.tables import log_entry, log_node

WRITERS = 8
SECONDS = 5
MILLION = 1_000_000
BATCH = 10_000


def office_over(url: str, folder: Path) -> Office:
    """Return an office over a fresh database."""
    office = Office(
        database=Database(url),
        files=FileStore(folder / "files"),
        keyring=Keyring(folder / "log", ambient.new_secret),
        seal=Seal(OwnKey(folder / "log" / "seal.pem", "riskapp", ambient.now)),
        passwords=Passwords(),
        now=ambient.now,
        new_id=ambient.new_id,
        new_secret=ambient.new_secret,
    )
    upgrade(office.database)
    return office


def append_figures(url: str, folder: Path, name: str) -> Iterator[Figure]:
    """Yield how many entries eight writers append a second, each in a transaction of its own."""
    office = office_over(url, folder)
    taken: list[float] = []
    deadline = time.perf_counter() + SECONDS

    def write() -> None:
        while (begin := time.perf_counter()) < deadline:
            with office.work(None, in_turn=False) as unit:
                unit.record("draft.saved", subject=("draft", "one"), payload={"rationale": "x" * 300})
                unit.commit()
            taken.append((time.perf_counter() - begin) * 1000)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    office.database.dispose()
    yield Figure(
        f"appends a second, {WRITERS} writers on {name}", len(taken) / SECONDS, "/s", goal="400 or more"
    )
    yield Figure(f"99th percentile of an append on {name}", statistics.quantiles(taken, n=100)[98], "ms")


def million_figures() -> Iterator[Figure]:
    """Yield what verification and proofs take at a million entries, in a database made for it."""
    with tempfile.TemporaryDirectory(prefix="riskapp-ledger-") as name:
        folder = Path(name)
        office = office_over(f"sqlite:///{folder / 'million.sqlite'}", folder)
        fill(office, MILLION)
        make_checkpoint(office)
        chosen = random.Random(1)
        numbers = count()
        with office.reading() as connection:
            yield Figure(
                "consistency proof at a million entries",
                median_ms(
                    lambda: prove_consistency(connection, chosen.randint(1, MILLION - 1), MILLION), runs=200
                ),
                "ms",
                goal="a few",
            )
        yield Figure(
            "inclusion proof at a million entries, from the use case",
            median_ms(lambda: prove_entry(office, 1 + next(numbers) * 4_999 % MILLION), runs=200),
            "ms",
            goal="a few",
        )
        begin = time.perf_counter()
        verdict = verify_log(office)
        seconds = time.perf_counter() - begin
        assert verdict.agrees, verdict.disagreements  # noqa: S101 (a figure of a wrong log is none)
        yield Figure("entries verified a second, of a million", verdict.entries / seconds, "/s")
        begin = time.perf_counter()
        with (folder / "log.zip").open("wb") as stream:
            export_log(office, stream, at=ambient.now())
        yield Figure("export of a million entries", time.perf_counter() - begin, "s")
        office.database.dispose()


def fill(office: Office, size: int) -> None:
    """Put entries and their nodes into an empty log, in pieces, without units of work."""
    frontier = Frontier()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for low in range(0, size, BATCH):
        rows, nodes = [], []
        for seq in range(low + 1, low + BATCH + 1):
            row = entry(seq, at + timedelta(seconds=seq))
            rows.append(row)
            nodes.append({"seq": seq, "hashes": b"".join(frontier.append(leaf_digest(row["body"])))})
        with office.database.writing() as connection:
            connection.execute(insert(log_entry), rows)
            connection.execute(insert(log_node), nodes)
            connection.commit()


def entry(seq: int, at: datetime) -> dict[str, Any]:
    """Return the row of an entry such as the save of a draft makes."""
    actor, assessment = f"{seq % 50:032x}", f"{seq % 9_999:032x}"
    body = {
        "seq": seq,
        "at": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "actor": actor,
        "action": "draft.saved",
        "subject": {"kind": "draft", "id": "one"},
        "assessment": assessment,
        "details": {"payload": {"rationale": "x" * 200}},
    }
    return {
        "seq": seq,
        "at": at,
        "actor_id": actor,
        "action": "draft.saved",
        "subject_kind": "draft",
        "subject_id": "one",
        "assessment_id": assessment,
        "body": canonical_bytes(body),
    }
