"""Removing the name of a person on lawful request: the log refers to people by ids, so it stays as it is."""

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError
from riskapp.domain.text_rules import text_fault
from riskapp.services.attempts import forgive
from riskapp.services.work import Office
from riskapp.storage import users as stored
from riskapp.storage.users import User

LONGEST_REASON = 500
ERASED = "erased-"
_SHOWN_OF_ID = 8


def erase_name(office: Office, actor: Actor | None, user_id: str, reason: str) -> str:
    """Put a name made from the id in the place of a person's names, and return it.

    `actor` is None on the command line. The reason stands in the log and must not hold the name. Raises
    ForbiddenError, NotFoundError, InvalidError for `reason`, and ConflictError for who still has an account
    or is erased already.
    """
    if actor is not None:
        require(actor, Role.ADMINISTRATOR, act="erase the name of a person")
    reason = reason.strip()
    with office.work(actor) as unit:
        person = stored.user(unit.connection, user_id)
        _refuse(person, reason)
        shown = f"Person {person.id[-_SHOWN_OF_ID:]} (name erased)"
        stored.erase_names(unit.connection, user_id, sign_in_name=f"{ERASED}{person.id}", display_name=shown)
        forgive(unit, person.sign_in_name, user_id=user_id)
        unit.record("user.name-erased", subject=("user", user_id), reason=reason)
        unit.commit()
        return shown


def _refuse(person: User, reason: str) -> None:
    if person.active:
        raise ConflictError(f"{person.display_name} can still sign in. Deactivate the account first.")
    if person.sign_in_name.startswith(ERASED):
        raise ConflictError("The name of this person is erased already. There is nothing more to do.")
    if fault := text_fault(reason, LONGEST_REASON):
        raise InvalidError({"reason": f"The reason {fault}"})
    named = [person.sign_in_name, *person.display_name.split()]
    if any(each.lower() in reason.lower().split() for each in named) or person.display_name in reason:
        raise InvalidError({"reason": "The reason stands in the log for ever: leave the name out of it"})


def user_called(connection: Connection, sign_in_name: str) -> User:
    """Return who signs in, or signed in, under this name; raises NotFoundError."""
    for each in stored.users(connection):
        if each.sign_in_name == sign_in_name.strip().lower():
            return each
    raise NotFoundError("user", sign_in_name)
