"""Scores and recommendations in a snapshot: exact and as shown."""

from fractions import Fraction
from typing import Any

from riskapp.domain.rubric import Rubric
from riskapp.domain.scores import Recommendation, Score
from riskapp.domain.shown import exact_text, one_decimal, percent

Part = dict[str, Any]

RECOMMENDATION_WORDS = {
    Recommendation.REJECT: "Reject",
    Recommendation.ESCALATE: "Escalate",
    Recommendation.APPROVE_WITH_CONDITIONS: "Approve with conditions",
    Recommendation.APPROVE: "Approve",
}


def number(value: Fraction | None) -> Part | None:
    """Return a score as its exact text and the shown one; None stays None."""
    return None if value is None else {"exact": exact_text(value), "shown": one_decimal(value)}


def score_part(score: Score, rubric: Rubric) -> Part:
    """Return a score with its band in words; `rank` counts bands from the worst, `of` is their number."""
    names = [band.id for band in rubric.bands]
    band = None
    if score.band is not None:
        rank = names.index(score.band)
        band = {"id": score.band, "name": rubric.bands[rank].name, "rank": rank, "of": len(names)}
    return {
        "rating": score.rating.value,
        "point": number(score.point),
        "low": number(score.low),
        "high": number(score.high),
        "coverage": None
        if score.coverage is None
        else {"exact": exact_text(score.coverage), "shown": percent(score.coverage)},
        "band": band,
    }
