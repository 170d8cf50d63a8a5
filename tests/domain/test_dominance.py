"""Dominated candidates: by what the ranges allow, and by the points alone."""

import pytest

from riskapp.domain.answers import Confidence
from riskapp.domain.rubric import Aggregation
from riskapp.domain.sensitivity.dominance import dominators, dominators_on_points
from tests.domain.builders import at, dimension, levels, rubric
from tests.domain.comparisons import compared, one_to_one


def test_a_candidate_that_is_nowhere_better_and_somewhere_worse_is_dominated() -> None:
    comparison = one_to_one({"A": (60, 50), "B": (60, 40), "C": (70, 10), "D": (60, 50)})
    assert dominators(comparison) == {"A": (), "B": ("A", "D"), "C": (), "D": ()}


def test_a_range_that_reaches_higher_is_dominated_on_points_only() -> None:
    given = rubric(dimension("d", levels("c")))
    comparison = compared(given, {"A": {"c": at(50, Confidence.LOW)}, "B": {"c": at(0, Confidence.LOW)}})
    assert dominators(comparison) == {"A": (), "B": ("A",)}
    wider = rubric(dimension("d", levels("c", (0, 20, 100))))
    near = compared(wider, {"A": {"c": at(20, Confidence.LOW)}, "B": {"c": at(0, Confidence.LOW)}})
    assert dominators(near) == {"A": (), "B": ()}
    assert dominators_on_points(near) == {"A": (), "B": ("A",)}


def test_who_is_not_rated_is_not_dominated_on_points() -> None:
    given = rubric(dimension("d", levels("c")))
    comparison = compared(given, {"A": {"c": at(50)}, "B": {}})
    assert dominators_on_points(comparison) == {"A": (), "B": ()}


@pytest.mark.parametrize(
    ("ours", "theirs", "dominated"),
    [
        ((60, None), (50, 40), True),
        ((60, None), (50, 70), False),
        ((None, 60), (50, 60), True),
        ((60, 60), (None, 60), False),
        ((60, None), (None, 50), True),
        ((None, None), (50, 50), False),
    ],
)
def test_a_dimension_that_applies_to_one_alone_stands_against_all_of_the_other(
    ours: tuple[int | None, ...], theirs: tuple[int | None, ...], *, dominated: bool
) -> None:
    found = dominators(one_to_one({"A": ours, "B": theirs}))
    assert ("A" in found["B"]) is dominated


def test_a_geometric_total_of_zero_is_dominated_by_everything_above_it_and_dominates_nothing() -> None:
    scores = {"A": (1, 1), "B": (100, 0), "C": (50, 0)}
    found = dominators(one_to_one(scores, aggregation=Aggregation.GEOMETRIC))
    assert found == {"A": (), "B": ("A",), "C": ("A",)}
    assert dominators(one_to_one(scores)) == {"A": (), "B": (), "C": ("B",)}
