"""Tables of what people say to one another about a criterion: comments and mentions, all insert-only."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from riskapp.storage.columns import Instant
from riskapp.storage.schema import metadata

comment = Table(
    "comment",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("assessment_id", String(64), ForeignKey("assessment.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("criterion_id", String(60), nullable=False),
    Column("author_id", String(64), ForeignKey("user_account.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    UniqueConstraint("assessment_id", "number"),
    Index(None, "assessment_id", "criterion_id", "number"),
)

comment_mention = Table(
    "comment_mention",
    metadata,
    Column("comment_id", String(32), ForeignKey("comment.id"), primary_key=True),
    Column("user_id", String(32), ForeignKey("user_account.id"), primary_key=True),
    Index(None, "user_id"),
)

mention_opened = Table(
    "mention_opened",
    metadata,
    Column("comment_id", String(32), ForeignKey("comment.id"), primary_key=True),
    Column("user_id", String(32), ForeignKey("user_account.id"), primary_key=True),
    Column("opened_at", Instant, nullable=False),
)
