"""Batches: all reports of a period in one ZIP that says what is in it, what is not, and why."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from riskapp.domain.authority import Actor, Role
from riskapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.job import KEPT, JobStatus
from riskapp.domain.period import Period, quarter_of
from riskapp.services.jobs import GivesWayError, take
from riskapp.services.report_batches import (
    ask_for_batch,
    batch,
    batch_store,
    forget_batches,
    make_asked_batch,
)
from riskapp.services.reports import issue_report
from riskapp.services.work import Office
from riskapp.storage.jobs import Job
from riskapp.storage.tables import log_entry
from tests.builders import person
from tests.conftest import START, Clock
from tests.reports_made import quickly_made, work_off
from tests.services.test_jobs import decided_twice

QUARTER = quarter_of(START.date())


def packed(office: Office, actor: Actor) -> tuple[Job, bytes]:
    """Have the reports of the quarter packed; return the job, and the ZIP."""
    asked = ask_for_batch(office, actor, QUARTER)
    work_off(office)
    with office.reading() as connection:
        done = batch(connection, actor, asked.id)
    assert done.result, done.error
    return done, batch_store(office).get(done.result["sha256"])


def manifest_of(content: bytes) -> dict[str, list[dict[str, object]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found: dict[str, list[dict[str, object]]] = json.loads(archive.read("manifest.json"))
    return found


def test_a_batch_makes_what_is_missing_and_names_what_cannot_be_made(office: Office, clock: Clock) -> None:
    hostile, other = decided_twice(office)
    buyer = person(office, "bo", Role.PROCUREMENT)
    with quickly_made(broken=2):
        work_off(office)
        clock.advance(seconds=1)
    with quickly_made(broken=2):
        done, content = packed(office, buyer)
    assert done.result
    assert (done.status, done.done, done.total) == (JobStatus.DONE, 2, 2)
    assert (done.result["reports"], list(done.result["failures"])) == (0, ["RA-0001", "RA-0002"])
    with quickly_made():
        done, content = packed(office, buyer)
        assert done.result
        assert (done.result["reports"], done.result["failures"]) == (2, {})
        again, same = packed(office, buyer)
    assert (again.id != done.id, same) == (True, content), "equal reports give equal bytes"
    manifest = manifest_of(content)
    assert [each["assessment"] for each in manifest["reports"]] == ["RA-0001", "RA-0002"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for each in manifest["reports"]:
            assert sha256(archive.read(str(each["file"]))).hexdigest() == each["sha256"]
        table = list(csv.DictReader(io.StringIO(archive.read("reports.csv").decode("utf-8-sig"))))
    assert [row["sha256"] for row in table] == [each["sha256"] for each in manifest["reports"]]
    with office.reading() as connection:
        told = connection.execute(select(log_entry).where(log_entry.c.action == "batch.made")).all()
        issued = connection.execute(select(log_entry.c.seq).where(log_entry.c.action == "report.issued"))
        assert [each["report_entry"] for each in manifest["reports"]] == issued.scalars().all()
    assert [each.actor_id for each in told] == [buyer.id] * 3
    assert told[-1].subject_id == sha256(content).hexdigest()
    assert issue_report(office, None, hostile.id) != issue_report(office, None, other.id)


def test_single_reports_go_before_a_batch_and_it_goes_on_after_them(office: Office) -> None:
    decided_twice(office)
    auditor = person(office, "otto", Role.AUDITOR)
    with quickly_made():
        ask_for_batch(office, auditor, QUARTER)
        for _ in range(2):
            work_one(office)
        held = take(office, "stops", lambda: False)
        assert held
        assert held.job.kind.value == "report.batch"
        with pytest.raises(GivesWayError):
            make_asked_batch(held)
        held.give_back()
        assert work_off(office) == 1


def work_one(office: Office) -> None:
    held = take(office, "one", lambda: True)
    assert held
    issue_report(office, None, held.job.arguments["assessment"], held=held)


def test_a_batch_that_is_under_way_is_not_begun_twice_and_is_forgotten_after_its_time(
    office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided_twice(office)
    approver = person(office, "amir", Role.APPROVER)
    first = ask_for_batch(office, approver, QUARTER)
    assert ask_for_batch(office, approver, QUARTER).id == first.id
    with quickly_made():
        done, _ = packed(office, approver)
        assert done.id == first.id
        clock.advance(days=20)
        later, _ = packed(office, approver)
    assert done.result
    assert later.result == done.result
    for day in range(1, 6):
        ask_for_batch(office, approver, Period(date(2026, 11, day), QUARTER.until))
    with pytest.raises(InvalidError, match="5 batches are under way already"):
        ask_for_batch(office, approver, Period(date(2026, 11, 6), QUARTER.until))
    clock.advance(days=15)
    monkeypatch.setattr("riskapp.services.report_batches.MOST_OPEN", 10)
    monkeypatch.setattr("riskapp.services.report_batches.MOST_KEPT", done.result["size"])
    with pytest.raises(InvalidError, match="is forgotten after 30 days"):
        ask_for_batch(office, approver, Period(date(2026, 11, 6), QUARTER.until))
    forget_batches(office, office.now() - KEPT)
    with office.reading() as connection, pytest.raises(NotFoundError):
        batch(connection, approver, first.id)
    assert batch_store(office).get(done.result["sha256"]), "the later batch has the same ZIP"
    clock.advance(days=20)
    forget_batches(office, office.now() - KEPT)
    with pytest.raises(NotFoundError):
        batch_store(office).get(done.result["sha256"])


REFUSED: list[tuple[Callable[[], Period], str]] = [
    (lambda: Period(date(2026, 12, 1), date(2026, 11, 1)), "before the first"),
    (lambda: Period(date(1, 1, 1), date(2026, 1, 1)), "years 2000"),
    (lambda: Period(date(2025, 1, 1), date(2025, 3, 31)), "Nothing was decided"),
]


def test_a_period_with_nothing_or_too_much_in_it_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    decided_twice(office)
    lead = person(office, "lena", Role.LEAD_ASSESSOR)
    for period, says in REFUSED:
        with pytest.raises(InvalidError, match=says):
            ask_for_batch(office, lead, period())
    monkeypatch.setattr("riskapp.services.report_batches.MOST_REPORTS", 1)
    with pytest.raises(InvalidError, match="has 2 reports, and a batch holds 1; choose fewer days"):
        ask_for_batch(office, lead, QUARTER)
    with pytest.raises(ForbiddenError):
        ask_for_batch(office, person(office, "ada", Role.ASSESSOR), QUARTER)
    monkeypatch.setattr("riskapp.services.report_batches.MOST_REPORTS", 10)
    monkeypatch.setattr("riskapp.services.report_batches.MOST_BYTES", 80)
    with quickly_made():
        asked = ask_for_batch(office, lead, QUARTER)
        work_off(office)
    with office.reading() as connection:
        failed = batch(connection, lead, asked.id)
    assert (failed.status, "choose fewer days" in failed.error) == (JobStatus.FAILED, True)
    assert not [each for each in (tmp_path / "batches").rglob("*") if each.is_file()]


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [("2026-11-25", "2026-10-01", "2026-12-31"), ("2028-02-29", "2028-01-01", "2028-03-31")],
)
def test_a_quarter_of_the_year_is_three_whole_months(day: str, first: str, last: str) -> None:
    assert quarter_of(date.fromisoformat(day)) == Period(date.fromisoformat(first), date.fromisoformat(last))
