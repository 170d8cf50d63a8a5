"""Comparisons for tests: candidates by what they answered under one rubric."""

from collections.abc import Mapping
from fractions import Fraction

from riskapp.domain.answers import Answer, Answers, NotApplicable
from riskapp.domain.rubric import Aggregation, Profile, Rubric
from riskapp.domain.scores import Score
from riskapp.domain.scoring import assess
from riskapp.domain.sensitivity.comparison import Comparison, compare
from tests.domain.builders import Number, answer, at, dimension, geometric, levels, rubric

NOT_APPLICABLE = answer(NotApplicable("Does not arise."))


def compared(given: Rubric, sheets: Mapping[str, Answers]) -> Comparison:
    assessed = {name: assess(given, "p", answers, context=None, facts={}) for name, answers in sheets.items()}
    return compare(given, "p", assessed)


def one_to_one(
    scores: Mapping[str, tuple[Number | None, ...]],
    weights: tuple[Number, ...] | None = None,
    aggregation: Aggregation = Aggregation.ARITHMETIC,
) -> Comparison:
    """Candidates by their exact scores in dimensions d0, d1, ...; None is a dimension that does not apply."""
    count = len(next(iter(scores.values())))
    values = [
        sorted({Fraction(0), *(Fraction(each[place] or 0) for each in scores.values()), Fraction(100)})
        for place in range(count)
    ]
    given = rubric(
        *(dimension(f"d{place}", levels(f"c{place}", values[place])) for place in range(count)),
        weights={f"d{place}": weight for place, weight in enumerate(weights or (1,) * count)},
    )
    given = given if aggregation is Aggregation.ARITHMETIC else geometric(given)
    return compared(given, {name: _sheet(each) for name, each in scores.items()})


def _sheet(scores: tuple[Number | None, ...]) -> dict[str, Answer]:
    return {
        f"c{place}": NOT_APPLICABLE if score is None else at(Fraction(score))
        for place, score in enumerate(scores)
    }


def weighed(profile: Profile, dimension: str, share: Fraction) -> Profile:
    """The profile with this share for one dimension, the others in proportion."""
    rest = sum(weight for each, weight in profile.weights.items() if each != dimension)
    weights = {each: weight * (1 - share) / rest for each, weight in profile.weights.items()}
    return Profile(id="p", name="P", trade="", weights={**weights, dimension: share})


def point_of(score: Score) -> Fraction:
    assert score.point is not None
    return score.point
