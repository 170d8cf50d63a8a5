"""Substitution: an approver or a lead names who acts for them, for a while and in the open."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.text_rules import text_fault
from riskapp.services.work import Office
from riskapp.storage.substitutions import (
    Substitution,
    insert_substitution,
    insert_substitution_end,
    substitution_of,
)
from riskapp.storage.users import User, user

ROLES = (Role.APPROVER, Role.LEAD_ASSESSOR)
"""The roles in which somebody else can act for a person."""

LONGEST_REASON = 1_000
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubstitution:
    """Who is to act for the actor, in which role, from which to which day, and why."""

    substitute_id: str
    role: Role | None
    first_day: date | None
    last_day: date | None
    reason: str


def name_substitute(office: Office, actor: Actor, new: NewSubstitution) -> str:
    """Let somebody act for the actor for some days, and return the id.

    Raises InvalidError per field: role, substitute, first_day, last_day, reason.
    """
    with office.work(actor) as unit:
        said = new.reason.strip()
        problems = _problems(unit.connection, actor, new, said, on=unit.at.date())
        if problems or new.role is None or new.first_day is None or new.last_day is None:
            raise InvalidError(problems)
        made = Substitution(
            id=unit.new_id(),
            principal_id=actor.id,
            substitute_id=new.substitute_id,
            role=new.role,
            first_day=new.first_day,
            last_day=new.last_day,
            reason=said,
            named_at=unit.at,
        )
        insert_substitution(unit.connection, made)
        unit.record(
            "substitution.named",
            subject=("substitution", made.id),
            substitute=made.substitute_id,
            in_role=made.role.value,
            first_day=made.first_day.isoformat(),
            last_day=made.last_day.isoformat(),
            reason=said,
        )
        unit.commit()
        return made.id


def _problems(
    connection: Connection, actor: Actor, new: NewSubstitution, said: str, *, on: date
) -> dict[str, str]:
    problems = _days_problems(new, on)
    if new.role not in ROLES:
        problems["role"] = "Choose the role in which somebody acts for you"
    elif new.role not in user(connection, actor.id).roles:
        held = new.role.value.replace("-", " ")
        problems["role"] = f"You do not hold the role {held} yourself, so nobody can act for you in it"
    if problem := _substitute_problem(connection, actor, new):
        problems["substitute"] = problem
    if not said:
        problems["reason"] = "Say why somebody acts for you"
    elif fault := text_fault(said, LONGEST_REASON):
        problems["reason"] = f"The reason {fault}"
    return problems


def _days_problems(new: NewSubstitution, on: date) -> dict[str, str]:
    problems = {}
    if new.first_day is None:
        problems["first_day"] = "Say from which day on"
    if new.last_day is None:
        problems["last_day"] = "Say until which day"
    elif new.last_day < max(on, new.first_day or on):
        problems["last_day"] = "Choose a last day that is not past and not before the first"
    elif (new.last_day - (new.first_day or on)).days >= LONGEST_DAYS:
        problems["last_day"] = "A substitution lasts a year at most; choose an earlier day"
    return problems


def _substitute_problem(connection: Connection, actor: Actor, new: NewSubstitution) -> str | None:
    if new.substitute_id == actor.id:
        return "Choose somebody else"
    try:
        chosen: User = user(connection, new.substitute_id)
    except NotFoundError:
        return "Choose who acts for you"
    if not chosen.active:
        return f"{chosen.display_name} has no active account; choose somebody else"
    if Role.AUDITOR in chosen.roles:
        return f"{chosen.display_name} is an auditor, and auditors change nothing; choose somebody else"
    if new.role in chosen.roles:
        return f"{chosen.display_name} holds this role already and acts in their own right"
    return None


def end_substitution(office: Office, actor: Actor, substitution_id: str) -> None:
    """End a substitution early; either side may. Raises ForbiddenError, ConflictError and NotFoundError."""
    with office.work(actor) as unit:
        found = substitution_of(unit.connection, substitution_id)
        if actor.id not in {found.principal_id, found.substitute_id}:
            raise ForbiddenError("Only the two people of a substitution end it.")
        if found.ended_at is not None or found.last_day < unit.at.date():
            raise ConflictError("This substitution has ended already; there is nothing to do.")
        insert_substitution_end(unit.connection, found.id, at=unit.at, by=actor.id)
        unit.record("substitution.ended", subject=("substitution", found.id))
        unit.commit()
