"""Changing a database by hand, past its guards, as its owner can."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.ledger import Frontier, leaf_digest
from riskapp.storage.database import Database


def drop_guards(connection: Connection, *tables: str) -> None:
    """Drop every trigger of these tables, as their owner can."""
    names = ", ".join(f"'{each}'" for each in tables)
    if connection.dialect.name == "sqlite":
        query = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({names})"
        for name in connection.execute(text(query)).scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    query = (
        "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        f"WHERE relname IN ({names}) AND NOT tgisinternal"
    )
    for row in connection.execute(text(query)).all():
        connection.exec_driver_sql(f"DROP TRIGGER {row.tgname} ON {row.relname}")


@contextmanager
def unguarded(database: Database, *tables: str) -> Iterator[Connection]:
    """Yield a connection on which the guards of these tables are off; they are on again afterwards."""
    with database.writing() as connection:
        if database.is_sqlite:
            names = ", ".join(f"'{each}'" for each in tables)
            query = f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({names})"
            guards = connection.execute(text(query)).all()
            for guard in guards:
                connection.exec_driver_sql(f"DROP TRIGGER {guard.name}")
            yield connection
            for guard in guards:
                connection.exec_driver_sql(guard.sql)
        else:
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
            for table in tables:
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            yield connection
            for table in tables:
                connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
                query = (
                    f"SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal"
                )
                for name in connection.execute(text(query)).scalars().all():
                    connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        connection.commit()


def body_of(connection: Connection, seq: int) -> bytes:
    query = text("SELECT body FROM log_entry WHERE seq = :seq")
    return bytes(connection.execute(query, {"seq": seq}).scalar_one())


def put_body(connection: Connection, seq: int, body: bytes) -> None:
    connection.execute(text("UPDATE log_entry SET body = :body WHERE seq = :seq"), {"body": body, "seq": seq})


def reword(body: bytes, **details: object) -> bytes:
    """Return the canonical bytes of an entry with other details."""
    said = json.loads(body)
    return canonical_bytes(said | {"details": said["details"] | details})


def rebuild_tree(connection: Connection) -> None:
    """Make the nodes fit the entries again, as a careful forger does."""
    frontier = Frontier()
    rows = connection.execute(text("SELECT seq, body FROM log_entry ORDER BY seq")).all()
    for row in rows:
        hashes = b"".join(frontier.append(leaf_digest(bytes(row.body))))
        connection.execute(
            text("UPDATE log_node SET hashes = :hashes WHERE seq = :seq"), {"hashes": hashes, "seq": row.seq}
        )


def sha256(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
