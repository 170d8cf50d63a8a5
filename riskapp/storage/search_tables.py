"""The table of what people wrote, for searching by words; derived from the record, filled by triggers.

Its index of words is no table of the metadata: FTS5 on SQLite, GIN on PostgreSQL (migration 0009).
"""

from sqlalchemy import Column, Identity, Index, Integer, String, Table, Text

from riskapp.storage.columns import Instant
from riskapp.storage.schema import metadata

search_text = Table(
    "search_text",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("subject_id", String(64), nullable=False),
    Column("part", String(64), nullable=False),
    Column("assessment_id", String(64), nullable=False),
    Column("person_id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("words", Text, nullable=False),
    Index(None, "assessment_id", "id"),
    Index(None, "person_id", "id"),
)

MUTABLE = frozenset({"search_text"})
INDEX_OF_WORDS = ("search_words", "ix_search_text_words")
"""What the names of the parts of the index of words begin with."""
