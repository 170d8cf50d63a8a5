"""Signing in and out, and what a stranger learns from being refused: nothing."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from riskapp.domain.authority import Actor, Role
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ForbiddenError, InvalidError
from riskapp.services.passwords import Passwords
from riskapp.services.sessions import REFUSED, actor_of, change_own_password, sign_in, sign_out
from riskapp.services.users import deactivate_user, set_password
from riskapp.services.work import Office
from riskapp.storage.log import LogEntry, entries
from riskapp.storage.tables import log_entry, sign_in_failure, user_account, web_session
from tests.builders import PASSWORD, person
from tests.conftest import Clock

HOME = "192.0.2.1"
AWAY = "192.0.2.7"


def log(office: Office) -> tuple[LogEntry, ...]:
    with office.reading() as connection:
        return entries(connection, select(log_entry).order_by(log_entry.c.seq))


def holder(office: Office, token: str) -> Actor | None:
    with office.reading() as connection:
        return actor_of(connection, token, office.now())


def fail(office: Office, name: str, *, times: int = 1, address: str = HOME) -> None:
    for _ in range(times):
        with pytest.raises(ForbiddenError) as refusal:
            sign_in(office, name, "not the password", address=address)
        assert str(refusal.value) == REFUSED


def test_a_person_signs_in_with_the_roles_of_the_moment(office: Office) -> None:
    ada = person(office, "ada", Role.AUDITOR, Role.PROCUREMENT)
    assert holder(office, sign_in(office, " Ada ", PASSWORD, address=HOME)) == ada
    entry = log(office)[-1]
    assert (entry.action, entry.actor_id, entry.subject_id) == ("session.opened", ada.id, ada.id)
    assert entry.body["details"] == {"address": HOME}


def test_a_person_without_roles_signs_in(office: Office) -> None:
    nobody = person(office, "nobody")
    assert holder(office, sign_in(office, "nobody", PASSWORD, address=HOME)) == nobody


def test_the_database_knows_a_token_by_its_digest_only(office: Office) -> None:
    person(office)
    token = sign_in(office, "ada", PASSWORD, address=HOME)
    with office.reading() as connection:
        kept = connection.execute(select(web_session.c.token_digest)).scalar_one()
    assert kept == sha256_hex(token.encode())
    assert holder(office, kept) is None


def test_who_is_signed_in_is_one_question_to_the_database(office: Office) -> None:
    person(office, "ada", *Role)
    token = sign_in(office, "ada", PASSWORD, address=HOME)
    asked: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert holder(office, token) is not None
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1


@pytest.mark.parametrize("name", ["ada", "nobody", ""])
def test_a_refusal_does_not_tell_whether_the_name_exists(office: Office, name: str) -> None:
    person(office)
    fail(office, name)
    assert log(office)[-1].action == "session.refused"


def test_an_unknown_name_costs_the_work_of_a_known_one() -> None:
    passwords = Passwords(memory_kib=4096, passes=2)
    known = passwords.hash(PASSWORD)

    def work(password_hash: str | None) -> float:
        before = time.process_time()
        assert not any(passwords.fits(password_hash, "not the password") for _ in range(5))
        return time.process_time() - before

    assert min(work(None) for _ in range(3)) == pytest.approx(min(work(known) for _ in range(3)), rel=0.5)


def test_a_hash_that_is_none_fits_no_password() -> None:
    assert not Passwords(memory_kib=8, passes=1).fits("no hash at all", PASSWORD)


def test_a_typed_name_that_nobody_has_is_logged_as_a_digest_only(office: Office) -> None:
    fail(office, "my password by mistake")
    entry = log(office)[-1]
    assert (entry.subject_kind, entry.subject_id) == ("name-digest", sha256_hex(b"my password by mistake"))
    assert b"mistake" not in entry.leaf


def test_too_many_failures_under_a_name_make_it_wait_at_that_address_only(
    office: Office, clock: Clock
) -> None:
    person(office)
    fail(office, "ada", times=5)
    with pytest.raises(ForbiddenError, match="Wait 15 minutes, then"):
        sign_in(office, "ada", PASSWORD, address=HOME)
    assert sign_in(office, "ada", PASSWORD, address=AWAY)
    clock.advance(minutes=13, seconds=59)
    with pytest.raises(ForbiddenError, match="Wait 2 minutes, then try again"):
        sign_in(office, "ada", PASSWORD, address=HOME)
    clock.advance(seconds=31)
    with pytest.raises(ForbiddenError, match="Wait 30 seconds, then try again"):
        sign_in(office, "ada", PASSWORD, address=HOME)
    clock.advance(seconds=30)
    assert sign_in(office, "ada", PASSWORD, address=HOME)


def test_failures_from_everywhere_space_the_tries_out_and_shut_nobody_out(
    office: Office, clock: Clock
) -> None:
    person(office)
    for number in range(20):
        fail(office, "ada", address=f"198.51.100.{number}")
    for seconds in (1, 2, 4, 8, 16, 32, 60, 60):
        with pytest.raises(ForbiddenError, match=f"Wait {seconds} second"):
            sign_in(office, "ada", PASSWORD, address=AWAY)
        clock.advance(seconds=seconds)
        fail(office, "ada", address=f"203.0.113.{seconds}")
    clock.advance(minutes=1)
    assert sign_in(office, "ada", PASSWORD, address=AWAY)


def test_a_browser_where_the_person_signed_in_before_is_not_made_to_wait_by_strangers(office: Office) -> None:
    person(office)
    for number in range(30):
        fail(office, f"guess-{number}")
    for number in range(20):
        fail(office, "ada", address=f"198.51.100.{number}")
    assert sign_in(office, "ada", PASSWORD, address=HOME, device="ada's own")
    for _ in range(5):
        with pytest.raises(ForbiddenError, match="wrong"):
            sign_in(office, "ada", "not the password", address=HOME, device="stolen")
    with pytest.raises(ForbiddenError, match="Wait 15 minutes"):
        sign_in(office, "ada", PASSWORD, address=HOME, device="stolen")
    assert sign_in(office, "ada", PASSWORD, address=HOME, device="ada's own")


def test_all_addresses_of_one_ipv6_network_count_as_one(office: Office) -> None:
    person(office)
    for number in range(5):
        fail(office, "ada", address=f"2001:db8::{number}")
    with pytest.raises(ForbiddenError, match="Wait"):
        sign_in(office, "ada", PASSWORD, address="2001:db8::ffff")
    assert sign_in(office, "ada", PASSWORD, address="2001:db8:0:1::1")


def test_a_new_password_lifts_every_wait_of_its_person(office: Office) -> None:
    root, ada = person(office, "root", Role.ADMINISTRATOR), person(office)
    for number in range(4):
        fail(office, "ada", times=5, address=f"198.51.100.{number}")
    with pytest.raises(ForbiddenError, match="Wait"):
        sign_in(office, "ada", PASSWORD, address=AWAY)
    set_password(office, root, ada.id, "another four words")
    assert sign_in(office, "ada", "another four words", address="198.51.100.1")


class Meanwhile(Passwords):
    """Checks passwords as ever, and lets something happen while it does."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(memory_kib=8, passes=1)
        self._act = act

    def fits(self, password_hash: str | None, password: str) -> bool:
        found = super().fits(password_hash, password)
        self._act()
        return found


def test_of_many_tries_at_once_five_learn_whether_they_were_right(office: Office) -> None:
    person(office)
    others = Meanwhile(lambda: fail(office, "ada", times=5))
    with pytest.raises(ForbiddenError, match="Wait 15 minutes"):
        sign_in(replace(office, passwords=others), "ada", PASSWORD, address=HOME)
    person(office, "bert")
    others = Meanwhile(lambda: fail(office, "bert", times=5))
    with pytest.raises(ForbiddenError, match="Wait 15 minutes"):
        sign_in(replace(office, passwords=others), "bert", "not the password", address=HOME)


@pytest.mark.parametrize("act", [set_password, deactivate_user])
def test_a_password_that_is_replaced_while_it_is_checked_opens_nothing(
    office: Office, act: Callable[..., None]
) -> None:
    root, ada = person(office, "root", Role.ADMINISTRATOR), person(office)
    new = ("another four words",) if act is set_password else ()
    slow = replace(office, passwords=Meanwhile(lambda: act(office, root, ada.id, *new)))
    with pytest.raises(ForbiddenError) as refusal:
        sign_in(slow, "ada", PASSWORD, address=HOME)
    assert str(refusal.value) == REFUSED
    with office.reading() as connection:
        assert connection.execute(select(web_session)).all() == []


def test_a_reset_by_an_administrator_holds_against_an_own_change_under_way(office: Office) -> None:
    root, ada = person(office, "root", Role.ADMINISTRATOR), person(office)
    slow = replace(
        office, passwords=Meanwhile(lambda: set_password(office, root, ada.id, "another four words"))
    )
    with pytest.raises(InvalidError, match="was replaced in the meantime"):
        change_own_password(slow, ada, present=PASSWORD, new="the thief's own words")
    assert sign_in(office, "ada", "another four words", address=HOME)


def test_failed_sign_ins_are_kept_no_longer_than_they_count(office: Office, clock: Clock) -> None:
    for number in range(8):
        fail(office, f"guess-{number}", address=f"198.51.100.{number}")
    clock.advance(minutes=15)
    fail(office, "last")
    with office.reading() as connection:
        kept = connection.execute(select(sign_in_failure.c.at)).scalars().all()
    assert len(kept) == 3
    assert set(kept) == {clock.instant}


def test_too_many_failures_from_an_address_make_every_name_wait_there(office: Office) -> None:
    person(office)
    for number in range(30):
        fail(office, f"guess-{number}")
    with pytest.raises(ForbiddenError, match="Too many"):
        sign_in(office, "ada", PASSWORD, address=HOME)
    assert sign_in(office, "ada", PASSWORD, address=AWAY)


def test_waiting_is_the_same_for_names_that_nobody_has(office: Office) -> None:
    fail(office, "nobody", times=5)
    with pytest.raises(ForbiddenError, match="Wait 15 minutes"):
        sign_in(office, "nobody", PASSWORD, address=HOME)


def test_attempts_while_waiting_are_logged_once_and_do_not_prolong_it(office: Office, clock: Clock) -> None:
    person(office)
    fail(office, "ada", times=5)
    before = len(log(office))
    for _ in range(20):
        clock.advance(seconds=40)
        with pytest.raises(ForbiddenError, match="Wait"):
            sign_in(office, "ada", "not the password", address=HOME)
    assert [entry.body["details"] for entry in log(office)[before:]] == [
        {"because": "too many failures", "address": HOME}
    ]
    clock.advance(minutes=2)
    assert sign_in(office, "ada", PASSWORD, address=HOME)


def test_a_success_forgets_the_failures_of_its_place(office: Office) -> None:
    person(office)
    for _ in range(3):
        fail(office, "ada", times=4)
        assert sign_in(office, "ada", PASSWORD, address=HOME)


def test_a_session_lapses_after_its_time_however_much_it_is_used(office: Office, clock: Clock) -> None:
    person(office)
    token = sign_in(office, "ada", PASSWORD, address=HOME)
    for _ in range(11):
        clock.advance(hours=1)
        assert holder(office, token) is not None
    clock.advance(hours=1)
    assert office.session_length == timedelta(hours=12)
    assert holder(office, token) is None


def test_signing_out_ends_this_session_and_no_other(office: Office) -> None:
    person(office)
    here, there = (sign_in(office, "ada", PASSWORD, address=each) for each in (HOME, AWAY))
    sign_out(office, here)
    assert holder(office, here) is None
    assert holder(office, there) is not None
    assert log(office)[-1].action == "session.closed"


def test_signing_out_twice_changes_nothing(office: Office) -> None:
    sign_out(office, "a token of nobody")
    with office.reading() as connection:
        assert connection.execute(select(func.count()).select_from(log_entry)).scalar_one() == 0


def test_deactivation_ends_open_sessions_and_keeps_the_person_out(office: Office) -> None:
    root = person(office, "root", Role.ADMINISTRATOR)
    ada = person(office, "ada")
    token = sign_in(office, "ada", PASSWORD, address=HOME)
    deactivate_user(office, root, ada.id)
    assert holder(office, token) is None
    with pytest.raises(ForbiddenError) as refusal:
        sign_in(office, "ada", PASSWORD, address=HOME)
    assert str(refusal.value) == REFUSED


def test_an_own_password_is_changed_after_proof_of_the_present_one(office: Office) -> None:
    ada = person(office)
    here, there = (sign_in(office, "ada", PASSWORD, address=each) for each in (HOME, AWAY))
    with pytest.raises(InvalidError, match="present"):
        change_own_password(office, ada, present="not the password", new="another four words", token=here)
    with pytest.raises(InvalidError, match="12 or more"):
        change_own_password(office, ada, present=PASSWORD, new="short", token=here)
    change_own_password(office, ada, present=PASSWORD, new="another four words", token=here)
    assert holder(office, here) is not None
    assert holder(office, there) is None
    assert sign_in(office, "ada", "another four words", address=HOME)


def test_who_holds_a_session_cannot_guess_the_password_through_the_form_for_a_new_one(office: Office) -> None:
    ada = person(office)
    for _ in range(5):
        with pytest.raises(InvalidError):
            change_own_password(office, ada, present="not the password", new="another four words")
    with pytest.raises(ForbiddenError, match="Wait 15 minutes"):
        change_own_password(office, ada, present=PASSWORD, new="another four words")


def test_a_hash_of_weaker_parameters_is_renewed_at_the_next_sign_in(office: Office) -> None:
    ada = person(office)
    weaker = Passwords(memory_kib=16, passes=1).hash(PASSWORD)
    with office.work(None) as unit:
        unit.connection.execute(user_account.update().values(password_hash=weaker))
        unit.record("user.password-set", subject=("user", ada.id))
        unit.commit()
    assert sign_in(office, "ada", PASSWORD, address=HOME)
    with office.reading() as connection:
        kept = connection.execute(select(user_account.c.password_hash)).scalar_one()
    assert "m=8,t=1,p=1" in kept
    assert sign_in(office, "ada", PASSWORD, address=HOME)
