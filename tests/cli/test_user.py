"""`riskapp user`: the first administrator comes from the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from riskapp.cli import main
from riskapp.domain.authority import Role
from riskapp.domain.errors import ForbiddenError
from riskapp.services.sessions import actor_of, sign_in
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.builders import PASSWORD, person

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, database_url: str) -> Run:
    def run(*words: str, typed: str = f"{PASSWORD}\n{PASSWORD}\n", command: str = "add") -> Result:
        environment = {"RISKAPP_DATA": str(tmp_path / "data"), "RISKAPP_DATABASE_URL": database_url}
        return CliRunner().invoke(main, ["user", command, *words], input=typed, env=environment)

    return run


def test_a_person_who_was_added_signs_in_with_the_password_that_was_typed(run: Run, office: Office) -> None:
    added = run("Ada", "--name", "Ada Lovelace", "--role", "administrator", "--role", "auditor")
    assert added.exit_code == 0, added.output
    assert added.output.endswith("ada can sign in, with these roles: administrator, auditor.\n")
    assert PASSWORD not in added.output
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry is not None
    assert (entry.action, entry.actor_id) == ("user.added", None)
    token = sign_in(office, "ada", PASSWORD, address="192.0.2.1")
    with office.reading() as connection:
        actor = actor_of(connection, token, office.now())
    assert actor is not None
    assert actor.name == "Ada Lovelace"
    assert actor.roles == {Role.ADMINISTRATOR, Role.AUDITOR}


@pytest.mark.parametrize(
    ("words", "typed", "says"),
    [
        (("ada",), "short\nshort\n", "password: is 5 characters long; use 12 or more"),
        (("ada",), f"{PASSWORD}\nanother\n" * 3, "do not match"),
        (("a!",), f"{PASSWORD}\n{PASSWORD}\n", "sign_in_name: takes 2 to 80 letters"),
        (("ada", "--role", "king"), "", "'king' is not one of 'assessor'"),
    ],
)
def test_what_does_not_fit_is_said_and_nobody_is_added(
    run: Run, office: Office, words: tuple[str, ...], typed: str, says: str
) -> None:
    refused = run(*words, typed=typed)
    assert refused.exit_code in {1, 2}
    assert says in refused.output
    with office.reading() as connection:
        assert latest_entry(connection) is None


def test_a_name_is_given_once(run: Run) -> None:
    assert run("ada").exit_code == 0
    again = run("ada")
    assert (again.exit_code, "'ada' is taken; choose another" in again.output) == (2, True)


def test_a_forgotten_password_is_replaced_and_the_account_does_not_wait(run: Run, office: Office) -> None:
    person(office, "ada", Role.AUDITOR)
    for _ in range(5):
        with pytest.raises(ForbiddenError):
            sign_in(office, "ada", "not the password", address="192.0.2.1")
    new = "another four words"
    said = run(" ADA ", typed=f"{new}\n{new}\n", command="password")
    assert said.exit_code == 0, said.output
    assert sign_in(office, "ada", new, address="192.0.2.1")
    assert "ada                      Ada                              auditor" in run(command="list").output
    nobody = run("eve", command="password")
    assert (nobody.exit_code, "eve" in nobody.output) == (2, True)
