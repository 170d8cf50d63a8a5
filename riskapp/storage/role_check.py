"""Whether people hold the roles that the log says they were given."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from riskapp.domain.log_check import Disagreement, Fault, RawEntry
from riskapp.storage.tables import user_role

_GIVEN = {"user.added": "roles", "user.roles-changed": "now"}


class RoleCheck:
    """Takes the entries in order and remembers which roles each person was given last."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self._given: dict[str, tuple[int, list[str]]] = {}

    def take(self, entries: Sequence[RawEntry]) -> None:
        """Remember what these entries say of roles."""
        for entry in entries:
            if entry.action in _GIVEN:
                try:
                    roles = json.loads(entry.body)["details"][_GIVEN[entry.action]]
                except (ValueError, KeyError, TypeError):
                    continue
                self._given[entry.subject_id] = (entry.seq, roles)

    def end(self, connection: Connection) -> Iterator[Disagreement]:
        """Yield who holds other roles than they were given; all entries were taken before."""
        held: dict[str, list[str]] = {}
        order = (user_role.c.user_id, user_role.c.role)
        for row in connection.execute(select(*order).order_by(*order)):
            held.setdefault(row.user_id, []).append(row.role)
        for user_id in sorted(held.keys() | self._given.keys()):
            seq, roles = self._given.get(user_id, (None, []))
            if sorted(held.get(user_id, [])) != roles:
                told = f"entry {seq} gave {', '.join(roles) or 'none'}" if seq else "no entry gave any"
                kept = ", ".join(sorted(held.get(user_id, []))) or "no role"
                yield Disagreement(Fault.RECORD, seq, f"user {user_id} holds {kept}, and {told}")
