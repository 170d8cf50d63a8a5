"""What several people do with one assessment: put forward, moderation, dissent, substitution.

Every sheet that was submitted before was the only one of its round, so all of them were put forward. An
applied migration never changes, so it restates all that it needs and imports nothing of riskapp.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFUSAL = "is insert-only: a correction is a new row"
UNIQUE = {
    "put_forward": (("sheet_id",),),
    "moderated_sheet": (("consensus_id", "sheet_id"),),
    "moderation_reason": (("consensus_id", "criterion_id"),),
    "moderated_by": (("consensus_id", "user_id"),),
    "dissent": (("id",), ("assessment_id", "assessor_id", "criterion_id", "number")),
    "released_assessor": (("assessment_id", "user_id", "released_at"),),
    "substitution": (("id",),),
    "substitution_end": (("substitution_id",),),
    "substituted_decision": (("decision_id",),),
}
INDEXES = (
    ("put_forward", "assessment_id"),
    ("substitution", "principal_id"),
    ("substitution", "substitute_id"),
)


def upgrade() -> None:
    """Create the tables with their guards, and say of every sheet so far that it was put forward."""
    _create_tables_of_sheets()
    _create_moderated_by()
    _create_dissent()
    _create_released_assessor()
    _create_tables_of_substitution()
    op.add_column(
        "evidence", sa.Column("by_assessor", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "INSERT INTO put_forward (sheet_id, assessment_id, at) "
        "SELECT id, assessment_id, submitted_at FROM sheet"
    )
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
    for table in UNIQUE:
        if op.get_bind().dialect.name == "sqlite":
            _guard_sqlite(table)
        else:
            _guard_postgresql(table)


def downgrade() -> None:
    """Remove the tables, triggers and indexes with them, and the column."""
    for table in reversed(UNIQUE):
        op.drop_table(table)
    op.drop_column("evidence", "by_assessor")


def _create_tables_of_sheets() -> None:
    op.create_table(
        "put_forward",
        sa.Column("sheet_id", sa.String(32), nullable=False),
        sa.Column("assessment_id", sa.String(64), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name="fk_put_forward_sheet_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_put_forward_assessment_id"),
        sa.PrimaryKeyConstraint("sheet_id", name="pk_put_forward"),
    )
    op.create_table(
        "moderated_sheet",
        sa.Column("consensus_id", sa.String(32), nullable=False),
        sa.Column("sheet_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["consensus_id"], ["sheet.id"], name="fk_moderated_sheet_consensus_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name="fk_moderated_sheet_sheet_id"),
        sa.PrimaryKeyConstraint("consensus_id", "sheet_id", name="pk_moderated_sheet"),
    )
    op.create_table(
        "moderation_reason",
        sa.Column("consensus_id", sa.String(32), nullable=False),
        sa.Column("criterion_id", sa.String(60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["consensus_id"], ["sheet.id"], name="fk_moderation_reason_consensus_id"),
        sa.PrimaryKeyConstraint("consensus_id", "criterion_id", name="pk_moderation_reason"),
    )


def _create_moderated_by() -> None:
    op.create_table(
        "moderated_by",
        sa.Column("consensus_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["consensus_id"], ["sheet.id"], name="fk_moderated_by_consensus_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_moderated_by_user_id"),
        sa.PrimaryKeyConstraint("consensus_id", "user_id", name="pk_moderated_by"),
    )


def _create_dissent() -> None:
    op.create_table(
        "dissent",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("assessment_id", sa.String(64), nullable=False),
        sa.Column("assessor_id", sa.String(64), nullable=False),
        sa.Column("criterion_id", sa.String(60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_dissent_assessment_id"),
        sa.ForeignKeyConstraint(["assessor_id"], ["user_account.id"], name="fk_dissent_assessor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_dissent"),
        sa.UniqueConstraint(
            "assessment_id",
            "assessor_id",
            "criterion_id",
            "number",
            name="uq_dissent_assessment_id_assessor_id_criterion_id_number",
        ),
    )


def _create_released_assessor() -> None:
    op.create_table(
        "released_assessor",
        sa.Column("assessment_id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("released_at", sa.String(27), nullable=False),
        sa.Column("released_by", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name="fk_released_assessor_assessment_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_released_assessor_user_id"),
        sa.ForeignKeyConstraint(
            ["released_by"], ["user_account.id"], name="fk_released_assessor_released_by"
        ),
        sa.PrimaryKeyConstraint("assessment_id", "user_id", "released_at", name="pk_released_assessor"),
    )


def _create_tables_of_substitution() -> None:
    op.create_table(
        "substitution",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("principal_id", sa.String(64), nullable=False),
        sa.Column("substitute_id", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("named_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["principal_id"], ["user_account.id"], name="fk_substitution_principal_id"),
        sa.ForeignKeyConstraint(["substitute_id"], ["user_account.id"], name="fk_substitution_substitute_id"),
        sa.PrimaryKeyConstraint("id", name="pk_substitution"),
    )
    op.create_table(
        "substitution_end",
        sa.Column("substitution_id", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=False),
        sa.Column("ended_by", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["substitution_id"], ["substitution.id"], name="fk_substitution_end_substitution_id"
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["user_account.id"], name="fk_substitution_end_ended_by"),
        sa.PrimaryKeyConstraint("substitution_id", name="pk_substitution_end"),
    )
    op.create_table(
        "substituted_decision",
        sa.Column("decision_id", sa.String(32), nullable=False),
        sa.Column("principal_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_substituted_decision_decision_id"),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["user_account.id"], name="fk_substituted_decision_principal_id"
        ),
        sa.PrimaryKeyConstraint("decision_id", name="pk_substituted_decision"),
    )


def _guard_sqlite(table: str) -> None:
    """Refuse changes; and replacement, since INSERT OR REPLACE deletes without asking the DELETE trigger."""
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
