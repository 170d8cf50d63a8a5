"""Weight stability intervals: worked by hand, and what is said of them in a report."""

from fractions import Fraction

from riskapp.domain.scores import Recommendation
from riskapp.domain.sensitivity.comparison import Comparison
from riskapp.domain.sensitivity.weight_stability import Stability, under_profiles, weight_stability
from tests.domain.comparisons import one_to_one


def stability(comparison: Comparison) -> dict[str, Stability]:
    found = weight_stability(comparison.rubric, comparison.profile, comparison.candidates["A"])
    return {each.dimension: each for each in found}


def test_the_weight_at_which_the_recommendation_changes_is_worked_out_by_hand() -> None:
    # 80 w + 60 (1 - w) reaches the 70 that approval asks for at w = 1/2.
    found = stability(one_to_one({"A": (80, 60), "B": (0, 0)}, (6, 4)))

    assert found["d0"] == Stability(
        dimension="d0",
        weight=Fraction(3, 5),
        low=Fraction(1, 2),
        high=Fraction(1),
        below=Recommendation.APPROVE_WITH_CONDITIONS,
        above=None,
    )
    assert (found["d1"].high, found["d1"].above) == (
        Fraction(1, 2),
        Recommendation.APPROVE_WITH_CONDITIONS,
    )


def test_a_weight_may_move_freely_where_every_dimension_is_on_the_same_side() -> None:
    found = stability(one_to_one({"A": (90, 75), "B": (0, 0)}))

    assert [(each.low, each.high, each.below, each.above) for each in found.values()] == [
        (Fraction(0), Fraction(1), None, None)
    ] * 2


def test_the_only_dimension_that_weighs_moves_nothing() -> None:
    (only,) = stability(one_to_one({"A": (60,), "B": (0,)})).values()

    assert (only.weight, only.low, only.high) == (Fraction(1), Fraction(0), Fraction(1))


def test_every_profile_is_told_with_its_total_and_recommendation() -> None:
    comparison = one_to_one({"A": (80, 60), "B": (0, 0)}, (6, 4))
    (found,) = under_profiles(comparison.rubric, comparison.candidates["A"])

    assert (found.total.point, found.recommendation) == (Fraction(72), Recommendation.APPROVE)
