"""Multiplies the worked example inside an embedded database, up to as many assessments as asked for."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from riskapp.storage.database import Database

CHUNK = 5_000
DECIDED = 3
"""How many assessments of the worked example are decided: its first ones."""

COPIES = (
    """INSERT INTO assessment (id, number, candidate_revision_id, context_revision_id, rubric_release_id,
       profile_id, created_at, created_by)
       SELECT copy.assessment, copy.number, model.candidate_revision_id, model.context_revision_id,
       model.rubric_release_id, model.profile_id, copy.at, model.created_by
       FROM copy JOIN assessment model ON model.id = copy.model""",
    """INSERT INTO assignment (assessment_id, user_id, assigned_at, assigned_by)
       SELECT copy.assessment, model.user_id, copy.at, model.assigned_by
       FROM copy JOIN assignment model ON model.assessment_id = copy.model""",
    """INSERT INTO stage_change (id, assessment_id, ordinal, stage, at, changed_by, reason)
       SELECT copy.tag || substr(model.id, 9), copy.assessment, model.ordinal, model.stage, copy.at,
       model.changed_by, model.reason
       FROM copy JOIN stage_change model ON model.assessment_id = copy.model""",
    """INSERT INTO listing SELECT copy.assessment, copy.number, model.stage, model.rubric_release_id,
       model.profile_id, model.context_revision_id, model.candidate_id
       FROM copy JOIN listing model ON model.assessment_id = copy.model""",
    """INSERT INTO sheet (id, assessment_id, assessor_id, ordinal, submitted_at, digest, canonical, result)
       SELECT copy.tag || substr(model.id, 9), copy.assessment, model.assessor_id, model.ordinal, copy.at,
       model.digest, model.canonical, model.result
       FROM copy JOIN sheet model ON model.assessment_id = copy.model""",
    """INSERT INTO put_forward (sheet_id, assessment_id, at)
       SELECT copy.tag || substr(model.sheet_id, 9), copy.assessment, copy.at
       FROM copy JOIN put_forward model ON model.assessment_id = copy.model""",
    """INSERT INTO sheet_answer (sheet_id, criterion_id, kind, level, value, low, high, indicators, reason,
       confidence, rationale, evidence)
       SELECT copy.tag || substr(sheet.id, 9), model.criterion_id, model.kind, model.level, model.value,
       model.low, model.high, model.indicators, model.reason, model.confidence, model.rationale,
       (SELECT json_group_array(copy.tag || substr(value, 9)) FROM json_each(model.evidence))
       FROM copy JOIN sheet ON sheet.assessment_id = copy.model
       JOIN sheet_answer model ON model.sheet_id = sheet.id""",
    """INSERT INTO evidence (id, assessment_id, number, form, source_type, title, publisher, url, as_of,
       excerpt, fact_id, finding_note, file_digest, file_name, media_type, size, added_at, added_by)
       SELECT copy.tag || substr(model.id, 9), copy.assessment, model.number, model.form, model.source_type,
       model.title, model.publisher, model.url, model.as_of, model.excerpt, model.fact_id, '',
       model.file_digest, model.file_name, model.media_type, model.size, copy.at, model.added_by
       FROM copy JOIN evidence model ON model.assessment_id = copy.model""",
    """INSERT INTO draft (assessment_id, assessor_id, criterion_id, version, payload, saved_at)
       SELECT copy.assessment, model.assessor_id, model.criterion_id, model.version, model.payload, copy.at
       FROM copy JOIN draft model ON model.assessment_id = copy.model""",
    """INSERT INTO decision (id, assessment_id, sheet_id, ordinal, outcome, recommendation, reason,
       expires_on, decided_at, decided_by)
       SELECT copy.tag || substr(model.id, 9), copy.assessment, copy.tag || substr(model.sheet_id, 9),
       model.ordinal, model.outcome, model.recommendation, model.reason,
       date(model.expires_on, (copy.number % 700) || ' days'), copy.at,
       model.decided_by
       FROM copy JOIN decision model ON model.assessment_id = copy.model""",
    """INSERT INTO snapshot (digest, assessment_id, decision_id, canonical, frozen_at)
       SELECT copy.tag || substr(model.digest, 9), copy.assessment, copy.tag || substr(model.decision_id, 9),
       model.canonical, copy.at
       FROM copy JOIN snapshot model ON model.assessment_id = copy.model""",
    """INSERT INTO issued_report (id, assessment_id, snapshot_digest, pdf_digest, size, pages, toolchain,
       issued_at)
       SELECT copy.tag || substr(model.id, 9), copy.assessment, copy.tag || substr(model.snapshot_digest, 9),
       model.pdf_digest, model.size, model.pages, model.toolchain, copy.at
       FROM copy JOIN issued_report model ON model.assessment_id = copy.model""",
    """INSERT INTO decision_condition (decision_id, ordinal, text, owner, due_on)
       SELECT copy.tag || substr(decided.id, 9), model.ordinal, model.text, model.owner,
       date(model.due_on, (copy.number % 700) || ' days')
       FROM copy JOIN decision decided ON decided.assessment_id = copy.model
       JOIN decision_condition model ON model.decision_id = decided.id""",
)


def populate(url: str, *, assessments: int) -> None:
    """Bring the database at a SQLite URL, which holds the worked example, to this many assessments."""
    database = Database(url)
    while True:
        with database.writing() as connection:
            missing = assessments - _count(connection)
            if missing <= 0:
                break
            _copy(connection, min(missing, CHUNK))
            connection.commit()
    database.dispose()


def _count(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM assessment")).scalar_one())


def _copy(connection: Connection, wanted: int) -> None:
    models = list(connection.execute(text("SELECT id FROM assessment ORDER BY number LIMIT 5")).scalars())
    last = int(connection.execute(text("SELECT max(number) FROM assessment")).scalar_one())
    start = datetime.fromisoformat(connection.execute(text("SELECT max(at) FROM stage_change")).scalar_one())
    connection.execute(text("DROP TABLE IF EXISTS temp.copy"))
    columns = "assessment TEXT PRIMARY KEY, tag TEXT, number INTEGER, model TEXT, at TEXT"
    connection.execute(text(f"CREATE TEMP TABLE copy ({columns})"))
    rows = [
        {
            "assessment": f"{number:08x}{_model(models, number)[8:]}",
            "tag": f"{number:08x}",
            "number": number,
            "model": _model(models, number),
            "at": (start + timedelta(seconds=number - last)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
        for number in range(last + 1, last + 1 + wanted)
    ]
    connection.execute(text("INSERT INTO copy VALUES (:assessment, :tag, :number, :model, :at)"), rows)
    for statement in COPIES:
        connection.execute(text(statement))


def _model(models: list[str], number: int) -> str:
    """Return what an assessment is a copy of: three of fifty are decided, half of the rest in review."""
    place = number % 50
    return models[place] if place < DECIDED else models[DECIDED + place % 2]


def size_of(folder: Path) -> int:
    """Return the bytes that the files of a folder take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
