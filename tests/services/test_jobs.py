"""Jobs: caused by a decision in its transaction, done once by whoever holds them, and never in its way."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from riskapp.domain.job import LEASE, JobStatus
from riskapp.reporting.render import RenderedReport
from riskapp.services.decisions import decide
from riskapp.services.jobs import Held, LeaseLostError, queue_standing, take
from riskapp.services.log_keys import adopt_key
from riskapp.services.log_verification import verify_log
from riskapp.services.reports import (
    ask_for_missing_reports,
    ask_for_report,
    issue_report,
    making_of_report,
)
from riskapp.services.work import Office
from riskapp.services.worker import Worker
from riskapp.storage.job_tables import job
from riskapp.storage.jobs import Job
from riskapp.storage.tables import issued_report, log_entry
from tests.assessment_builders import Opened, a_submitted_assessment
from tests.conftest import Clock
from tests.reports_made import quick_pdf, quickly_made, work_off
from tests.services.test_decisions import CONDITIONAL
from tests.services.test_reports import a_decided_assessment

ROOT = Path(__file__).resolve().parents[2]


def issues(office: Office) -> tuple[int, int]:
    """Return how many reports there are, and how many entries tell of one."""
    with office.reading() as connection:
        rows = connection.execute(select(func.count()).select_from(issued_report)).scalar_one()
        told = select(func.count()).select_from(log_entry).where(log_entry.c.action == "report.issued")
        return rows, connection.execute(told).scalar_one()


def job_of(office: Office, opened: Opened) -> Job:
    with office.reading() as connection:
        found = making_of_report(connection, opened.id)
    assert found
    return found


def decided_twice(office: Office) -> tuple[Opened, Opened]:
    first, approver = a_decided_assessment(office)
    second = a_submitted_assessment(office)
    decide(office, approver, second.id, CONDITIONAL)
    return first, second


def test_a_decision_asks_for_its_report_and_a_worker_issues_it_in_the_name_of_who_decided(
    office: Office,
) -> None:
    opened, approver = a_decided_assessment(office)
    waiting = job_of(office, opened)
    assert (waiting.status, waiting.asked_by) == (JobStatus.WAITING, approver.id)
    assert office.bell.is_set(), "the worker of this process is woken"
    with quickly_made():
        assert work_off(office) == 1
    done = job_of(office, opened)
    assert (done.status, done.tries, done.error) == (JobStatus.DONE, 1, "")
    assert issues(office) == (1, 1)
    with office.reading() as connection:
        entry = connection.execute(select(log_entry).where(log_entry.c.action == "report.issued")).one()
    assert (entry.actor_id, entry.subject_id) == (approver.id, (done.result or {})["report"])
    assert work_off(office) == 0


def test_a_report_that_dies_at_its_limits_says_so_and_keeps_no_other_back(
    office: Office, clock: Clock
) -> None:
    hostile, other = decided_twice(office)
    with quickly_made(broken=1):
        assert work_off(office) == 2
    failed = job_of(office, hostile)
    assert (failed.status, failed.tries) == (JobStatus.WAITING, 1)
    assert "more than 60 seconds of processor time" in failed.error
    assert job_of(office, other).status is JobStatus.DONE
    for wait in (30, 300):
        clock.advance(seconds=wait)
        with quickly_made(broken=1):
            assert work_off(office) == 1
    given_up = job_of(office, hostile)
    assert (given_up.status, given_up.tries) == (JobStatus.FAILED, 3)
    clock.advance(days=1)
    assert work_off(office) == 0
    with office.reading() as connection:
        standing = queue_standing(connection, office.now())
    assert (standing.state.failed, standing.alarm) == (1, False)
    ask_for_report(office, hostile.lead, hostile.id)
    with quickly_made():
        assert work_off(office) == 1
    assert issues(office) == (2, 2)


def test_who_decided_before_there_were_jobs_gets_the_report_at_the_next_start(office: Office) -> None:
    a_decided_assessment(office)
    with office.operating() as connection:
        connection.execute(delete(job))
    assert (ask_for_missing_reports(office), ask_for_missing_reports(office)) == (1, 0)
    with quickly_made():
        assert work_off(office) == 1
    assert ask_for_missing_reports(office) == 0
    assert issues(office) == (1, 1)


def test_a_worker_whose_lease_ran_out_keeps_nothing_of_what_it_did(office: Office, clock: Clock) -> None:
    opened, _ = a_decided_assessment(office)
    slow = take(office, "slow", lambda: True)
    assert slow
    clock.advance(seconds=LEASE.total_seconds() - 5)
    slow.live()
    clock.advance(seconds=LEASE.total_seconds() - 5)
    assert take(office, "other", lambda: True) is None, "a sign of life holds it for another while"
    taken = []

    def overtaken(snapshot: bytes, **_options: object) -> RenderedReport:
        clock.advance(seconds=LEASE.total_seconds())
        taken.append(take(office, "other", lambda: True))
        return quick_pdf(snapshot)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("riskapp.services.reports.render_pdf", overtaken)
        with pytest.raises(LeaseLostError):
            issue_report(office, None, opened.id, held=slow)
    assert issues(office) == (0, 0)
    assert taken[0]
    with quickly_made():
        issue_report(office, None, opened.id, held=taken[0])
    assert issues(office) == (1, 1)
    with pytest.raises(LeaseLostError):
        slow.live()


def test_a_worker_outlives_a_job_that_it_cannot_even_take_up(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened, _ = a_decided_assessment(office)
    stopping = threading.Event()
    taken = iter([ValueError("'mosaic' is not a valid JobKind")])

    def take_or_break(office: Office, worker: str, go_on: Callable[[], bool]) -> Held | None:
        if (fault := next(taken, None)) is not None:
            raise fault
        stopping.set()
        return take(office, worker, go_on)

    monkeypatch.setattr("riskapp.services.worker.take", take_or_break)
    with quickly_made():
        Worker(office, "lives on").run(stopping)
    assert job_of(office, opened).status is JobStatus.DONE
    assert "A job could not be taken up" in caplog.text


def test_several_workers_at_once_issue_every_report_once(office: Office) -> None:
    decided_twice(office)
    with quickly_made() as asked:
        stopping = threading.Event()
        workers = [Worker(office, f"worker {number}") for number in range(4)]
        threads = [threading.Thread(target=each.run, args=(stopping,)) for each in workers]
        for each in threads:
            each.start()
        while issues(office)[0] < 2:
            office.bell.set()
        stopping.set()
        office.bell.set()
        for each in threads:
            each.join()
    assert issues(office) == (2, 2)
    assert len(asked) == 2


def test_what_is_not_finished_when_the_process_ends_is_left_to_others_at_once(office: Office) -> None:
    opened, _ = a_decided_assessment(office)
    worker = Worker(office, "ends")

    def end(snapshot: bytes, **_options: object) -> RenderedReport:
        worker.let_go()
        return quick_pdf(snapshot)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("riskapp.services.reports.render_pdf", end)
        assert worker.step()
    left = job_of(office, opened)
    assert (left.status, left.tries, issues(office)) == (JobStatus.WAITING, 0, (0, 0))
    with quickly_made():
        assert work_off(office) == 1


def test_a_worker_killed_at_any_statement_is_followed_by_one_that_issues_the_report_once(
    office: Office, database_url: str, tmp_path: Path, clock: Clock
) -> None:
    adopt_key(office)
    opened, _ = a_decided_assessment(office)
    command = [sys.executable, "-m", "tests.services.worker_killed_at_every_statement"]
    done = subprocess.run(
        [*command, database_url, str(tmp_path), clock().isoformat()],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    *killed, finished = [line.split() for line in done.stdout.splitlines()]
    assert len(killed) > 15
    assert {tuple(each[:2]) for each in killed} <= {("0", "0"), ("1", "1")}, "a report and its entry, or none"
    assert {"waiting", "running"} <= {each[2] for each in killed}, "before it was taken, and after"
    assert finished == ["1", "1", "done"]
    assert job_of(office, opened).status is JobStatus.DONE
    assert verify_log(office).agrees


def test_a_job_that_kills_its_workers_is_given_up_in_words(office: Office, clock: Clock) -> None:
    opened, _ = a_decided_assessment(office)
    for _ in range(3):
        assert take(office, "dies", lambda: True)
        clock.advance(seconds=LEASE.total_seconds() + 1)
    assert take(office, "careful", lambda: True) is None
    given_up = job_of(office, opened)
    assert (given_up.status, given_up.tries) == (JobStatus.FAILED, 3)
    assert "ended without a word" in given_up.error


def test_a_queue_that_stands_still_is_an_alarm(office: Office, clock: Clock) -> None:
    decided_twice(office)
    with office.reading() as connection:
        assert not queue_standing(connection, office.now()).alarm
        clock.advance(minutes=6)
        standing = queue_standing(connection, office.now())
    assert standing.alarm
    assert standing.oldest_seconds >= 360
    with quickly_made():
        assert Worker(office, "slow but there").step()
    with office.reading() as connection:
        clock.advance(minutes=4)
        assert not queue_standing(connection, office.now()).alarm, "long, and moving"
        clock.advance(minutes=2)
        assert queue_standing(connection, office.now()).alarm
