"""Whether lists find every assessment where it stands: what they look up is made from other tables."""

from collections.abc import Iterator

from sqlalchemy import Connection, or_, select

from riskapp.domain.log_check import Disagreement, Fault
from riskapp.storage.assessments import reference_of
from riskapp.storage.listing_table import listing
from riskapp.storage.present import present_stage
from riskapp.storage.tables import assessment, candidate_revision, stage_change

MOST = 100

_MISLED = (
    select(assessment.c.number)
    .join(candidate_revision, candidate_revision.c.id == assessment.c.candidate_revision_id)
    .outerjoin(listing, listing.c.assessment_id == assessment.c.id)
    .where(
        or_(
            listing.c.assessment_id.is_(None),
            listing.c.number != assessment.c.number,
            listing.c.stage != present_stage(stage_change.c.stage),
            listing.c.rubric_release_id != assessment.c.rubric_release_id,
            listing.c.profile_id != assessment.c.profile_id,
            listing.c.context_revision_id != assessment.c.context_revision_id,
            listing.c.candidate_id != candidate_revision.c.candidate_id,
        )
    )
    .order_by(assessment.c.number)
    .limit(MOST)
)


def misled_lists(connection: Connection) -> Iterator[Disagreement]:
    """Yield the assessments that lists and comparisons find elsewhere than they stand, 100 at most."""
    for number in connection.execute(_MISLED).scalars():
        words = f"lists do not find {reference_of(number)} where it stands: its row in listing differs"
        yield Disagreement(Fault.RECORD, None, words)
