"""`riskapp db`: what it says, and what it ends with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from riskapp.cli import main
from riskapp.storage.database import Database
from riskapp.storage.migrations import newest_revision

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(url: str, *words: str) -> Result:
        environment = {"RISKAPP_DATA": str(tmp_path / "data"), "RISKAPP_DATABASE_URL": url}
        return CliRunner().invoke(main, words, env=environment)

    return run


def stand_at(url: str, revision: str) -> None:
    database = Database(url)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    database.dispose()


def test_an_empty_database_is_set_up_once(run: Run, empty_database_url: str) -> None:
    before = run(empty_database_url, "db", "check")
    assert before.exit_code == 1
    assert "The database is empty. Run: riskapp db upgrade" in before.output
    assert (
        run(empty_database_url, "db", "upgrade").output
        == f"The schema went from nothing to {newest_revision()}.\n"
    )
    assert "Nothing to do" in run(empty_database_url, "db", "upgrade").output
    after = run(empty_database_url, "db", "check")
    assert (after.exit_code, after.output) == (
        0,
        f"The schema is at {newest_revision()}, as this version needs it.\n",
    )


def test_a_schema_that_was_tampered_with_is_found(run: Run, database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_log_entry_action_seq"))
    database.dispose()
    found = run(database_url, "db", "check")
    assert found.exit_code == 1
    assert "ix_log_entry_action_seq" in found.output


@pytest.mark.parametrize(
    ("revision", "advice"),
    [("0000", "Make a backup, then run: riskapp db upgrade"), ("9999", "Install the version that made it")],
)
def test_a_schema_of_another_version_is_refused_with_what_to_do(
    run: Run, database_url: str, revision: str, advice: str
) -> None:
    stand_at(database_url, revision)
    found = run(database_url, "user", "add", "ada", "--password", "four words make one")
    assert found.exit_code == 2
    assert advice in found.output


@pytest.mark.parametrize("url", ["nonsense", "postgresql://nobody@127.0.0.1:1/nothing"])
def test_a_database_that_cannot_be_used_is_a_plain_sentence(run: Run, url: str) -> None:
    found = run(url, "db", "upgrade")
    assert found.exit_code == 2
    assert found.output.startswith("RISKAPP_DATABASE_URL: ")
    assert "Traceback" not in found.output


def test_a_file_that_is_no_database_is_a_plain_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    found = run(f"sqlite:///{path}", "db", "check")
    assert (found.exit_code, "file is not a database" in found.output) == (2, True)
