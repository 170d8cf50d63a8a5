"""The jobs: asked for once, held by a lease, finished by whoever holds it still.

Nothing here is part of the record. Every statement that moves a job says in which state it has to be, so
that any number of workers on any number of machines can run them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.job import LEASE, MOST_TRIES, JobKind, JobStatus
from riskapp.storage.job_tables import job


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """What is asked for; of two with the same key the second is the first. A lower rank goes first."""

    id: str
    kind: JobKind
    key: str
    arguments: Mapping[str, Any]
    rank: int
    asked_at: datetime
    asked_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job as it stands."""

    id: str
    kind: JobKind
    key: str
    arguments: dict[str, Any]
    rank: int
    status: JobStatus
    tries: int
    run_at: datetime
    lease_id: str | None
    worker: str | None
    done: int
    total: int
    error: str
    asked_by: str | None
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    result: dict[str, Any] | None

    @property
    def is_open(self) -> bool:
        """Return whether it is still to be done."""
        return self.status in {JobStatus.WAITING, JobStatus.RUNNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """How many jobs wait, run and have failed, and since when the oldest that is due waits."""

    waiting: int
    running: int
    failed: int
    oldest_due: datetime | None


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=JobKind(row.kind),
        key=row.idempotency_key,
        arguments=json.loads(row.arguments),
        rank=row.rank,
        status=JobStatus(row.status),
        tries=row.tries,
        run_at=row.run_at,
        lease_id=row.lease_id,
        worker=row.worker,
        done=row.done,
        total=row.total,
        error=row.error,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        result=None if row.result is None else json.loads(row.result),
    )


def add_job(connection: Connection, new: NewJob) -> None:
    """Put a job in the queue, unless there is one with its key."""
    values = {
        "id": new.id,
        "kind": new.kind.value,
        "idempotency_key": new.key,
        "arguments": canonical_bytes(dict(new.arguments)).decode(),
        "rank": new.rank,
        "status": JobStatus.WAITING.value,
        "tries": 0,
        "run_at": new.asked_at,
        "asked_by": new.asked_by,
        "asked_at": new.asked_at,
    }
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(job).on_conflict_do_nothing(), values)


def job_with_key(connection: Connection, key: str) -> Job | None:
    """Return the job with this key, or None."""
    row = connection.execute(select(job).where(job.c.idempotency_key == key)).one_or_none()
    return None if row is None else _job(row)


def job_with_id(connection: Connection, job_id: str) -> Job | None:
    """Return the job with this id, or None."""
    row = connection.execute(select(job).where(job.c.id == job_id)).one_or_none()
    return None if row is None else _job(row)


def hold_all(connection: Connection) -> None:
    """Let no other transaction change a job until this one ends: what is counted then is what there is."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE job IN SHARE ROW EXCLUSIVE MODE"))


def jobs_of(
    connection: Connection, kind: JobKind, *, status: JobStatus | None = None, limit: int = 50
) -> tuple[Job, ...]:
    """Return the newest jobs of a kind, newest first."""
    query = select(job).where(job.c.kind == kind.value)
    if status is not None:
        query = query.where(job.c.status == status.value)
    rows = connection.execute(query.order_by(job.c.asked_at.desc(), job.c.id.desc()).limit(limit))
    return tuple(_job(row) for row in rows)


def _takeable(at: datetime) -> ColumnElement[bool]:
    """Return the condition of what a worker may take up: what is due, and what another holds no longer."""
    return or_(
        and_(job.c.status == JobStatus.WAITING.value, job.c.run_at <= at),
        and_(job.c.status == JobStatus.RUNNING.value, job.c.lease_until <= at),
    )


def is_any_due(connection: Connection, at: datetime, *, below_rank: int | None = None) -> bool:
    """Return whether there is something to take up, of a lower rank than the one given."""
    query = select(job.c.id).where(_takeable(at))
    if below_rank is not None:
        query = query.where(job.c.rank < below_rank)
    return connection.execute(query.limit(1)).first() is not None


def take_job(connection: Connection, at: datetime, *, lease_id: str, worker: str) -> Job | None:
    """Take up the next job that is due, under a lease of its own, or None where there is none.

    One that was begun too often and never finished is not begun again.
    """
    takeable = _takeable(at)
    spent = update(job).where(takeable, job.c.status == JobStatus.RUNNING.value, job.c.tries >= MOST_TRIES)
    connection.execute(
        spent.values(
            status=JobStatus.FAILED.value,
            lease_id=None,
            lease_until=None,
            ended_at=at,
            error=f"The process that worked on it ended without a word, after {MOST_TRIES} tries in all.",
        )
    )
    due = select(job.c.id).where(takeable).order_by(job.c.rank, job.c.run_at, job.c.id).limit(1)
    taken = (
        update(job)
        .where(job.c.id == due.with_for_update(skip_locked=True).scalar_subquery())
        .values(
            status=JobStatus.RUNNING.value,
            tries=job.c.tries + 1,
            lease_id=lease_id,
            lease_until=at + LEASE,
            worker=worker,
            begun_at=at,
        )
        .returning(job)
    )
    row = connection.execute(taken).one_or_none()
    return None if row is None else _job(row)


def _move_held(connection: Connection, held: Job, values: Mapping[str, object]) -> bool:
    """Change a job where the lease under which it was taken still holds it; return whether it did."""
    mine = and_(job.c.id == held.id, job.c.lease_id == held.lease_id, job.c.status == JobStatus.RUNNING.value)
    return connection.execute(update(job).where(mine).values(**values)).rowcount == 1


def prolong(connection: Connection, held: Job, at: datetime, *, progress: tuple[int, int] | None) -> bool:
    """Hold a job for another while, and keep how far it is; False where another holds it by now."""
    values: dict[str, object] = {"lease_until": at + LEASE}
    if progress is not None:
        values |= {"done": progress[0], "total": progress[1]}
    return _move_held(connection, held, values)


_FREED: Mapping[str, object] = {"lease_id": None, "lease_until": None}


def finish(connection: Connection, held: Job, at: datetime, *, result: Mapping[str, object]) -> bool:
    """Call a job done, within the transaction that keeps what it made; False where another holds it."""
    values = {
        "status": JobStatus.DONE.value,
        "ended_at": at,
        "error": "",
        "done": job.c.total,
        "result": canonical_bytes(dict(result)).decode(),
    }
    return _move_held(connection, held, {**_FREED, **values})


def settle(connection: Connection, key: str, at: datetime) -> None:
    """Call the job with this key done: what it is to make was made otherwise."""
    settled = update(job).where(job.c.idempotency_key == key, job.c.status != JobStatus.DONE.value)
    values = {"status": JobStatus.DONE.value, "ended_at": at, "error": ""}
    connection.execute(settled.values(**_FREED, **values))


def give_back(connection: Connection, held: Job, at: datetime) -> bool:
    """Let somebody else go on with a job, at once; the try does not count."""
    values = {"status": JobStatus.WAITING.value, "run_at": at, "tries": max(held.tries - 1, 0)}
    return _move_held(connection, held, {**_FREED, **values})


def note_failure(
    connection: Connection, held: Job, at: datetime, *, error: str, again_at: datetime | None
) -> bool:
    """Keep why a try failed; it is tried again at an instant, or never."""
    if again_at is None:
        values = {"status": JobStatus.FAILED.value, "error": error, "ended_at": at}
    else:
        values = {"status": JobStatus.WAITING.value, "error": error, "run_at": again_at}
    return _move_held(connection, held, {**_FREED, **values})


def ask_anew(connection: Connection, job_id: str, at: datetime) -> None:
    """Let a job that failed, or waits for its next try, be begun at once, with all its tries before it."""
    states = (JobStatus.FAILED.value, JobStatus.WAITING.value)
    again = update(job).where(job.c.id == job_id, job.c.status.in_(states))
    values = {"status": JobStatus.WAITING.value, "tries": 0, "run_at": at, "error": "", "ended_at": None}
    connection.execute(again.values(**values))


def queue_state(connection: Connection, at: datetime) -> QueueState:
    """Return how the queue stands."""
    counted = select(job.c.status, func.count()).where(job.c.status != JobStatus.DONE.value)
    found = {row[0]: row[1] for row in connection.execute(counted.group_by(job.c.status))}
    due = select(func.min(func.coalesce(job.c.lease_until, job.c.run_at))).where(_takeable(at))
    oldest: str | None = connection.execute(due).scalar()
    return QueueState(
        waiting=found.get(JobStatus.WAITING.value, 0),
        running=found.get(JobStatus.RUNNING.value, 0),
        failed=found.get(JobStatus.FAILED.value, 0),
        oldest_due=datetime.fromisoformat(oldest) if isinstance(oldest, str) else oldest,
    )


def is_anybody_at_work(connection: Connection, since: datetime) -> bool:
    """Return whether a worker was seen since an instant: it began or ended a job, or holds one."""
    held = and_(job.c.status == JobStatus.RUNNING.value, job.c.lease_until >= since + LEASE)
    seen = or_(held, job.c.begun_at >= since, job.c.ended_at >= since)
    return connection.execute(select(job.c.id).where(seen).limit(1)).first() is not None


def place_in_queue(connection: Connection, waiting: Job) -> int:
    """Return how many jobs that are due, or run, go before one that waits."""
    first = or_(
        job.c.status == JobStatus.RUNNING.value,
        and_(
            job.c.status == JobStatus.WAITING.value,
            or_(job.c.rank < waiting.rank, and_(job.c.rank == waiting.rank, job.c.run_at < waiting.run_at)),
        ),
    )
    return connection.execute(select(func.count()).select_from(job).where(first)).scalar_one()


def forget_done(connection: Connection, before: datetime) -> tuple[Job, ...]:
    """Forget the jobs that were done or failed before an instant, and return them."""
    ended = (JobStatus.DONE.value, JobStatus.FAILED.value)
    gone = delete(job).where(job.c.status.in_(ended), job.c.ended_at < before).returning(job)
    return tuple(_job(row) for row in connection.execute(gone))
