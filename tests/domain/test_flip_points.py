"""Flip points: worked by hand, and what is said where there is none."""

from fractions import Fraction

import pytest

from riskapp.domain.aggregation import score_total
from riskapp.domain.rubric import Aggregation
from riskapp.domain.sensitivity.comparison import Comparison
from riskapp.domain.sensitivity.flip_points import Direction, FlipPoint, Outcome, first_place, flip_points
from riskapp.domain.sensitivity.words import flip_words, order_words
from tests.domain.builders import Number, at, dimension, levels, rubric
from tests.domain.comparisons import compared, one_to_one, point_of, weighed

NAMES = {"A": "Alpha", "B": "Beta", "C": "Gamma"}


def in_dimension(comparison: Comparison, dimension: str) -> list[FlipPoint]:
    return [each for each in flip_points(comparison) if each.dimension == dimension]


def brief(flip: FlipPoint) -> tuple[str, str, Number | None, Direction | None]:
    return flip.first, flip.second, flip.at, flip.direction


def test_two_neighbours_change_places_at_a_weight_worked_out_by_hand() -> None:
    # A has 80 and 30, B has 40 and 60: level where 80 w + 30 (1 - w) = 40 w + 60 (1 - w), so at w = 3/7.
    comparison = one_to_one({"A": (80, 30), "B": (40, 60)}, (6, 4))
    assert [brief(each) for each in flip_points(comparison)] == [
        ("A", "B", Fraction(3, 7), Direction.BELOW),
        ("A", "B", Fraction(4, 7), Direction.ABOVE),
    ]
    words = [flip_words(each, each.dimension.upper(), NAMES) for each in flip_points(comparison)]
    assert words == [
        "Alpha and Beta change places if the weight of D0 falls below 0.429 (it is 0.60).",
        "Alpha and Beta change places if the weight of D1 rises above 0.571 (it is 0.40).",
    ]


def test_the_other_weights_keep_their_proportions() -> None:
    # The rest of A is worth (2 x 20 + 1 x 50) / 3 = 30, that of B (2 x 50 + 1 x 80) / 3 = 60: as above.
    comparison = one_to_one({"A": (80, 20, 50), "B": (40, 50, 80)}, (6, 2, 1))
    assert [brief(each) for each in in_dimension(comparison, "d0")] == [
        ("A", "B", Fraction(3, 7), Direction.BELOW)
    ]


def test_no_weight_changing_the_order_is_an_answer_too() -> None:
    comparison = one_to_one({"A": (80, 70), "B": (40, 60), "C": (40, 10)})
    found = in_dimension(comparison, "d0")
    assert [each.outcome for each in found] == [Outcome.NEVER, Outcome.NEVER]
    assert order_words(found, "Cost") == "No weight of Cost changes the order."
    assert flip_words(found[1], "Cost", NAMES) == "No weight of Cost changes the order of Beta and Gamma."
    crossing = in_dimension(one_to_one({"A": (80, 30), "B": (40, 60)}, (6, 4)), "d0")
    assert order_words(crossing, "Cost") is None


def test_a_dimension_that_weighs_nothing_now_may_still_turn_the_order() -> None:
    comparison = one_to_one({"A": (50, 0), "B": (40, 20)}, (1, 0))
    assert [brief(each) for each in in_dimension(comparison, "d1")] == [
        ("A", "B", Fraction(1, 3), Direction.ABOVE)
    ]
    assert [each.outcome for each in in_dimension(comparison, "d0")] == [Outcome.NEVER]


def test_a_dimension_that_is_not_rated_and_does_not_weigh_decides_nothing() -> None:
    given = rubric(dimension("d0", levels("c0")), dimension("d1", levels("c1")), weights={"d0": 1, "d1": 0})
    comparison = compared(given, {"A": {"c0": at(100), "c1": at(0)}, "B": {"c0": at(50)}})
    (found,) = in_dimension(comparison, "d1")
    assert (found.outcome, found.at) == (Outcome.NOT_RATED, None)
    assert flip_words(found, "Bias", NAMES) == (
        "Whether Bias could change the order of Alpha and Beta is not known: not rated."
    )


def test_candidates_that_are_not_rated_have_no_place_among_the_points() -> None:
    given = rubric(dimension("d0", levels("c0")), dimension("d1", levels("c1")))
    sheets = {"A": {"c0": at(100), "c1": at(0)}, "B": {"c0": at(50), "c1": at(50)}, "C": {"c0": at(100)}}
    comparison = compared(given, sheets)
    assert comparison.rated() == ("A", "B")
    assert {each.second for each in flip_points(comparison)} == {"B"}
    alone = compared(given, {"A": sheets["A"], "C": sheets["C"]})
    assert (flip_points(alone), first_place(alone)) == ((), ())


def test_candidates_that_are_level_change_places_with_the_slightest_move() -> None:
    comparison = one_to_one({"A": (60, 40), "B": (40, 60)})
    half = Fraction(1, 2)
    assert [brief(each) for each in flip_points(comparison)] == [
        ("A", "B", half, Direction.BELOW),
        ("A", "B", half, Direction.ABOVE),
    ]


def test_candidates_to_which_other_dimensions_apply_may_change_places_on_both_sides() -> None:
    # With d2 not applicable to A the totals are quotients: 5 r^2 - 40 r + 5/2 = 0 for r = w / (1 - w).
    comparison = one_to_one({"A": (95, 0, None), "B": (100, 5, 5)})
    below, above = in_dimension(comparison, "d0")
    assert (below.first, below.direction, above.direction) == ("A", Direction.BELOW, Direction.ABOVE)
    for flip, root in ((below, 4 - 15.5**0.5), (above, 4 + 15.5**0.5)):
        assert flip.at is not None
        assert float(flip.at) == pytest.approx(root / (1 + root), abs=1e-12)
        totals = [total_at(comparison, each, flip, flip.at) for each in "AB"]
        assert abs(totals[0] - totals[1]) < Fraction(1, 10**30)


def test_a_curve_that_never_meets_the_other_does_not_flip() -> None:
    comparison = one_to_one({"A": (80, 0, None), "B": (100, 20, 20)})
    assert {each.outcome for each in in_dimension(comparison, "d0")} == {Outcome.NEVER}


def test_a_geometric_total_flips_where_the_logarithms_say() -> None:
    # 16 and 1 against 4 and 4 are level at equal weights; at 0.6 the first is ahead.
    comparison = one_to_one({"A": (16, 1), "B": (4, 4)}, (6, 4), Aggregation.GEOMETRIC)
    (found,) = in_dimension(comparison, "d0")
    assert (found.first, found.direction) == ("A", Direction.BELOW)
    assert found.at is not None
    assert abs(found.at - Fraction(1, 2)) < Fraction(1, 10**40)


def test_a_geometric_total_of_zero_stays_behind_whatever_the_weights() -> None:
    comparison = one_to_one({"A": (100, 0), "B": (1, 1)}, (99, 1), Aggregation.GEOMETRIC)
    assert comparison.order == ("B", "A")
    assert {each.outcome for each in flip_points(comparison)} == {Outcome.NEVER}
    unweighed = one_to_one({"A": (100, 0), "B": (1, 1)}, (1, 0), Aggregation.GEOMETRIC)
    (found,) = in_dimension(unweighed, "d1")
    assert brief(found) == ("A", "B", 0, Direction.ABOVE)


def test_the_first_place_names_who_takes_over_on_either_side() -> None:
    comparison = one_to_one({"A": (60, 60, 60), "B": (90, 40, 40), "C": (10, 70, 70)})
    # B takes over where 90 w + 40 (1 - w) = 60; C where 10 w + 70 (1 - w) = 60.
    first, *_ = first_place(comparison)
    assert (first.low, first.below) == (Fraction(1, 6), "C")
    assert (first.high, first.above) == (Fraction(2, 5), "B")


def total_at(comparison: Comparison, candidate: str, flip: FlipPoint, share: Fraction) -> Fraction:
    profile = weighed(comparison.profile, flip.dimension, share)
    dimensions = comparison.candidates[candidate].dimensions
    return point_of(score_total(comparison.rubric, profile, dimensions))
