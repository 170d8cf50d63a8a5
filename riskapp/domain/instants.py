"""Instants as people type them: `2027-01-31 14:30`, in UTC unless they say otherwise."""

from datetime import UTC, datetime

NO_INSTANT = "is no instant; write it as 2027-01-31 14:30, in UTC"


def read_instant(text: str) -> datetime:
    """Return the instant that a text names, in UTC; raises ValueError for a text that names none."""
    try:
        at = datetime.fromisoformat(text.removesuffix("UTC").strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error
