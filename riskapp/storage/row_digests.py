"""What an entry of the log keeps of the rows that were inserted with it: their keys and salted digests.

Every insert into an insert-only table is noted as it is executed, so that no use case can forget one. The
digest is over the salt of the entry as well: without it nobody can tell whether a guess is right.
A column without a value is left out, so that a nullable column that is added later changes no digest.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, CursorResult, Engine, Insert, LargeBinary, Table, event

from riskapp.storage.columns import instant_text
from riskapp.storage.tables import TOLD, metadata

_NOTED = "riskapp_noted_rows"

Row = Mapping[str, Any]
Told = dict[str, list[list[Any]]]
"""By the name of a table, each row as the values of its key followed by its digest."""


def note_inserts(engine: Engine) -> None:
    """See to it that every row that is inserted into an insert-only table is noted on its connection."""
    event.listen(engine, "after_execute", _note)


def _note(
    connection: Connection,
    clause: object,
    several: list[Row],
    single: Row,
    options: object,
    result: CursorResult[Any],
    /,
) -> None:
    del options
    if isinstance(clause, Insert) and clause.table.name in TOLD and result.rowcount:
        rows = several or [single]
        connection.info.setdefault(_NOTED, []).extend((clause.table.name, row) for row in rows)


def note_rows(connection: Connection, name: str, rows: Iterable[Row]) -> None:
    """Note rows of a table as if they were inserted now, so that the next entry tells of them."""
    connection.info.setdefault(_NOTED, []).extend((name, row) for row in rows)


def forget_noted(connection: Connection) -> None:
    """Forget what a transaction that was left has noted."""
    connection.info.pop(_NOTED, None)


def has_noted(connection: Connection) -> bool:
    """Return whether rows were inserted of which no entry tells yet."""
    return bool(connection.info.get(_NOTED))


def told_rows(connection: Connection, salt: str) -> Told:
    """Return what the entry with this salt tells of the rows noted so far, and forget them."""
    return told_of(connection.info.pop(_NOTED, ()), salt)


def told_of(rows: Iterable[tuple[str, Row]], salt: str) -> Told:
    """Return what an entry with this salt tells of rows, each with the name of its table."""
    found: Told = {}
    for name, row in rows:
        plain = plain_row(metadata.tables[name], row)
        found.setdefault(name, []).append([*key_of(name, plain), row_digest(name, plain, salt)])
    return found


def key_of(name: str, plain: Row) -> tuple[Any, ...]:
    """Return the values of the primary key of a row."""
    return tuple(plain[each.name] for each in metadata.tables[name].primary_key.columns)


def plain_row(table: Table, row: Row) -> dict[str, Any]:
    """Return the values of a row as JSON has them, without those that are not there."""
    found = {each.name: _plain(each, row.get(each.name)) for each in table.c}
    return {name: value for name, value in found.items() if value is not None}


def _plain(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 (the values of any column)
    match value:
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            return hashlib.sha256(value).hexdigest()
        case 0 | 1 if isinstance(column.type, Boolean):
            return bool(value)
        case None | str() | int():
            # SQLite keeps text where bytes belong, too: it could be the digest of what was there.
            return ["text", value] if isinstance(column.type, LargeBinary) and value is not None else value
        case float():
            return repr(value)
        case _:
            message = f"{column} holds a {type(value).__name__}, of which no digest is made"
            raise TypeError(message)


def row_digest(name: str, plain: Row, salt: str) -> str:
    """Return the SHA-256 over the canonical JSON of salt, name of the table and values.

    Python's own writer gives the canonical form for texts and whole numbers.
    """
    told = json.dumps([salt, name, plain], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
