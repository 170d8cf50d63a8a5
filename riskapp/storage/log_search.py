"""Finding entries of the log by their text, a bounded stretch of the log at a time.

No index holds the text of five million entries: appending stays fast, and a page looks through a stretch and
says how far it got. Entries about drafts are left out: what they hold may be restricted.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, String, cast, func, select

from riskapp.storage.log import LogEntry, entries, latest_entry
from riskapp.storage.log_lists import LogFilters, log_clauses, withheld
from riskapp.storage.paging import PAGE_SIZE, in_small_letters, says
from riskapp.storage.tables import log_entry

MOST_LOOKED = 50_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries found between two numbers, newest first; `older` is where to go on, None at the end."""

    items: tuple[LogEntry, ...]
    looked_down_to: int
    older: int | None


def log_stretch(
    connection: Connection,
    filters: LogFilters,
    text: str,
    *,
    viewer_id: str,
    before: int | None = None,
    most: int = MOST_LOOKED,
) -> Stretch:
    """Return the newest entries below a number that a person sees and whose text holds these words.

    Looks through `most` numbers at most; `older` is where the next stretch begins.
    """
    newest = latest_entry(connection)
    top = before if before is not None else (newest.seq + 1 if newest else 1)
    floor, seq = max(1, top - most), log_entry.c.seq
    query = (
        select(log_entry)
        .where(*log_clauses(connection, filters), ~withheld(viewer_id), log_entry.c.subject_kind != "draft")
        .where(seq < top, seq >= floor, _says(connection, text))
        .order_by(seq.desc())
        .limit(PAGE_SIZE + 1)
    )
    found = entries(connection, query)
    if len(found) > PAGE_SIZE:
        return Stretch(found[:PAGE_SIZE], found[PAGE_SIZE - 1].seq, found[PAGE_SIZE - 1].seq)
    return Stretch(found, floor, floor if floor > 1 else None)


def _says(connection: Connection, text: str) -> ColumnElement[bool]:
    body = log_entry.c.body
    words = cast(body, String) if connection.dialect.name == "sqlite" else func.convert_from(body, "UTF8")
    return says(text, in_small_letters(words))
