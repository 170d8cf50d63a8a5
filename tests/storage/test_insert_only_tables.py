"""The database itself refuses to change what is kept for good, whoever asks."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Connection,
    Integer,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from riskapp.services.sessions import sign_in
from riskapp.storage.database import Database
from riskapp.storage.tables import IMMUTABLE, metadata
from tests.builders import PASSWORD, person
from tests.conftest import Clock, office_over
from tests.postgresql import PostgreSQL
from tests.storage.rows import put_rows, row

insert_only = pytest.mark.parametrize("name", IMMUTABLE)


def count(connection: Connection, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one())


def refused(connection: Connection, statement: Any, *, says: str = "insert-only") -> None:  # noqa: ANN401 (any SQL)
    with pytest.raises(DBAPIError, match=says):
        connection.execute(statement)
    connection.rollback()


@insert_only
def test_a_row_that_is_kept_for_good_is_neither_changed_nor_deleted(database: Database, name: str) -> None:
    table = metadata.tables[name]
    with database.engine.connect() as connection:
        put_rows(connection, name)
        refused(connection, update(table).values(row(table)))
        refused(connection, delete(table))
        if database.is_sqlite:
            refused(
                connection,
                insert(table).prefix_with("OR REPLACE").values(row(table)),
                says="insert-only|gaps",
            )
        else:
            refused(connection, text(f"TRUNCATE {name} CASCADE"))
        assert count(connection, name) == 1


def keys(table: Table) -> list[set[str]]:
    """Return the sets of columns of which no two rows may have the same values."""
    unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    return [{column.name for column in key.columns} for key in (table.primary_key, *unique)]


def rowid_names(table: Table) -> set[str]:
    """Return the column that is SQLite's own number of a row by another name, if there is one."""
    is_one = [type(each.type) for each in table.primary_key] == [Integer]
    return {each.name for each in table.primary_key} if is_one else set()


@insert_only
def test_no_row_is_replaced_through_any_key_by_another_program(
    sqlite_template: bytes, tmp_path: Path, name: str
) -> None:
    table = metadata.tables[name]
    path = tmp_path / "other.sqlite"
    path.write_bytes(sqlite_template)
    database = Database(f"sqlite:///{path}")
    with database.engine.connect() as connection:
        put_rows(connection, name)
    database.dispose()
    every = set().union(*keys(table))
    with closing(sqlite3.connect(path)) as plain:
        plain.row_factory = sqlite3.Row
        kept = dict(plain.execute(f"SELECT * FROM {name}").fetchone())
        for key in keys(table):
            other = {column: 2 if kept[column] == 1 else "other" for column in every - key}
            new = tuple((kept | other).values())
            with pytest.raises(sqlite3.IntegrityError, match=r"insert-only|gaps"):
                plain.execute(f"INSERT OR REPLACE INTO {name} VALUES ({', '.join('?' * len(new))})", new)
        other = {column: 2 if kept[column] == 1 else "other" for column in every - rowid_names(table)}
        columns, marks = ", ".join(("rowid", *kept)), ", ".join("?" * (len(kept) + 1))
        with pytest.raises(sqlite3.IntegrityError, match=r"insert-only|gaps"):
            plain.execute(
                f"INSERT OR REPLACE INTO {name} ({columns}) VALUES ({marks})", (1, *(kept | other).values())
            )


@insert_only
def test_the_owner_of_the_server_gets_past_no_guard_as_a_replica(postgresql: PostgreSQL, name: str) -> None:
    with postgresql.fresh_database() as url:
        database = Database(url)
        with database.engine.connect() as connection:
            put_rows(connection, name)
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.commit()
            refused(connection, delete(metadata.tables[name]))
            refused(connection, text(f"TRUNCATE {name} CASCADE"))
        database.dispose()


@pytest.mark.parametrize("seq", [1, 3, 100, -1])
def test_the_log_takes_nothing_but_the_next_number(database: Database, seq: int) -> None:
    table = metadata.tables["log_entry"]
    with database.engine.connect() as connection:
        put_rows(connection, "log_entry")
        refused(connection, insert(table).values(row(table) | {"seq": seq}), says="no gaps")
        connection.execute(insert(table), row(table) | {"seq": 2})
        assert count(connection, "log_entry") == 2


def test_every_other_table_may_be_changed(database: Database) -> None:
    with database.engine.connect() as connection:
        assert set(IMMUTABLE) < set(inspect(connection).get_table_names())
        names = sorted(set(metadata.tables) - set(IMMUTABLE))
        put_rows(connection, *names)
        for name in names:
            connection.execute(update(metadata.tables[name]).values(row(metadata.tables[name])))
            connection.execute(delete(metadata.tables[name]))
            assert count(connection, name) == 0


@pytest.fixture
def runtime_url(postgresql: PostgreSQL) -> Iterator[str]:
    """Yield the address for a role that may read and write every table and owns none, as documented."""
    with postgresql.fresh_database() as url:
        owner = Database(url)
        with owner.engine.begin() as connection:
            connection.exec_driver_sql("CREATE ROLE runtime LOGIN")
            connection.exec_driver_sql(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO runtime"
            )
        yield make_url(url).set(username="runtime").render_as_string(hide_password=False)
        with owner.engine.begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY runtime")
            connection.exec_driver_sql("DROP ROLE runtime")
        owner.dispose()


def test_a_role_that_owns_no_table_runs_the_service_and_switches_no_guard_off(
    runtime_url: str, tmp_path: Path
) -> None:
    database = Database(runtime_url)
    office = office_over(database, tmp_path, Clock())
    person(office)
    assert sign_in(office, "ada", PASSWORD, address="192.0.2.1")
    with database.engine.connect() as connection:
        for attempt in (
            "ALTER TABLE log_entry DISABLE TRIGGER ALL",
            "DROP TRIGGER log_entry_refuses_change ON log_entry",
            "SET session_replication_role = replica",
            "TRUNCATE log_entry",
        ):
            refused(connection, text(attempt), says="must be owner|permission denied")
    database.dispose()
