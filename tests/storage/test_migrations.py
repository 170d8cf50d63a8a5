"""The schema comes and goes as one piece, guards included, and is the one that the code describes."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import event, inspect, text

from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.storage.database import Database
from riskapp.storage.migrations import (
    current_revision,
    differences,
    downgrade,
    is_current,
    newest_revision,
    revision_of,
    upgrade,
)
from riskapp.storage.search_tables import INDEX_OF_WORDS
from riskapp.storage.tables import IMMUTABLE, metadata

SEARCHED = {
    "search_text_is_indexed",
    *(
        f"{table}_is_searched"
        for table in (
            "sheet_answer",
            "evidence",
            "decision",
            "decision_condition",
            "dissent",
            "moderation_reason",
            "stage_change",
        )
    ),
}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
}


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url)
    yield database
    database.dispose()


def tables(database: Database) -> set[str]:
    with database.reading() as connection:
        found = set(inspect(connection).get_table_names()) - {"alembic_version"}
    return {each for each in found if not each.startswith(INDEX_OF_WORDS)}


def triggers(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(text(TRIGGERS[connection.dialect.name])).scalars())


def expected_triggers(database: Database) -> set[str]:
    acts = ("update", "delete", "replacement") if database.is_sqlite else ("change", "truncate")
    guards = {f"{table}_refuses_{act}" for table in IMMUTABLE for act in acts}
    guards = guards - {"log_entry_refuses_replacement"} | {"log_entry_follows_newest"}
    return guards | (SEARCHED if database.is_sqlite else set())


def test_the_schema_goes_up_and_down_and_up_again_with_its_guards(empty: Database) -> None:
    for _ in range(2):
        upgrade(empty)
        assert tables(empty) == set(metadata.tables)
        assert triggers(empty) == expected_triggers(empty)
        downgrade(empty)
        assert (tables(empty), triggers(empty)) == (set(), set())
    with empty.reading() as connection:
        left = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        assert empty.is_sqlite or connection.execute(text(left)).scalar_one() == 0


def test_the_migrations_make_the_tables_that_the_code_describes(database: Database) -> None:
    assert differences(database) == []


def test_a_difference_between_code_and_database_is_found(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("DROP INDEX ix_log_entry_action_seq"))
        connection.execute(text("ALTER TABLE draft ADD COLUMN mood TEXT"))
        connection.commit()
    assert len(differences(database)) == 2


def test_upgrading_what_is_current_changes_nothing(database: Database) -> None:
    assert revision_of(database) == newest_revision()
    upgrade(database)
    with database.reading() as connection:
        assert is_current(connection)


def test_an_empty_database_has_no_revision(empty: Database) -> None:
    assert revision_of(empty) is None


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database) -> None:
    with empty.engine.connect() as connection:
        connection.execute(text("CREATE TABLE issued_report (id INTEGER)"))
        connection.commit()
    with pytest.raises(ConflictError, match=r"stands as it was: .*already exists"):
        upgrade(empty)
    assert tables(empty) == {"issued_report"}
    assert revision_of(empty) is None


def test_a_migration_that_is_interrupted_leaves_nothing_behind(empty: Database) -> None:
    def interrupt(*call: object) -> None:
        if "CREATE TABLE sheet_answer" in str(call[2]):
            raise KeyboardInterrupt

    event.listen(empty.engine, "before_cursor_execute", interrupt)
    with pytest.raises(KeyboardInterrupt):
        upgrade(empty)
    assert tables(empty) == set()
    assert revision_of(empty) is None


def test_a_database_that_does_not_answer_is_named_with_what_to_do() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(
        InvalidError, match=r"RISKAPP_DATABASE_URL: the database does not answer \(.*\); check"
    ):
        revision_of(database)


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_names_no_usable_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidError, match="RISKAPP_DATABASE_URL"):
        Database(url)


def test_looking_whether_the_schema_is_current_does_not_import_the_migration_tool(database_url: str) -> None:
    program = (
        "import sys\n"
        "from riskapp.storage.database import Database\n"
        "from riskapp.storage.migrations import is_current\n"
        "with Database(sys.argv[1]).reading() as connection:\n"
        "    assert is_current(connection)\n"
        "print('alembic' in sys.modules)\n"
    )
    asked = [sys.executable, "-c", program, database_url]
    assert subprocess.run(asked, check=True, capture_output=True, text=True).stdout == "False\n"


def test_the_revision_is_read_inside_the_transaction_it_is_asked_in(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        assert current_revision(connection) == "0000"
    assert revision_of(database) == newest_revision()
