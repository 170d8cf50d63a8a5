"""Failed proofs of a password: how many there may be, from where, and how long to wait after them.

A name alone never shuts its person out: strangers could. From one address five failures under a name make it
wait there; a browser in which the person has signed in before is counted by itself; and failures from
everywhere only space the tries out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import Connection

from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ForbiddenError
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage import users as stored

WINDOW = timedelta(minutes=15)
FAILURES_PER_PLACE = 5
FAILURES_PER_ADDRESS = 30
FAILURES_PER_NAME = 20
LONGEST_PAUSE = 60
LONGEST_ADDRESS = 64
IPV6_SITE = 64


@dataclass(frozen=True, slots=True)
class Key:
    """What failures are counted under: `limit` of them make it wait, by a pause where `paces` is true.

    A pause doubles with every failure over the limit, up to a minute; a wait lasts until enough of the
    failures are a quarter of an hour old.
    """

    name: str
    limit: int
    subject: tuple[str, str]
    paces: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to prove a password: its keys, the first of which tells the log what it was about."""

    keys: tuple[Key, ...]
    address: str | None = None


def sign_in_attempt(sign_in_name: str, address: str, device: str | None) -> Attempt:
    """Return the attempt to sign in under a name; `device` is a browser where that name has signed in."""
    digest = sha256_hex(sign_in_name.encode())
    subject = ("name-digest", digest)
    if device is not None:
        own = Key(f"device:{digest}:{sha256_hex(device.encode())[:40]}", FAILURES_PER_PLACE, subject)
        return Attempt((own,), address[:LONGEST_ADDRESS])
    place = _site(address)
    keys = (
        Key(f"place:{digest}:{place}", FAILURES_PER_PLACE, subject),
        Key(f"address:{place}", FAILURES_PER_ADDRESS, ("address", place)),
        Key(f"name:{digest}", FAILURES_PER_NAME, subject, paces=True),
    )
    return Attempt(keys, address[:LONGEST_ADDRESS])


def proof_attempt(user_id: str) -> Attempt:
    """Return the attempt of a person who is signed in to prove their present password."""
    return Attempt((Key(f"proof:{user_id}", FAILURES_PER_PLACE, ("user", user_id)),))


def refuse_floods(office: Office, attempt: Attempt) -> None:
    """Raise ForbiddenError with the waiting time after too many failures, before any work is done.

    The log has one entry for each key and window of waiting: with more, anybody could fill it.
    """
    at = office.now()
    with office.reading() as connection:
        waiting = _waiting(connection, attempt, at)
        if waiting is None:
            return
        told = _is_told(connection, waiting[0], at)
    if not told:
        with office.work(None) as unit:
            _tell_once(unit, waiting[0], attempt)
    raise _wait(waiting[1])


def must_wait(unit: UnitOfWork, attempt: Attempt) -> bool:
    """Return whether failures that came while a password was checked have used up the attempt."""
    return _waiting(unit.connection, attempt, unit.at) is not None


def count_failure(office: Office, attempt: Attempt, *, user_id: str | None) -> None:
    """Count a failure and record it.

    Raises ForbiddenError with the waiting time where the limit was reached while the password was checked:
    of many tries at once, no more than the limit learn whether theirs was right.
    """
    with office.work(None) as unit:
        waiting = _waiting(unit.connection, attempt, unit.at)
        if waiting is not None:
            _tell_once(unit, waiting[0], attempt)
            raise _wait(waiting[1])
        stored.forget_old_failures(unit.connection, unit.at - WINDOW)
        for key in attempt.keys:
            stored.add_failure(unit.connection, failure_id=unit.new_id(), key=key.name, at=unit.at)
        subject = ("user", user_id) if user_id else attempt.keys[0].subject
        unit.record("session.refused", subject=subject, address=attempt.address)
        unit.commit()


def forgive(unit: UnitOfWork, sign_in_name: str, *, user_id: str) -> None:
    """Forget every failure under a name and of its person, wherever it came from."""
    digest = sha256_hex(sign_in_name.encode())
    for key in (f"name:{digest}", f"proof:{user_id}"):
        stored.forget_failures(unit.connection, key)
        stored.forget_failures(unit.connection, f"waiting:{key}")
    for kind in ("place", "device"):
        stored.forget_failures(unit.connection, f"{kind}:{digest}:", and_below=True)
        stored.forget_failures(unit.connection, f"waiting:{kind}:{digest}:", and_below=True)


def settle(unit: UnitOfWork, attempt: Attempt) -> None:
    """Forget the failures of one place or browser after a success there.

    Those from everywhere stay: with them a stranger who guesses would have free tries again.
    """
    stored.forget_failures(unit.connection, attempt.keys[0].name)


def _site(address: str) -> str:
    """Return the address that failures are counted under: of IPv6 the network, for one site has many."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:LONGEST_ADDRESS]
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, IPV6_SITE), strict=False))
    return str(parsed)


def _waiting(connection: Connection, attempt: Attempt, at: datetime) -> tuple[Key, timedelta] | None:
    return next(_waits(connection, attempt, at), None)


def _waits(connection: Connection, attempt: Attempt, at: datetime) -> Iterator[tuple[Key, timedelta]]:
    for key in attempt.keys:
        failures = stored.failures_since(connection, key.name, at - WINDOW)
        over = len(failures) - key.limit
        if over < 0:
            continue
        pause = timedelta(seconds=min(2 ** min(over, 16), LONGEST_PAUSE))
        ends = failures[-1] + pause if key.paces else failures[-key.limit] + WINDOW
        if ends > at:
            yield key, ends - at


def _is_told(connection: Connection, key: Key, at: datetime) -> bool:
    return bool(stored.failures_since(connection, f"waiting:{key.name}", at - WINDOW))


def _tell_once(unit: UnitOfWork, key: Key, attempt: Attempt) -> None:
    if _is_told(unit.connection, key, unit.at):
        return
    stored.add_failure(unit.connection, failure_id=unit.new_id(), key=f"waiting:{key.name}", at=unit.at)
    unit.record("session.refused", subject=key.subject, because="too many failures", address=attempt.address)
    unit.commit()


def _wait(wait: timedelta) -> ForbiddenError:
    seconds = -(-wait // timedelta(seconds=1))
    number, unit = (seconds, "second") if seconds <= LONGEST_PAUSE else (-(-seconds // 60), "minute")
    plural = "" if number == 1 else "s"
    return ForbiddenError(f"Too many sign-ins have failed. Wait {number} {unit}{plural}, then try again.")
