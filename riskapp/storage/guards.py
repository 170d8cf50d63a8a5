"""The triggers that keep insert-only tables as they are, and whether they are all there."""

from sqlalchemy import Connection, text

from riskapp.storage.tables import IMMUTABLE

_ACTS = {"sqlite": ("update", "delete", "replacement"), "postgresql": ("change", "truncate")}
_PRESENT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
}


def missing_guards(connection: Connection) -> tuple[str, ...]:
    """Return the names of the guards that the database should have and has not, sorted."""
    kind = connection.dialect.name
    expected = {f"{table}_refuses_{act}" for table in IMMUTABLE for act in _ACTS[kind]}
    expected = expected - {"log_entry_refuses_replacement"} | {"log_entry_follows_newest"}
    return tuple(sorted(expected - set(connection.execute(text(_PRESENT[kind])).scalars())))
