"""What people wrote, in one table that can be searched by words; derived from the record, filled by triggers.

SQLite finds words through FTS5 over that table, PostgreSQL through a GIN index. An applied migration never
changes, so it restates all that it needs and imports nothing of riskapp.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = "kind, subject_id, part, assessment_id, person_id, at, words"
# Each source: its table, and a select of COLUMNS over "r", a row of that table. The reason of a decided stage
# is that of the decision, which is a source itself.
SOURCES = {
    "sheet_answer": (
        "SELECT 'answer' AS kind, r.sheet_id AS subject_id, r.criterion_id AS part, s.assessment_id, "
        "s.assessor_id AS person_id, s.submitted_at AS at, "
        "r.rationale || ' ' || coalesce(r.reason, '') AS words FROM {row} JOIN sheet s ON s.id = r.sheet_id"
    ),
    "evidence": (
        "SELECT 'evidence' AS kind, r.id AS subject_id, '' AS part, r.assessment_id, "
        "r.added_by AS person_id, r.added_at AS at, r.title || ' ' || r.publisher || ' ' || r.url || "
        "' ' || r.excerpt || ' ' || r.finding_note || ' ' || coalesce(r.file_name, '') AS words FROM {row}"
    ),
    "decision": (
        "SELECT 'decision' AS kind, r.id AS subject_id, '' AS part, r.assessment_id, "
        "r.decided_by AS person_id, r.decided_at AS at, r.reason AS words FROM {row}"
    ),
    "decision_condition": (
        "SELECT 'decision' AS kind, r.decision_id AS subject_id, '' AS part, d.assessment_id, "
        "d.decided_by AS person_id, d.decided_at AS at, r.text || ' ' || r.owner AS words "
        "FROM {row} JOIN decision d ON d.id = r.decision_id"
    ),
    "moderation_reason": (
        "SELECT 'answer' AS kind, r.consensus_id AS subject_id, r.criterion_id AS part, s.assessment_id, "
        "s.assessor_id AS person_id, s.submitted_at AS at, r.reason AS words "
        "FROM {row} JOIN sheet s ON s.id = r.consensus_id"
    ),
    "dissent": (
        "SELECT 'assessment' AS kind, r.assessment_id AS subject_id, '' AS part, r.assessment_id, "
        "r.assessor_id AS person_id, r.at AS at, r.text AS words FROM {row}"
    ),
    "stage_change": (
        "SELECT 'assessment' AS kind, r.assessment_id AS subject_id, '' AS part, r.assessment_id, "
        "r.changed_by AS person_id, r.at AS at, "
        "CASE WHEN r.stage = 'decided' THEN '' ELSE r.reason END AS words FROM {row}"
    ),
}
READABLE = "translate(words, '-/.:@_', '      ')"


def upgrade() -> None:
    """Create the table with its index of words, fill it from what is stored, and keep it filled."""
    op.create_table(
        "search_text",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_text"),
    )
    op.create_index("ix_search_text_assessment_id_id", "search_text", ["assessment_id", "id"])
    op.create_index("ix_search_text_person_id_id", "search_text", ["person_id", "id"])
    op.execute(f"INSERT INTO search_text ({COLUMNS}) {_everything()}")
    if op.get_bind().dialect.name == "sqlite":
        _index_sqlite()
    else:
        _index_postgresql()


def downgrade() -> None:
    """Remove the table, its index and what fills it."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in SOURCES:
        if sqlite:
            op.execute(f"DROP TRIGGER {table}_is_searched")
        else:
            op.execute(f"DROP TRIGGER {table}_is_searched ON {table}")
            op.execute(f"DROP FUNCTION search_{table}()")
    if sqlite:
        op.execute("DROP TABLE search_words")
    op.drop_table("search_text")


def _everything() -> str:
    selects = [select.format(row=f"{table} AS r") for table, select in SOURCES.items()]
    found = f"({' UNION ALL '.join(selects)}) AS found"
    return f"SELECT {COLUMNS} FROM {found} WHERE trim(words) <> '' ORDER BY at"


def _of_new_row(table: str) -> str:
    """Return the insert for one new row of a source."""
    select = SOURCES[table].format(row=f"{table} AS r")
    keys = {
        "moderation_reason": "r.consensus_id = NEW.consensus_id AND r.criterion_id = NEW.criterion_id",
        "sheet_answer": "r.sheet_id = NEW.sheet_id AND r.criterion_id = NEW.criterion_id",
        "decision_condition": "r.decision_id = NEW.decision_id AND r.ordinal = NEW.ordinal",
    }
    clause = keys.get(table, "r.id = NEW.id")
    inner = f"({select} WHERE {clause}) AS found"
    return f"INSERT INTO search_text ({COLUMNS}) SELECT {COLUMNS} FROM {inner} WHERE trim(words) <> ''"


def _index_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_text', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0')"
    )
    op.execute("INSERT INTO search_words (search_words) VALUES ('rebuild')")
    op.execute(
        "CREATE TRIGGER search_text_is_indexed AFTER INSERT ON search_text "
        "BEGIN INSERT INTO search_words (rowid, words) VALUES (NEW.id, NEW.words); END"
    )
    for table in SOURCES:
        op.execute(
            f"CREATE TRIGGER {table}_is_searched AFTER INSERT ON {table} BEGIN {_of_new_row(table)}; END"
        )


def _index_postgresql() -> None:
    op.execute(
        f"CREATE INDEX ix_search_text_words ON search_text USING gin (to_tsvector('simple', {READABLE}))"
    )
    for table in SOURCES:
        op.execute(
            f"CREATE FUNCTION search_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {_of_new_row(table)}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_searched AFTER INSERT ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION search_{table}()"
        )
