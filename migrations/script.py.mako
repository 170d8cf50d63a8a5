"""${message}

An applied migration never changes; it restates what it needs and imports nothing of riskapp.
Rebuilding a table on SQLite drops its triggers silently: create them anew, and see that
the test of the triggers names them.
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
