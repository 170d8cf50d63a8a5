"""What lists and comparisons look assessments up by: one row each, made again with every change of stage.

It says nothing that other tables do not say, so it may be emptied and filled anew; what a page shows of an
assessment is read from where it was recorded.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from riskapp.storage.schema import metadata

listing = Table(
    "listing",
    metadata,
    Column("assessment_id", String(32), ForeignKey("assessment.id"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("rubric_release_id", String(32), nullable=False),
    Column("profile_id", String(60), nullable=False),
    Column("context_revision_id", String(32), nullable=False),
    Column("candidate_id", String(32), nullable=False),
    Index(None, "stage", "number"),
    Index(
        "ix_listing_compared",
        *("rubric_release_id", "profile_id", "context_revision_id", "candidate_id", "number"),
        *("stage", "assessment_id"),
    ),
)

MUTABLE = frozenset({listing.name})
