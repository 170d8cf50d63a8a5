"""What makes the log and the lists quick: a turn that brings the nodes it needs, and where assessments stand.

An applied migration never changes, so it restates all that it needs and imports nothing of riskapp.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LOG_LOCK = 7_215_034_001


def upgrade() -> None:
    """Create what reads faster, and list the assessments that are there."""
    _create_listing()
    op.create_index("ix_log_entry_actor_id_action_seq", "log_entry", ["actor_id", "action", "seq"])
    if op.get_bind().dialect.name != "sqlite":
        _create_turn()


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_log_entry_actor_id_action_seq", "log_entry")
    op.drop_table("listing")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION take_turn_beside_nodes()")


def _create_turn() -> None:
    """Return the newest entry with the nodes that the next one joins, but for one in 32, after the wait."""
    op.execute(
        "CREATE FUNCTION take_turn_beside_nodes() "
        "RETURNS TABLE (seq integer, at varchar, number integer, hashes bytea) "
        f"LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock({LOG_LOCK}); "
        "RETURN QUERY SELECT e.seq, e.at, n.seq, n.hashes "
        "FROM (SELECT l.seq, l.at FROM log_entry l ORDER BY l.seq DESC LIMIT 1) e "
        "LEFT JOIN log_node n ON n.seq IN (e.seq, e.seq - 1, e.seq - 3, e.seq - 7); END $$"
    )


def _create_listing() -> None:
    op.create_table(
        "listing",
        sa.Column("assessment_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("rubric_release_id", sa.String(length=32), nullable=False),
        sa.Column("profile_id", sa.String(length=60), nullable=False),
        sa.Column("context_revision_id", sa.String(length=32), nullable=False),
        sa.Column("candidate_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_listing_assessment_id"),
        sa.PrimaryKeyConstraint("assessment_id", name="pk_listing"),
    )
    op.execute(
        "INSERT INTO listing SELECT a.id, a.number, (SELECT s.stage FROM stage_change s "
        "WHERE s.assessment_id = a.id ORDER BY s.ordinal DESC LIMIT 1), a.rubric_release_id, a.profile_id, "
        "a.context_revision_id, c.candidate_id "
        "FROM assessment a JOIN candidate_revision c ON c.id = a.candidate_revision_id"
    )
    op.create_index("ix_listing_stage_number", "listing", ["stage", "number"])
    op.create_index(
        "ix_listing_compared",
        "listing",
        [
            "rubric_release_id",
            "profile_id",
            "context_revision_id",
            "candidate_id",
            "number",
            "stage",
            "assessment_id",
        ],
    )
