"""What lists and comparisons show: the frozen result of the sheet that was put forward last, in short."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Text, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from riskapp.domain.score_json import score_from_json
from riskapp.domain.scores import Recommendation, Score
from riskapp.storage.present import is_put_forward_last
from riskapp.storage.tables import sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The result of the sheet that was put forward last, with scores as they are shown."""

    sheet_id: str
    assessor_id: str
    submitted_at: datetime
    total: Score
    dimensions: dict[str, Score]
    gates: tuple[dict[str, Any], ...]
    recommendation: Recommendation


def headlines(connection: Connection, assessment_ids: Iterable[str]) -> dict[str, Headline]:
    """Return the headline of each assessment that has a sheet put forward, by its id."""
    wanted = tuple(assessment_ids)
    if not wanted:
        return {}
    query = select(
        sheet.c.id,
        sheet.c.assessment_id,
        sheet.c.assessor_id,
        sheet.c.submitted_at,
        *(
            _part(connection, sheet.c.result, name).label(name)
            for name in ("total", "dimensions", "gates", "recommendation")
        ),
    ).where(sheet.c.assessment_id.in_(wanted), is_put_forward_last())
    return {row.assessment_id: _headline(row) for row in connection.execute(query)}


def _part(connection: Connection, column: Column[Any], name: str) -> ColumnElement[str]:
    """Return one part of a column of JSON as text: the whole of 25 results would be half a megabyte."""
    if connection.dialect.name == "sqlite":
        return func.json_quote(func.json_extract(column, f"$.{name}"))
    return cast(cast(column, JSONB)[name], Text)


def _headline(row: Row[Any]) -> Headline:
    return Headline(
        sheet_id=row.id,
        assessor_id=row.assessor_id,
        submitted_at=row.submitted_at,
        total=score_from_json(json.loads(row.total)),
        dimensions={each: score_from_json(part) for each, part in json.loads(row.dimensions).items()},
        gates=tuple(json.loads(row.gates)),
        recommendation=Recommendation(json.loads(row.recommendation)),
    )
