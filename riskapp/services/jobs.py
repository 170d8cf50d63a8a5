"""Jobs as use cases see them: asking for one, holding it, and how the queue stands.

Where a job stands is state of the service and no part of the record, so these are the only transactions that
change something without an entry in the log. What a job makes is kept in a unit of work like everything else,
which calls the job done in the same transaction (`Held.finish`).
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from riskapp.domain.authority import Actor
from riskapp.domain.job import LEASE, STANDS_STILL, next_try
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage import jobs as stored
from riskapp.storage.jobs import Job, NewJob, QueueState, add_job, job_with_key, queue_state
from riskapp.storage.users import user

SIGNS_IN_A_LEASE = 4

_logger = logging.getLogger("riskapp.jobs")


class LeaseLostError(Exception):
    """Another worker holds the job by now; whatever was done for it is to be rolled back."""


class GivesWayError(Exception):
    """Something goes first, or the service stops: somebody else goes on with the job later."""


@dataclass(frozen=True, slots=True)
class Held:
    """A job that this worker holds; `go_on` says whether the worker is to go on."""

    office: Office
    job: Job
    go_on: Callable[[], bool]

    def note(self, done: int, total: int) -> None:
        """Keep how far the job is, which is also a sign of life.

        Raises LeaseLostError where another holds it, GivesWayError where something else goes first.
        """
        self.live((done, total))
        with self.office.reading() as connection:
            others = stored.is_any_due(connection, self.office.now(), below_rank=self.job.rank)
        if others or not self.go_on():
            raise GivesWayError

    @property
    def asker(self) -> Actor | None:
        """Return who asked for the job, None for the service itself."""
        if self.job.asked_by is None:
            return None
        with self.office.reading() as connection:
            found = user(connection, self.job.asked_by)
        return Actor(found.id, found.display_name, found.roles)

    def live(self, progress: tuple[int, int] | None = None) -> None:
        """Give a sign of life; raises LeaseLostError where another holds the job by now."""
        with self.office.operating() as connection:
            held = stored.prolong(connection, self.job, self.office.now(), progress=progress)
        if not held:
            raise LeaseLostError

    def finish(self, unit: UnitOfWork, result: Mapping[str, object]) -> None:
        """Call the job done in the transaction that keeps what it made; raises LeaseLostError."""
        if not stored.finish(unit.connection, self.job, unit.at, result=result):
            raise LeaseLostError

    def drop(self, result: Mapping[str, object]) -> None:
        """Call the job done where what it is to make is there already."""
        with self.office.operating() as connection:
            stored.finish(connection, self.job, self.office.now(), result=result)

    def give_back(self) -> None:
        """Leave the job to whoever takes it next; the try does not count."""
        with self.office.operating() as connection:
            stored.give_back(connection, self.job, self.office.now())
        self.office.bell.set()

    def fail(self, why: str, *, for_good: bool) -> None:
        """Keep why this try failed; after a while it is tried again, unless it is for good."""
        now = self.office.now()
        again = None if for_good else next_try(self.job.tries, now)
        with self.office.operating() as connection:
            stored.note_failure(connection, self.job, now, error=why, again_at=again)


def take(office: Office, worker: str, go_on: Callable[[], bool]) -> Held | None:
    """Take up the next job that is due, or None; only looking costs nobody a write."""
    with office.reading() as connection:
        if not stored.is_any_due(connection, office.now()):
            return None
    with office.operating() as connection:
        taken = stored.take_job(connection, office.now(), lease_id=office.new_id(), worker=worker)
    return None if taken is None else Held(office, taken, go_on)


@contextmanager
def kept_alive(held: Held) -> Iterator[None]:
    """Give signs of life beside the work of the block, in a thread of its own."""
    ended = threading.Event()

    def live() -> None:
        while not ended.wait(LEASE.total_seconds() / SIGNS_IN_A_LEASE):
            try:
                held.live()
            except LeaseLostError:
                return
            except SQLAlchemyError as error:
                _logger.warning("A sign of life of job %s was not kept: %s", held.job.id, error)

    thread = threading.Thread(target=live, name=f"lease-{held.job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


Check = Callable[[Connection], None]
"""Raises an error where a job may not be asked for; nobody else changes any job meanwhile."""


def ask_again(office: Office, new: NewJob, check: Check | None = None) -> Job:
    """Ask for a job outside of any change, and return it; one that failed or waits is begun at once."""
    with office.operating() as connection:
        if check is not None:
            stored.hold_all(connection)
            check(connection)
        add_job(connection, new)
        found = job_with_key(connection, new.key)
        if found is None:
            message = "a job that was just asked for is there"
            raise RuntimeError(message)
        stored.ask_anew(connection, found.id, office.now())
    office.bell.set()
    return found


def ask_for_all(office: Office, missing: Callable[[Connection], list[NewJob]]) -> int:
    """Ask for what nobody has asked for yet; return how many jobs that were."""
    with office.reading() as connection:
        if not missing(connection):
            return 0
    with office.operating() as connection:
        asked = missing(connection)
        for each in asked:
            add_job(connection, each)
    return len(asked)


def forget_done(office: Office, before: datetime) -> tuple[Job, ...]:
    """Forget the jobs that ended before an instant, and return them."""
    with office.operating() as connection:
        return stored.forget_done(connection, before)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStanding:
    """How the queue stands: what waits, how long the oldest that is due does, and whether nothing moves."""

    state: QueueState
    oldest_seconds: int
    alarm: bool


def queue_standing(connection: Connection, now: datetime) -> QueueStanding:
    """Return how the queue stands: a long one is no alarm, one at which nobody is seen to work is."""
    state = queue_state(connection, now)
    waits = timedelta(0) if state.oldest_due is None else max(now - state.oldest_due, timedelta(0))
    alarm = waits > STANDS_STILL and not stored.is_anybody_at_work(connection, now - STANDS_STILL)
    return QueueStanding(state=state, oldest_seconds=int(waits.total_seconds()), alarm=alarm)
