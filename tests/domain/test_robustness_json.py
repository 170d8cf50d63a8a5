"""What a comparison says of its robustness: one value for page, paper and data."""

from fractions import Fraction

import pytest

from riskapp.domain.canonical import canonical_bytes, exact
from riskapp.domain.rubric import Aggregation
from riskapp.domain.sensitivity.ranking import FEWEST_DRAWS, rank
from riskapp.domain.sensitivity.ranking_json import ranking_json
from riskapp.domain.sensitivity.robustness import Reading
from riskapp.domain.sensitivity.robustness_json import robustness_json, weights_json
from riskapp.domain.sensitivity.weight_lines import total_at, weight_line
from tests.domain.comparisons import one_to_one, point_of

NAMES = {"a": "Alpha", "b": "Beta", "c": "Gamma"}
CROSSING = {"a": (90, 10), "b": (20, 70), "c": (10, 5)}


def test_both_readings_stand_as_the_command_line_has_them() -> None:
    comparison = one_to_one(CROSSING)
    drawn = [rank(comparison, each, draws=FEWEST_DRAWS) for each in Reading]
    says = robustness_json(comparison, drawn, NAMES)
    assert [each["ranking"] for each in says["readings"]] == [
        ranking_json(comparison, each, NAMES) for each in drawn
    ]
    assert (says["seed"], says["draws"]) == (comparison.seed, FEWEST_DRAWS)
    assert canonical_bytes(says)


def test_dominated_candidates_are_named_once_and_by_the_stronger_reason() -> None:
    comparison = one_to_one(CROSSING)
    drawn = [rank(comparison, each, draws=FEWEST_DRAWS) for each in Reading]
    (said,) = robustness_json(comparison, drawn, NAMES)["dominated"]
    assert said.startswith(
        "Gamma is dominated by Alpha and Beta: never better, whatever the dimensions weigh"
    )
    assert said.endswith("and whatever is still found out.")


@pytest.mark.parametrize("aggregation", Aggregation)
def test_two_lines_cross_at_the_mark_of_their_flip_point(aggregation: Aggregation) -> None:
    comparison = one_to_one(CROSSING, aggregation=aggregation)
    part = weights_json(comparison, NAMES)[0]
    assert "change places if the weight of" in part["sentences"][0]
    mark = next(each for each in part["marks"] if each["total"] is not None)
    at = exact(mark["at"])
    totals = [total_at(comparison, each, dimension="d0", share=at) or Fraction(0) for each in ("a", "b")]
    assert float(totals[0]) == pytest.approx(float(totals[1]))
    assert float(totals[0]) == pytest.approx(mark["total"], abs=1e-5)


def test_a_dimension_that_changes_nothing_says_so_in_one_sentence() -> None:
    part = weights_json(one_to_one({"a": (90, 90), "b": (20, 20)}), NAMES)[0]
    assert (part["sentences"], part["steady"], part["marks"]) == (
        [f"No weight of {part['name']} changes the order."],
        True,
        [],
    )


def test_a_line_runs_from_the_others_alone_to_the_dimension_alone_through_the_total() -> None:
    comparison = one_to_one({"a": (90, 10), "b": (20, 70)})
    line = dict(weight_line(comparison, "a", "d0"))
    assert [line[Fraction(0)], line[Fraction(1)]] == [10, 90]
    assert line[Fraction(1, 2)] == point_of(comparison.candidates["a"].total)


def test_a_line_stops_where_nothing_that_weighs_applies() -> None:
    comparison = one_to_one({"a": (None, 40), "b": (20, 70)})
    line = dict(weight_line(comparison, "a", "d0"))
    assert Fraction(1) not in line
    assert set(line.values()) == {40}
