"""The first schema: every table, and the guards of those that are insert-only.

An applied migration never changes, so it restates all that it needs and imports nothing of riskapp.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

IMMUTABLE = (
    "rubric_release",
    "candidate",
    "candidate_revision",
    "context_of_use",
    "context_revision",
    "fact",
    "assessment",
    "stage_change",
    "evidence",
    "sheet",
    "sheet_answer",
    "decision",
    "decision_condition",
    "snapshot",
    "issued_report",
    "log_entry",
)

UNIQUE = {
    "rubric_release": (("id",), ("digest",), ("rubric_id", "version")),
    "candidate": (("id",),),
    "candidate_revision": (("id",), ("candidate_id", "number")),
    "context_of_use": (("id",),),
    "context_revision": (("id",), ("context_id", "number")),
    "fact": (("id",), ("replaces_id",)),
    "assessment": (("id",), ("number",)),
    "stage_change": (("id",), ("assessment_id", "ordinal")),
    "evidence": (("id",), ("assessment_id", "number")),
    "sheet": (("id",), ("assessment_id", "ordinal")),
    "sheet_answer": (("sheet_id", "criterion_id"),),
    "decision": (("id",), ("assessment_id", "ordinal")),
    "decision_condition": (("decision_id", "ordinal"),),
    "snapshot": (("digest",),),
    "issued_report": (("id",), ("snapshot_digest",)),
}

CREATED = (
    "candidate",
    "context_of_use",
    "log_entry",
    "rubric_release",
    "sign_in_failure",
    "user_account",
    "candidate_revision",
    "context_revision",
    "fact",
    "user_role",
    "web_session",
    "assessment",
    "assignment",
    "draft",
    "evidence",
    "sheet",
    "stage_change",
    "decision",
    "sheet_answer",
    "decision_condition",
    "snapshot",
    "issued_report",
)

LOG_LOCK = 7_215_034_001
REFUSAL = "is insert-only: a correction is a new row"
GAP = "the log has no gaps: the next entry follows the newest"


def upgrade() -> None:
    """Create the tables and their guards."""
    for create in CREATORS:
        create()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Remove everything; triggers go with their tables."""
    for table in reversed(CREATED):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION take_turn_at_log()")
        op.execute("DROP FUNCTION refuse_change()")
        op.execute("DROP FUNCTION follow_newest_entry()")


def _guard_sqlite() -> None:
    """Refuse changes; and replacement, since INSERT OR REPLACE deletes without asking the DELETE trigger."""
    for table in IMMUTABLE:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
            )
    for table, keys in UNIQUE.items():
        taken = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} WHERE {' AND '.join(f'{name} = NEW.{name}' for name in key)})"
            for key in keys
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_replacement BEFORE INSERT ON {table} "
            f"WHEN {taken} OR EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid) "
            f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
        )
    op.execute(
        "CREATE TRIGGER log_entry_follows_newest BEFORE INSERT ON log_entry "
        "WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM log_entry) "
        f"BEGIN SELECT RAISE(ABORT, '{GAP}'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '% {REFUSAL}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in IMMUTABLE:
        for name, act, each in (
            ("change", "UPDATE OR DELETE", "ROW"),
            ("truncate", "TRUNCATE", "STATEMENT"),
        ):
            trigger = f"{table}_refuses_{name}"
            op.execute(
                f"CREATE TRIGGER {trigger} BEFORE {act} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    op.execute(
        "CREATE FUNCTION follow_newest_entry() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM log_entry) THEN "
        f"RAISE EXCEPTION '{GAP}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER log_entry_follows_newest BEFORE INSERT ON log_entry "
        "FOR EACH ROW EXECUTE FUNCTION follow_newest_entry()"
    )
    op.execute("ALTER TABLE log_entry ENABLE ALWAYS TRIGGER log_entry_follows_newest")
    op.execute(
        "CREATE FUNCTION take_turn_at_log() RETURNS TABLE (seq integer, at varchar) LANGUAGE plpgsql AS "
        f"$$ BEGIN PERFORM pg_advisory_xact_lock({LOG_LOCK}); "
        "RETURN QUERY SELECT e.seq, e.at FROM log_entry e ORDER BY e.seq DESC LIMIT 1; END $$"
    )


def _create_candidate() -> None:
    op.create_table(
        "candidate",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_candidate"),
    )


def _create_context_of_use() -> None:
    op.create_table(
        "context_of_use",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_context_of_use"),
    )


def _create_log_entry() -> None:
    op.create_table(
        "log_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("assessment_id", sa.String(length=32), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_log_entry"),
    )
    op.create_index("ix_log_entry_action_seq", "log_entry", ["action", "seq"], unique=False)
    op.create_index("ix_log_entry_actor_id_seq", "log_entry", ["actor_id", "seq"], unique=False)
    op.create_index("ix_log_entry_assessment_id_seq", "log_entry", ["assessment_id", "seq"], unique=False)


def _create_rubric_release() -> None:
    op.create_table(
        "rubric_release",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("rubric_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("published_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rubric_release"),
        sa.UniqueConstraint("digest", name="uq_rubric_release_digest"),
        sa.UniqueConstraint("rubric_id", "version", name="uq_rubric_release_rubric_id_version"),
    )


def _create_sign_in_failure() -> None:
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
    )
    op.create_index("ix_sign_in_failure_key_at", "sign_in_failure", ["key", "at"], unique=False)


def _create_user_account() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sign_in_name", sa.String(length=80), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("sign_in_name", name="uq_user_account_sign_in_name"),
    )


def _create_candidate_revision() -> None:
    op.create_table(
        "candidate_revision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("candidate_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("developer", sa.Text(), nullable=False),
        sa.Column("developer_country", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("hosting_countries", sa.Text(), nullable=False),
        sa.Column("weights", sa.String(length=10), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("retires_on", sa.String(10), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name="fk_candidate_revision_candidate_id"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name="fk_candidate_revision_recorded_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_candidate_revision"),
        sa.UniqueConstraint("candidate_id", "number", name="uq_candidate_revision_candidate_id_number"),
    )
    op.create_index("ix_candidate_revision_developer", "candidate_revision", ["developer"], unique=False)
    op.create_index(
        "ix_candidate_revision_listed",
        "candidate_revision",
        ["model", "version", "host", "id", "candidate_id", "number"],
        unique=False,
    )


def _create_context_revision() -> None:
    op.create_table(
        "context_revision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("context_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("data_class", sa.String(length=20), nullable=False),
        sa.Column("exposure", sa.String(length=20), nullable=False),
        sa.Column("buyer", sa.String(length=40), nullable=False),
        sa.Column("jurisdictions", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column("input_tokens_per_month", sa.String(length=20), nullable=False),
        sa.Column("output_tokens_per_month", sa.String(length=20), nullable=False),
        sa.Column("budget_per_month", sa.String(length=20), nullable=True),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["context_id"], ["context_of_use.id"], name="fk_context_revision_context_id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["user_account.id"], name="fk_context_revision_recorded_by"),
        sa.PrimaryKeyConstraint("id", name="pk_context_revision"),
        sa.UniqueConstraint("context_id", "number", name="uq_context_revision_context_id_number"),
    )


def _create_fact() -> None:
    op.create_table(
        "fact",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("developer", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("route", sa.String(length=20), nullable=True),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("dimension", sa.String(length=60), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("claim_type", sa.String(length=30), nullable=False),
        sa.Column("verification", sa.String(length=20), nullable=False),
        sa.Column("source_title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=True),
        sa.Column("replaces_id", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["user_account.id"], name="fk_fact_recorded_by"),
        sa.ForeignKeyConstraint(["replaces_id"], ["fact.id"], name="fk_fact_replaces_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fact"),
        sa.UniqueConstraint("replaces_id", name="uq_fact_replaces_id"),
    )
    op.create_index("ix_fact_developer_dimension", "fact", ["developer", "dimension"], unique=False)
    op.create_index("ix_fact_model_dimension", "fact", ["model", "dimension"], unique=False)
    op.create_index(
        "ix_fact_listed",
        "fact",
        ["subject", "dimension", "metric", "route", "host", "id", "claim_type", "verification", "model"],
        unique=False,
    )


def _create_user_role() -> None:
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_user_role_user_id"),
        sa.PrimaryKeyConstraint("user_id", "role", name="pk_user_role"),
    )


def _create_web_session() -> None:
    op.create_table(
        "web_session",
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_web_session_user_id"),
        sa.PrimaryKeyConstraint("token_digest", name="pk_web_session"),
    )


def _create_assessment() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("candidate_revision_id", sa.String(length=64), nullable=False),
        sa.Column("context_revision_id", sa.String(length=64), nullable=False),
        sa.Column("rubric_release_id", sa.String(length=64), nullable=False),
        sa.Column("profile_id", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_revision_id"], ["candidate_revision.id"], name="fk_assessment_candidate_revision_id"
        ),
        sa.ForeignKeyConstraint(
            ["context_revision_id"], ["context_revision.id"], name="fk_assessment_context_revision_id"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_assessment_created_by"),
        sa.ForeignKeyConstraint(
            ["rubric_release_id"], ["rubric_release.id"], name="fk_assessment_rubric_release_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assessment"),
        sa.UniqueConstraint("number", name="uq_assessment_number"),
    )
    op.create_index(
        "ix_assessment_candidate_revision_id", "assessment", ["candidate_revision_id"], unique=False
    )


def _create_assignment() -> None:
    op.create_table(
        "assignment",
        sa.Column("assessment_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("assigned_at", sa.String(27), nullable=False),
        sa.Column("assigned_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_assignment_assessment_id"),
        sa.ForeignKeyConstraint(["assigned_by"], ["user_account.id"], name="fk_assignment_assigned_by"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_assignment_user_id"),
        sa.PrimaryKeyConstraint("assessment_id", "user_id", name="pk_assignment"),
    )
    op.create_index("ix_assignment_user_id", "assignment", ["user_id"], unique=False)


def _create_draft() -> None:
    op.create_table(
        "draft",
        sa.Column("assessment_id", sa.String(length=32), nullable=False),
        sa.Column("assessor_id", sa.String(length=32), nullable=False),
        sa.Column("criterion_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_draft_assessment_id"),
        sa.ForeignKeyConstraint(["assessor_id"], ["user_account.id"], name="fk_draft_assessor_id"),
        sa.PrimaryKeyConstraint("assessment_id", "assessor_id", "criterion_id", name="pk_draft"),
    )


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("source_type", sa.String(length=30), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("fact_id", sa.String(length=64), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("compared_with", sa.String(length=64), nullable=True),
        sa.Column("finding", sa.String(length=20), nullable=True),
        sa.Column("finding_note", sa.Text(), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("replaces_id", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(form = 'file') = (file_digest IS NOT NULL)", name="ck_evidence_file_has_digest"),
        sa.CheckConstraint(
            "(compared_with IS NULL) = (finding IS NULL)", name="ck_evidence_finding_has_source"
        ),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name="fk_evidence_added_by"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_evidence_assessment_id"),
        sa.ForeignKeyConstraint(["compared_with"], ["evidence.id"], name="fk_evidence_compared_with"),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name="fk_evidence_fact_id"),
        sa.ForeignKeyConstraint(["replaces_id"], ["evidence.id"], name="fk_evidence_replaces_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("assessment_id", "number", name="uq_evidence_assessment_id_number"),
    )


def _create_sheet() -> None:
    op.create_table(
        "sheet",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("assessor_id", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.String(27), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_sheet_assessment_id"),
        sa.ForeignKeyConstraint(["assessor_id"], ["user_account.id"], name="fk_sheet_assessor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet"),
        sa.UniqueConstraint("assessment_id", "ordinal", name="uq_sheet_assessment_id_ordinal"),
    )


def _create_stage_change() -> None:
    op.create_table(
        "stage_change",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_stage_change_assessment_id"),
        sa.ForeignKeyConstraint(["changed_by"], ["user_account.id"], name="fk_stage_change_changed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_stage_change"),
        sa.UniqueConstraint("assessment_id", "ordinal", name="uq_stage_change_assessment_id_ordinal"),
    )
    op.create_index(
        "ix_stage_change_stage_assessment_id_ordinal",
        "stage_change",
        ["stage", "assessment_id", "ordinal"],
        unique=False,
    )


def _create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("sheet_id", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("recommendation", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.String(10), nullable=True),
        sa.Column("decided_at", sa.String(27), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_decision_assessment_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name="fk_decision_decided_by"),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name="fk_decision_sheet_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("assessment_id", "ordinal", name="uq_decision_assessment_id_ordinal"),
    )


def _create_sheet_answer() -> None:
    op.create_table(
        "sheet_answer",
        sa.Column("sheet_id", sa.String(length=32), nullable=False),
        sa.Column("criterion_id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=60), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("low", sa.Text(), nullable=True),
        sa.Column("high", sa.Text(), nullable=True),
        sa.Column("indicators", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=10), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'indicators') = (indicators IS NOT NULL)",
            name="ck_sheet_answer_indicators_only_for_indicators",
        ),
        sa.CheckConstraint(
            "(kind = 'level') = (level IS NOT NULL)", name="ck_sheet_answer_level_only_for_level"
        ),
        sa.CheckConstraint(
            "(kind = 'measurement') = (value IS NOT NULL)", name="ck_sheet_answer_value_only_for_measurement"
        ),
        sa.CheckConstraint(
            "(kind IN ('not-applicable', 'unknown')) = (reason IS NOT NULL)",
            name="ck_sheet_answer_reason_where_no_value",
        ),
        sa.CheckConstraint(
            "kind IN ('level', 'measurement', 'indicators', 'not-applicable', 'unknown')",
            name="ck_sheet_answer_kind_is_named",
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name="fk_sheet_answer_sheet_id"),
        sa.PrimaryKeyConstraint("sheet_id", "criterion_id", name="pk_sheet_answer"),
    )


def _create_decision_condition() -> None:
    op.create_table(
        "decision_condition",
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(10), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_decision_condition_decision_id"),
        sa.PrimaryKeyConstraint("decision_id", "ordinal", name="pk_decision_condition"),
    )


def _create_snapshot() -> None:
    op.create_table(
        "snapshot",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("decision_id", sa.String(length=64), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("frozen_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_snapshot_assessment_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_snapshot_decision_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_snapshot"),
    )
    op.create_index("ix_snapshot_assessment_id", "snapshot", ["assessment_id"], unique=False)


def _create_issued_report() -> None:
    op.create_table(
        "issued_report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("snapshot_digest", sa.String(length=64), nullable=False),
        sa.Column("pdf_digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("toolchain", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_issued_report_assessment_id"),
        sa.ForeignKeyConstraint(
            ["snapshot_digest"], ["snapshot.digest"], name="fk_issued_report_snapshot_digest"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_issued_report"),
        sa.UniqueConstraint("snapshot_digest", name="uq_issued_report_snapshot_digest"),
    )
    op.create_index("ix_issued_report_assessment_id", "issued_report", ["assessment_id"], unique=False)


CREATORS = (
    _create_candidate,
    _create_context_of_use,
    _create_log_entry,
    _create_rubric_release,
    _create_sign_in_failure,
    _create_user_account,
    _create_candidate_revision,
    _create_context_revision,
    _create_fact,
    _create_user_role,
    _create_web_session,
    _create_assessment,
    _create_assignment,
    _create_draft,
    _create_evidence,
    _create_sheet,
    _create_stage_change,
    _create_decision,
    _create_sheet_answer,
    _create_decision_condition,
    _create_snapshot,
    _create_issued_report,
)
