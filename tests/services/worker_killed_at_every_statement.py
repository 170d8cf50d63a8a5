"""A process that works off a job in children of its own, and kills the nth at its nth statement.

Usage: python worker_killed_at_every_statement.py DATABASE_URL FOLDER INSTANT
Each child comes when the lease of the one before has run out. It prints, after each child, how many reports
and entries about one there are and the status of the job, and ends when a child gets through.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select, update

from riskapp.domain.job import LEASE
from riskapp.services.work import Office
from riskapp.services.worker import Worker
from riskapp.storage.job_tables import job
from riskapp.storage.tables import issued_report, log_entry
from tests.conftest import Clock
from tests.reports_made import quickly_made
from tests.services.killed_at_every_statement import office_over


def an_office(url: str, folder: str, clock: Clock) -> Office:
    return office_over(url, Path(folder), clock)


def work_until_killed(office: Office, *, at: int) -> None:
    left = iter(range(at))

    def step(*call: Any) -> None:  # noqa: ANN401 (SQLAlchemy passes what it passes)
        del call
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(office.database.engine, name, step)
    with quickly_made():
        Worker(office, "killed").step()


def counts(office: Office) -> str:
    """Return the state in words, and let tries not be used up."""
    with office.operating() as connection:
        reports = connection.execute(select(func.count()).select_from(issued_report)).scalar_one()
        told = select(func.count()).select_from(log_entry).where(log_entry.c.action == "report.issued")
        entries = connection.execute(told).scalar_one()
        status = connection.execute(select(job.c.status)).scalar_one()
        connection.execute(update(job).values(tries=0))
    office.database.dispose()
    return f"{reports} {entries} {status}"


def main(url: str, folder: str, instant: str) -> None:
    clock = Clock()
    clock.instant = datetime.fromisoformat(instant)
    for at in range(1000):
        clock.advance(seconds=LEASE.total_seconds() + 1)
        child = os.fork()
        if child == 0:
            work_until_killed(an_office(url, folder, clock), at=at)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{counts(an_office(url, folder, clock))}\n")
        if status == 0:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
