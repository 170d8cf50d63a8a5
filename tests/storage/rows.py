"""One row of every table, without its relations: enough to try whether the database lets it be changed."""

from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, LargeBinary, Table, insert

from riskapp.storage.columns import Day, Instant
from riskapp.storage.tables import metadata
from tests.conftest import START

TOLD = {
    "sheet_answer": {"kind": "unknown", "reason": "nobody knows"},
    "evidence": {"form": "link"},
    "fact": {"replaces_id": "y"},
}


def row(table: Table) -> dict[str, Any]:
    """Return values for every column that needs one."""
    return {column.name: _value(column) for column in table.c if not column.nullable} | TOLD.get(
        table.name, {}
    )


def _value(column: Column[Any]) -> object:
    match column.type:
        case Boolean():
            return True
        case Integer():
            return 1
        case LargeBinary():
            return b"{}"
        case Instant():
            return START
        case Day():
            return START.date()
        case _:
            return "x"


def without_foreign_keys(connection: Connection) -> None:
    """Let a connection insert what names rows that are not there."""
    if connection.dialect.name == "sqlite":
        connection.rollback()
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
    else:
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.commit()


def put_rows(connection: Connection, *names: str) -> None:
    """Insert one row into each of these tables, past the foreign keys, and commit."""
    without_foreign_keys(connection)
    for name in names:
        connection.execute(insert(metadata.tables[name]), row(metadata.tables[name]))
    connection.commit()
