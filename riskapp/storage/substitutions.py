"""Substitution: who may act for whom, in which role and in which days; insert-only, an end is a row."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, Select, bindparam, exists, insert, or_, select

from riskapp.domain.authority import Role
from riskapp.domain.errors import NotFoundError
from riskapp.storage.columns import Day
from riskapp.storage.tables import user_account, user_role
from riskapp.storage.team_tables import substitution, substitution_end

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """One person acting for another in one role, from the first to the last day, both included.

    `ended_at` is None unless it was ended early.
    """

    id: str
    principal_id: str
    substitute_id: str
    role: Role
    first_day: date
    last_day: date
    reason: str
    named_at: datetime
    ended_at: datetime | None = None


def insert_substitution(connection: Connection, new: Substitution) -> None:
    """Insert a substitution."""
    connection.execute(
        insert(substitution),
        {
            "id": new.id,
            "principal_id": new.principal_id,
            "substitute_id": new.substitute_id,
            "role": new.role.value,
            "first_day": new.first_day,
            "last_day": new.last_day,
            "reason": new.reason,
            "named_at": new.named_at,
        },
    )


def insert_substitution_end(connection: Connection, substitution_id: str, *, at: datetime, by: str) -> None:
    """End a substitution before its last day."""
    connection.execute(
        insert(substitution_end), {"substitution_id": substitution_id, "ended_at": at, "ended_by": by}
    )


def _with_end() -> Select[tuple[object, ...]]:
    return select(substitution, substitution_end.c.ended_at).outerjoin(
        substitution_end, substitution_end.c.substitution_id == substitution.c.id
    )


def _substitution(row: Row[tuple[object, ...]]) -> Substitution:
    return Substitution(
        id=row.id,
        principal_id=row.principal_id,
        substitute_id=row.substitute_id,
        role=Role(row.role),
        first_day=row.first_day,
        last_day=row.last_day,
        reason=row.reason,
        named_at=row.named_at,
        ended_at=row.ended_at,
    )


def substitution_of(connection: Connection, substitution_id: str) -> Substitution:
    """Return one substitution; raises NotFoundError."""
    row = connection.execute(_with_end().where(substitution.c.id == substitution_id)).one_or_none()
    if row is None:
        raise NotFoundError("substitution", substitution_id)
    return _substitution(row)


def substitutions_about(connection: Connection, user_id: str) -> tuple[Substitution, ...]:
    """Return the newest substitutions in which a person is either side, the newest first."""
    mine = or_(substitution.c.principal_id == user_id, substitution.c.substitute_id == user_id)
    query = _with_end().where(mine).order_by(substitution.c.named_at.desc()).limit(MOST_SHOWN)
    return tuple(_substitution(row) for row in connection.execute(query))


def standing_in() -> Select[tuple[object, ...]]:
    """Return the select of who acts on the day `:on`, in which role and for whom, the first named first.

    The other has an active account and holds the role. It is for a larger query to narrow to one person.
    """
    ended = exists().where(substitution_end.c.substitution_id == substitution.c.id)
    held = exists().where(
        user_role.c.user_id == substitution.c.principal_id, user_role.c.role == substitution.c.role
    )
    on = bindparam("on", type_=Day)
    return (
        select(
            substitution.c.substitute_id,
            substitution.c.role,
            substitution.c.named_at,
            user_account.c.id.label("principal_id"),
            user_account.c.display_name.label("principal_name"),
        )
        .join(user_account, user_account.c.id == substitution.c.principal_id)
        .where(
            substitution.c.first_day <= on,
            substitution.c.last_day >= on,
            user_account.c.active,
            held,
            ~ended,
        )
    )
