"""Whether what is kept of teams still says what the log says of it: consensus, dissent, substitution."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from riskapp.storage.moderation import moderation_reasons
from riskapp.storage.tables import sheet
from riskapp.storage.team_tables import moderated_sheet


def consensus_faults(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Iterator[str]:
    """Yield what a consensus is kept with otherwise than it was submitted: its grounds, its reasons."""
    query = select(sheet.c.digest).join(moderated_sheet, moderated_sheet.c.sheet_id == sheet.c.id)
    grounds = connection.execute(query.where(moderated_sheet.c.consensus_id == row.id)).scalars()
    if sorted(grounds) != sorted(told.get("rests_on", [])):
        yield "rests on other score sheets than when it was submitted"
    if moderation_reasons(connection, row.id) != told.get("reasons", {}):
        yield "has other reasons than were given"


def dissent_faults(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Iterator[str]:
    """Yield what a dissent says otherwise than it was recorded."""
    del connection
    if (row.criterion_id, row.text) != (told.get("criterion"), told.get("text")):
        yield "says otherwise than was recorded"


def substitution_faults(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Iterator[str]:
    """Yield what a substitution says otherwise than it was named."""
    del connection
    kept = {
        "substitute": row.substitute_id,
        "in_role": row.role,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "reason": row.reason,
    }
    names = sorted(name.replace("_", " ") for name, value in kept.items() if told.get(name) != value)
    if names:
        yield f"says otherwise than was named: {', '.join(names)}"
