"""Jobs: what is done after the answer to a person, how often it is tried, and when it stands still."""

from datetime import datetime, timedelta
from enum import StrEnum


class JobKind(StrEnum):
    """What a job does."""

    REPORT = "report.issue"
    BATCH = "report.batch"


class JobStatus(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


LEASE = timedelta(seconds=60)
"""How long a worker holds a job without a sign of life; it gives one four times as often."""

MOST_TRIES = 3
"""How often a job is begun before somebody has to ask for it again."""

STANDS_STILL = timedelta(minutes=5)
"""Where a job that is due has waited this long, nothing works the jobs off."""

KEPT = timedelta(days=30)
"""How long finished jobs are kept, with what they made that is no record."""

_FIRST_WAIT, _LATER = timedelta(seconds=20), 6


def next_try(tries: int, at: datetime) -> datetime | None:
    """Return when to try again after so many tries that failed, the last one now; None for never."""
    return None if tries >= MOST_TRIES else at + _FIRST_WAIT * _LATER ** (tries - 1)
