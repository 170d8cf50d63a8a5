"""Comments on criteria, whom they mention, and who has opened a mention: three insert-only tables.

An applied migration never changes, so it restates all that it needs and imports nothing of riskapp.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNIQUE = {
    "comment": (("id",), ("assessment_id", "number")),
    "comment_mention": (("comment_id", "user_id"),),
    "mention_opened": (("comment_id", "user_id"),),
}
REFUSAL = "is insert-only: a correction is a new row"


def upgrade() -> None:
    """Create the tables and their guards."""
    _create_comment()
    _create_comment_mention()
    _create_mention_opened()
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


def _create_comment() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.String(length=60), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_comment_assessment_id"),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name="fk_comment_author_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.UniqueConstraint("assessment_id", "number", name="uq_comment_assessment_id_number"),
    )
    op.create_index(
        "ix_comment_assessment_id_criterion_id_number", "comment", ["assessment_id", "criterion_id", "number"]
    )


def _create_comment_mention() -> None:
    op.create_table(
        "comment_mention",
        sa.Column("comment_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_comment_mention_comment_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_comment_mention_user_id"),
        sa.PrimaryKeyConstraint("comment_id", "user_id", name="pk_comment_mention"),
    )
    op.create_index("ix_comment_mention_user_id", "comment_mention", ["user_id"])


def _create_mention_opened() -> None:
    op.create_table(
        "mention_opened",
        sa.Column("comment_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_mention_opened_comment_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_mention_opened_user_id"),
        sa.PrimaryKeyConstraint("comment_id", "user_id", name="pk_mention_opened"),
    )
