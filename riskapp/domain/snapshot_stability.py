"""What a report says of how firm its result is: other profiles, and weights that would change it."""

from fractions import Fraction

from riskapp.domain.report import ReportInput
from riskapp.domain.rubric import Rubric
from riskapp.domain.scores import Recommendation
from riskapp.domain.sensitivity.weight_stability import (
    Stability,
    UnderProfile,
    under_profiles,
    weight_stability,
)
from riskapp.domain.sensitivity.words import weight_words
from riskapp.domain.shown import exact_text, listing
from riskapp.domain.snapshot_scores import RECOMMENDATION_WORDS, Part, score_part


def stability_part(given: ReportInput) -> Part:
    """Return the result under every profile, and for each weight how far it can move, with sentences.

    `headline` says in one sentence whether another profile or another weight would change what the rules
    recommend.
    """
    profiles = under_profiles(given.rubric, given.assessed)
    weights = weight_stability(given.rubric, given.profile, given.assessed)
    names = {each.id: each.name for each in given.rubric.dimensions}
    return {
        "headline": f"{_of_profiles(given, profiles)} {_of_weights(weights, names)}".strip(),
        "profiles": [_profile(given.rubric, each, given.profile.id) for each in profiles],
        "weights": [_weight(each, names[each.dimension]) for each in weights],
    }


def _of_profiles(given: ReportInput, profiles: tuple[UnderProfile, ...]) -> str:
    if len(profiles) == 1:
        return ""
    other = [each for each in profiles if each.recommendation is not given.assessed.recommendation]
    if not other:
        return f"All {len(profiles)} profiles of the rubric lead to the same recommendation."
    named = [f"{each.profile.name} ({_words(each.recommendation)})" for each in other]
    return f"Another profile of the rubric would lead to another recommendation: {listing(named)}."


def _of_weights(weights: tuple[Stability, ...], names: dict[str, str]) -> str:
    if not weights:
        return ""
    movable = [names[each.dimension] for each in weights if each.below or each.above]
    if not movable:
        return "No weight of any one dimension changes the recommendation."
    if len(movable) == 1:
        return f"The weight of {movable[0]} could change the recommendation."
    return f"The weights of {listing(movable)} could each change the recommendation."


def _profile(rubric: Rubric, found: UnderProfile, in_use: str) -> Part:
    return {
        "id": found.profile.id,
        "name": found.profile.name,
        "in_use": found.profile.id == in_use,
        "total": score_part(found.total, rubric),
        "recommendation": {
            "id": found.recommendation.value,
            "words": RECOMMENDATION_WORDS[found.recommendation],
        },
    }


def _weight(found: Stability, name: str) -> Part:
    return {
        "id": found.dimension,
        "name": name,
        "weight": _share(found.weight),
        "low": _share(found.low),
        "high": _share(found.high),
        "sentence": _sentence(found, name),
    }


def _share(share: Fraction) -> Part:
    return {"exact": exact_text(share), "shown": weight_words(share)}


def _sentence(found: Stability, name: str) -> str:
    ends = (("falls below", found.low, found.below), ("rises above", found.high, found.above))
    moves = [f"{_words(to)} if it {move} {weight_words(at)}" for move, at, to in ends if to is not None]
    if not moves:
        return f"No weight of {name} changes the recommendation (it is {weight_words(found.weight)})."
    return f"{name} weighs {weight_words(found.weight)}; the recommendation would be {' and '.join(moves)}."


def _words(recommendation: Recommendation) -> str:
    return RECOMMENDATION_WORDS[recommendation].lower()
