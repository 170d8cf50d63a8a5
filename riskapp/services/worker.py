"""The worker: takes up one job after another, each under a lease, until it is told to stop."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from riskapp.domain.errors import ProductError
from riskapp.domain.job import KEPT, JobKind
from riskapp.reporting.render import ReportError
from riskapp.services.jobs import GivesWayError, Held, LeaseLostError, kept_alive, take
from riskapp.services.report_batches import forget_batches, make_asked_batch
from riskapp.services.reports import ask_for_missing_reports, issue_report
from riskapp.services.work import Office

SECONDS_BETWEEN = 1.0
"""How often a worker looks for jobs that were asked for in other processes; in its own a bell rings."""

TIDY_EVERY = timedelta(hours=1)

_logger = logging.getLogger("riskapp.worker")


def _issue(held: Held) -> None:
    issue_report(held.office, held.asker, held.job.arguments["assessment"], held=held)


WORK: Mapping[JobKind, Callable[[Held], None]] = {JobKind.REPORT: _issue, JobKind.BATCH: make_asked_batch}
"""What is done for a job of each kind. It finishes its job in the transaction that keeps what it made."""


class Worker:
    """Works off the jobs of an office; any number of them may run, in any number of processes."""

    def __init__(self, office: Office, name: str) -> None:
        """Work for an office; the name tells people who holds a job."""
        self._office = office
        self._name = name
        self._tidied = office.now() - TIDY_EVERY
        self._held: Held | None = None

    def run(self, stopping: threading.Event) -> None:
        """Work until told to stop; what was begun is finished, but for what may be interrupted."""
        asked = False
        while not stopping.is_set():
            try:
                asked = asked or ask_for_missing_reports(self._office) >= 0
                busy = self.step(lambda: not stopping.is_set())
            except (SQLAlchemyError, OSError) as error:
                _logger.warning("The jobs could not be worked off just now: %s", error)
                busy = False
            except Exception:
                _logger.exception("A job could not be taken up")
                busy = False
            if not busy:
                self._office.bell.wait(SECONDS_BETWEEN)
                self._office.bell.clear()

    def step(self, go_on: Callable[[], bool] = lambda: True) -> bool:
        """Take up the next job that is due, if any, and return whether there was one."""
        held = take(self._office, self._name, go_on)
        if held is None:
            self._tidy()
            return False
        self._held = held
        try:
            with kept_alive(held):
                _work_on(held)
        finally:
            self._held = None
        return True

    def let_go(self) -> None:
        """Give back what is not finished: the process ends before it is done."""
        if (held := self._held) is not None:
            held.give_back()

    def _tidy(self) -> None:
        now = self._office.now()
        if now - self._tidied >= TIDY_EVERY:
            self._tidied = now
            forget_batches(self._office, now - KEPT)


def _work_on(held: Held) -> None:
    """Do what the job asks for; whatever becomes of it is kept with the job, in words."""
    try:
        WORK[held.job.kind](held)
    except LeaseLostError:
        _logger.warning("Job %s was taken over by another worker; nothing was kept of this try", held.job.id)
    except GivesWayError:
        held.give_back()
    except ReportError as error:
        if held.go_on():
            _note(held, str(error), for_good=False)
        else:
            held.give_back()
    except ProductError as error:
        _note(held, str(error), for_good=True)
    except OSError as error:
        _note(held, f"A file could not be read or written: {error.strerror or error}.", for_good=False)
    except SQLAlchemyError:
        raise
    except Exception as fault:
        _logger.exception("Job %s broke", held.job.id)
        _note(held, f"The work on it broke ({type(fault).__name__}).", for_good=False)


def _note(held: Held, why: str, *, for_good: bool) -> None:
    _logger.warning("Job %s of %s failed at try %d: %s", held.job.id, held.job.kind, held.job.tries, why)
    held.fail(why, for_good=for_good)
