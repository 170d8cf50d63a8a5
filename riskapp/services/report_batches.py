"""Batches: the reports on all decisions of a period in one ZIP, with a manifest of their digests."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError, ProductError
from riskapp.domain.job import KEPT, JobKind
from riskapp.domain.period import Period
from riskapp.domain.spreadsheet import spreadsheet
from riskapp.services.jobs import Held, ask_again, forget_done
from riskapp.services.reports import REPORT_MAKERS, issue_report
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.columns import instant_text
from riskapp.storage.decided_reports import DecidedReport, count_decided, decided_reports
from riskapp.storage.files import FileStore
from riskapp.storage.jobs import Job, NewJob, job_with_id, jobs_of
from riskapp.storage.log import entry_numbers
from riskapp.storage.reports import IssuedReport

BATCH_READERS = (*REPORT_MAKERS, Role.AUDITOR)
"""Who has batches made and downloads them: all of them see every decided assessment."""

FORMAT = "riskapp-report-batch/1"
MOST_REPORTS = 1_000
MOST_BYTES = 2_000_000_000
MOST_OPEN = 5
MOST_KEPT = 20_000_000_000
FOLDER = "batches"
_ALL = 10_000
_FIXED = (1980, 1, 1, 0, 0, 0)
_COLUMNS = ("assessment", "candidate", "outcome", "decided_at", "decision_entry", "file", "sha256", "size")
_TABLE_COLUMNS = (*_COLUMNS, "pages", "issued_at", "report_entry", "failure")

Note = Callable[[int, int], None]
"""Is told how many reports are done, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a ZIP holds: how many reports, and why each of the others is not in it, by reference."""

    reports: int
    failures: dict[str, str]


def batch_store(office: Office) -> FileStore:
    """Return where the ZIPs lie until they are forgotten."""
    return office.files.beside(FOLDER)


def kept_until(batch: Job) -> datetime | None:
    """Return until when the ZIP of a batch is kept, None where there is none yet."""
    return None if batch.ended_at is None else batch.ended_at + KEPT


def check_period(connection: Connection, period: Period) -> int:
    """Return how many reports a period has; raises InvalidError for none, and for more than a batch holds."""
    count = count_decided(connection, period)
    if not count:
        raise InvalidError({"since": "Nothing was decided in this period; choose other days"})
    if count > MOST_REPORTS:
        message = f"The period has {count:,} reports, and a batch holds {MOST_REPORTS:,}; choose fewer days"
        raise InvalidError({"until": message})
    return count


def ask_for_batch(office: Office, actor: Actor, period: Period) -> Job:
    """Have the reports of a period packed, and return the job; one that is under way already is that one.

    Raises ForbiddenError, and InvalidError for a period with nothing in it or too much, and where as many
    as may be are under way.
    """
    require(actor, *BATCH_READERS, act="have reports packed")
    days = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    with office.reading() as connection:
        total = check_period(connection, period)
        known = jobs_of(connection, JobKind.BATCH, limit=_ALL)
        before = next((each for each in known if _days(each) == days), None)
    if before is not None and before.is_open:
        return before
    key = f"{JobKind.BATCH.value}:{period.since}:{period.until}:{before.id if before else 'first'}"
    new = NewJob(
        id=office.new_id(),
        kind=JobKind.BATCH,
        key=key,
        arguments={**days, "reports": total},
        rank=1,
        asked_at=office.now(),
        asked_by=actor.id,
    )
    return ask_again(office, new, _check_room)


def _check_room(connection: Connection) -> None:
    known = jobs_of(connection, JobKind.BATCH, limit=_ALL)
    if sum(each.is_open for each in known) >= MOST_OPEN:
        message = f"{MOST_OPEN} batches are under way already; wait until one of them is packed"
        raise InvalidError({"since": message})
    sizes = {each.result["sha256"]: each.result["size"] for each in known if each.result}
    if sum(sizes.values()) >= MOST_KEPT:
        message = (
            f"The ZIPs that are kept have {MOST_KEPT // 10**9} GB already, and each is forgotten after "
            f"{KEPT.days} days; download one of these, or have whoever runs riskapp use riskapp report batch"
        )
        raise InvalidError({"since": message})


def _days(batch: Job) -> dict[str, str]:
    return {name: batch.arguments[name] for name in ("since", "until")}


def period_of(batch: Job) -> Period:
    """Return the period of a batch."""
    days = {name: datetime.fromisoformat(value).date() for name, value in _days(batch).items()}
    return Period(days["since"], days["until"])


def batches(connection: Connection, actor: Actor) -> tuple[Job, ...]:
    """Return the batches of the last weeks, newest first; raises ForbiddenError."""
    require(actor, *BATCH_READERS, act="see packed reports")
    return jobs_of(connection, JobKind.BATCH)


def batch(connection: Connection, actor: Actor, batch_id: str) -> Job:
    """Return one batch; raises ForbiddenError, and NotFoundError once it is forgotten."""
    require(actor, *BATCH_READERS, act="see packed reports")
    found = job_with_id(connection, batch_id)
    if found is None or found.kind is not JobKind.BATCH:
        raise NotFoundError("batch of reports", batch_id)
    return found


def make_asked_batch(held: Held) -> None:
    """Make the batch that a job asks for, keep its ZIP, record it, and call the job done."""
    office, period, actor = held.office, period_of(held.job), held.asker
    store = batch_store(office)
    with store.scratch() as path:
        with path.open("wb") as stream:
            made = write_batch(office, stream, period, actor=actor, note=held.note)
        size = path.stat().st_size
        digest = store.adopt(path)
    result = {"sha256": digest, "size": size, "reports": made.reports, "failures": made.failures}
    with office.work(actor) as unit:
        record_batch(unit, period, made, digest=digest)
        held.finish(unit, result)
        unit.commit()


def record_batch(unit: UnitOfWork, period: Period, made: Batch, *, digest: str) -> None:
    """Record that the reports of a period were packed, by whom and into which ZIP."""
    unit.record(
        "batch.made",
        subject=("batch", digest),
        since=period.since.isoformat(),
        until=period.until.isoformat(),
        reports=made.reports,
        failed=sorted(made.failures),
    )


def write_batch(
    office: Office, target: IO[bytes], period: Period, *, actor: Actor | None, note: Note
) -> Batch:
    """Write the ZIP of the reports of a period; those that are missing are made first.

    Equal reports give equal bytes. A report that cannot be made or read is left out and named, with the
    reason. Raises ConflictError where the whole becomes too large, and whatever `note` raises.
    """
    with office.reading() as connection:
        decided = decided_reports(connection, period)
    rows: list[dict[str, object]] = []
    size = 0
    with zipfile.ZipFile(target, "w") as archive:
        for done, each in enumerate(decided):
            note(done, len(decided))
            row = _described(office, each)
            try:
                issued = issue_report(office, actor, each.assessment_id)
                content = office.files.get(issued.pdf_digest)
            except ProductError as error:
                rows.append({**row, "failure": str(error)})
                continue
            size += len(content)
            if size > MOST_BYTES:
                raise ConflictError(
                    f"The reports have more than {MOST_BYTES // 10**9} GB; choose fewer days."
                )
            rows.append({**row, **_issued(office, each, issued)})
            _put(archive, str(rows[-1]["file"]), content)
        _put(archive, "manifest.json", _manifest(period, rows))
        _put(archive, "reports.csv", _table(rows))
    failures = {str(each["assessment"]): str(each["failure"]) for each in rows if "failure" in each}
    return Batch(reports=len(rows) - len(failures), failures=failures)


def _described(office: Office, each: DecidedReport) -> dict[str, object]:
    with office.reading() as connection:
        entries = entry_numbers(connection, each.assessment_id, ("assessment.decided",))
    return {
        "assessment": each.reference,
        "candidate": each.candidate,
        "decision": each.decision_id,
        "outcome": each.outcome,
        "decided_at": instant_text(each.decided_at),
        "decision_entry": entries["assessment.decided"][-1],
        "snapshot": each.snapshot_digest,
    }


def _issued(office: Office, each: DecidedReport, issued: IssuedReport) -> dict[str, object]:
    with office.reading() as connection:
        entries = entry_numbers(connection, each.assessment_id, ("report.issued",))
    return {
        "file": f"reports/{each.reference}.pdf",
        "sha256": issued.pdf_digest,
        "size": issued.size,
        "pages": issued.pages,
        "issued_at": instant_text(issued.issued_at),
        "report_entry": entries["report.issued"][-1],
    }


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Put a file under a date that is always the same; reports are compressed in themselves."""
    told = zipfile.ZipInfo(name, _FIXED)
    told.external_attr = 0o644 << 16
    archive.writestr(told, content)


def _manifest(period: Period, rows: list[dict[str, object]]) -> bytes:
    return canonical_bytes(
        {
            "format": FORMAT,
            "since": period.since.isoformat(),
            "until": period.until.isoformat(),
            "reports": [each for each in rows if "failure" not in each],
            "failed": [each for each in rows if "failure" in each],
        }
    )


def _table(rows: list[dict[str, object]]) -> bytes:
    lines = [[str(each.get(name, "")) for name in _TABLE_COLUMNS] for each in rows]
    return spreadsheet([_TABLE_COLUMNS, *lines])


def forget_batches(office: Office, before: datetime) -> None:
    """Forget the jobs that ended before an instant, and the ZIPs that no later batch holds as well."""
    gone = forget_done(office, before)
    with office.reading() as connection:
        left = {
            each.result["sha256"] for each in jobs_of(connection, JobKind.BATCH, limit=_ALL) if each.result
        }
    store = batch_store(office)
    for each in gone:
        if each.kind is JobKind.BATCH and each.result and each.result["sha256"] not in left:
            store.remove(each.result["sha256"])
    store.sweep(before)
