"""The auditor's own work: findings with what followed, notes, and drafts that were revealed; all insert-only.

An applied migration never changes, so it restates all that it needs and imports nothing of riskapp.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UNIQUE = {
    "audit_finding": (("id",), ("number",)),
    "finding_act": (("id",), ("finding_id", "number")),
    "audit_note": (("id",), ("number",)),
    "draft_reveal": (("id",),),
}
REFUSAL = "is insert-only: a correction is a new row"


def upgrade() -> None:
    """Create the tables and their guards."""
    _create_audit_finding()
    _create_finding_act()
    _create_audit_note()
    _create_draft_reveal()
    for table, keys in UNIQUE.items():
        if op.get_bind().dialect.name == "sqlite":
            _guard_sqlite(table, keys)
        else:
            _guard_postgresql(table)


def downgrade() -> None:
    """Remove the tables; triggers go with them."""
    for table in reversed(UNIQUE):
        op.drop_table(table)


def _guard_sqlite(table: str, keys: tuple[tuple[str, ...], ...]) -> None:
    """Refuse changes; and replacement, since INSERT OR REPLACE deletes without asking the DELETE trigger."""
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
        )
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {' AND '.join(f'{name} = NEW.{name}' for name in key)})"
        for key in keys
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replacement BEFORE INSERT ON {table} "
        f"WHEN {taken} OR EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid) "
        f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
    )


def _guard_postgresql(table: str) -> None:
    for name, act, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
        trigger = f"{table}_refuses_{name}"
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {act} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


def _person(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=False)


def _subject() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
    )


def _create_audit_finding() -> None:
    op.create_table(
        "audit_finding",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *_subject(),
        sa.Column("assessment_id", sa.String(length=64), nullable=True),
        sa.Column("classification", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recommendation", sa.Text(), nullable=False),
        _person("owner_id"),
        sa.Column("due_on", sa.String(10), nullable=False),
        sa.Column("raised_at", sa.String(27), nullable=False),
        _person("raised_by"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_audit_finding_assessment_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name="fk_audit_finding_owner_id"),
        sa.ForeignKeyConstraint(["raised_by"], ["user_account.id"], name="fk_audit_finding_raised_by"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_finding"),
        sa.UniqueConstraint("number", name="uq_audit_finding_number"),
    )
    op.create_index("ix_audit_finding_assessment_id", "audit_finding", ["assessment_id"])
    op.create_index("ix_audit_finding_owner_id", "audit_finding", ["owner_id"])
    op.create_index("ix_audit_finding_due_on_number", "audit_finding", ["due_on", "number"])


def _create_finding_act() -> None:
    op.create_table(
        "finding_act",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("finding_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("position", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        _person("done_by"),
        sa.ForeignKeyConstraint(["finding_id"], ["audit_finding.id"], name="fk_finding_act_finding_id"),
        sa.ForeignKeyConstraint(["done_by"], ["user_account.id"], name="fk_finding_act_done_by"),
        sa.PrimaryKeyConstraint("id", name="pk_finding_act"),
        sa.UniqueConstraint("finding_id", "number", name="uq_finding_act_finding_id_number"),
    )


def _create_audit_note() -> None:
    op.create_table(
        "audit_note",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *_subject(),
        sa.Column("assessment_id", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.String(27), nullable=False),
        _person("author_id"),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_audit_note_assessment_id"),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name="fk_audit_note_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_note"),
        sa.UniqueConstraint("number", name="uq_audit_note_number"),
    )
    op.create_index("ix_audit_note_assessment_id_number", "audit_note", ["assessment_id", "number"])


def _create_draft_reveal() -> None:
    op.create_table(
        "draft_reveal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        _person("auditor_id"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revealed_at", sa.String(27), nullable=False),
        sa.Column("until", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_draft_reveal_assessment_id"),
        sa.ForeignKeyConstraint(["auditor_id"], ["user_account.id"], name="fk_draft_reveal_auditor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draft_reveal"),
    )
    op.create_index(
        "ix_draft_reveal_assessment_id_auditor_id_until",
        "draft_reveal",
        ["assessment_id", "auditor_id", "until"],
    )
