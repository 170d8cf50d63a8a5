"""The administrator's work: people, their roles, and what the log keeps of it."""

import threading

import pytest
from sqlalchemy import select

from riskapp.domain.authority import Actor, Role
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.services.sessions import actor_of, sign_in
from riskapp.services.users import add_user, change_roles, deactivate_user, set_password
from riskapp.services.work import Office
from riskapp.storage.log import LogEntry, entries
from riskapp.storage.tables import log_entry, user_account
from riskapp.storage.users import count_administrators, user, user_names, users, users_with_role
from tests.builders import PASSWORD, new_user, person

ADMINISTRATOR = Role.ADMINISTRATOR


def log(office: Office) -> tuple[LogEntry, ...]:
    with office.reading() as connection:
        return entries(connection, select(log_entry).order_by(log_entry.c.seq))


def roles_of(office: Office, user_id: str) -> frozenset[Role]:
    with office.reading() as connection:
        return user(connection, user_id).roles


def test_a_person_is_added_with_roles_and_an_entry(office: Office) -> None:
    root = person(office, "root", ADMINISTRATOR)
    user_id = add_user(office, root, new_user("Grace.Hopper ", Role.AUDITOR, Role.ASSESSOR))
    with office.reading() as connection:
        found = user(connection, user_id)
    assert (found.sign_in_name, found.active) == ("grace.hopper", True)
    assert found.roles == {Role.AUDITOR, Role.ASSESSOR}
    entry = log(office)[-1]
    assert (entry.action, entry.subject_id, entry.actor_id) == ("user.added", user_id, root.id)
    assert entry.body["details"] == {"roles": ["assessor", "auditor"]}


def test_passwords_stand_nowhere_but_as_argon2_hashes(office: Office) -> None:
    root = person(office, "root", ADMINISTRATOR)
    set_password(office, root, root.id, "another four words")
    with office.reading() as connection:
        kept = connection.execute(select(user_account.c.password_hash)).scalar_one()
    assert kept.startswith("$argon2id$")
    for entry in log(office):
        assert b"words" not in entry.leaf
        assert b"argon2" not in entry.leaf


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("sign_in_name", {"name": "a"}),
        ("sign_in_name", {"name": "-ada"}),
        ("sign_in_name", {"name": "ada lovelace"}),
        ("sign_in_name", {"name": "a" * 81}),
        ("password", {"password": "eleven char"}),
        ("password", {"name": "lovelace", "password": "my Lovelace machine"}),
        ("password", {"password": "aaaaaaaaaaaaaaaa"}),
        ("password", {"password": "long " * 50}),
    ],
)
def test_what_does_not_fit_is_refused_by_field(office: Office, field: str, changes: dict[str, str]) -> None:
    with pytest.raises(InvalidError) as refusal:
        add_user(office, None, new_user(**({"name": "ada"} | changes)))
    assert set(refusal.value.fields) == {field}
    assert log(office) == ()


def test_a_sign_in_name_is_given_once_whatever_its_letter_case(office: Office) -> None:
    person(office, "ada")
    with pytest.raises(InvalidError, match="taken"):
        add_user(office, None, new_user("ADA"))


@pytest.mark.parametrize("role", [role for role in Role if role is not ADMINISTRATOR])
def test_nobody_but_an_administrator_manages_users(office: Office, role: Role) -> None:
    actor = person(office, "ada", role)
    before = log(office)
    for attempt in (
        lambda: add_user(office, actor, new_user("bo")),
        lambda: change_roles(office, actor, actor.id, frozenset(Role)),
        lambda: deactivate_user(office, actor, actor.id),
        lambda: set_password(office, actor, actor.id, "another four words"),
    ):
        with pytest.raises(ForbiddenError, match="administrator"):
            attempt()
    assert log(office) == before


def test_a_change_of_roles_holds_from_the_next_request_and_stands_in_the_log(office: Office) -> None:
    root = person(office, "root", ADMINISTRATOR)
    ada = person(office, "ada", Role.ASSESSOR)
    token = sign_in(office, "ada", PASSWORD, address="192.0.2.1")
    change_roles(office, root, ada.id, frozenset({Role.APPROVER}))
    with office.reading() as connection:
        actor = actor_of(connection, token, office.now())
    assert actor is not None
    assert actor.roles == {Role.APPROVER}
    entry = log(office)[-1]
    assert (entry.action, entry.subject_id) == ("user.roles-changed", ada.id)
    assert entry.body["details"] == {"before": ["assessor"], "now": ["approver"]}


def test_giving_the_roles_that_a_person_has_changes_nothing(office: Office) -> None:
    root = person(office, "root", ADMINISTRATOR)
    before = log(office)
    change_roles(office, root, root.id, frozenset({ADMINISTRATOR}))
    assert log(office) == before


def test_the_last_administrator_stays_one(office: Office) -> None:
    root = person(office, "root", ADMINISTRATOR)
    gone = person(office, "gone", ADMINISTRATOR)
    deactivate_user(office, root, gone.id)
    with pytest.raises(ConflictError, match="Root is the last administrator"):
        deactivate_user(office, root, root.id)
    with pytest.raises(ConflictError, match="Root is the last administrator"):
        change_roles(office, root, root.id, frozenset({Role.AUDITOR}))
    assert roles_of(office, root.id) == {ADMINISTRATOR}


def test_two_administrators_who_remove_each_other_at_once_leave_one(office: Office) -> None:
    pair = [person(office, name, ADMINISTRATOR) for name in ("ada", "bo")]
    start = threading.Barrier(2)
    refusals: list[ConflictError] = []

    def remove(actor: Actor, other: Actor) -> None:
        start.wait()
        try:
            change_roles(office, actor, other.id, frozenset())
        except ConflictError as refusal:
            refusals.append(refusal)

    threads = [threading.Thread(target=remove, args=order) for order in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with office.reading() as connection:
        assert count_administrators(connection) == 1
    assert len(refusals) == 1


def test_a_person_is_deactivated_once(office: Office) -> None:
    root = person(office, "root", ADMINISTRATOR)
    ada = person(office, "ada")
    deactivate_user(office, root, ada.id)
    with pytest.raises(ConflictError, match="deactivated already"):
        deactivate_user(office, root, ada.id)
    assert [entry.action for entry in log(office)].count("user.deactivated") == 1


def test_a_new_password_ends_the_open_sessions(office: Office) -> None:
    root = person(office, "root", ADMINISTRATOR)
    ada = person(office, "ada")
    token = sign_in(office, "ada", PASSWORD, address="192.0.2.1")
    set_password(office, root, ada.id, "another four words")
    with office.reading() as connection:
        assert actor_of(connection, token, office.now()) is None
    assert sign_in(office, "ada", "another four words", address="192.0.2.1")
    with pytest.raises(InvalidError, match="12 or more"):
        set_password(office, root, ada.id, "short")


def test_people_are_listed_by_name_with_those_who_left_at_the_end(office: Office) -> None:
    root = person(office, "root", ADMINISTRATOR)
    bo = person(office, "bo", Role.AUDITOR)
    ada = person(office, "ada", Role.AUDITOR)
    deactivate_user(office, root, ada.id)
    with office.reading() as connection:
        assert [each.display_name for each in users(connection)] == ["Bo", "Root", "Ada"]
        assert [each.id for each in users_with_role(connection, Role.AUDITOR)] == [bo.id]
        assert user_names(connection, [ada.id, None, "nobody"]) == {ada.id: "Ada"}
        assert user_names(connection, []) == {}
        with pytest.raises(NotFoundError, match="nobody"):
            user(connection, "nobody")
