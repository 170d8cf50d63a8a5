"""The log as a tree: the hashes that each entry completed, the keys of its checkpoints, and the checkpoints.

The entries that are there already get their hashes here, in the order of their numbers. What leaves are
and how they are joined is said in RFC 6962, section 2.1, and restated: this migration never changes.
"""

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UNIQUE = {
    "log_node": (("seq",),),
    "log_key": (("id",), ("verifier",)),
    "log_checkpoint": (("id",),),
}
LOG_LOCK = 7_215_034_001
REFUSAL = "is insert-only: a correction is a new row"
BATCH = 2_000


def upgrade() -> None:
    """Create the tables with their guards, and compute the hashes of the entries that are there."""
    op.create_table(
        "log_node",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["log_entry.seq"], name="fk_log_node_seq"),
        sa.PrimaryKeyConstraint("seq", name="pk_log_node"),
    )
    op.create_table(
        "log_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("verifier", sa.String(length=200), nullable=False),
        sa.Column("adopted_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_key"),
        sa.UniqueConstraint("verifier", name="uq_log_key_verifier"),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_checkpoint"),
    )
    op.create_index("ix_log_checkpoint_size", "log_checkpoint", ["size"], unique=False)
    _complete()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Remove the tables; triggers go with them."""
    for table in ("log_checkpoint", "log_key", "log_node"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION take_turn_at_tree()")


def _complete() -> None:
    connection = op.get_bind()
    peaks: list[bytes] = []
    for seq, body in _entries(connection):
        made = [hashlib.sha256(b"\x00" + body).digest()]
        for _ in range((seq & -seq).bit_length() - 1):
            made.append(hashlib.sha256(b"\x01" + peaks.pop() + made[-1]).digest())
        peaks.append(made[-1])
        connection.execute(
            sa.text("INSERT INTO log_node (seq, hashes) VALUES (:seq, :hashes)"),
            {"seq": seq, "hashes": b"".join(made)},
        )


def _entries(connection: sa.Connection) -> Iterator[tuple[int, bytes]]:
    query = sa.text("SELECT seq, body FROM log_entry WHERE seq > :after ORDER BY seq LIMIT :batch")
    after = 0
    while rows := connection.execute(query, {"after": after, "batch": BATCH}).all():
        for row in rows:
            yield row.seq, bytes(row.body)
        after = rows[-1].seq


def _guard_sqlite() -> None:
    for table, keys in UNIQUE.items():
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


def _guard_postgresql() -> None:
    for table in UNIQUE:
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
    op.execute(
        "CREATE FUNCTION take_turn_at_tree() RETURNS TABLE (seq integer, at varchar, hashes bytea) "
        f"LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock({LOG_LOCK}); "
        "RETURN QUERY SELECT e.seq, e.at, n.hashes FROM log_entry e LEFT JOIN log_node n ON n.seq = e.seq "
        "ORDER BY e.seq DESC LIMIT 1; END $$"
    )
