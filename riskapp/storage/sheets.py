"""Score sheets: drafts, one row per criterion with a version, and what was submitted, for ever."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from riskapp.domain.answers import (
    Answer,
    ChosenLevel,
    Confidence,
    Indicators,
    Measurement,
    NotApplicable,
    Response,
    Unknown,
)
from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.drafts import Payload
from riskapp.domain.life_cycle import Stage
from riskapp.domain.shown import exact_text
from riskapp.storage.present import begin_of_round, is_put_forward_last, present_stage
from riskapp.storage.tables import assessment, assignment, draft, sheet, sheet_answer, stage_change
from riskapp.storage.team_tables import moderated_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an assessor typed under one criterion; `version` counts its saves from 1."""

    version: int
    payload: Payload
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a save needs to know: the stage, whether the assessment is assigned, and the draft so far.

    `submitted` says whether the person has submitted an own sheet in the present round, `keeper_id` under
    whose id the draft stands.
    """

    rubric_release_id: str
    stage: Stage
    assigned: bool
    submitted: bool
    keeper_id: str
    draft: Draft | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSheet:
    """A submitted score sheet; `result` is what `riskapp.domain.score_json.as_json` made of it.

    A consensus `rests_on` the sheets with these ids, and its assessor is who moderated.
    """

    id: str
    assessment_id: str
    assessor_id: str
    ordinal: int
    submitted_at: datetime
    digest: str
    answers: dict[str, Answer]
    result: dict[str, Any]
    rests_on: tuple[str, ...] = ()


def drafts(connection: Connection, assessment_id: str, assessor_id: str) -> dict[str, Draft]:
    """Return an assessor's drafts by criterion id."""
    rows = connection.execute(
        select(draft).where(draft.c.assessment_id == assessment_id, draft.c.assessor_id == assessor_id)
    )
    return {row.criterion_id: _draft(row) for row in rows}


def _draft(row: Row[Any]) -> Draft:
    return Draft(version=row.version, payload=json.loads(row.payload), saved_at=row.saved_at)


_submitted = (
    exists()
    .where(
        sheet.c.assessment_id == assessment.c.id,
        sheet.c.assessor_id == bindparam("user_id"),
        sheet.c.ordinal > begin_of_round(),
    )
    .correlate(assessment)
)
_DESK = (
    select(
        assessment.c.rubric_release_id,
        present_stage(stage_change.c.stage).label("stage"),
        assignment.c.user_id,
        _submitted.label("submitted"),
        draft.c.version,
        draft.c.payload,
        draft.c.saved_at,
    )
    .select_from(assessment)
    .outerjoin(
        assignment,
        (assignment.c.assessment_id == assessment.c.id) & (assignment.c.user_id == bindparam("user_id")),
    )
    .outerjoin(
        draft,
        (draft.c.assessment_id == assessment.c.id)
        & (draft.c.assessor_id == bindparam("user_id"))
        & (draft.c.criterion_id == bindparam("criterion_id")),
    )
    .where(assessment.c.id == bindparam("assessment_id"))
)


def desk(connection: Connection, assessment_id: str, user_id: str, *, criterion_id: str) -> Desk | None:
    """Return, in one read, what a save needs to know; None where there is no such assessment."""
    row = connection.execute(
        _DESK, {"assessment_id": assessment_id, "user_id": user_id, "criterion_id": criterion_id}
    ).one_or_none()
    if row is None:
        return None
    return Desk(
        rubric_release_id=row.rubric_release_id,
        stage=Stage(row.stage),
        assigned=row.user_id is not None,
        submitted=row.submitted,
        keeper_id=user_id,
        draft=None
        if row.version is None
        else Draft(version=row.version, payload=json.loads(row.payload), saved_at=row.saved_at),
    )


_INSERT_DRAFT = insert(draft)
_UPDATE_DRAFT = (
    update(draft)
    .where(
        draft.c.assessment_id == bindparam("for_assessment"),
        draft.c.assessor_id == bindparam("for_assessor"),
        draft.c.criterion_id == bindparam("for_criterion"),
        draft.c.version == bindparam("expected"),
    )
    .values(version=bindparam("new_version"), payload=bindparam("new_payload"), saved_at=bindparam("at"))
)


def store_draft(
    connection: Connection, key: tuple[str, str, str], payload: Payload, *, expected: int, at: datetime
) -> bool:
    """Store a draft as version `expected` + 1; False where another save came first, and nothing is stored.

    `key` is the ids of assessment, assessor and criterion; `expected` 0 means that there is none yet.
    After False the transaction is of no further use: leave it.
    """
    text = canonical_bytes(payload).decode()
    assessment_id, assessor_id, criterion_id = key
    if expected:
        found = connection.execute(
            _UPDATE_DRAFT,
            {
                "for_assessment": assessment_id,
                "for_assessor": assessor_id,
                "for_criterion": criterion_id,
                "expected": expected,
                "new_version": expected + 1,
                "new_payload": text,
                "at": at,
            },
        )
        return found.rowcount == 1
    row = {
        "assessment_id": assessment_id,
        "assessor_id": assessor_id,
        "criterion_id": criterion_id,
        "version": 1,
        "payload": text,
        "saved_at": at,
    }
    try:
        connection.execute(_INSERT_DRAFT, row)
    except IntegrityError:
        return False
    return True


def latest_sheet(connection: Connection, assessment_id: str) -> StoredSheet | None:
    """Return the sheet that was put forward last, which is the one to decide on, or None."""
    query = select(sheet).where(sheet.c.assessment_id == assessment_id, is_put_forward_last())
    row = connection.execute(query).one_or_none()
    return None if row is None else _sheet(connection, row)


def sheets(connection: Connection, assessment_id: str) -> tuple[StoredSheet, ...]:
    """Return every sheet that was submitted, in order, those of a round under way included."""
    query = select(sheet).where(sheet.c.assessment_id == assessment_id).order_by(sheet.c.ordinal)
    return tuple(_sheet(connection, row) for row in connection.execute(query).all())


def _sheet(connection: Connection, row: Row[Any]) -> StoredSheet:
    rests_on = select(moderated_sheet.c.sheet_id).where(moderated_sheet.c.consensus_id == row.id)
    return StoredSheet(
        id=row.id,
        assessment_id=row.assessment_id,
        assessor_id=row.assessor_id,
        ordinal=row.ordinal,
        submitted_at=row.submitted_at,
        digest=row.digest,
        answers=sheet_answers(connection, row.id),
        result=json.loads(row.result),
        rests_on=tuple(sorted(connection.execute(rests_on).scalars())),
    )


def sheet_answers(connection: Connection, sheet_id: str) -> dict[str, Answer]:
    """Return the answers of a submitted sheet by the ids of their criteria."""
    rows = connection.execute(select(sheet_answer).where(sheet_answer.c.sheet_id == sheet_id))
    return {row.criterion_id: _answer(row) for row in rows}


def _answer(row: Row[Any]) -> Answer:
    return Answer(
        response=_response(row),
        confidence=Confidence(row.confidence),
        rationale=row.rationale,
        evidence=tuple(json.loads(row.evidence)),
    )


def _response(row: Row[Any]) -> Response:
    match row.kind:
        case "level":
            return ChosenLevel(row.level)
        case "measurement":
            return Measurement(Fraction(row.value), Fraction(row.low), Fraction(row.high))
        case "indicators":
            stated = json.loads(row.indicators)
            return Indicators(
                frozenset(stated["met"]), frozenset(stated["not_met"]), frozenset(stated["not_applicable"])
            )
        case "not-applicable":
            return NotApplicable(row.reason)
        case _:
            return Unknown(row.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSheet:
    """A sheet about to be submitted; `canonical` is the JSON that the digest is of."""

    id: str
    assessment_id: str
    assessor_id: str
    submitted_at: datetime
    digest: str
    canonical: str
    result: dict[str, Any]


def insert_sheet(connection: Connection, new: NewSheet, answers: Mapping[str, Answer]) -> None:
    """Insert a submitted sheet with its answers."""
    last = connection.execute(
        select(func.max(sheet.c.ordinal)).where(sheet.c.assessment_id == new.assessment_id)
    ).scalar()
    connection.execute(
        insert(sheet),
        {
            "id": new.id,
            "assessment_id": new.assessment_id,
            "assessor_id": new.assessor_id,
            "ordinal": (last or 0) + 1,
            "submitted_at": new.submitted_at,
            "digest": new.digest,
            "canonical": new.canonical,
            "result": canonical_bytes(new.result).decode(),
        },
    )
    rows = [_answer_row(new.id, criterion_id, each) for criterion_id, each in answers.items()]
    connection.execute(insert(sheet_answer), rows)


def _answer_row(sheet_id: str, criterion_id: str, given: Answer) -> dict[str, Any]:
    row: dict[str, Any] = {
        "sheet_id": sheet_id,
        "criterion_id": criterion_id,
        "confidence": given.confidence.value,
        "rationale": given.rationale,
        "evidence": canonical_bytes(list(given.evidence)).decode(),
        "level": None,
        "value": None,
        "low": None,
        "high": None,
        "indicators": None,
        "reason": None,
    }
    return row | _response_columns(given.response)


def _response_columns(response: Response) -> dict[str, Any]:
    match response:
        case ChosenLevel(level=level):
            return {"kind": "level", "level": level}
        case Measurement(value=value, low=low, high=high):
            return {
                "kind": "measurement",
                "value": exact_text(value),
                "low": exact_text(low),
                "high": exact_text(high),
            }
        case Indicators() as stated:
            lists = {
                "met": sorted(stated.met),
                "not_met": sorted(stated.not_met),
                "not_applicable": sorted(stated.not_applicable),
            }
            return {"kind": "indicators", "indicators": canonical_bytes(lists).decode()}
        case NotApplicable(reason=reason):
            return {"kind": "not-applicable", "reason": reason}
        case Unknown(reason=reason):
            return {"kind": "unknown", "reason": reason}
