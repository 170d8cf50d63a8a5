"""Declaring a conflict of interest: one's own, or as an administrator one that came to light."""

from dataclasses import dataclass
from datetime import date

from riskapp.domain.authority import Actor, Role
from riskapp.domain.errors import ForbiddenError, InvalidError
from riskapp.domain.text_rules import found, text_fault
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.conflicts import StoredConflict, insert_conflict, is_party
from riskapp.storage.users import user_names

LONGEST_NATURE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareConflict:
    """Who has a conflict with which developer or host, of what kind, and since when."""

    user_id: str
    party: str
    nature: str
    since: date | None


def declare_conflict(office: Office, actor: Actor, declared: DeclareConflict) -> str:
    """Keep a declared conflict for ever and return its id.

    Raises ForbiddenError for somebody else's unless the actor is an administrator, and InvalidError per
    field: user, party, nature, since.
    """
    if declared.user_id != actor.id and not actor.holds(Role.ADMINISTRATOR):
        raise ForbiddenError(
            "You declare your own conflicts of interest. Only an administrator declares one for others."
        )
    with office.work(actor) as unit:
        kept = _checked(unit, declared, by=actor.id)
        insert_conflict(unit.connection, kept)
        unit.record(
            "conflict.declared",
            subject=("user", kept.user_id),
            conflict=kept.id,
            party=kept.party,
            nature=kept.nature,
            since=kept.since.isoformat(),
        )
        unit.commit()
        return kept.id


def _checked(unit: UnitOfWork, declared: DeclareConflict, *, by: str) -> StoredConflict:
    known = bool(user_names(unit.connection, [declared.user_id]))
    problems = found(
        (
            ("user", None if known else "is missing; choose a person"),
            ("party", None if is_party(unit.connection, declared.party) else "is missing; choose one"),
            ("nature", text_fault(declared.nature, LONGEST_NATURE)),
            ("since", _since_fault(declared.since, unit.at.date())),
        )
    )
    if problems or declared.since is None:
        raise InvalidError(problems)
    return StoredConflict(
        id=unit.new_id(),
        user_id=declared.user_id,
        party=declared.party,
        nature=declared.nature.strip(),
        since=declared.since,
        declared_at=unit.at,
        declared_by=by,
    )


def _since_fault(since: date | None, today: date) -> str | None:
    if since is None:
        return "is missing; write the day like 2026-12-31"
    return "lies in the future; enter the day on which the conflict began" if since > today else None
