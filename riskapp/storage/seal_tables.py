"""The table of the certificates that documents were sealed with: insert-only."""

from sqlalchemy import Column, LargeBinary, String, Table

from riskapp.storage.schema import at, metadata, text

seal_certificate = Table(
    "seal_certificate",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("der", LargeBinary, nullable=False),
    text("subject"),
    at("not_after"),
    at("adopted_at"),
)
