"""Signing in and out: every sign-in, refusal and end of a session stands in the log."""

from datetime import datetime

from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ForbiddenError, InvalidError
from riskapp.services import attempts
from riskapp.services.passwords import problem_with
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage import users as stored
from riskapp.storage.users import Secret

REFUSED = "The sign-in name or the password is wrong. Check both, or ask an administrator for a new password."
REPLACED = "was replaced in the meantime; sign in with the new one"


def sign_in(office: Office, name: str, password: str, *, address: str, device: str | None = None) -> str:
    """Return the token of a new session; `device` names a browser in which this name has signed in before.

    Raises ForbiddenError, with one message for unknown names, wrong passwords and closed accounts,
    and with the waiting time after too many failures (`riskapp.services.attempts`).
    """
    sign_in_name = name.strip().lower()
    attempt = attempts.sign_in_attempt(sign_in_name, address, device)
    attempts.refuse_floods(office, attempt)
    with office.reading() as connection:
        secret = stored.secret_of(connection, sign_in_name)
    fits = office.passwords.fits(secret.password_hash if secret else None, password)
    if secret is not None and fits and secret.active:
        dated = office.passwords.is_dated(secret.password_hash)
        renewed = office.passwords.hash(password) if dated else None
        with office.work(Actor(secret.user_id, "", frozenset())) as unit:
            unchanged = stored.secret_of(unit.connection, sign_in_name) == secret
            if unchanged and not attempts.must_wait(unit, attempt):
                attempts.settle(unit, attempt)
                return _open(unit, office, secret, address=address, renewed=renewed)
    attempts.count_failure(office, attempt, user_id=secret.user_id if secret else None)
    raise ForbiddenError(REFUSED)


def _open(unit: UnitOfWork, office: Office, secret: Secret, *, address: str, renewed: str | None) -> str:
    token = office.new_secret()
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


def sign_out(office: Office, token: str) -> None:
    """End a session; a token that opens none changes nothing."""
    with office.work(None) as unit:
        user_id = stored.close_session(unit.connection, sha256_hex(token.encode()))
        if user_id is not None:
            unit.record("session.closed", subject=("user", user_id))
            unit.commit()


def actor_of(connection: Connection, token: str, at: datetime) -> Actor | None:
    """Return who holds the session of a token at an instant, with those for whom they act, or None."""
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
    attempt = attempts.proof_attempt(actor.id)
    attempts.refuse_floods(office, attempt)
    if secret is None or not office.passwords.fits(secret.password_hash, present):
        attempts.count_failure(office, attempt, user_id=actor.id)
        raise InvalidError({"present": "is not your present password; enter it again"})
    problem = problem_with(new, user.sign_in_name)
    if problem:
        raise InvalidError({"password": problem})
    password_hash = office.passwords.hash(new)
    kept = sha256_hex(token.encode()) if token else None
    with office.work(actor) as unit:
        if stored.secret_of(unit.connection, user.sign_in_name) != secret:
            raise InvalidError({"present": REPLACED})
        if attempts.must_wait(unit, attempt):
            raise InvalidError({"present": "has failed too often; wait a quarter of an hour, then try again"})
        attempts.forgive(unit, user.sign_in_name, user_id=actor.id)
        stored.store_password(unit.connection, actor.id, password_hash)
        stored.end_sessions(unit.connection, actor.id, but=kept)
        unit.record("user.password-set", subject=("user", actor.id))
        unit.commit()
