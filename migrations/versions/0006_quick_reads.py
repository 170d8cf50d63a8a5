"""What makes the log and the lists quick: a turn that brings the nodes it needs.

An applied migration never changes, so it restates all that it needs and imports nothing of riskapp.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LOG_LOCK = 7_215_034_001


def upgrade() -> None:
    """Create what reads faster."""
    if op.get_bind().dialect.name != "sqlite":
        _create_turn()


def downgrade() -> None:
    """Remove it."""
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
