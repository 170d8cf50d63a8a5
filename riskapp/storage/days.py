"""Whole days in UTC as instants."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Column, ColumnElement


def begin_of(day: date) -> datetime:
    """Return the first instant of a day."""
    return datetime.combine(day, time.min, tzinfo=UTC)


def end_of(day: date) -> datetime | None:
    """Return the first instant after a day; None for the last day that there is."""
    return begin_of(day + timedelta(days=1)) if day < date.max else None


def within_days(
    column: Column[datetime], since: date | None, until: date | None
) -> list[ColumnElement[bool]]:
    """Return the clauses for instants on days from one to another, both included; None narrows nothing."""
    clauses: list[ColumnElement[bool]] = []
    if since is not None:
        clauses.append(column >= begin_of(since))
    if until is not None and (end := end_of(until)) is not None:
        clauses.append(column < end)
    return clauses
