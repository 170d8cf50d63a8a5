"""Rows that are older than the entries that tell of rows: the log takes them in once."""

from itertools import islice

from sqlalchemy import Connection, select

from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.log_scan import raw_batches, raw_entries
from riskapp.storage.row_check import ADOPTED, Key, plain_rows, tells_of_rows, told_by
from riskapp.storage.row_digests import key_of, note_rows
from riskapp.storage.tables import TOLD, log_entry, metadata

TOGETHER = 200
"""Of how many rows one entry tells."""


def adopt_rows(office: Office) -> int:
    """Let a log that was begun before entries told of rows tell of all that is stored; return how many rows.

    It does so once: from then on a row that no entry tells of was added by hand. Rows are taken as they are
    found; what older entries tell of them is compared as ever.
    """
    with office.reading() as connection:
        if not _is_due(connection):
            return 0
    with office.work(None) as unit:
        if not _is_due(unit.connection):
            return 0
        told = {(each.name, each.key) for batch in raw_batches(unit.connection) for each in told_by(batch)}
        adopted = sum(_adopt(unit, name, told) for name in sorted(TOLD))
        if adopted == 0:
            unit.record(ADOPTED, subject=("table", "none"), number=0)
        unit.commit()
    return adopted


def _is_due(connection: Connection) -> bool:
    first = raw_entries(connection, after=0, limit=1)
    adopted = select(log_entry.c.seq).where(log_entry.c.action == ADOPTED).limit(1)
    return bool(first) and not tells_of_rows(first[0]) and connection.execute(adopted).first() is None


def _adopt(unit: UnitOfWork, name: str, told: set[tuple[str, Key]]) -> int:
    table = metadata.tables[name]
    rows = (each for each in plain_rows(unit.connection, table) if (name, key_of(name, each)) not in told)
    count = 0
    while some := list(islice(rows, TOGETHER)):
        note_rows(unit.connection, name, some)
        unit.record(ADOPTED, subject=("table", name), number=len(some))
        count += len(some)
    return count
