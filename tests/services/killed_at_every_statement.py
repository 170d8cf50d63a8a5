"""A process that decides on an assessment in children of its own, and kills the nth at its nth statement.

Usage: python killed_at_every_statement.py DATABASE_URL FOLDER ASSESSMENT_ID APPROVER_ID
It prints, after each child, how many rows each table of the act holds, and ends when a child gets through.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select

from riskapp import ambient
from riskapp.domain.authority import Actor, Role
from riskapp.sealing.keys import OwnKey
from riskapp.sealing.seal import Seal
from riskapp.services.decisions import decide
from riskapp.services.passwords import Passwords
from riskapp.services.work import Office
from riskapp.storage.database import Database
from riskapp.storage.files import FileStore
from riskapp.storage.keyring import Keyring
from riskapp.storage.tables import metadata
from tests.services.test_decisions import CONDITIONAL

TABLES = ("decision", "decision_condition", "snapshot", "job", "log_entry", "log_node", "log_checkpoint")


def office_over(url: str, folder: Path, now: Callable[[], datetime] = ambient.now) -> Office:
    return Office(
        database=Database(url),
        files=FileStore(folder / "files"),
        keyring=Keyring(folder / "log", ambient.new_secret),
        seal=Seal(OwnKey(folder / "log" / "seal.pem", "riskapp", now)),
        passwords=Passwords(),
        now=now,
        new_id=ambient.new_id,
        new_secret=ambient.new_secret,
    )


def decide_until_killed(office: Office, assessment_id: str, approver_id: str, *, at: int) -> None:
    left = iter(range(at))

    def step(*call: Any) -> None:  # noqa: ANN401 (SQLAlchemy passes what it passes)
        del call
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(office.database.engine, name, step)
    decide(office, Actor(approver_id, "Ines", frozenset({Role.APPROVER})), assessment_id, CONDITIONAL)


def counts(office: Office) -> str:
    with office.reading() as connection:
        found = [
            connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()
            for name in TABLES
        ]
    office.database.dispose()
    return " ".join(str(each) for each in found)


def main(url: str, folder: str, assessment_id: str, approver_id: str) -> None:
    for at in range(1000):
        child = os.fork()
        if child == 0:
            office = office_over(url, Path(folder))
            decide_until_killed(office, assessment_id, approver_id, at=at)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{counts(office_over(url, Path(folder)))}\n")
        if status == 0:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
