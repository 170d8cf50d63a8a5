"""Who began a consensus, and who had a hand in how an assessment was scored: until now the log told it.

An applied migration never changes, so it restates all that it needs and imports nothing of riskapp.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REFUSAL = "is insert-only: a correction is a new row"
KEYS = {
    "consensus_keeper": ("stage_change_id",),
    "assessment_shaper": ("assessment_id", "user_id"),
}
CHOOSES = ("assessment.team-changed", "round.closed")
SHAPES = (*CHOOSES, "assessment.opened", "consensus.submitted", "draft.saved")
MODERATED = (
    "SELECT id, assessment_id, at FROM stage_change c WHERE stage = 'in-moderation' AND ordinal = "
    "(SELECT max(ordinal) FROM stage_change l WHERE l.assessment_id = c.assessment_id)"
)
FIRST_DRAFT = (
    "SELECT assessor_id FROM draft d WHERE assessment_id = :assessment AND saved_at >= :begin "
    "AND NOT EXISTS (SELECT 1 FROM assignment a "
    "WHERE a.assessment_id = d.assessment_id AND a.user_id = d.assessor_id) "
    "AND NOT EXISTS (SELECT 1 FROM released_assessor r "
    "WHERE r.assessment_id = d.assessment_id AND r.user_id = d.assessor_id) "
    "ORDER BY saved_at LIMIT 1"
)


def upgrade() -> None:
    """Create the tables with their guards, and fill them from drafts and from the log."""
    op.create_table(
        "consensus_keeper",
        sa.Column("stage_change_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["stage_change_id"], ["stage_change.id"], name="fk_consensus_keeper_stage_change_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_consensus_keeper_user_id"),
        sa.PrimaryKeyConstraint("stage_change_id", name="pk_consensus_keeper"),
    )
    op.create_table(
        "assessment_shaper",
        sa.Column("assessment_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name="fk_assessment_shaper_assessment_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_assessment_shaper_user_id"),
        sa.PrimaryKeyConstraint("assessment_id", "user_id", name="pk_assessment_shaper"),
    )
    _fill_keepers()
    _fill_shapers()
    for table in KEYS:
        if op.get_bind().dialect.name == "sqlite":
            _guard_sqlite(table)
        else:
            _guard_postgresql(table)


def downgrade() -> None:
    """Remove the tables, and the triggers with them."""
    for table in KEYS:
        op.drop_table(table)


def _fill_keepers() -> None:
    """Say of each moderation that is open who has begun its consensus."""
    connection = op.get_bind()
    for change in connection.execute(sa.text(MODERATED)).all():
        asked = {"assessment": change.assessment_id, "begin": change.at}
        keeper = connection.execute(sa.text(FIRST_DRAFT), asked).scalar()
        if keeper is not None:
            row = {"change": change.id, "keeper": keeper}
            connection.execute(sa.text("INSERT INTO consensus_keeper VALUES (:change, :keeper)"), row)


def _fill_shapers() -> None:
    """Say who shaped each assessment, as far as the log tells."""
    connection = op.get_bind()
    query = sa.text("SELECT action, actor_id, assessment_id, body FROM log_entry WHERE action IN :actions")
    query = query.bindparams(sa.bindparam("actions", value=SHAPES, expanding=True))
    found: set[tuple[str, str]] = set()
    for entry in connection.execute(query.execution_options(yield_per=500)):
        principal = json.loads(bytes(entry.body))["details"].get("for")
        people = {principal, entry.actor_id if entry.action in CHOOSES else None}
        found.update((entry.assessment_id, each) for each in people if each)
    for assessment, user in sorted(found):
        row = {"assessment": assessment, "user": user}
        connection.execute(sa.text("INSERT INTO assessment_shaper VALUES (:assessment, :user)"), row)


def _guard_sqlite(table: str) -> None:
    """Refuse changes; and replacement, since INSERT OR REPLACE deletes without asking the DELETE trigger."""
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
        )
    taken = " AND ".join(f"{name} = NEW.{name}" for name in KEYS[table])
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replacement BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) "
        f"OR EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid) "
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
