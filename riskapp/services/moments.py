"""Moments of the log: an instant, or the number of an entry, as the last entry that had happened by then."""

from sqlalchemy import Connection

from riskapp.domain.errors import InvalidError, NotFoundError
from riskapp.domain.instants import NO_INSTANT, read_instant
from riskapp.storage.assessments import id_of_reference
from riskapp.storage.log_lists import last_number_at
from riskapp.storage.log_tree import log_size


def entry_at(connection: Connection, asked: str, *, field: str = "at") -> int:
    """Return the number of the last entry at an instant, or of the entry that a text of digits names.

    Raises InvalidError under `field` for a text that is neither, and NotFoundError where the log had not
    begun or has no such entry.
    """
    if asked.isascii() and asked.isdecimal():
        seq = int(asked[:10])
        if not 0 < seq <= log_size(connection):
            raise NotFoundError("log entry", asked)
        return seq
    try:
        seq = last_number_at(connection, read_instant(asked))
    except (ValueError, OverflowError):
        raise InvalidError({field: f"“{asked}” {NO_INSTANT}"}) from None
    if seq == 0:
        raise NotFoundError("log entry up to", asked)
    return seq


def assessment_called(connection: Connection, reference: str) -> str:
    """Return the id of the assessment that is called this, such as RA-0007; raises NotFoundError."""
    found = id_of_reference(connection, reference)
    if found is None:
        raise NotFoundError("assessment", reference)
    return found
