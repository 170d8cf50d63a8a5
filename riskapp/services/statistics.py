"""Keeps the database informed about its own data, so that it chooses the right way to read it."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from riskapp.services.work import Office
from riskapp.storage.log_tree import log_size

SECONDS_BETWEEN = 60.0

_logger = logging.getLogger("riskapp.statistics")


def keep_statistics(office: Office, stopping: threading.Event, *, seconds: float = SECONDS_BETWEEN) -> None:
    """Have the database learn at once, and again whenever its log has grown by half, until told to stop."""
    learnt = learn_if_grown(office, None)
    while not stopping.wait(seconds):
        learnt = learn_if_grown(office, learnt)


def learn_if_grown(office: Office, learnt: int | None) -> int | None:
    """Return how long the log was when the database learnt last, after it has done so where that is long ago.

    `learnt` is what the last call returned, None for none. What hinders it is noted, for the next call.
    """
    try:
        with office.reading() as connection:
            size = log_size(connection)
        if learnt is not None and 2 * size < 3 * learnt:
            return learnt
        office.database.learn()
    except SQLAlchemyError as error:
        _logger.warning("The statistics of the database could not be refreshed just now: %s", error)
        return learnt
    return size
