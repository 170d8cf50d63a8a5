"""Who may do what: roles, and the checks that every use case makes before it acts."""

from dataclasses import dataclass
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
class Actor:
    """A signed-in person with the roles held at this moment."""

    id: str
    name: str
    roles: frozenset[Role]

    def holds(self, *roles: Role) -> bool:
        """Return whether the person holds any of these roles."""
        return not self.roles.isdisjoint(roles)


def require(actor: Actor, *roles: Role, act: str) -> None:
    """Raise ForbiddenError unless the actor holds one of the roles; `act` completes "Only ... may"."""
    if not actor.holds(*roles):
        holders = " or ".join(f"a person with the role {role.value.replace('-', ' ')}" for role in roles)
        raise ForbiddenError(f"Only {holders} may {act}. Ask an administrator if you need the role.")
