"""The tables of the log, and of what proves it: made from its entries, kept beside them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from riskapp.storage.schema import at, count, id_column, metadata, text

log_entry = Table(
    "log_entry",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    at("at"),
    Column("actor_id", String(32)),
    Column("action", String(60), nullable=False),
    Column("subject_kind", String(30), nullable=False),
    Column("subject_id", String(64), nullable=False),
    Column("assessment_id", String(32)),
    Column("body", LargeBinary, nullable=False),
    Index(None, "assessment_id", "seq"),
    Index(None, "actor_id", "seq"),
    Index(None, "actor_id", "action", "seq"),
    Index(None, "action", "seq"),
)

log_node = Table(
    "log_node",
    metadata,
    Column("seq", Integer, ForeignKey("log_entry.seq"), primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

log_key = Table(
    "log_key",
    metadata,
    id_column(),
    Column("verifier", String(200), nullable=False, unique=True),
    at("adopted_at"),
)

log_checkpoint = Table(
    "log_checkpoint", metadata, id_column(), count("size"), text("note"), at("made_at"), Index(None, "size")
)
