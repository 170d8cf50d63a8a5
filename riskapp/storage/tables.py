"""Every table. `IMMUTABLE` names those that are insert-only: the database itself refuses UPDATE and DELETE.

A correction is a new row. JSON stands in Text columns as canonical JSON; exact numbers as decimal text.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
)

from riskapp.storage import (
    audit_tables,
    job_tables,
    lapse_tables,
    listing_table,
    seal_tables,
    search_tables,
    talk_tables,
    team_tables,
)
from riskapp.storage.log_tables import log_checkpoint, log_entry, log_key, log_node
from riskapp.storage.schema import at as _at
from riskapp.storage.schema import count as _count
from riskapp.storage.schema import day as _day
from riskapp.storage.schema import id_column as _id
from riskapp.storage.schema import key as _key
from riskapp.storage.schema import metadata
from riskapp.storage.schema import text as _text

__all__ = [
    "IMMUTABLE",
    "MUTABLE",
    "TOLD",
    "audit_tables",
    "log_checkpoint",
    "log_entry",
    "log_key",
    "log_node",
    "metadata",
    "seal_tables",
    "search_tables",
    "talk_tables",
    "team_tables",
]

# People

user_account = Table(
    "user_account",
    metadata,
    _id(),
    Column("sign_in_name", String(80), nullable=False, unique=True),
    _text("display_name"),
    _text("password_hash"),
    Column("active", Boolean, nullable=False),
    _at("created_at"),
)

user_role = Table(
    "user_role",
    metadata,
    Column("user_id", String(32), ForeignKey("user_account.id"), primary_key=True),
    Column("role", String(32), primary_key=True),
)

web_session = Table(
    "web_session",
    metadata,
    Column("token_digest", String(64), primary_key=True),
    _key("user_id", "user_account.id"),
    _at("created_at"),
    _at("expires_at"),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    _id(),
    Column("key", String(160), nullable=False),
    _at("at"),
    Index(None, "key", "at"),
)

# Rubrics, candidates, contexts, facts

rubric_release = Table(
    "rubric_release",
    metadata,
    _id(),
    Column("rubric_id", String(60), nullable=False),
    Column("version", String(20), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    _text("title"),
    _text("canonical"),
    _at("published_at"),
    UniqueConstraint("rubric_id", "version"),
)

candidate = Table("candidate", metadata, _id(), _at("created_at"))

candidate_revision = Table(
    "candidate_revision",
    metadata,
    _id(),
    _key("candidate_id", "candidate.id"),
    _count("number"),
    _text("developer"),
    _text("developer_country"),
    _text("model"),
    _text("version"),
    Column("route", String(20), nullable=False),
    _text("host"),
    _text("hosting_countries"),
    Column("weights", String(10), nullable=False),
    _text("licence"),
    _day("retires_on"),
    _text("note"),
    _at("recorded_at"),
    _key("recorded_by", "user_account.id", nullable=True),
    _text("search"),
    UniqueConstraint("candidate_id", "number"),
    Index("ix_candidate_revision_listed", "model", "version", "host", "id", "candidate_id", "number"),
    Index(None, "developer"),
)

context_of_use = Table("context_of_use", metadata, _id(), _at("created_at"))

context_revision = Table(
    "context_revision",
    metadata,
    _id(),
    _key("context_id", "context_of_use.id"),
    _count("number"),
    _text("title"),
    _text("purpose"),
    Column("data_class", String(20), nullable=False),
    Column("exposure", String(20), nullable=False),
    Column("buyer", String(40), nullable=False),
    _text("jurisdictions"),
    _text("languages"),
    Column("input_tokens_per_month", String(20), nullable=False),
    Column("output_tokens_per_month", String(20), nullable=False),
    Column("budget_per_month", String(20)),
    _at("recorded_at"),
    _key("recorded_by", "user_account.id", nullable=True),
    UniqueConstraint("context_id", "number"),
)

fact = Table(
    "fact",
    metadata,
    _id(),
    _text("subject"),
    _text("developer"),
    _text("model", nullable=True),
    _text("version", nullable=True),
    Column("route", String(20)),
    _text("host", nullable=True),
    Column("dimension", String(60), nullable=False),
    _text("metric"),
    _text("value"),
    _text("unit"),
    _text("as_of"),
    Column("claim_type", String(30), nullable=False),
    Column("verification", String(20), nullable=False),
    _text("source_title"),
    _text("publisher"),
    _text("url"),
    _text("note"),
    _at("recorded_at"),
    _key("recorded_by", "user_account.id", nullable=True),
    Column("replaces_id", String(64), ForeignKey("fact.id"), unique=True),
    _text("reason"),
    _text("search"),
    Index(
        "ix_fact_listed",
        *("subject", "dimension", "metric", "route", "host", "id", "claim_type", "verification", "model"),
    ),
    Index(None, "model", "dimension"),
    Index(None, "developer", "dimension"),
    Index(None, "subject", "recorded_at"),
)

# Assessments

assessment = Table(
    "assessment",
    metadata,
    _id(),
    Column("number", Integer, nullable=False, unique=True),
    _key("candidate_revision_id", "candidate_revision.id"),
    _key("context_revision_id", "context_revision.id"),
    _key("rubric_release_id", "rubric_release.id"),
    Column("profile_id", String(60), nullable=False),
    _at("created_at"),
    _key("created_by", "user_account.id"),
    Index(None, "candidate_revision_id"),
)

assignment = Table(
    "assignment",
    metadata,
    Column("assessment_id", String(32), ForeignKey("assessment.id"), primary_key=True),
    Column("user_id", String(32), ForeignKey("user_account.id"), primary_key=True),
    _at("assigned_at"),
    _key("assigned_by", "user_account.id"),
    Index(None, "user_id"),
)

stage_change = Table(
    "stage_change",
    metadata,
    _id(),
    _key("assessment_id", "assessment.id"),
    _count("ordinal"),
    Column("stage", String(20), nullable=False),
    _at("at"),
    _key("changed_by", "user_account.id"),
    _text("reason"),
    UniqueConstraint("assessment_id", "ordinal"),
    Index(None, "stage", "assessment_id", "ordinal"),
)

draft = Table(
    "draft",
    metadata,
    Column("assessment_id", String(32), ForeignKey("assessment.id"), primary_key=True),
    Column("assessor_id", String(32), ForeignKey("user_account.id"), primary_key=True),
    Column("criterion_id", String(60), primary_key=True),
    _count("version"),
    _text("payload"),
    _at("saved_at"),
)

evidence = Table(
    "evidence",
    metadata,
    _id(),
    _key("assessment_id", "assessment.id"),
    _count("number"),
    Column("form", String(10), nullable=False),
    Column("source_type", String(30), nullable=False),
    _text("title"),
    _text("publisher"),
    _text("url"),
    _text("as_of"),
    _text("excerpt"),
    _key("fact_id", "fact.id", nullable=True),
    Column("file_digest", String(64)),
    _text("file_name", nullable=True),
    _text("media_type", nullable=True),
    _count("size", nullable=True),
    _key("compared_with", "evidence.id", nullable=True),
    Column("finding", String(20)),
    _text("finding_note"),
    _at("added_at"),
    _key("added_by", "user_account.id"),
    Column("by_assessor", Boolean, nullable=False, server_default=false()),
    _key("replaces_id", "evidence.id", nullable=True),
    UniqueConstraint("assessment_id", "number"),
    CheckConstraint("(form = 'file') = (file_digest IS NOT NULL)", name="file_has_digest"),
    CheckConstraint("(compared_with IS NULL) = (finding IS NULL)", name="finding_has_source"),
)

sheet = Table(
    "sheet",
    metadata,
    _id(),
    _key("assessment_id", "assessment.id"),
    _key("assessor_id", "user_account.id"),
    _count("ordinal"),
    _at("submitted_at"),
    Column("digest", String(64), nullable=False),
    _text("canonical"),
    _text("result"),
    UniqueConstraint("assessment_id", "ordinal"),
)

sheet_answer = Table(
    "sheet_answer",
    metadata,
    Column("sheet_id", String(32), ForeignKey("sheet.id"), primary_key=True),
    Column("criterion_id", String(60), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("level", String(60)),
    _text("value", nullable=True),
    _text("low", nullable=True),
    _text("high", nullable=True),
    _text("indicators", nullable=True),
    _text("reason", nullable=True),
    Column("confidence", String(10), nullable=False),
    _text("rationale"),
    _text("evidence"),
    CheckConstraint(
        "kind IN ('level', 'measurement', 'indicators', 'not-applicable', 'unknown')", name="kind_is_named"
    ),
    CheckConstraint("(kind = 'level') = (level IS NOT NULL)", name="level_only_for_level"),
    CheckConstraint("(kind = 'measurement') = (value IS NOT NULL)", name="value_only_for_measurement"),
    CheckConstraint(
        "(kind = 'indicators') = (indicators IS NOT NULL)", name="indicators_only_for_indicators"
    ),
    CheckConstraint(
        "(kind IN ('not-applicable', 'unknown')) = (reason IS NOT NULL)", name="reason_where_no_value"
    ),
)

decision = Table(
    "decision",
    metadata,
    _id(),
    _key("assessment_id", "assessment.id"),
    _key("sheet_id", "sheet.id"),
    _count("ordinal"),
    Column("outcome", String(30), nullable=False),
    Column("recommendation", String(30), nullable=False),
    _text("reason"),
    _day("expires_on"),
    _at("decided_at"),
    _key("decided_by", "user_account.id"),
    UniqueConstraint("assessment_id", "ordinal"),
    Index(None, "expires_on"),
)

decision_condition = Table(
    "decision_condition",
    metadata,
    Column("decision_id", String(32), ForeignKey("decision.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    _text("text"),
    _text("owner"),
    _day("due_on"),
    Index(None, "due_on"),
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("digest", String(64), primary_key=True),
    _key("assessment_id", "assessment.id"),
    _key("decision_id", "decision.id"),
    Column("canonical", LargeBinary, nullable=False),
    _at("frozen_at"),
    Index(None, "assessment_id"),
)

issued_report = Table(
    "issued_report",
    metadata,
    _id(),
    _key("assessment_id", "assessment.id"),
    Column("snapshot_digest", String(64), ForeignKey("snapshot.digest"), nullable=False, unique=True),
    Column("pdf_digest", String(64), nullable=False),
    _count("size"),
    _count("pages"),
    _text("toolchain"),
    _at("issued_at"),
    Column("unsealed_digest", String(64)),
    _count("unsealed_size", nullable=True),
    Column("certificate", String(64)),
    Index(None, "assessment_id"),
)

MUTABLE = (
    lapse_tables.MUTABLE
    | job_tables.MUTABLE
    | listing_table.MUTABLE
    | search_tables.MUTABLE
    | {
        *("user_account", "user_role", "web_session", "sign_in_failure", "assignment", "draft"),
    }
)
IMMUTABLE = tuple(name for name in metadata.tables if name not in MUTABLE)
"""The tables that are insert-only: all but those that are named as mutable."""

TOLD = frozenset(IMMUTABLE) - {"log_entry", "log_node", "log_checkpoint"}
"""The tables whose rows the entries of the log tell of: all that are insert-only, but for the log itself."""
