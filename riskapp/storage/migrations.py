"""Brings the schema to the newest revision; Alembic is imported only when there is something to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from riskapp import paths
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.storage.database import Database
from riskapp.storage.search_tables import INDEX_OF_WORDS
from riskapp.storage.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

_ALONE = text("SELECT pg_advisory_xact_lock(7215034002)")


def newest_revision() -> str:
    """Return the revision that this code needs: the highest number among the migrations."""
    return max(path.name.partition("_")[0] for path in paths.migrations().glob("versions/[0-9]*.py"))


def current_revision(connection: Connection) -> str | None:
    """Return the revision that the database stands at, or None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def revision_of(database: Database) -> str | None:
    """Return the revision that a database stands at, or None for an empty one.

    Raises InvalidError where the database does not answer.
    """
    try:
        with database.reading() as connection:
            return current_revision(connection)
    except DBAPIError as error:
        message = f"the database does not answer ({_first_line(error)}); check the address and the server"
        raise InvalidError({"RISKAPP_DATABASE_URL": message}) from error


def is_current(connection: Connection) -> bool:
    """Return whether the schema is the one that this code needs."""
    return current_revision(connection) == newest_revision()


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up to a revision in one transaction.

    Raises ConflictError where a migration fails; it leaves nothing behind.
    """
    from alembic import command

    with _migrating(database) as config:
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str = "base") -> None:
    """Migrate down to a revision in one transaction; raises ConflictError as `upgrade` does."""
    from alembic import command

    with _migrating(database) as config:
        command.downgrade(config, revision)


def differences(database: Database) -> list[object]:
    """Return what the tables in code and in the database do not share; empty where they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def is_compared(thing: object, name: str | None, *rest: object) -> bool:
        del thing, rest
        return not (name or "").startswith(INDEX_OF_WORDS)

    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_compared})
        return list(compare_metadata(context, metadata))


@contextmanager
def _migrating(database: Database) -> Iterator["Config"]:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(paths.migrations()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with database.writing() as connection:
            if not database.is_sqlite:
                connection.execute(_ALONE)
            config.attributes["connection"] = connection
            config.attributes["metadata"] = metadata
            yield config
            connection.commit()
    except DBAPIError as error:
        message = f"The schema could not be changed, and stands as it was: {_first_line(error)}."
        raise ConflictError(message) from error


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0].rstrip(".")
