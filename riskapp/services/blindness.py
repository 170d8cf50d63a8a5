"""What a person sees of a round of scoring by several people: until it is closed, nothing of the others.

Everything that shows sheets or evidence of an assessment asks here; `storage.log_lists` does the same for
the log.
"""

from dataclasses import replace

from sqlalchemy import Connection

from riskapp.domain.errors import NotFoundError
from riskapp.storage.assessments import StoredAssessment, assessment
from riskapp.storage.evidence import EvidenceItem, evidence_item, evidence_items
from riskapp.storage.sheets import StoredSheet, sheets

NOBODY = ""
"""Who sees only what everybody sees."""


def seen_evidence(
    connection: Connection, viewer_id: str, stored: StoredAssessment
) -> tuple[EvidenceItem, ...]:
    """Return the evidence of an assessment that a person sees now, by number.

    An item whose correction they do not see stands for them as it did.
    """
    seen = tuple(each for each in evidence_items(connection, stored.id) if _is_seen(each, viewer_id, stored))
    known = {each.id for each in seen}
    return tuple(each if each.replaced_by in known else replace(each, replaced_by=None) for each in seen)


def seen_evidence_item(connection: Connection, viewer_id: str, evidence_id: str) -> EvidenceItem:
    """Return one item; raises NotFoundError where there is none that the person sees now."""
    stored = assessment(connection, evidence_item(connection, evidence_id).assessment_id)
    for each in seen_evidence(connection, viewer_id, stored):
        if each.id == evidence_id:
            return each
    raise NotFoundError("evidence item", evidence_id)


def _is_seen(item: EvidenceItem, viewer_id: str, stored: StoredAssessment) -> bool:
    open_to_them = not item.by_assessor or item.added_by == viewer_id
    return open_to_them or not stored.standing.is_blind or item.added_at < stored.stages[-1].at


def seen_sheets(connection: Connection, viewer_id: str, stored: StoredAssessment) -> tuple[StoredSheet, ...]:
    """Return the submitted sheets of an assessment that a person sees now, in order."""
    kept = sheets(connection, stored.id)
    if not stored.standing.is_blind:
        return kept
    hidden = {each.id for each in latest_of_each(kept) if each.assessor_id in stored.submitted - {viewer_id}}
    return tuple(each for each in kept if each.id not in hidden)


def latest_of_each(kept: tuple[StoredSheet, ...]) -> tuple[StoredSheet, ...]:
    """Return the last own sheet of each assessor among these, in the order in which they were submitted."""
    latest = {each.assessor_id: each for each in kept if not each.rests_on}
    return tuple(sorted(latest.values(), key=lambda each: each.ordinal))
