"""From one answer to an interval on 0 to 100."""

from fractions import Fraction

import pytest

from riskapp.domain.answers import Answer, Confidence, NotApplicable, Unknown
from riskapp.domain.criterion_scoring import score_criterion
from riskapp.domain.rubric import Criterion
from riskapp.domain.scores import Rating, Score
from tests.domain.builders import (
    answer,
    at,
    dimension,
    indicators,
    interval,
    levels,
    measure,
    measured,
    rubric,
    stated,
)

COST = measure("cost", [(50, 100), (75, 80), (90, 50), (100, 0)])


def scored(criterion: Criterion, given: Answer | None) -> Score:
    return score_criterion(rubric(dimension("d", criterion)), criterion, given)


@pytest.mark.parametrize(
    ("confidence", "low", "high"),
    [(Confidence.HIGH, 50, 50), (Confidence.MEDIUM, 45, 55), (Confidence.LOW, 35, 65)],
)
def test_a_level_is_widened_by_the_stated_confidence(confidence: Confidence, low: int, high: int) -> None:
    found = scored(levels("c"), at(50, confidence))
    assert interval(found) == [low, 50, high]


def test_a_widened_level_stays_on_the_scale() -> None:
    assert scored(levels("c"), at(0, Confidence.LOW)).low == 0
    assert scored(levels("c"), at(100, Confidence.LOW)).high == 100


@pytest.mark.parametrize(
    ("number", "value"),
    [("10", 100), ("50", 100), ("60", 92), ("75", 80), ("90", 50), ("100", 0), ("120", 0)],
)
def test_a_value_function_gives_the_published_values_and_clips(number: str, value: int) -> None:
    """The figures of rsmaa's tests/pvf.R, times 100."""
    assert scored(COST, measured(number)).point == value


def test_the_ends_of_a_falling_measure_change_places() -> None:
    found = scored(COST, measured(75, 60, 90))
    assert interval(found) == [50, 80, 92]


def test_the_ends_of_a_rising_measure_stay() -> None:
    found = scored(measure("m", [(0, 0), (10, 100)]), measured(5, 4, 7))
    assert interval(found) == [40, 50, 70]


def test_stated_confidence_does_not_widen_a_measurement() -> None:
    sure = measured(75)
    doubted = answer(sure.response, Confidence.LOW)
    assert scored(COST, doubted) == scored(COST, sure)


def test_open_statements_count_as_not_met_at_worst_and_as_met_at_best() -> None:
    found = scored(indicators("c", 5), stated("01", "2", "3"))
    assert interval(found) == [50, Fraction(200, 3), 75]


def test_a_list_on_which_nothing_is_decided_has_no_point() -> None:
    found = scored(indicators("c", 3), stated())
    assert found.rating is Rating.NOT_RATED
    assert interval(found) == [0, None, 100]


def test_a_list_of_which_no_statement_applies_is_not_applicable() -> None:
    assert scored(indicators("c", 2), stated(not_applicable="01")).rating is Rating.NOT_APPLICABLE


@pytest.mark.parametrize("given", [None, answer(Unknown("Asked the vendor, no reply."))])
def test_unknown_and_unanswered_have_the_whole_range_and_no_point(given: Answer | None) -> None:
    found = scored(levels("c"), given)
    assert interval(found) == [0, None, 100]
    assert found.coverage == 0
    assert found.band is None


def test_not_applicable_has_neither_score_nor_coverage() -> None:
    found = scored(levels("c"), answer(NotApplicable("No such data.")))
    assert found == Score(
        rating=Rating.NOT_APPLICABLE, point=None, low=None, high=None, coverage=None, band=None
    )


@pytest.mark.parametrize(
    ("value", "band"), [(0, "critical"), (39, "critical"), (40, "high"), (60, "moderate"), (80, "low")]
)
def test_a_band_begins_at_its_lowest_score(value: int, band: str) -> None:
    assert scored(levels("c", (0, 39, 40, 60, 80)), at(value)).band == band


def test_an_answer_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="'c' is of another kind"):
        scored(levels("c"), measured(3))
