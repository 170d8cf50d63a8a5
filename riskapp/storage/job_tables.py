"""What is to be done after the answer to a person: state of the service, and no part of the record."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from riskapp.storage.columns import Instant
from riskapp.storage.schema import at, count, id_column, metadata, text

job = Table(
    "job",
    metadata,
    id_column(),
    Column("kind", String(40), nullable=False),
    Column("idempotency_key", String(160), nullable=False, unique=True),
    text("arguments"),
    count("rank"),
    Column("status", String(10), nullable=False),
    count("tries"),
    at("run_at"),
    Column("lease_id", String(32)),
    Column("lease_until", Instant),
    Column("worker", String(120)),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("asked_by", String(32), ForeignKey("user_account.id")),
    at("asked_at"),
    Column("begun_at", Instant),
    Column("ended_at", Instant),
    text("result", nullable=True),
    Index(None, "status", "rank", "run_at"),
    Index(None, "kind", "asked_at"),
)

MUTABLE = frozenset({job.name})
