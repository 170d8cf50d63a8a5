"""Reading the log: windows of it, newest first, equally fast at any depth, and what stands behind a thing.

Numbers are gap-free and the log's time never runs backwards, so days are found by halving the numbers
instead of by an index.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from riskapp.domain.errors import ForbiddenError, NotFoundError
from riskapp.storage.blind_rounds import is_others_work
from riskapp.storage.days import begin_of, end_of
from riskapp.storage.log import LogEntry, entries, latest_entry
from riskapp.storage.paging import PAGE_SIZE, Near, Window, window_of
from riskapp.storage.tables import evidence, log_entry

SAVES = "draft.saved"
"""The one action that happens hundreds of times in each assessment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilters:
    """What the log is narrowed to; empty fields narrow nothing. Days are whole days in UTC, both included."""

    actor_id: str = ""
    action: str = ""
    assessment_id: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def active(self) -> bool:
        """Return whether the log is narrowed at all."""
        return any((self.actor_id, self.action, self.assessment_id, self.since, self.until))


_EVIDENCE = frozenset({"evidence.added", "evidence.replaced"})
_OF_THE_WHOLE = ("assessment.", "round.")
"""How actions begin that concern the assessment itself, whoever does them: these are for all."""


def withheld(viewer_id: str) -> ColumnElement[bool]:
    """Return the clause for entries that the person does not see yet: others' work in a blind round.

    That is whatever an assessor does about the assessment (answers, evidence, comments, imports), so that an
    action which is added later is withheld without being named here. `services.blindness` says the same of
    sheets and evidence. The bytes of such an entry would tell what it holds, and so would their digest.
    """
    columns = log_entry.c
    private = exists().where(evidence.c.id == columns.subject_id, evidence.c.by_assessor)
    return and_(
        is_others_work(viewer_id, of=columns.assessment_id, by=columns.actor_id, at=columns.at),
        ~or_(*(columns.action.startswith(each) for each in _OF_THE_WHOLE)),
        or_(columns.action.not_in(_EVIDENCE), private),
    )


def withheld_numbers(connection: Connection, assessment_ids: Iterable[str]) -> frozenset[int]:
    """Return the numbers of entries about these that nobody but their authors may read yet."""
    columns = log_entry.c
    found: set[int] = set()
    for each in assessment_ids:
        query = select(columns.seq).where(columns.assessment_id == each, withheld(""))
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def log_window(
    connection: Connection,
    filters: LogFilters,
    *,
    viewer_id: str,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Window[LogEntry]:
    """Return the newest entries that a person sees, or those next to a number; the newest come first."""
    seq = log_entry.c.seq
    query = select(log_entry).where(*log_clauses(connection, filters), ~withheld(viewer_id))
    return window_of(
        partial(entries, connection),
        query,
        seq,
        name="seq",
        near=Near(before, after, size),
    )


def log_clauses(connection: Connection, filters: LogFilters) -> list[ColumnElement[bool]]:
    """Return the clauses that narrow the log to what the filters ask for."""
    columns = log_entry.c
    clauses = [
        column == wanted
        for column, wanted in (
            (columns.actor_id, filters.actor_id),
            (columns.action, filters.action),
            (columns.assessment_id, filters.assessment_id),
        )
        if wanted
    ]
    if filters.since is not None:
        clauses.append(columns.seq >= first_number_since(connection, begin_of(filters.since)))
    if filters.until is not None and (end := end_of(filters.until)) is not None:
        clauses.append(columns.seq < first_number_since(connection, end))
    return clauses


def entries_of_actor(
    connection: Connection, actor_id: str, action: str, *, since: datetime, most: int
) -> tuple[LogEntry, ...]:
    """Return a person's newest entries with an action since an instant, so many at most."""
    columns = log_entry.c
    wanted = (
        columns.actor_id == actor_id,
        columns.action == action,
        columns.seq >= first_number_since(connection, since),
    )
    return entries(connection, select(log_entry).where(*wanted).order_by(columns.seq.desc()).limit(most))


def first_number_since(connection: Connection, at: datetime) -> int:
    """Return the number of the first entry at or after an instant; one past the newest for none."""
    newest = latest_entry(connection)
    low, high = 1, newest.seq + 1 if newest else 1
    while low < high:
        middle = (low + high) // 2
        instant = connection.execute(select(log_entry.c.at).where(log_entry.c.seq == middle)).scalar_one()
        if instant < at:
            low = middle + 1
        else:
            high = middle
    return low


def last_number_at(connection: Connection, at: datetime) -> int:
    """Return the number of the last entry up to an instant, that instant included; 0 for none."""
    return first_number_since(connection, at + timedelta(microseconds=1)) - 1


def log_entry_at(connection: Connection, seq: int, *, viewer_id: str) -> LogEntry:
    """Return the entry with this number; raises NotFoundError, and ForbiddenError while it is withheld."""
    found = entries(connection, select(log_entry).where(log_entry.c.seq == seq))
    if not found:
        raise NotFoundError("log entry", str(seq))
    if connection.execute(select(log_entry.c.seq).where(log_entry.c.seq == seq, withheld(viewer_id))).all():
        message = (
            f"Log entry {seq} belongs to a round of scoring by several assessors that is under way. It can "
            "be read once the round is closed."
        )
        raise ForbiddenError(message)
    return found[0]


@dataclass(frozen=True, slots=True)
class Moment:
    """When an entry was recorded: its number and instant, which tell nothing of what it holds."""

    seq: int
    at: datetime


def moment_of(connection: Connection, seq: int) -> Moment:
    """Return when the entry with this number was recorded; raises NotFoundError."""
    columns = log_entry.c
    row = connection.execute(select(columns.seq, columns.at).where(columns.seq == seq)).one_or_none()
    if row is None:
        raise NotFoundError("log entry", str(seq))
    return Moment(row.seq, row.at)


def actions(connection: Connection) -> tuple[str, ...]:
    """Return every action in the log by name, by leaping from one to the next in the index."""
    found: list[str] = []
    query: Select[Any] = select(log_entry.c.action).order_by(log_entry.c.action).limit(1)
    following = query
    while (action := connection.execute(following).scalar()) is not None:
        found.append(action)
        following = query.where(log_entry.c.action > action)
    return tuple(found)


def entries_about(
    connection: Connection, assessment_id: str, limit: int, *, viewer_id: str, up_to: int | None = None
) -> tuple[LogEntry, ...]:
    """Return the entries about an assessment that a person sees, oldest first, without saves of drafts.

    With `up_to`, none after the entry of that number.
    """
    query = select(log_entry).where(
        log_entry.c.assessment_id == assessment_id, log_entry.c.action != SAVES, ~withheld(viewer_id)
    )
    if up_to is not None:
        query = query.where(log_entry.c.seq <= up_to)
    return entries(connection, query.order_by(log_entry.c.seq).limit(limit))


def count_saves(
    connection: Connection, assessment_id: str, limit: int, *, viewer_id: str, up_to: int | None = None
) -> int:
    """Return how many saves of drafts of an assessment a person sees in the log, counted up to a limit.

    With `up_to`, none after the entry of that number.
    """
    query = select(log_entry.c.seq).where(
        log_entry.c.assessment_id == assessment_id, log_entry.c.action == SAVES, ~withheld(viewer_id)
    )
    if up_to is not None:
        query = query.where(log_entry.c.seq <= up_to)
    return len(connection.execute(query.limit(limit)).all())
