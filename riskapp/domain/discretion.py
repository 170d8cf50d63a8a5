"""Who may read what another person said about an assessment while a round of scoring is blind.

An assessor judges without knowing what the others judge. So what an assessor says in a blind round
(`life_cycle.Standing.is_blind`) is theirs alone until the round is closed.
"""

from riskapp.domain.authority import Actor
from riskapp.domain.life_cycle import Standing, may_see


def may_read_comment(actor: Actor, standing: Standing, *, author_id: str, in_round: bool) -> bool:
    """Return whether the person may read a comment by this author.

    `in_round`: it was written since the present stage began. In a blind round such a comment by an assessor
    is theirs alone; everybody else's is for all who may see the assessment.
    """
    if not may_see(actor, standing):
        return False
    hidden = standing.is_blind and in_round and author_id in standing.round_assessors
    return actor.id == author_id or not hidden
