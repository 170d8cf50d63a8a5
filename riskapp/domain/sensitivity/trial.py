"""Other weights than those of the profile, tried on a comparison without touching what is stored."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from riskapp.domain.errors import InvalidError
from riskapp.domain.rubric import Profile, Rubric

TRIAL = "trial"
"""The id of a profile that is only tried."""

MOST_WEIGHT = 1_000


def trial_rubric(rubric: Rubric, weights: Mapping[str, Fraction]) -> Rubric:
    """Return the rubric with one profile, called `trial`, of these weights by dimension; absent weighs 0.

    Raises InvalidError, by `weight-` and the id of the dimension, for a weight below 0 or above 1,000, and
    where none is above 0.
    """
    known = {each.id: weights.get(each.id, Fraction(0)) for each in rubric.dimensions}
    problems = {
        f"weight-{each}": f"is {weight}; enter 0 to {MOST_WEIGHT:,}"
        for each, weight in known.items()
        if not 0 <= weight <= MOST_WEIGHT
    }
    if not problems and not any(known.values()):
        problems[f"weight-{rubric.dimensions[0].id}"] = "is 0 like all others; one weight has to be above 0"
    if problems:
        raise InvalidError(problems)
    profile = Profile(id=TRIAL, name="Weights on trial", trade="", weights=known)
    return replace(rubric, profiles=(profile,))
