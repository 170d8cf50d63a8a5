"""The log as the database holds it, in order and in pieces, for those who check it."""

from collections.abc import Iterator

from sqlalchemy import Connection, String, select, type_coerce

from riskapp.domain.log_check import RawEntry
from riskapp.storage.tables import log_entry, log_node

BATCH = 2_000

_RAW = select(
    log_entry.c.seq,
    type_coerce(log_entry.c.at, String).label("at"),
    log_entry.c.actor_id,
    log_entry.c.action,
    log_entry.c.subject_kind,
    log_entry.c.subject_id,
    log_entry.c.assessment_id,
    log_entry.c.body,
    log_node.c.hashes,
).outerjoin_from(log_entry, log_node, log_node.c.seq == log_entry.c.seq)


def raw_entries(connection: Connection, *, after: int, limit: int) -> tuple[RawEntry, ...]:
    """Return at most `limit` entries with numbers above `after`, in order, nothing interpreted."""
    query = _RAW.where(log_entry.c.seq > after).order_by(log_entry.c.seq).limit(limit)
    return tuple(
        RawEntry(
            seq=row.seq,
            at=row.at,
            actor_id=row.actor_id,
            action=row.action,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            assessment_id=row.assessment_id,
            body=bytes(row.body),
            hashes=None if row.hashes is None else bytes(row.hashes),
        )
        for row in connection.execute(query)
    )


def raw_batches(connection: Connection) -> Iterator[tuple[RawEntry, ...]]:
    """Yield all entries in order, a batch at a time."""
    after = 0
    while batch := raw_entries(connection, after=after, limit=BATCH):
        yield batch
        after = batch[-1].seq
