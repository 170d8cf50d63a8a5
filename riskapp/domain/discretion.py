"""Who may read what another person wrote about an assessment while its scoring is not over.

An assessor judges without knowing what the others judge. So what an assessor writes in an open round is
theirs alone until the round is over.
"""

from riskapp.domain.authority import Actor
from riskapp.domain.life_cycle import FILLABLE, Standing, may_fill, may_see


def is_scoring(standing: Standing) -> bool:
    """Return whether a round of scoring is open, in which assessors do not know of one another."""
    return standing.stage in FILLABLE


def may_read_sheet(actor: Actor, standing: Standing, *, assessor_id: str) -> bool:
    """Return whether the person may read a sheet that this assessor has submitted.

    Assessors read their own always. Others read it as soon as every assessor has submitted one.
    """
    if actor.id == assessor_id and may_fill(actor, standing):
        return True
    all_are_in = not is_scoring(standing) or standing.assessors <= standing.scorers
    return may_see(actor, standing) and all_are_in


def may_read_comment(actor: Actor, standing: Standing, *, author_id: str, in_open_round: bool) -> bool:
    """Return whether the person may read a comment by this author.

    `in_open_round`: it was written in the round of scoring that is open now. Then a comment by an assessor is
    theirs alone; everybody else's is for all who may see the assessment.
    """
    if not may_see(actor, standing):
        return False
    return actor.id == author_id or not (in_open_round and author_id in standing.assessors)
