"""Who may do what: roles, and the checks that every use case makes before it acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from riskapp.domain.errors import ForbiddenError


class Role(StrEnum):
    """What a person comes to do; a person may hold several."""

    ASSESSOR = "assessor"
    LEAD_ASSESSOR = "lead-assessor"
    APPROVER = "approver"
    PROCUREMENT = "procurement"
    AUDITOR = "auditor"
    RUBRIC_OWNER = "rubric-owner"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Principal:
    """A person for whom somebody else acts."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with the roles held at this moment.

    `roles` are all roles in which they may act; `stands_in` says for whom where a role is not their own.
    """

    id: str
    name: str
    roles: frozenset[Role]
    stands_in: Mapping[Role, Principal] = field(default_factory=dict, compare=False)

    def holds(self, *roles: Role) -> bool:
        """Return whether the person may act in any of these roles."""
        return not self.roles.isdisjoint(roles)

    def principal(self, role: Role) -> Principal | None:
        """Return for whom the person acts in this role, or None where it is their own."""
        return self.stands_in.get(role)

    def acting_ids(self, role: Role) -> frozenset[str]:
        """Return the ids of the person and, where there is one, of who they act for in this role."""
        principal = self.principal(role)
        return frozenset({self.id} if principal is None else {self.id, principal.id})


def require(actor: Actor, *roles: Role, act: str) -> None:
    """Raise ForbiddenError unless the actor holds one of the roles; `act` completes "Only ... may"."""
    if not actor.holds(*roles):
        holders = " or ".join(f"a person with the role {role.value.replace('-', ' ')}" for role in roles)
        raise ForbiddenError(f"Only {holders} may {act}. Ask an administrator if you need the role.")
