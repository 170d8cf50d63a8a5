"""Tables of what follows a decision: conflicts, acts on conditions, re-assessments, calendar feeds."""

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from riskapp.storage.columns import Day, Instant
from riskapp.storage.schema import metadata

conflict_of_interest = Table(
    "conflict_of_interest",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", String(64), ForeignKey("user_account.id"), nullable=False, index=True),
    Column("party", Text, nullable=False),
    Column("nature", Text, nullable=False),
    Column("since", Day, nullable=False),
    Column("declared_at", Instant, nullable=False),
    Column("declared_by", String(64), ForeignKey("user_account.id"), nullable=False),
)

condition_act = Table(
    "condition_act",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("decision_id", String(32), nullable=False),
    Column("condition", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("act", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_by", String(64), ForeignKey("user_account.id"), nullable=False),
    ForeignKeyConstraint(
        ["decision_id", "condition"], ["decision_condition.decision_id", "decision_condition.ordinal"]
    ),
    UniqueConstraint("decision_id", "condition", "number"),
)

reassessment = Table(
    "reassessment",
    metadata,
    Column("assessment_id", String(32), ForeignKey("assessment.id"), primary_key=True),
    Column("of_assessment_id", String(64), ForeignKey("assessment.id"), nullable=False, index=True),
)

calendar_feed = Table(
    "calendar_feed",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user_id", String(64), ForeignKey("user_account.id"), nullable=False, index=True),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

MUTABLE = frozenset({"calendar_feed"})
