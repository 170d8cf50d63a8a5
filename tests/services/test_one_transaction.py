"""Units of work that belong together: inside `as_one` all of them hold, or none."""

import pytest

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.services.users import add_user
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from riskapp.storage.users import users
from tests.builders import new_user


def names(office: Office) -> list[str]:
    with office.reading() as connection:
        return sorted(user.sign_in_name for user in users(connection))


def add_the_same_twice(office: Office) -> None:
    with office.as_one() as whole:
        add_user(whole, None, new_user("ada"))
        add_user(whole, None, new_user("ada"))


def test_what_was_done_as_one_holds_at_the_end_and_is_read_before(office: Office) -> None:
    with office.as_one() as whole:
        add_user(whole, None, new_user("ada", Role.ASSESSOR))
        add_user(whole, None, new_user("ben"))
        assert names(whole) == ["ada", "ben"]
    assert names(office) == ["ada", "ben"]


def test_an_error_undoes_all_of_it_and_its_log(office: Office) -> None:
    with pytest.raises(InvalidError, match="is taken"):
        add_the_same_twice(office)
    assert names(office) == []
    with office.reading() as connection:
        assert latest_entry(connection) is None


def test_a_part_that_is_left_without_commit_undoes_itself_alone(office: Office) -> None:
    with office.as_one() as whole:
        add_user(whole, None, new_user("ada"))
        with whole.work(None) as unit:
            unit.record("service.resumed", subject=("service", "this"))
        add_user(whole, None, new_user("ben"))
    assert names(office) == ["ada", "ben"]
    with office.reading() as connection:
        newest = latest_entry(connection)
    assert newest is not None
    assert (newest.seq, newest.action) == (2, "user.added")
