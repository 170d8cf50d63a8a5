"""Use cases of the administrator: people and their roles."""

import re
from dataclasses import dataclass

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.text_rules import line_fault
from riskapp.services.attempts import forgive
from riskapp.services.passwords import problem_with
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage import users as stored
from riskapp.storage.users import User

NAME_RULE = re.compile(r"[a-z0-9][a-z0-9._@-]{1,79}")
LONGEST_DISPLAY_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A person to be added."""

    sign_in_name: str
    display_name: str
    roles: frozenset[Role]
    password: str


def add_user(office: Office, actor: Actor | None, new: NewUser) -> str:
    """Add a person and return the id; `actor` is None at set-up and on the command line.

    Raises InvalidError per field.
    """
    _require_administrator(actor)
    sign_in_name = new.sign_in_name.strip().lower()
    display_name = new.display_name.strip()
    problems = _problems(sign_in_name, display_name, new.password)
    if problems:
        raise InvalidError(problems)
    password_hash = office.passwords.hash(new.password)
    with office.work(actor) as unit:
        if stored.secret_of(unit.connection, sign_in_name):
            raise InvalidError({"sign_in_name": f"{sign_in_name!r} is taken; choose another"})
        user = User(
            id=unit.new_id(),
            sign_in_name=sign_in_name,
            display_name=display_name,
            active=True,
            roles=new.roles,
            created_at=unit.at,
        )
        stored.insert_user(unit.connection, user, password_hash=password_hash)
        unit.record("user.added", subject=("user", user.id), roles=sorted(new.roles))
        unit.commit()
        return user.id


def _problems(sign_in_name: str, display_name: str, password: str) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not NAME_RULE.fullmatch(sign_in_name):
        problems["sign_in_name"] = (
            "takes 2 to 80 letters a to z, digits, full stops, hyphens, underscores or @, and begins "
            "with a letter or digit"
        )
    problems |= _name_problems(display_name)
    problem = problem_with(password, sign_in_name)
    if problem:
        problems["password"] = problem
    return problems


def _name_problems(display_name: str) -> dict[str, str]:
    fault = line_fault(display_name, LONGEST_DISPLAY_NAME)
    return {"display_name": fault} if fault else {}


def correct_name(office: Office, actor: Actor, user_id: str, display_name: str) -> None:
    """Correct the name under which others see a person: on pages at once, in issued reports never.

    The entry in the log holds no name, so that one can still be erased. Raises InvalidError for
    `display_name`, and ConflictError for an account that is closed.
    """
    _require_administrator(actor)
    display_name = display_name.strip()
    if problems := _name_problems(display_name):
        raise InvalidError(problems)
    with office.work(actor) as unit:
        user = stored.user(unit.connection, user_id)
        if not user.active:
            raise ConflictError(f"{user.display_name} is deactivated. A closed account keeps its name.")
        if user.display_name == display_name:
            return
        stored.store_display_name(unit.connection, user_id, display_name)
        unit.record("user.name-corrected", subject=("user", user_id))
        unit.commit()


def change_roles(office: Office, actor: Actor, user_id: str, roles: frozenset[Role]) -> None:
    """Give a person exactly these roles, from their next request on.

    Raises ConflictError where nobody would be left as administrator.
    """
    _require_administrator(actor)
    with office.work(actor) as unit:
        user = stored.user(unit.connection, user_id)
        if user.roles == roles:
            return
        if Role.ADMINISTRATOR not in roles:
            _keep_an_administrator(unit, user)
        stored.replace_roles(unit.connection, user_id, roles)
        unit.record(
            "user.roles-changed", subject=("user", user_id), before=sorted(user.roles), now=sorted(roles)
        )
        unit.commit()


def deactivate_user(office: Office, actor: Actor, user_id: str) -> None:
    """Shut a person out and end every open session.

    Raises ConflictError for who is shut out already, and for the last administrator.
    """
    _require_administrator(actor)
    with office.work(actor) as unit:
        user = stored.user(unit.connection, user_id)
        if not user.active:
            raise ConflictError(f"{user.display_name} is deactivated already. There is nothing more to do.")
        _keep_an_administrator(unit, user)
        stored.close_account(unit.connection, user_id)
        unit.record("user.deactivated", subject=("user", user_id))
        unit.commit()


def set_password(office: Office, actor: Actor | None, user_id: str, password: str) -> None:
    """Replace the password of a person, end every open session of theirs and lift what made them wait."""
    _require_administrator(actor)
    with office.reading() as connection:
        user = stored.user(connection, user_id)
    problem = problem_with(password, user.sign_in_name)
    if problem:
        raise InvalidError({"password": problem})
    password_hash = office.passwords.hash(password)
    with office.work(actor) as unit:
        forgive(unit, user.sign_in_name, user_id=user_id)
        stored.store_password(unit.connection, user_id, password_hash)
        stored.end_sessions(unit.connection, user_id)
        unit.record("user.password-set", subject=("user", user_id))
        unit.commit()


def _require_administrator(actor: Actor | None) -> None:
    if actor is not None:
        require(actor, Role.ADMINISTRATOR, act="manage users")


def _keep_an_administrator(unit: UnitOfWork, user: User) -> None:
    if Role.ADMINISTRATOR in user.roles and user.active and stored.count_administrators(unit.connection) == 1:
        message = (
            f"{user.display_name} is the last administrator. Give another person the role "
            "administrator first."
        )
        raise ConflictError(message)
