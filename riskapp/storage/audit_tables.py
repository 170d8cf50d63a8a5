"""Tables of the auditor's own work, kept apart from the record that it speaks of: all insert-only."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from riskapp.storage.columns import Day, Instant
from riskapp.storage.schema import metadata

audit_finding = Table(
    "audit_finding",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("subject_id", String(64), nullable=False),
    Column("part", String(64), nullable=False),
    Column("assessment_id", String(64), ForeignKey("assessment.id"), index=True),
    Column("classification", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("recommendation", Text, nullable=False),
    Column("owner_id", String(64), ForeignKey("user_account.id"), nullable=False, index=True),
    Column("due_on", Day, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("raised_by", String(64), ForeignKey("user_account.id"), nullable=False),
    Index(None, "due_on", "number"),
)

finding_act = Table(
    "finding_act",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("finding_id", String(32), ForeignKey("audit_finding.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("act", String(20), nullable=False),
    Column("position", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_by", String(64), ForeignKey("user_account.id"), nullable=False),
    UniqueConstraint("finding_id", "number"),
)

audit_note = Table(
    "audit_note",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("subject_id", String(64), nullable=False),
    Column("part", String(64), nullable=False),
    Column("assessment_id", String(64), ForeignKey("assessment.id")),
    Column("text", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("author_id", String(64), ForeignKey("user_account.id"), nullable=False),
    Index(None, "assessment_id", "number"),
)

draft_reveal = Table(
    "draft_reveal",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("assessment_id", String(64), ForeignKey("assessment.id"), nullable=False),
    Column("auditor_id", String(64), ForeignKey("user_account.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("revealed_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index(None, "assessment_id", "auditor_id", "until"),
)
