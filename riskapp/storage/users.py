"""People with their roles, their sessions, and the sign-ins that failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, null, select, union_all, update

from riskapp.domain.authority import Actor, Principal, Role
from riskapp.domain.errors import NotFoundError
from riskapp.storage.substitutions import standing_in
from riskapp.storage.tables import sign_in_failure, user_account, user_role, web_session


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person with an account."""

    id: str
    sign_in_name: str
    display_name: str
    active: bool
    roles: frozenset[Role]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Secret:
    """What a sign-in is checked against."""

    user_id: str
    password_hash: str
    active: bool


_open_session = (
    (web_session.c.token_digest == bindparam("token_digest")) & (web_session.c.expires_at > bindparam("at"))
) & user_account.c.active
_standing_in = standing_in().subquery()
_OWN_ROLES = (
    select(
        user_account.c.id,
        user_account.c.display_name,
        user_role.c.role,
        null().label("principal_id"),
        null().label("principal_name"),
        null().label("named_at"),
    )
    .join(web_session, web_session.c.user_id == user_account.c.id)
    .outerjoin(user_role, user_role.c.user_id == user_account.c.id)
    .where(_open_session)
)
_ROLES_FOR_OTHERS = (
    select(
        user_account.c.id,
        user_account.c.display_name,
        _standing_in.c.role,
        _standing_in.c.principal_id,
        _standing_in.c.principal_name,
        _standing_in.c.named_at,
    )
    .join(web_session, web_session.c.user_id == user_account.c.id)
    .join(_standing_in, _standing_in.c.substitute_id == user_account.c.id)
    .where(_open_session)
)
_ACTOR = union_all(_OWN_ROLES, _ROLES_FOR_OTHERS)


def session_actor(connection: Connection, token_digest: str, at: datetime) -> Actor | None:
    """Return who holds an open session at an instant, with the roles of this moment and for whom they act.

    Of several people who named them for one role, the one that did so last counts.
    """
    asked = {"token_digest": token_digest, "at": at, "on": at.date()}
    rows = connection.execute(_ACTOR, asked).all()
    if not rows:
        return None
    own = frozenset(Role(row.role) for row in rows if row.role and row.principal_id is None)
    named = sorted((row for row in rows if row.principal_id is not None), key=lambda row: str(row.named_at))
    principals = {
        role: Principal(row.principal_id, row.principal_name)
        for row in named
        if (role := Role(row.role)) not in own
    }
    return Actor(rows[0].id, rows[0].display_name, own | principals.keys(), principals)


def users(connection: Connection) -> tuple[User, ...]:
    """Return everybody, active people first, by name."""
    order = (user_account.c.active.desc(), user_account.c.display_name, user_account.c.id)
    rows = connection.execute(select(user_account).order_by(*order)).all()
    roles = _roles(connection)
    return tuple(_user(row, roles.get(row.id, frozenset())) for row in rows)


def user(connection: Connection, user_id: str) -> User:
    """Return one person; raises NotFoundError."""
    row = connection.execute(select(user_account).where(user_account.c.id == user_id)).one_or_none()
    if row is None:
        raise NotFoundError("user", user_id)
    return _user(row, _roles(connection, user_id).get(user_id, frozenset()))


def users_with_role(connection: Connection, role: Role) -> tuple[User, ...]:
    """Return the active people who hold a role, by name."""
    return tuple(each for each in users(connection) if each.active and role in each.roles)


def users_called(connection: Connection, sign_in_names: Iterable[str]) -> dict[str, User]:
    """Return the active people with these sign-in names, by sign-in name."""
    wanted = set(sign_in_names)
    if not wanted:
        return {}
    query = select(user_account).where(user_account.c.sign_in_name.in_(wanted), user_account.c.active)
    return {
        row.sign_in_name: _user(row, _roles(connection, row.id).get(row.id, frozenset()))
        for row in connection.execute(query).all()
    }


def user_names(connection: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """Return display names by id, for those ids that are people."""
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    query = select(user_account.c.id, user_account.c.display_name).where(user_account.c.id.in_(wanted))
    return {row.id: row.display_name for row in connection.execute(query)}


def secret_of(connection: Connection, sign_in_name: str) -> Secret | None:
    """Return what a sign-in under this name is checked against, or None for an unknown name."""
    query = select(user_account).where(user_account.c.sign_in_name == sign_in_name)
    row = connection.execute(query).one_or_none()
    return None if row is None else Secret(row.id, row.password_hash, row.active)


def insert_user(connection: Connection, new: User, *, password_hash: str) -> None:
    """Add a person with roles; the sign-in name is free."""
    connection.execute(
        insert(user_account),
        {
            "id": new.id,
            "sign_in_name": new.sign_in_name,
            "display_name": new.display_name,
            "password_hash": password_hash,
            "active": new.active,
            "created_at": new.created_at,
        },
    )
    replace_roles(connection, new.id, new.roles)


def replace_roles(connection: Connection, user_id: str, roles: Iterable[Role]) -> None:
    """Give a person exactly these roles."""
    connection.execute(delete(user_role).where(user_role.c.user_id == user_id))
    rows = [{"user_id": user_id, "role": role.value} for role in sorted(roles)]
    if rows:
        connection.execute(insert(user_role), rows)


def close_account(connection: Connection, user_id: str) -> None:
    """Take away the sign-in and every open session."""
    connection.execute(update(user_account).where(user_account.c.id == user_id).values(active=False))
    end_sessions(connection, user_id)


def end_sessions(connection: Connection, user_id: str, *, but: str | None = None) -> None:
    """End every open session of a person, but the one of a token digest where it is given."""
    clause = web_session.c.user_id == user_id
    if but is not None:
        clause &= web_session.c.token_digest != but
    connection.execute(delete(web_session).where(clause))


def store_password(connection: Connection, user_id: str, password_hash: str) -> None:
    """Replace the password hash of a person."""
    change = update(user_account).where(user_account.c.id == user_id).values(password_hash=password_hash)
    connection.execute(change)


def store_display_name(connection: Connection, user_id: str, display_name: str) -> None:
    """Replace the name under which others see a person."""
    change = update(user_account).where(user_account.c.id == user_id).values(display_name=display_name)
    connection.execute(change)


def erase_names(connection: Connection, user_id: str, *, sign_in_name: str, display_name: str) -> None:
    """Replace both names of a person and make every password wrong."""
    change = {"sign_in_name": sign_in_name, "display_name": display_name, "password_hash": ""}
    connection.execute(update(user_account).where(user_account.c.id == user_id).values(change))


def count_administrators(connection: Connection) -> int:
    """Return how many active people are administrators."""
    query = (
        select(func.count())
        .select_from(user_role.join(user_account))
        .where(user_role.c.role == Role.ADMINISTRATOR.value, user_account.c.active)
    )
    return int(connection.execute(query).scalar_one())


def open_session(
    connection: Connection, *, token_digest: str, user_id: str, at: datetime, expires_at: datetime
) -> None:
    """Keep a session, and forget those that have lapsed."""
    connection.execute(delete(web_session).where(web_session.c.expires_at <= at))
    connection.execute(
        insert(web_session),
        {"token_digest": token_digest, "user_id": user_id, "created_at": at, "expires_at": expires_at},
    )


def close_session(connection: Connection, token_digest: str) -> str | None:
    """End a session and return whose it was, or None where there is none."""
    query = select(web_session.c.user_id).where(web_session.c.token_digest == token_digest)
    user_id = connection.execute(query).scalar()
    connection.execute(delete(web_session).where(web_session.c.token_digest == token_digest))
    return user_id


def failures_since(connection: Connection, key: str, since: datetime) -> tuple[datetime, ...]:
    """Return the instants of failed sign-ins under a key, oldest first."""
    query = (
        select(sign_in_failure.c.at)
        .where(sign_in_failure.c.key == key, sign_in_failure.c.at > since)
        .order_by(sign_in_failure.c.at)
    )
    return tuple(connection.execute(query).scalars())


def add_failure(connection: Connection, *, failure_id: str, key: str, at: datetime) -> None:
    """Count a failed sign-in under a key."""
    connection.execute(insert(sign_in_failure), {"id": failure_id, "key": key, "at": at})


def forget_failures(connection: Connection, key: str, *, and_below: bool = False) -> None:
    """Forget failed sign-ins under a key, or under every key that begins with it."""
    named = sign_in_failure.c.key
    clause = named.startswith(key, autoescape=True) if and_below else named == key
    connection.execute(delete(sign_in_failure).where(clause))


def forget_old_failures(connection: Connection, until: datetime) -> None:
    """Forget every failed sign-in up to an instant: no more are kept than count."""
    connection.execute(delete(sign_in_failure).where(sign_in_failure.c.at <= until))


def _roles(connection: Connection, user_id: str | None = None) -> dict[str, frozenset[Role]]:
    query = select(user_role)
    if user_id is not None:
        query = query.where(user_role.c.user_id == user_id)
    held: dict[str, set[Role]] = {}
    for row in connection.execute(query):
        held.setdefault(row.user_id, set()).add(Role(row.role))
    return {each: frozenset(roles) for each, roles in held.items()}


def _user(row: Row[tuple[object, ...]], roles: frozenset[Role]) -> User:
    return User(
        id=row.id,
        sign_in_name=row.sign_in_name,
        display_name=row.display_name,
        active=row.active,
        roles=roles,
        created_at=row.created_at,
    )
