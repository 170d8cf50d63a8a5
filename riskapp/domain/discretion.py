"""Who may read what another person said about an assessment while a round of scoring is blind.

An assessor judges without knowing what the others judge. So what an assessor says in a blind round
(`life_cycle.Standing.is_blind`) is theirs alone until the round is closed.
"""

from riskapp.domain.authority import Actor, Role
from riskapp.domain.life_cycle import FILLABLE, Standing, may_fill, may_see


def may_read_comment(actor: Actor, standing: Standing, *, author_id: str, in_round: bool) -> bool:
    """Return whether the person may read a comment by this author.

    `in_round`: it was written since the present stage began. In a blind round such a comment by an assessor
    is theirs alone; everybody else's is for all who may see the assessment.
    """
    if not may_see(actor, standing):
        return False
    hidden = standing.is_blind and in_round and author_id in standing.round_assessors
    return actor.id == author_id or not hidden


def bar_to_revealing(actor: Actor, standing: Standing) -> str | None:
    """Return why the person may not have the drafts of an open round revealed, or None where they may."""
    if not actor.holds(Role.AUDITOR):
        return "Only a person with the role auditor may have drafts revealed."
    if actor.id in standing.assessors:
        return (
            "You score this assessment, so the drafts of others stay closed to you until the round is over."
        )
    if standing.is_blind:
        return (
            "Several assessors score this assessment without knowing of one another, so what they have "
            "written stays closed to everybody else until the round is closed."
        )
    return None


def may_read_draft(actor: Actor, standing: Standing, *, assessor_id: str, revealed: bool) -> bool:
    """Return whether the person may read what an assessor typed and has not submitted.

    `revealed`: it was revealed to this auditor, with a reason in the log, and the time for it is not over.
    Once the round of scoring is over a draft is history, and auditors read it like the rest of the record.
    """
    if actor.id == assessor_id and may_fill(actor, standing):
        return True
    if standing.stage not in FILLABLE:
        return actor.holds(Role.AUDITOR)
    return revealed and bar_to_revealing(actor, standing) is None
