"""Readers see one moment, writers follow one another, and what is not committed never was."""

import fcntl
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from riskapp.domain.canonical import canonical_bytes
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.database import Database
from riskapp.storage.log import entries, latest_entry
from riskapp.storage.tables import log_entry, sign_in_failure, user_account
from tests.builders import person
from tests.conftest import START, Clock

THREADS = 8
EACH = 100

COUNTER = user_account.c.display_name


def count(connection: Connection) -> int:
    return int(connection.execute(select(COUNTER)).scalar_one())


def raise_by_reading(unit: UnitOfWork) -> None:
    """Add one to the counter as careless code does: read, think, write."""
    unit.connection.execute(update(user_account).values(display_name=str(count(unit.connection) + 1)))


def raise_in_place(unit: UnitOfWork) -> None:
    """Add one to the counter in a single statement."""
    now = text("SET display_name = CAST(CAST(display_name AS INTEGER) + 1 AS TEXT)")
    unit.connection.execute(text(f"UPDATE user_account {now}"))


def together(work: Callable[[], None]) -> list[BaseException]:
    """Run the work a hundred times in each of eight threads and return what they raised."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            for _ in range(EACH):
                work()
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.parametrize(("change", "in_turn"), [(raise_by_reading, True), (raise_in_place, False)])
def test_eight_threads_lose_no_update_and_leave_no_gap_in_the_log(
    office: Office, change: Callable[[UnitOfWork], None], *, in_turn: bool
) -> None:
    person(office)
    with office.database.engine.begin() as connection:
        connection.execute(update(user_account).values(display_name="0"))

    def work() -> None:
        with office.work(None, in_turn=in_turn) as unit:
            change(unit)
            unit.record("counter.raised", subject=("counter", "one"))
            unit.commit()

    assert together(work) == []
    with office.reading() as connection:
        assert count(connection) == THREADS * EACH
        log = connection.execute(select(log_entry.c.seq, log_entry.c.at).order_by(log_entry.c.seq)).all()
    assert [row.seq for row in log] == list(range(1, THREADS * EACH + 2))
    assert [row.at for row in log] == sorted(row.at for row in log)


def test_two_services_over_one_database_lose_no_update(office: Office, database_url: str) -> None:
    person(office)
    with office.database.engine.begin() as connection:
        connection.execute(update(user_account).values(display_name="0"))
    databases = [Database(database_url) for _ in range(2)]
    turn = iter(range(10**6))

    def work() -> None:
        with databases[next(turn) % 2].writing() as connection:
            connection.execute(select(user_account).with_for_update())
            connection.execute(update(user_account).values(display_name=str(count(connection) + 1)))
            connection.commit()

    assert together(work) == []
    with office.reading() as connection:
        assert count(connection) == THREADS * EACH
    for database in databases:
        database.dispose()


def test_a_page_sees_one_moment_while_others_write(office: Office) -> None:
    with office.reading() as connection:
        before = connection.execute(select(func.count()).select_from(user_account)).scalar_one()
        person(office)
        after = connection.execute(select(func.count()).select_from(user_account)).scalar_one()
    assert before == after == 0


def test_a_page_cannot_write(office: Office) -> None:
    row = {"id": "one", "key": "name:x", "at": START}
    with office.reading() as connection, pytest.raises(DBAPIError, match=r"read-?only"):
        connection.execute(insert(sign_in_failure), row)
    with office.work(None) as unit:
        unit.connection.execute(insert(sign_in_failure), row)


def test_work_that_is_left_without_a_commit_leaves_nothing(office: Office) -> None:
    with office.work(None) as unit:
        unit.connection.execute(insert(sign_in_failure), {"id": "one", "key": "name:x", "at": unit.at})
        unit.record("something.done", subject=("thing", "one"))
    with office.reading() as connection:
        assert latest_entry(connection) is None
        assert connection.execute(select(sign_in_failure)).all() == []


def test_a_change_without_an_entry_cannot_be_committed(office: Office) -> None:
    with office.work(None) as unit, pytest.raises(RuntimeError, match="record what it changed"):
        unit.commit()


def test_the_bytes_of_an_entry_say_what_its_columns_say(office: Office, clock: Clock) -> None:
    actor = person(office)
    with office.work(actor) as unit:
        at = unit.at
        for subject in ("first", "second"):
            seq = unit.record("thing.made", subject=("thing", subject), assessment_id="a", words="größer ≥ 1")
        unit.commit()
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert clock.instant >= at
    assert entry is not None
    assert (entry.seq, entry.at, entry.actor_id, entry.assessment_id) == (seq, at, actor.id, "a")
    assert entry.body == {
        "seq": 3,
        "at": at.isoformat().replace("+00:00", "Z"),
        "actor": actor.id,
        "action": "thing.made",
        "subject": {"kind": "thing", "id": "second"},
        "assessment": "a",
        "details": {"words": "größer ≥ 1"},
        "salt": entry.body["salt"],
        "rows": {},
    }
    assert len(entry.body["salt"]) >= len(actor.id)
    assert entry.leaf == canonical_bytes(entry.body)


def test_the_time_of_the_log_does_not_run_backwards_when_the_clock_does(office: Office, clock: Clock) -> None:
    for hours in (0, -2, 3):
        clock.advance(hours=hours)
        with office.work(None) as unit:
            unit.record("thing.made", subject=("thing", "one"))
            unit.commit()
    with office.reading() as connection:
        first, second, third = entries(connection, select(log_entry).order_by(log_entry.c.seq))
    assert first.at == second.at < third.at
    assert second.body["at"] == first.body["at"]


def test_what_is_kept_bears_the_instant_that_the_log_has_for_it_when_the_clock_is_set_back(
    office: Office, clock: Clock
) -> None:
    person(office)
    clock.advance(hours=-2)
    with office.work(None) as unit:
        unit.record("thing.made", subject=("thing", "one"))
        unit.commit()
    with office.reading() as connection:
        newest = latest_entry(connection)
    assert newest is not None
    assert newest.at == unit.at > clock.instant


def test_every_thread_may_read_and_write_at_once_however_many_there_are(database_url: str) -> None:
    threads = 24
    database = Database(database_url, threads=threads)
    with ExitStack() as open_ones:
        for _ in range(threads):
            open_ones.enter_context(database.reading())
        for _ in range(threads):
            open_ones.enter_context(database.engine.connect())
    database.dispose()


def test_a_commit_of_the_embedded_database_is_on_disk_and_its_rules_hold(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/riskapp.sqlite")
    asked = {"synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "journal_mode": "wal"}
    for open_one in (database.reading, database.writing):
        with open_one() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked}
        assert found == asked
    database.dispose()


def test_a_writer_waits_for_the_writers_of_other_processes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/riskapp.sqlite")
    entered = threading.Event()

    def write() -> None:
        with database.writing():
            entered.set()

    writer = threading.Thread(target=write)
    with (tmp_path / "riskapp.sqlite-lock").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        writer.start()
        assert not entered.wait(0.5)
        fcntl.flock(other, fcntl.LOCK_UN)
    assert entered.wait(10)
    writer.join()
    database.dispose()
