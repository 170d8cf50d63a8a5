"""The seal on issued reports: what was sealed and with which certificate; the certificates, insert-only.

Reports that were issued before have no seal. An applied migration never changes, so it restates all that it
needs and imports nothing of riskapp.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REFUSAL = "is insert-only: a correction is a new row"
COLUMNS = ("unsealed_digest", "unsealed_size", "certificate")


def upgrade() -> None:
    """Create the table with its guards, and add what a row says of the seal."""
    op.create_table(
        "seal_certificate",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("der", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("not_after", sa.String(27), nullable=False),
        sa.Column("adopted_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_seal_certificate"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite("seal_certificate", "fingerprint")
    else:
        _guard_postgresql("seal_certificate")
    op.add_column("issued_report", sa.Column("unsealed_digest", sa.String(length=64)))
    op.add_column("issued_report", sa.Column("unsealed_size", sa.Integer()))
    op.add_column("issued_report", sa.Column("certificate", sa.String(length=64)))


def downgrade() -> None:
    """Remove the columns and the table; its triggers go with it."""
    for name in reversed(COLUMNS):
        op.drop_column("issued_report", name)
    op.drop_table("seal_certificate")


def _guard_sqlite(table: str, key: str) -> None:
    """Refuse changes; and replacement, since INSERT OR REPLACE deletes without asking the DELETE trigger."""
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
        )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replacement BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key} OR rowid = NEW.rowid) "
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
