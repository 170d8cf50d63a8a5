"""Whether the rows of the insert-only tables are those that the log tells of, each as it was recorded."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, Connection, Integer, Table, func, select, true, type_coerce
from sqlalchemy.types import NullType

from riskapp.domain.log_check import Disagreement, Fault, RawEntry
from riskapp.storage.log_scan import raw_batches
from riskapp.storage.row_digests import key_of, plain_row, row_digest
from riskapp.storage.tables import TOLD, metadata

TOGETHER = 100
"""How many keys are asked for in one query."""

HELD = 200_000
"""How many keys are in memory at once while a row is looked for that no entry tells of."""

MOST_NAMED = 20
"""How many of those rows are named in each table."""

ADOPTED = "log.rows-adopted"
"""The action of the entries that tell of rows that are older than the form of entries that do."""

_KEY, _NOTHING = b'"rows":', b'"rows":{},"salt":'

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One row as an entry tells of it."""

    seq: int
    salt: str
    name: str
    key: Key
    digest: str


class RowCheck:
    """Takes the entries in order, compares what they tell with the rows, and counts the rows."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self._told: Counter[str] = Counter()
        self._gone: Counter[str] = Counter()
        self._tells = False

    def take(self, connection: Connection, entries: Sequence[RawEntry]) -> Iterator[Disagreement]:
        """Yield which rows are gone or not as these entries tell of them."""
        told: dict[str, list[Told]] = {}
        for each in told_by(entries):
            told.setdefault(each.name, []).append(each)
        for entry in entries:
            self._tells |= entry.action == ADOPTED or (entry.seq == 1 and tells_of_rows(entry))
        for name, rows in told.items():
            self._told[name] += len(rows)
            for start in range(0, len(rows), TOGETHER):
                yield from self._compare(connection, metadata.tables[name], rows[start : start + TOGETHER])

    def _compare(self, connection: Connection, table: Table, told: list[Told]) -> Iterator[Disagreement]:
        kept: dict[Key, str] = {}
        wanted = {each.key: each.salt for each in told}
        first = table.primary_key.columns[0]
        for plain in plain_rows(connection, table, first.in_({each.key[0] for each in told})):
            key = key_of(table.name, plain)
            if key in wanted:
                kept[key] = row_digest(table.name, plain, wanted[key])
        for each in told:
            if each.key not in kept:
                self._gone[table.name] += 1
                words = f"the row {_shown(each.key)} of {table.name} is gone (entry {each.seq})"
            elif kept[each.key] != each.digest:
                words = f"the row {_shown(each.key)} of {table.name} is not as entry {each.seq} recorded it"
            else:
                continue
            yield Disagreement(Fault.RECORD, each.seq, words)

    def end(self, connection: Connection) -> Iterator[Disagreement]:
        """Yield rows of which no entry tells, some of each table; all entries were taken before.

        A log that was begun before entries told of rows says nothing here until it has taken in the rows of
        before.
        """
        for name in TOLD if self._tells else ():
            table = metadata.tables[name]
            kept = connection.execute(select(func.count()).select_from(table)).scalar_one()
            if kept + self._gone[name] == self._told[name]:
                continue
            for key in _untold(connection, table, parts=1 + self._told[name] // HELD):
                words = f"the row {_shown(key)} of {name} was added by hand: no entry of the log tells of it"
                yield Disagreement(Fault.RECORD, None, words)


def plain_rows(
    connection: Connection, table: Table, clause: ColumnElement[bool] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield rows as the database holds them, nothing interpreted, as JSON has their values."""
    columns = [type_coerce(each, NullType()).label(each.name) for each in table.c]
    query = select(*columns).where(true() if clause is None else clause)
    query = query.order_by(*table.primary_key.columns)
    for row in connection.execute(query.execution_options(yield_per=500)):
        yield plain_row(table, row._asdict())


def tells_of_rows(entry: RawEntry) -> bool:
    """Return whether an entry has the form that tells of rows, were it of none."""
    return _KEY in entry.body


def told_by(entries: Sequence[RawEntry]) -> Iterator[Told]:
    """Yield the rows of which entries tell; what has another form is left to the check of the tree."""
    for entry in entries:
        if _NOTHING in entry.body or _KEY not in entry.body:
            continue
        try:
            body = json.loads(entry.body)
            for name, rows in body.get("rows", {}).items():
                for *key, digest in rows if name in TOLD else ():
                    if _fits(metadata.tables[name], key):
                        yield Told(entry.seq, str(body.get("salt")), name, tuple(key), digest)
        except (ValueError, TypeError, AttributeError):
            continue


def _fits(table: Table, key: Sequence[Any]) -> bool:
    columns = table.primary_key.columns
    return len(key) == len(columns) and all(
        isinstance(part, int if isinstance(column.type, Integer) else str)
        for part, column in zip(key, columns, strict=True)
    )


def _untold(connection: Connection, table: Table, *, parts: int) -> list[Key]:
    """Return keys of rows that no entry tells of, holding one part of all keys at a time."""
    columns = [type_coerce(each, NullType()) for each in table.primary_key.columns]
    found: list[Key] = []
    for part in range(parts):
        told = {
            each.key
            for batch in raw_batches(connection)
            for each in told_by(batch)
            if each.name == table.name and _part(each.key, parts) == part
        }
        for row in connection.execute(select(*columns).execution_options(yield_per=500)):
            key = tuple(row)
            if _part(key, parts) == part and key not in told:
                found.append(key)
                if len(found) == MOST_NAMED:
                    return found
    return found


def _part(key: Key, parts: int) -> int:
    return crc32(repr(key).encode()) % parts


def _shown(key: Key) -> str:
    return ", ".join(str(each) for each in key)
