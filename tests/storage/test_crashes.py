"""Whatever moment a process is killed at, a change and its entry are both there or both not."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from riskapp.services.work import Office
from riskapp.storage.tables import log_entry, sign_in_failure

WRITER = Path(__file__).with_name("interrupted_writer.py")
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("moment", ["before-entry", "after-entry"])
def test_a_killed_process_leaves_no_change_without_entry_and_no_entry_without_change(
    office: Office, database_url: str, moment: str
) -> None:
    command = [sys.executable, str(WRITER), database_url, moment]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "in the middle\n"
        writer.send_signal(signal.SIGKILL)
    with office.work(None) as unit:
        unit.record("service.resumed", subject=("service", "this"))
        unit.commit()
    with office.reading() as connection:
        changed = set(connection.execute(select(sign_in_failure.c.id)).scalars())
        log = connection.execute(select(log_entry).order_by(log_entry.c.seq)).all()
    assert changed == {str(number) for number in range(10)}
    assert [row.subject_id for row in log] == [*sorted(changed), "this"]
    assert [row.seq for row in log] == list(range(1, 12))
