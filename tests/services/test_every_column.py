"""What is changed by hand in an insert-only table, in whichever column, is found, with table, row and entry.

The tables and columns are those of the schema, so one that nobody thought of fails here.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Executable,
    Integer,
    LargeBinary,
    delete,
    insert,
    text,
    update,
)

from riskapp.domain.canonical import canonical_bytes
from riskapp.services.assessments import withdraw_assessment
from riskapp.services.log_keys import adopt_key
from riskapp.services.log_rows import adopt_rows
from riskapp.services.log_verification import verify_log
from riskapp.services.work import Office
from riskapp.storage.columns import Day, Instant, instant_text
from riskapp.storage.tables import IMMUTABLE, TOLD, metadata
from tests.assessment_builders import a_submitted_assessment
from tests.conftest import START
from tests.storage.rows import row, without_foreign_keys
from tests.tampering import body_of, drop_guards, put_body, rebuild_tree, unguarded

EARLIER = START.replace(year=2020)
UNSIGNED = {("log_checkpoint", "id"), ("log_checkpoint", "made_at")}
"""What nobody vouches for: by which id and since when a checkpoint lies here. What it says is signed."""


@pytest.fixture
def tampered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Office, Connection, set[str]]]:
    """Yield an office inside a transaction without guards, and what disagrees before anything is changed.

    Each table has one row, which an entry tells of. It makes no sense with the others: what the check of
    sheets, decisions and lists says of that is said before and after.
    """
    monkeypatch.setattr("riskapp.domain.log_check.MOST_SHOWN", 10_000)
    adopt_key(office)
    with office.database.engine.connect() as connection:
        without_foreign_keys(connection)
    with office.work(None) as unit:
        for name in sorted(TOLD - {"log_key"}):
            unit.connection.execute(insert(metadata.tables[name]), row(metadata.tables[name]))
        unit.record("thing.made", subject=("thing", "one"))
        unit.commit()
    with office.database.writing() as connection:
        drop_guards(connection, *IMMUTABLE)
        without_checks(connection)
        inside = replace(office, whole=connection)
        yield inside, connection, disagreements(inside)


def disagreements(office: Office) -> set[str]:
    return {each.words for each in verify_log(office).disagreements}


def other(column: Column[Any]) -> object:
    """Return a value that no row of these has."""
    match column.type:
        case Boolean():
            return False
        case Integer():
            return 7
        case LargeBinary():
            return b"another"
        case Instant():
            return EARLIER
        case Day():
            return EARLIER.date()
        case _:
            return "another"


def without_checks(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        return
    query = (
        "SELECT conrelid::regclass AS name, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
    )
    for each in connection.execute(text(query)).all():
        if each.name in TOLD:
            connection.exec_driver_sql(f"ALTER TABLE {each.name} DROP CONSTRAINT {each.conname}")


def found(office: Office, connection: Connection, *changes: Executable) -> set[str]:
    """Return what disagrees after these changes, which are undone."""
    attempt = connection.begin_nested()
    for each in changes:
        connection.execute(each)
    said = disagreements(office)
    attempt.rollback()
    return said


def test_a_change_by_hand_in_any_column_is_found_and_named(
    tampered: tuple[Office, Connection, set[str]],
) -> None:
    office, connection, before = tampered
    columns = {name: list(metadata.tables[name].c) for name in sorted(TOLD)}
    for place in range(max(len(each) for each in columns.values())):
        changed = {name: each[place] for name, each in columns.items() if place < len(each)}
        acts = [update(each.table).values({each: other(each)}) for each in changed.values()]
        said = found(office, connection, *acts) - before
        for name, column in changed.items():
            assert any(f" of {name} " in each and "entry" in each for each in said), str(column)


def test_a_change_by_hand_in_any_column_of_the_log_itself_is_found_and_named(
    tampered: tuple[Office, Connection, set[str]],
) -> None:
    office, connection, before = tampered
    for name in sorted(set(IMMUTABLE) - TOLD):
        table = metadata.tables[name]
        for column in table.c:
            if (name, column.name) in UNSIGNED:
                continue
            changed = update(table).values({column: other(column)})
            if name != "log_checkpoint":
                changed = changed.where(table.c.seq == 1)
            said = found(office, connection, changed) - before
            assert any("entry" in each or "entries" in each for each in said), str(column)


def test_rows_that_were_deleted_or_added_by_hand_are_found_and_named(
    tampered: tuple[Office, Connection, set[str]],
) -> None:
    office, connection, before = tampered
    tables = [metadata.tables[name] for name in sorted(TOLD)]
    gone = found(office, connection, *(delete(each) for each in tables)) - before
    slipped = [insert(each).values({column: other(column) for column in each.c}) for each in tables]
    added = found(office, connection, *slipped) - before
    for each in tables:
        assert any(f" of {each.name} is gone (entry " in words for words in gone), each.name
        key = ", ".join(_shown(column) for column in each.primary_key.columns)
        assert f"the row {key} of {each.name} was added by hand: no entry of the log tells of it" in added


def _shown(column: Column[Any]) -> str:
    value = other(column)
    return instant_text(value) if isinstance(value, datetime) else str(value)


def test_a_log_of_before_takes_in_the_rows_that_are_there_once(office: Office) -> None:
    opened = a_submitted_assessment(office)
    with unguarded(office.database, "log_entry", "log_node", "log_checkpoint") as connection:
        for seq in connection.execute(text("SELECT seq FROM log_entry")).scalars().all():
            older = json.loads(body_of(connection, seq))
            del older["rows"]
            put_body(connection, seq, canonical_bytes(older))
        rebuild_tree(connection)
        connection.execute(text("DELETE FROM log_checkpoint"))
    assert adopt_rows(office) > 10
    assert adopt_rows(office) == 0
    assert verify_log(office).disagreements == ()
    withdraw_assessment(office, opened.lead, opened.id, "Opened by mistake.")
    with unguarded(office.database, "stage_change") as connection:
        connection.execute(text("UPDATE stage_change SET reason = 'none'"))
    words = " ".join(disagreements(office))
    assert words.count(" of stage_change is not as entry ") == 3
