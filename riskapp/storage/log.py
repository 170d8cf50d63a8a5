"""The log: insert-only entries with gap-free numbers, each the canonical bytes that are hashed.

Whoever appends first takes the turn: from then until the end of the transaction nobody else appends.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, text

from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.errors import ConflictError
from riskapp.domain.ledger import HASH_SIZE, completed, leaf_digest, lefts_of
from riskapp.storage.columns import instant_text
from riskapp.storage.tables import log_entry, log_node


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One entry as stored; `body` is what its bytes say, `leaf` the bytes themselves."""

    seq: int
    at: datetime
    actor_id: str | None
    action: str
    subject_kind: str
    subject_id: str
    assessment_id: str | None
    body: dict[str, Any]
    leaf: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to come: `action` reads noun.verb, `subject` is (kind, id), `details` are JSON values.

    `salt` is random: without it the digest of an entry that is withheld would tell whoever guesses what it
    holds that the guess is right. `rows` tells of those that were inserted with it (`row_digests`).
    """

    at: datetime
    actor_id: str | None
    action: str
    subject: tuple[str, str]
    assessment_id: str | None
    details: dict[str, Any]
    salt: str
    rows: Mapping[str, list[list[Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to append after the newest entry, whose number is 0 while the log is empty.

    `tops` holds the highest nodes of the tree that some of the last entries completed, by their numbers.
    """

    seq: int
    at: datetime | None
    tops: Mapping[int, bytes] = field(default_factory=dict)


_NEWEST = select(log_entry.c.seq, log_entry.c.at).order_by(log_entry.c.seq.desc()).limit(1).subquery()
_TURN = select(_NEWEST.c.seq, _NEWEST.c.at, log_node.c.seq.label("number"), log_node.c.hashes).outerjoin_from(
    _NEWEST, log_node, log_node.c.seq.in_([_NEWEST.c.seq - back for back in (0, 1, 3, 7)])
)
"""The newest entry, with the nodes that all but one of 32 next entries join."""

_WAIT_FOR_TURN = text("SELECT seq, at, number, hashes FROM take_turn_beside_nodes()").columns(
    log_entry.c.seq, log_entry.c.at, log_node.c.seq.label("number"), log_node.c.hashes
)
_ENTRY, _NODE = insert(log_entry), insert(log_node)
_BOTH = insert(log_node).values(seq=bindparam("node"), hashes=bindparam("hashes"))
_BOTH = _BOTH.add_cte(
    insert(log_entry).values({each.name: bindparam(each.name) for each in log_entry.c}).cte()
)
"""An entry and its hashes in one statement: PostgreSQL answers once instead of twice."""

_HASHES = select(log_node.c.seq, log_node.c.hashes)


def take_turn(connection: Connection) -> Turn:
    """Wait until this write transaction is the only one that may append, and return where the log ends.

    SQLite has one write transaction at a time; PostgreSQL waits for a lock until the end of the transaction.
    """
    waits = connection.dialect.name != "sqlite"
    rows = connection.execute(_WAIT_FOR_TURN if waits else _TURN).all()
    if not rows:
        return Turn(0, None)
    return Turn(rows[0].seq, rows[0].at, {row.number: row.hashes[-HASH_SIZE:] for row in rows if row.hashes})


def append_entry(connection: Connection, turn: Turn, new: NewEntry) -> Turn:
    """Append one entry and return the turn to append the next.

    The log's time does not run backwards: where the clock did, the entry bears the time of the one before.
    """
    seq = turn.seq + 1
    at = new.at if turn.at is None else max(new.at, turn.at)
    kind, subject_id = new.subject
    body = {
        "seq": seq,
        "at": instant_text(at),
        "actor": new.actor_id,
        "action": new.action,
        "subject": {"kind": kind, "id": subject_id},
        "assessment": new.assessment_id,
        "details": new.details,
        "salt": new.salt,
        "rows": new.rows,
    }
    leaf = canonical_bytes(body)
    row = {
        "seq": seq,
        "at": at,
        "actor_id": new.actor_id,
        "action": new.action,
        "subject_kind": kind,
        "subject_id": subject_id,
        "assessment_id": new.assessment_id,
        "body": leaf,
    }
    made = completed(leaf_digest(leaf), _lefts(connection, turn))
    _insert(connection, row, b"".join(made))
    return Turn(seq, at, {**turn.tops, seq: made[-1]})


def _insert(connection: Connection, row: dict[str, Any], hashes: bytes) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(_ENTRY, row)
        connection.execute(_NODE, {"seq": row["seq"], "hashes": hashes})
    else:
        connection.execute(_BOTH, row | {"node": row["seq"], "hashes": hashes})


def _lefts(connection: Connection, turn: Turn) -> list[bytes]:
    """Return the nodes that the next entry joins, read where the turn does not hold them."""
    numbers = lefts_of(turn.seq + 1)
    tops = turn.tops
    unread = [number for number in numbers if number not in tops]
    if unread:
        query = _HASHES.where(log_node.c.seq.in_(unread))
        tops = {**tops, **{row.seq: row.hashes[-HASH_SIZE:] for row in connection.execute(query)}}
    found = [tops.get(number, b"") for number in numbers]
    if not all(found):
        raise ConflictError(
            "The tree of the log has lost hashes, so nothing can be recorded. Stop the service and run: "
            "riskapp log verify"
        )
    return found


def entries(connection: Connection, query: Select[Any]) -> tuple[LogEntry, ...]:
    """Return the entries that a select over `log_entry` yields, in its order."""
    return tuple(_entry(row) for row in connection.execute(query))


def _entry(row: Row[Any]) -> LogEntry:
    leaf = bytes(row.body)
    return LogEntry(
        seq=row.seq,
        at=row.at,
        actor_id=row.actor_id,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        assessment_id=row.assessment_id,
        body=json.loads(leaf),
        leaf=leaf,
    )


def latest_entry(connection: Connection) -> LogEntry | None:
    """Return the newest entry, or None for an empty log."""
    found = entries(connection, select(log_entry).order_by(log_entry.c.seq.desc()).limit(1))
    return found[0] if found else None


def entry_about(
    connection: Connection, assessment_id: str, *, action: str, subject_id: str
) -> LogEntry | None:
    """Return the entry about an assessment with an action on a subject, the newest of several, or None."""
    columns = log_entry.c
    query = select(log_entry).where(
        columns.assessment_id == assessment_id,
        columns.action == action,
        columns.subject_id == subject_id,
    )
    found = entries(connection, query.order_by(columns.seq.desc()).limit(1))
    return found[0] if found else None


def entry_numbers(
    connection: Connection, assessment_id: str, actions: tuple[str, ...]
) -> dict[str, tuple[int, ...]]:
    """Return the numbers of the entries about an assessment by action, for these actions, rising."""
    query = (
        select(log_entry.c.action, log_entry.c.seq)
        .where(log_entry.c.assessment_id == assessment_id, log_entry.c.action.in_(actions))
        .order_by(log_entry.c.seq)
    )
    found: dict[str, tuple[int, ...]] = {}
    for row in connection.execute(query):
        found[row.action] = (*found.get(row.action, ()), row.seq)
    return found
