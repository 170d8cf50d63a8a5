"""Signing in and out: every sign-in, refusal and end of a session stands in the log."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ForbiddenError, InvalidError
from riskapp.services.passwords import problem_with
from riskapp.services.work import Office
from riskapp.storage import users as stored

WINDOW = timedelta(minutes=15)
FAILURES_PER_NAME = 5
FAILURES_PER_ADDRESS = 30
Keys = tuple[tuple[str, int], ...]
REFUSED = "The sign-in name or the password is wrong. Check both, or ask an administrator for a new password."


def sign_in(office: Office, name: str, password: str, *, address: str) -> str:
    """Return the token of a new session.

    Raises ForbiddenError, with one message for unknown names, wrong passwords and closed accounts,
    and with the waiting time after too many failures under the name or from the address.
    """
    sign_in_name = name.strip().lower()
    keys = _keys(sign_in_name, address)
    _refuse_floods(office, keys)
    with office.reading() as connection:
        secret = stored.secret_of(connection, sign_in_name)
    fits = office.passwords.fits(secret.password_hash if secret else None, password)
    if secret is None or not fits or not secret.active:
        _count_failure(office, keys, user_id=secret.user_id if secret else None, address=address)
        raise ForbiddenError(REFUSED)
    dated = office.passwords.is_dated(secret.password_hash)
    renewed = office.passwords.hash(password) if dated else None
    token = office.new_secret()
    with office.work(Actor(secret.user_id, "", frozenset())) as unit:
        if stored.secret_of(unit.connection, sign_in_name) != secret:
            raise ForbiddenError(REFUSED)
        stored.forget_failures(unit.connection, keys[0][0])
        if renewed:
            stored.store_password(unit.connection, secret.user_id, renewed)
        stored.open_session(
            unit.connection,
            token_digest=sha256_hex(token.encode()),
            user_id=secret.user_id,
            at=unit.at,
            expires_at=unit.at + office.session_length,
        )
        unit.record("session.opened", subject=("user", secret.user_id), address=address[:64])
        unit.commit()
    return token


def _keys(sign_in_name: str, address: str) -> Keys:
    """Return what failures are counted under, each with its limit: the name as a digest, and the address."""
    name = f"name:{sha256_hex(sign_in_name.encode())}"
    return (name, FAILURES_PER_NAME), (f"address:{address[:64]}", FAILURES_PER_ADDRESS)


def _refuse_floods(office: Office, keys: Keys) -> None:
    """Raise ForbiddenError with the waiting time after too many failures.

    The log has one entry for each key and window of waiting: with more, anybody could fill it.
    """
    at = office.now()
    with office.reading() as connection:
        for key, limit in keys:
            failures = stored.failures_since(connection, key, at - WINDOW)
            if len(failures) >= limit:
                wait = failures[-limit] + WINDOW - at
                told = stored.failures_since(connection, f"waiting:{key}", at - WINDOW)
                break
        else:
            return
    if not told:
        _record_waiting(office, key)
    minutes = int(wait.total_seconds() // 60) + 1
    plural = "" if minutes == 1 else "s"
    raise ForbiddenError(f"Too many sign-ins have failed. Wait {minutes} minute{plural}, then try again.")


def _record_waiting(office: Office, key: str) -> None:
    with office.work(None) as unit:
        stored.add_failure(unit.connection, failure_id=unit.new_id(), key=f"waiting:{key}", at=unit.at)
        unit.record("session.refused", subject=_subject(key), because="too many failures")
        unit.commit()


def _subject(key: str) -> tuple[str, str]:
    kind, _, value = key.partition(":")
    return ("name-digest" if kind == "name" else kind), value


def _count_failure(office: Office, keys: Keys, *, user_id: str | None, address: str | None = None) -> None:
    with office.work(None) as unit:
        for key, _ in keys:
            for stale in (key, f"waiting:{key}"):
                stored.forget_failures(unit.connection, stale, before=unit.at - WINDOW)
            stored.add_failure(unit.connection, failure_id=unit.new_id(), key=key, at=unit.at)
        subject = ("user", user_id) if user_id else _subject(keys[0][0])
        unit.record("session.refused", subject=subject, address=address and address[:64])
        unit.commit()


def sign_out(office: Office, token: str) -> None:
    """End a session; a token that opens none changes nothing."""
    with office.work(None) as unit:
        user_id = stored.close_session(unit.connection, sha256_hex(token.encode()))
        if user_id is not None:
            unit.record("session.closed", subject=("user", user_id))
            unit.commit()


def actor_of(connection: Connection, token: str, at: datetime) -> Actor | None:
    """Return who holds the session of a token at an instant, or None."""
    return stored.session_actor(connection, sha256_hex(token.encode()), at)


def change_own_password(
    office: Office, actor: Actor, *, present: str, new: str, token: str | None = None
) -> None:
    """Replace the actor's password after proof of the present one, and end their sessions but this token's.

    Raises InvalidError per field, and ForbiddenError with the waiting time after too many failed proofs.
    """
    with office.reading() as connection:
        user = stored.user(connection, actor.id)
        secret = stored.secret_of(connection, user.sign_in_name)
    keys = _keys(user.sign_in_name, "")[:1]
    _refuse_floods(office, keys)
    if secret is None or not office.passwords.fits(secret.password_hash, present):
        _count_failure(office, keys, user_id=actor.id)
        raise InvalidError({"present": "is not your present password; enter it again"})
    problem = problem_with(new, user.sign_in_name)
    if problem:
        raise InvalidError({"password": problem})
    password_hash = office.passwords.hash(new)
    kept = sha256_hex(token.encode()) if token else None
    with office.work(actor) as unit:
        stored.store_password(unit.connection, actor.id, password_hash)
        stored.end_sessions(unit.connection, actor.id, but=kept)
        unit.record("user.password-set", subject=("user", actor.id))
        unit.commit()
