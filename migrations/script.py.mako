"""${message}

An applied migration never changes; it restates what it needs and imports nothing of riskapp.
Rebuilding a table on SQLite drops its triggers silently: create them anew, and see that
the test of the triggers names them.
A new column of an insert-only table is nullable, and no migration puts rows into one: the log tells of each
row with a digest of what it held (decision 21).
"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    ${upgrades if upgrades else "raise NotImplementedError"}


def downgrade() -> None:
    """Take the schema back."""
    ${downgrades if downgrades else "raise NotImplementedError"}
