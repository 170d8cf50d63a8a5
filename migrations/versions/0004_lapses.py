"""What follows a decision: conflicts of interest, acts on conditions, re-assessments, calendar feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

REFUSAL = "is insert-only: a correction is a new row"
UNIQUE = {
    "conflict_of_interest": (("id",),),
    "condition_act": (("id",), ("decision_id", "condition", "number")),
    "reassessment": (("assessment_id",),),
}
INDEXES = (
    ("fact", ("subject", "recorded_at")),
    ("decision", ("expires_on",)),
    ("decision_condition", ("due_on",)),
    ("conflict_of_interest", ("user_id",)),
    ("reassessment", ("of_assessment_id",)),
    ("calendar_feed", ("user_id",)),
)


def upgrade() -> None:
    """Create the tables, the indexes and the guards of what is insert-only."""
    _create_conflict_of_interest()
    _create_condition_act()
    _create_reassessment()
    _create_calendar_feed()
    for table, columns in INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
    for table in UNIQUE:
        if op.get_bind().dialect.name == "sqlite":
            _guard_sqlite(table)
        else:
            _guard_postgresql(table)


def downgrade() -> None:
    """Remove the tables, triggers with them, and the indexes."""
    for table, columns in INDEXES:
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    for table in ("calendar_feed", "reassessment", "condition_act", "conflict_of_interest"):
        op.drop_table(table)


def _create_conflict_of_interest() -> None:
    op.create_table(
        "conflict_of_interest",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("since", sa.String(10), nullable=False),
        sa.Column("declared_at", sa.String(27), nullable=False),
        sa.Column("declared_by", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_conflict_of_interest_user_id"),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["user_account.id"], name="fk_conflict_of_interest_declared_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conflict_of_interest"),
    )


def _create_condition_act() -> None:
    op.create_table(
        "condition_act",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("decision_id", sa.String(32), nullable=False),
        sa.Column("condition", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("done_by", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id", "condition"],
            ["decision_condition.decision_id", "decision_condition.ordinal"],
            name="fk_condition_act_decision_id",
        ),
        sa.ForeignKeyConstraint(["done_by"], ["user_account.id"], name="fk_condition_act_done_by"),
        sa.PrimaryKeyConstraint("id", name="pk_condition_act"),
        sa.UniqueConstraint(
            "decision_id", "condition", "number", name="uq_condition_act_decision_id_condition_number"
        ),
    )


def _create_reassessment() -> None:
    op.create_table(
        "reassessment",
        sa.Column("assessment_id", sa.String(32), nullable=False),
        sa.Column("of_assessment_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_reassessment_assessment_id"),
        sa.ForeignKeyConstraint(
            ["of_assessment_id"], ["assessment.id"], name="fk_reassessment_of_assessment_id"
        ),
        sa.PrimaryKeyConstraint("assessment_id", name="pk_reassessment"),
    )


def _create_calendar_feed() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("revoked_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_calendar_feed_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feed"),
        sa.UniqueConstraint("token_digest", name="uq_calendar_feed_token_digest"),
    )


def _guard_sqlite(table: str) -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
        )
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {' AND '.join(f'{name} = NEW.{name}' for name in key)})"
        for key in UNIQUE[table]
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replacement BEFORE INSERT ON {table} "
        f"WHEN {taken} OR EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid) "
        f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
    )


def _guard_postgresql(table: str) -> None:
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
