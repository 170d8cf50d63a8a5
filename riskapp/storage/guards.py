"""Whether the database still is what the migrations made: guards, checks, uniqueness, and nothing beside.

SQLite keeps the schema as the texts that made it, so the migrations are run once more on a database of their
own and the texts are compared. On PostgreSQL the parts of each guard are looked at.
"""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Constraint, Row, text

from riskapp.domain.canonical import sha256_hex
from riskapp.storage.database import Database
from riskapp.storage.migrations import current_revision, upgrade
from riskapp.storage.tables import IMMUTABLE, metadata

_SCHEMA = text(
    "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
)
_TRIGGERS = text(
    "SELECT t.tgname AS name, c.relname AS held, t.tgenabled, t.tgtype, t.tgqual IS NULL AS always, "
    "cardinality(t.tgattr::smallint[]) AS columns, p.proname, p.prosrc FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
)
_RULES = text("SELECT rulename AS name, tablename AS held FROM pg_rules WHERE schemaname = current_schema()")
_CONSTRAINTS = text(
    "SELECT conname FROM pg_constraint "
    "WHERE connamespace = current_schema()::regnamespace AND convalidated AND conrelid <> 0"
)

REFUSES = (
    " BEGIN RAISE EXCEPTION '% is insert-only: a correction is a new row', TG_TABLE_NAME "
    "USING ERRCODE = 'restrict_violation'; END "
)
FOLLOWS = (
    " BEGIN IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM log_entry) THEN RAISE EXCEPTION "
    "'the log has no gaps: the next entry follows the newest' USING ERRCODE = 'restrict_violation'; END IF; "
    "RETURN NEW; END "
)
SEARCHES = {
    "decision": "c5e07c6fa56c97d755d650ab5caf32f3366b04126e48145ddb2f3874c6befa3b",
    "decision_condition": "90c6e88d8d1504b6aacd5316b70b0e3cf0b3ba03cf51da4c2844f8f6a6ba68cb",
    "dissent": "edec66bb6f90430c7f59e93ef696f9e0cefce08e2544b4d16495bfd222ee57ba",
    "evidence": "4d1fa6c3ca65059bf5a85ff73404528df76fec2d13d556b4750928b76d966900",
    "moderation_reason": "ffa5e8bf98637fe0a2e59d5b489c4a83502c5b7ba0dcb0612a538c917a5acd85",
    "sheet_answer": "e2a4d4c20fffb54ab0dbf6272f637d479b009b6e5964c2164bdf2af01f00e2ae",
    "stage_change": "e37c4c7f0fb318f0776a81c5bc7124a0a7a895d6d7ad1ff58235432b61e8b384",
}
"""The SHA-256 of what migration 0009 has each table do, so that its words can be searched."""

_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32
"""What the bits of a trigger's type mean to PostgreSQL."""


def faulty_guards(connection: Connection) -> Iterator[str]:
    """Yield in words what the database has lost, what is otherwise than the migrations made it, or beside."""
    if connection.dialect.name == "sqlite":
        yield from _faults_sqlite(connection)
    else:
        yield from _faults_postgresql(connection)


def _faults_sqlite(connection: Connection) -> Iterator[str]:
    made = _made(current_revision(connection) or "head")
    kept = _schema(connection)
    for name, (kind, sql) in sorted(made.items()):
        word = "guard" if kind == "trigger" else kind
        if name not in kept:
            yield f"the database has lost the {word} {name}"
        elif kept[name] != (kind, sql):
            yield f"the {word} {name} is not as the migrations made it"
    for name, (kind, _) in sorted(kept.items()):
        if name not in made and kind == "trigger":
            yield f"the trigger {name} was added by hand"


def _schema(connection: Connection) -> dict[str, tuple[str, str]]:
    return {row.name: (row.type, row.sql) for row in connection.execute(_SCHEMA)}


@cache
def _made(revision: str) -> dict[str, tuple[str, str]]:
    """Return kind and text of all that the migrations make of an empty SQLite database, by name."""
    with tempfile.TemporaryDirectory(prefix="riskapp-schema-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'schema.sqlite'}")
        try:
            upgrade(database, revision)
            with database.reading() as connection:
                return _schema(connection)
        finally:
            database.dispose()


def _faults_postgresql(connection: Connection) -> Iterator[str]:
    kept = {row.name: row for row in connection.execute(_TRIGGERS)}
    guards = {f"{table}_refuses_change": (table, _ROW | _BEFORE | _DELETE | _UPDATE) for table in IMMUTABLE}
    guards |= {f"{table}_refuses_truncate": (table, _BEFORE | _TRUNCATE) for table in IMMUTABLE}
    guards |= {"log_entry_follows_newest": ("log_entry", _ROW | _BEFORE | _INSERT)}
    for name, (table, kind) in sorted(guards.items()):
        row = kept.get(name)
        acts = ("follow_newest_entry", FOLLOWS) if kind & _INSERT else ("refuse_change", REFUSES)
        if row is None:
            yield f"the database has lost the guard {name}"
        elif row.tgenabled not in {"A", b"A"}:
            yield f"the guard {name} is switched off"
        elif (row.held, row.tgtype, row.always, row.columns) != (table, kind, True, 0):
            yield f"the guard {name} is not as the migrations made it"
        elif (row.proname, row.prosrc) != acts:
            yield f"the guard {name} is not as the migrations made it: {row.proname} does something else"
    yield from _search_faults({name: row for name, row in kept.items() if name not in guards})
    for rule in connection.execute(_RULES):
        yield f"the rule {rule.name} was added to {rule.held} by hand"
    found = set(connection.execute(_CONSTRAINTS).scalars())
    for each in sorted(_constraints(), key=lambda constraint: str(constraint.name)):
        # The migrations have given checks the beginning of their names twice.
        if found.isdisjoint({str(each.name), f"ck_{each.table.name}_{each.name}"}):
            yield f"the database has lost the constraint {each.name}"


def _search_faults(kept: dict[str, Row[Any]]) -> Iterator[str]:
    """Yield what is wrong with the triggers that fill the search, and which there are beside them."""
    fills = {
        f"{table}_is_searched": (table, f"search_{table}", digest, _ROW | _INSERT, True, 0)
        for table, digest in SEARCHES.items()
    }
    for name in sorted(fills.keys() - kept.keys()):
        yield f"the database has lost the trigger {name}"
    for name, row in sorted(kept.items()):
        if name not in fills:
            yield f"the trigger {name} was added by hand"
            continue
        found = (row.held, row.proname, sha256_hex(row.prosrc.encode()), row.tgtype, row.always, row.columns)
        if found != fills[name]:
            yield f"the trigger {name} is not as the migrations made it"


def _constraints() -> list[Constraint]:
    """Return the keys and checks of every table."""
    return [each for table in metadata.tables.values() for each in table.constraints if each.name]
