"""The service verifies itself: a little at a time, all the time, and loudly where it disagrees."""

import logging
import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from riskapp.domain.log_check import Fault
from riskapp.services.log_keys import adopt_key, make_checkpoint
from riskapp.services.log_verification import verify_log
from riskapp.services.watch import ROUND_EVERY, Watch
from riskapp.services.work import Office
from tests.conftest import Clock
from tests.services.test_log_verification import a_decided_assessment, record
from tests.services.ways_of_tampering import change_an_answer, erase_the_newest, rewrite
from tests.tampering import unguarded


def watch_over(office: Office, tmp_path: Path, *, step: int = 5) -> Watch:
    return Watch(office, tmp_path / "elsewhere", step=step)


def until_complete(watch: Watch) -> int:
    """Tick until the whole log was read, and return how often."""
    for ticks in range(1, 1000):
        watch.tick()
        if watch.standing.complete:
            return ticks
    raise AssertionError("the watch never came to the end")


def test_a_watch_reads_a_few_entries_at_a_time_and_then_what_is_new(
    office: Office, tmp_path: Path, clock: Clock
) -> None:
    adopt_key(office)
    record(office, 22)
    watch = watch_over(office, tmp_path)
    watch.tick()
    assert (watch.standing.verified, watch.standing.complete, watch.standing.whole_since) == (5, False, None)
    assert until_complete(watch) == 4
    since = watch.standing.whole_since
    assert since is not None
    clock.advance(minutes=5)
    record(office, 3)
    watch.tick()
    assert (watch.standing.verified, watch.standing.whole_since) == (26, since)
    assert watch.standing.looked_at == clock.instant
    assert not watch.standing.alarm


def test_a_whole_history_with_its_records_raises_no_alarm(office: Office, tmp_path: Path) -> None:
    a_decided_assessment(office)
    watch = watch_over(office, tmp_path)
    until_complete(watch)
    assert watch.standing.disagreements == ()
    assert list((tmp_path / "elsewhere").iterdir())


def test_tampering_raises_an_alarm_that_stays(
    office: Office, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    a_decided_assessment(office)
    watch = watch_over(office, tmp_path)
    until_complete(watch)
    rewrite(office.database)
    change_an_answer(office.database)
    watch.tick()
    assert not watch.standing.alarm  # what was read already is read again in the next round
    clock.advance(seconds=ROUND_EVERY.total_seconds())
    with caplog.at_level(logging.CRITICAL):
        until_complete(watch)
    assert {each.fault for each in watch.standing.disagreements} >= {Fault.TREE, Fault.RECORD}
    assert watch.standing.whole_since is None
    said = [each.getMessage() for each in caplog.records]
    assert any("ALARM: the log disagrees: entry 5 does not have the bytes" in each for each in said)
    known = watch.standing.disagreements
    clock.advance(seconds=ROUND_EVERY.total_seconds())
    until_complete(watch)
    assert watch.standing.disagreements == known


def test_newest_entries_that_vanish_while_the_service_runs_are_noticed_at_once(
    office: Office, tmp_path: Path
) -> None:
    a_decided_assessment(office)
    make_checkpoint(office)
    watch = watch_over(office, tmp_path)
    until_complete(watch)
    erase_the_newest(office.database)
    with unguarded(office.database, "log_checkpoint") as connection:
        connection.execute(text("DELETE FROM log_checkpoint"))
    watch.tick()
    assert Fault.ERASED in {each.fault for each in watch.standing.disagreements}


def test_a_restored_older_database_is_noticed_at_the_start_by_the_files(
    office: Office, tmp_path: Path
) -> None:
    a_decided_assessment(office)
    until_complete(watch_over(office, tmp_path))
    erase_the_newest(office.database)
    with unguarded(office.database, "log_checkpoint") as connection:
        connection.execute(text("DELETE FROM log_checkpoint"))
    fresh = watch_over(office, tmp_path)
    until_complete(fresh)
    assert any("the checkpoint file" in each.words for each in fresh.standing.disagreements)


def test_a_damaged_checkpoint_file_is_an_alarm(office: Office, tmp_path: Path) -> None:
    adopt_key(office)
    watch = watch_over(office, tmp_path)
    watch.tick()
    (path,) = (tmp_path / "elsewhere").iterdir()
    path.write_text("nonsense")
    fresh = watch_over(office, tmp_path)
    until_complete(fresh)
    assert [each.fault for each in fresh.standing.disagreements] == [Fault.SIGNATURE]


def test_a_folder_that_cannot_be_written_hinders_and_is_tried_again(office: Office, tmp_path: Path) -> None:
    adopt_key(office)
    (tmp_path / "elsewhere").write_text("a file in the way")
    watch = watch_over(office, tmp_path)
    watch.tick()
    assert watch.standing.hindrance.startswith("checkpoints could not be written to files")
    assert not watch.standing.alarm
    (tmp_path / "elsewhere").unlink()
    watch.tick()
    assert watch.standing.hindrance == ""


def test_a_database_that_does_not_answer_hinders_and_is_tried_again(office: Office, tmp_path: Path) -> None:
    adopt_key(office)
    watch = watch_over(office, tmp_path)
    until_complete(watch)
    with office.database.writing() as connection:
        connection.execute(text("ALTER TABLE log_node RENAME TO elsewhere"))
        connection.commit()
    watch.tick()
    assert watch.standing.hindrance.startswith("the log could not be read")
    with office.database.writing() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO log_node"))
        connection.commit()
    watch.tick()
    assert watch.standing.hindrance == ""


def test_what_nobody_foresaw_in_the_record_is_an_alarm_and_the_watch_goes_on(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt_key(office)
    record(office, 3)

    def unforeseen(*_: object) -> None:
        raise TypeError("string argument without an encoding")

    watch = watch_over(office, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("riskapp.services.watch.told_records", unforeseen)
        watch.tick()
    assert [each.words for each in watch.standing.disagreements] == [
        "what is kept cannot be read (TypeError)"
    ]
    record(office, 3)
    until_complete(watch)
    assert watch.standing.verified == 7
    assert len(watch.standing.disagreements) == 1


def test_a_checkpoint_that_was_added_by_hand_is_named_and_silences_nothing(
    office: Office, tmp_path: Path
) -> None:
    a_decided_assessment(office)
    note = "CAST(note AS BLOB)" if office.database.is_sqlite else "replace(note, 'riskapp', 'another')"
    with office.database.writing() as connection:
        connection.execute(
            text(f"INSERT INTO log_checkpoint SELECT 'x', 99, {note}, made_at FROM log_checkpoint LIMIT 1")
        )
        connection.commit()
    watch = watch_over(office, tmp_path)
    until_complete(watch)
    says = "the stored checkpoint x over 99 entries is not as it was signed"
    assert says in [each.words for each in watch.standing.disagreements]
    assert says in [each.words for each in verify_log(office).disagreements]


def test_the_thread_of_the_watch_ends_when_it_is_told_to(office: Office, tmp_path: Path) -> None:
    stopping = threading.Event()
    thread = threading.Thread(target=watch_over(office, tmp_path).run, args=(stopping,))
    thread.start()
    stopping.set()
    thread.join(5)
    assert not thread.is_alive()
    shutil.rmtree(tmp_path / "elsewhere", ignore_errors=True)
