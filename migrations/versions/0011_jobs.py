"""Jobs: what is done after the answer to a person; state of the service, and no part of the record.

An applied migration never changes; it restates what it needs and imports nothing of riskapp.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of the jobs; a decision of before gets its job at the next start."""
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("idempotency_key", sa.String(length=160), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.String(27), nullable=False),
        sa.Column("lease_id", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.String(27), nullable=True),
        sa.Column("worker", sa.String(length=120), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.Column("begun_at", sa.String(27), nullable=True),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("idempotency_key", name="uq_job_idempotency_key"),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name="fk_job_asked_by"),
    )
    op.create_index("ix_job_status_rank_run_at", "job", ["status", "rank", "run_at"])
    op.create_index("ix_job_kind_asked_at", "job", ["kind", "asked_at"])


def downgrade() -> None:
    """Remove the table of the jobs."""
    op.drop_table("job")
