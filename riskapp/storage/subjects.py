"""Which assessment a sheet, a decision or an item of evidence belongs to."""

from sqlalchemy import Connection, Table, select

from riskapp.domain.errors import NotFoundError
from riskapp.storage.tables import decision, evidence, sheet

_TABLES: dict[str, Table] = {"score sheet": sheet, "decision": decision, "evidence item": evidence}


def owner_of(connection: Connection, kind: str, row_id: str) -> tuple[str, int]:
    """Return the id of the assessment that a row belongs to, and the row's number there.

    `kind` is score sheet, decision or evidence item. Raises NotFoundError.
    """
    table = _TABLES[kind]
    number = table.c.number if kind == "evidence item" else table.c.ordinal
    query = select(table.c.assessment_id, number.label("number")).where(table.c.id == row_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError(kind, row_id)
    return row.assessment_id, row.number
