"""From criteria to dimensions to the total, and the total taken apart."""

from dataclasses import replace
from fractions import Fraction

import pytest

from riskapp.domain.answers import Answers, NotApplicable
from riskapp.domain.rubric import Criterion, Rubric
from riskapp.domain.scores import Assessed, Rating
from riskapp.domain.scoring import assess
from tests.domain.builders import (
    answer,
    at,
    dimension,
    geometric,
    interval,
    levels,
    measure,
    measured,
    rubric,
)

NOT_HERE = answer(NotApplicable("It does not arise."))


def assessed(given: Rubric, answers: Answers) -> Assessed:
    return assess(given, "p", answers, context=None, facts={})


def scores(*points: int) -> tuple[Rubric, Answers]:
    """One dimension for each point."""
    names = [f"d{position}" for position in range(len(points))]
    dimensions = [dimension(name, levels(f"c-{name}", range(101))) for name in names]
    return rubric(*dimensions), {f"c-{name}": at(point) for name, point in zip(names, points, strict=True)}


def test_a_dimension_is_the_weighted_mean_of_its_criteria() -> None:
    """The constructed example on the weights of OpenSSF Scorecard: 6.25 of 10."""
    criteria = (levels("critical", weight=10), levels("high", weight="7.5"), levels("low", weight="2.5"))
    found = assessed(rubric(dimension("d", *criteria)), {"critical": at(100), "high": at(0), "low": at(100)})
    assert found.dimensions["d"].point == Fraction("62.5")


def test_the_arithmetic_mean_lets_a_strength_buy_back_weaknesses() -> None:
    """OECD and JRC, Handbook on Constructing Composite Indicators: both countries score 6."""
    for points in ((21, 1, 1, 1), (6, 6, 6, 6)):
        assert assessed(*scores(*points)).total.point == 6


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((21, 1, 1, 1), 2.1406951),
        ((22, 1, 1, 1), 2.1657368),
        ((21, 2, 1, 1), 2.5457299),
        ((6, 6, 6, 6), 6),
        ((7, 6, 6, 6), 6.2357393),
    ],
)
def test_the_geometric_mean_punishes_imbalance(points: tuple[int, ...], expected: float) -> None:
    """The same example, with one point more in one place."""
    given, answers = scores(*points)
    total = assessed(geometric(given), answers).total.point
    assert total is not None
    assert float(total) == pytest.approx(expected, abs=1e-7)


def test_a_wider_range_and_a_weight_that_grows_with_it_change_no_trade() -> None:
    """The swing example of the Logical Decisions manual: weights 1/2 and 1/2, then 2/3 and 1/3."""
    found = []
    for end, weight in ((200, 1), (300, 2)):
        given = rubric(
            dimension("d", measure("m", [(100, 0), (end, 100)])),
            dimension("e", levels("b", range(101))),
            weights={"d": weight, "e": 1},
        )
        cases = [(100, 80), (150, 30), (160, 19), (200, 0)]
        found.append([assessed(given, {"m": measured(x), "b": at(b)}).total.point for x, b in cases])
    before, after = found
    assert before == [40, 40, Fraction("39.5"), 50]
    assert after == [point * Fraction(2, 3) for point in before if point is not None]


def test_a_geometric_mean_of_equal_scores_is_exactly_that_score() -> None:
    for point in range(101):
        given, answers = scores(point, point, point)
        assert assessed(geometric(given), answers).total.point == point


def test_one_zero_makes_a_geometric_total_zero() -> None:
    given, answers = scores(0, 100, 100)
    assert assessed(geometric(given), answers).total.point == 0


def three(*weights: int) -> tuple[Criterion, ...]:
    return tuple(levels(name, weight=weight) for name, weight in zip("abc", weights, strict=True))


def test_low_and_high_are_what_the_score_would_be_at_worst_and_at_best() -> None:
    found = assessed(rubric(dimension("d", *three(2, 1, 1))), {"a": at(50), "b": at(100)}).dimensions["d"]
    assert found.coverage == Fraction(3, 4)
    assert interval(found) == [50, Fraction(200, 3), 75]


def test_below_the_least_coverage_a_dimension_is_not_rated_rather_than_zero() -> None:
    found = assessed(rubric(dimension("d", *three(2, 1, 1))), {"b": at(100), "c": at(100)})
    assert found.dimensions["d"].rating is Rating.NOT_RATED
    assert interval(found.dimensions["d"]) == [50, None, 100]
    assert found.total.rating is Rating.NOT_RATED
    assert found.contributions == ()


def test_the_least_coverage_is_enough() -> None:
    given = replace(rubric(dimension("d", *three(1, 1, 0))), minimum_coverage=Fraction(1, 2))
    assert assessed(given, {"a": at(50)}).dimensions["d"].point == 50


def test_what_does_not_apply_leaves_sums_and_coverage_alike() -> None:
    found = assessed(
        rubric(dimension("d", *three(2, 1, 1))), {"a": NOT_HERE, "b": at(100), "c": at(50)}
    ).dimensions["d"]
    assert found.point == 75
    assert found.coverage == 1


def test_a_dimension_to_which_nothing_applies_leaves_the_total_with_its_weight() -> None:
    given, answers = scores(40, 80)
    found = assessed(given, {**answers, "c-d0": NOT_HERE})
    assert found.dimensions["d0"].rating is Rating.NOT_APPLICABLE
    assert found.total.point == 80
    assert found.total.coverage == 1


def test_where_nothing_applies_the_total_is_not_applicable() -> None:
    given, _ = scores(40)
    assert assessed(given, {"c-d0": NOT_HERE}).total.rating is Rating.NOT_APPLICABLE


def test_a_criterion_without_weight_counts_for_nothing() -> None:
    found = assessed(rubric(dimension("d", *three(1, 0, 0))), {"a": at(100), "b": at(0)}).dimensions["d"]
    assert interval(found) == [100, 100, 100]
    assert found.coverage == 1


def test_a_dimension_in_which_only_weightless_criteria_apply_is_not_applicable() -> None:
    found = assessed(rubric(dimension("d", *three(1, 0, 0))), {"a": NOT_HERE, "b": at(0)})
    assert found.dimensions["d"].rating is Rating.NOT_APPLICABLE


def test_a_dimension_without_weight_need_not_be_rated() -> None:
    dimensions = (dimension("d", levels("a")), dimension("e", levels("b")))
    found = assessed(rubric(*dimensions, weights={"d": 1, "e": 0}), {"a": at(50)})
    assert found.total.point == 50
    assert found.total.coverage == 1


def test_coverage_of_the_total_is_weighted_by_the_profile() -> None:
    dimensions = (dimension("d", levels("a")), dimension("e", levels("b", weight=3), levels("c")))
    found = assessed(rubric(*dimensions, weights={"d": 3, "e": 1}), {"a": at(50), "b": at(50)})
    assert found.total.coverage == Fraction(15, 16)


def test_contributions_say_what_each_criterion_adds() -> None:
    dimensions = (dimension("d", levels("a")), dimension("e", levels("b", weight=3), levels("c")))
    found = assessed(rubric(*dimensions, weights={"d": 3, "e": 1}), {"a": at(50), "b": at(100), "c": at(0)})
    assert [(each.criterion, each.exact) for each in found.contributions] == [
        ("a", Fraction("37.5")),
        ("b", Fraction("18.75")),
        ("c", 0),
    ]


def test_what_is_shown_adds_up_to_the_shown_total() -> None:
    given = rubric(dimension("d", *three(1, 1, 1)))
    found = assessed(given, {"a": at(50), "b": at(50), "c": at(0)})
    assert [each.shown for each in found.contributions] == [Fraction("16.7"), Fraction("16.6"), 0]
    assert sum(each.shown for each in found.contributions) == Fraction("33.3")


def test_equal_remainders_are_settled_by_name_and_not_by_the_order_of_the_rubric() -> None:
    names = three(1, 1, 1)
    for order in (names, names[::-1]):
        found = assessed(rubric(dimension("d", *order)), {"a": at(100), "b": at(100), "c": at(100)})
        shown = {each.criterion: each.shown for each in found.contributions}
        assert shown == {"a": Fraction("33.4"), "b": Fraction("33.3"), "c": Fraction("33.3")}


def test_a_geometric_total_is_taken_apart_with_an_imbalance() -> None:
    given, answers = scores(21, 1, 1, 1)
    found = assessed(geometric(given), answers)
    last = found.contributions[-1]
    assert (last.dimension, last.criterion) == (None, None)
    assert last.exact < 0
    assert sum(each.exact for each in found.contributions) == found.total.point
    assert sum(each.shown for each in found.contributions) == Fraction("2.1")
