"""Tables of what several people do with one assessment: moderation, dissent, substitution."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from riskapp.storage.columns import Day, Instant
from riskapp.storage.schema import metadata

put_forward = Table(
    "put_forward",
    metadata,
    Column("sheet_id", String(32), ForeignKey("sheet.id"), primary_key=True),
    Column("assessment_id", String(64), ForeignKey("assessment.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
)
"""The sheets that were handed over for review, one after the other: the last one is decided on."""

moderated_sheet = Table(
    "moderated_sheet",
    metadata,
    Column("consensus_id", String(32), ForeignKey("sheet.id"), primary_key=True),
    Column("sheet_id", String(32), ForeignKey("sheet.id"), primary_key=True),
)
"""Which sheets of assessors a consensus rests on; a sheet that rests on others is a consensus."""

moderation_reason = Table(
    "moderation_reason",
    metadata,
    Column("consensus_id", String(32), ForeignKey("sheet.id"), primary_key=True),
    Column("criterion_id", String(60), primary_key=True),
    Column("reason", Text, nullable=False),
)

moderated_by = Table(
    "moderated_by",
    metadata,
    Column("consensus_id", String(32), ForeignKey("sheet.id"), primary_key=True),
    Column("user_id", String(64), ForeignKey("user_account.id"), primary_key=True),
)
"""Who typed in a consensus or submitted it: none of them decides."""

dissent = Table(
    "dissent",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("assessment_id", String(64), ForeignKey("assessment.id"), nullable=False),
    Column("assessor_id", String(64), ForeignKey("user_account.id"), nullable=False),
    Column("criterion_id", String(60), nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("assessment_id", "assessor_id", "criterion_id", "number"),
)
"""What an assessor holds against a consensus; the newest of each criterion counts, and empty withdraws it."""

consensus_keeper = Table(
    "consensus_keeper",
    metadata,
    Column("stage_change_id", String(32), ForeignKey("stage_change.id"), primary_key=True),
    Column("user_id", String(64), ForeignKey("user_account.id"), nullable=False),
)
"""Who began the consensus of a moderation: all who moderate type in the sheet under this id."""

assessment_shaper = Table(
    "assessment_shaper",
    metadata,
    Column("assessment_id", String(32), ForeignKey("assessment.id"), primary_key=True),
    Column("user_id", String(64), ForeignKey("user_account.id"), primary_key=True),
)
"""Who changed the team of an assessment or closed its round early, and for whom a substitute did so, opened
it or worked on its consensus: none of them decides."""

released_assessor = Table(
    "released_assessor",
    metadata,
    Column("assessment_id", String(64), ForeignKey("assessment.id"), primary_key=True),
    Column("user_id", String(64), ForeignKey("user_account.id"), primary_key=True),
    Column("released_at", Instant, primary_key=True),
    Column("released_by", String(64), ForeignKey("user_account.id"), nullable=False),
)
"""Who was taken out of the team of an assessment, and when: what they wrote stays theirs in that round."""

substitution = Table(
    "substitution",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("principal_id", String(64), ForeignKey("user_account.id"), nullable=False, index=True),
    Column("substitute_id", String(64), ForeignKey("user_account.id"), nullable=False, index=True),
    Column("role", String(32), nullable=False),
    Column("first_day", Day, nullable=False),
    Column("last_day", Day, nullable=False),
    Column("reason", Text, nullable=False),
    Column("named_at", Instant, nullable=False),
)

substitution_end = Table(
    "substitution_end",
    metadata,
    Column("substitution_id", String(32), ForeignKey("substitution.id"), primary_key=True),
    Column("ended_at", Instant, nullable=False),
    Column("ended_by", String(64), ForeignKey("user_account.id"), nullable=False),
)

substituted_decision = Table(
    "substituted_decision",
    metadata,
    Column("decision_id", String(32), ForeignKey("decision.id"), primary_key=True),
    Column("principal_id", String(64), ForeignKey("user_account.id"), nullable=False),
)
"""The decisions that a substitute took, with the approver for whom."""
