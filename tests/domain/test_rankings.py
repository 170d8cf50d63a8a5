"""Rank acceptability, central weights and confidence factors: known cases, ties, repetition, limits."""

import json
import subprocess
import sys
import tracemalloc
from fractions import Fraction
from pathlib import Path

import pytest

from riskapp.domain.answers import Confidence
from riskapp.domain.errors import InvalidError
from riskapp.domain.rubric import Aggregation
from riskapp.domain.sensitivity.comparison import Comparison
from riskapp.domain.sensitivity.ranking import rank
from riskapp.domain.sensitivity.robustness import Reading, Robustness, Standing, standard_error
from tests.domain.builders import at, dimension, levels, rubric
from tests.domain.comparisons import NOT_APPLICABLE, compared, one_to_one

EXAMPLES = json.loads(
    (Path(__file__).resolve().parents[1] / "data" / "worked_examples.json").read_text(encoding="utf-8")
)
DRAWS = 10_000


def uncertain(draws: int = DRAWS, reading: Reading = Reading.PROFILE) -> tuple[Comparison, Robustness]:
    """Three candidates with ranges that overlap, an unknown and a dimension that does not apply to one."""
    given = rubric(
        dimension("cost", levels("price"), levels("exit")),
        dimension("security", levels("leaks"), levels("audit", weight=2)),
        dimension("bias", levels("refusals")),
        weights={"cost": 2, "security": 5, "bias": 3},
    )
    low = Confidence.LOW
    comparison = compared(
        given,
        {
            "alpha": {"price": at(100), "exit": at(50, low), "leaks": at(50, low), "refusals": at(50, low)},
            "beta": {"price": at(0), "exit": at(50), "leaks": at(50, low), "audit": at(100, low)},
            "gamma": {"price": at(50), "leaks": at(100, low), "audit": at(0), "refusals": NOT_APPLICABLE},
        },
    )
    return comparison, rank(comparison, reading, draws=draws)


def placed(standing: Standing) -> list[float]:
    return [float(share) for share in standing.acceptability]


def test_the_analytic_example_is_reproduced_within_its_standard_errors() -> None:
    expected = EXAMPLES["smaa_analytic"]["expected"]
    found = rank(one_to_one({"A": (100, 0), "B": (0, 50)}), Reading.UNIFORM)
    for name, other, confidence in zip("AB", "BA", expected["confidence"], strict=True):
        first = found.standings[name].acceptability[0]
        error = standard_error(first, found.draws)
        assert 0 < error < 0.0016
        assert float(first) == pytest.approx(expected[f"acceptability_{name}"], abs=4 * error)
        assert found.wins[name][other] == first
        central = found.standings[name].central_weights
        assert central is not None
        for place, weight in enumerate(expected[f"central_{name}"]):
            near = 4 * central.errors[f"d{place}"]
            assert 0 < near < 0.004
            assert float(central.weights[f"d{place}"]) == pytest.approx(weight, abs=near)
        assert found.standings[name].confidence_factor == confidence


@pytest.mark.parametrize("reading", Reading)
def test_a_dominated_candidate_is_never_first_and_has_neither_central_weights_nor_confidence(
    reading: Reading,
) -> None:
    found = rank(one_to_one({"A": (90, 80, 70), "B": (60, 50, 40)}), reading, draws=DRAWS)
    best, worst = found.standings["A"], found.standings["B"]
    assert (placed(best), placed(worst)) == ([1, 0], [0, 1])
    assert best.confidence_factor == 1
    assert worst.confidence_factor is None
    assert best.central_weights is not None
    assert worst.central_weights is None
    assert sum(best.central_weights.weights.values()) == 1


def test_candidates_that_are_level_share_their_places() -> None:
    scores = {"A": (60, 40), "B": (60, 40), "C": (60, 40), "D": (10, 10), "E": (10, 10)}
    found = rank(one_to_one(scores), Reading.UNIFORM, draws=DRAWS)
    assert placed(found.standings["B"]) == [1 / 3, 1 / 3, 1 / 3, 0, 0]
    assert placed(found.standings["E"]) == [0, 0, 0, 0.5, 0.5]
    assert found.standings["A"].confidence_factor == Fraction(1, 3)
    assert found.wins["A"]["B"] == found.wins["B"]["A"] == 0
    assert found.wins["A"]["D"] == 1


def test_equal_means_from_unequal_parts_are_level() -> None:
    given = rubric(dimension("d", levels("a"), levels("b"), levels("c")))
    one, other = {"a": at(100), "b": at(0), "c": at(50)}, {"a": at(50), "b": at(50), "c": at(50)}
    found = rank(compared(given, {"A": one, "B": other}), Reading.UNIFORM, draws=DRAWS)
    assert found.wins["A"]["B"] == found.wins["B"]["A"] == 0


def test_the_same_comparison_gives_the_same_figures_on_every_machine() -> None:
    comparison, found = uncertain()
    assert comparison.seed == "fbf56e0531d24f344a75e76da10724277eebf7f2879f411e0a4301f9446a9dc5"
    counted = {
        name: [share * DRAWS for share in each.acceptability] for name, each in found.standings.items()
    }
    assert counted == {"alpha": [3875, 5746, 379], "beta": [6114, 3790, 96], "gamma": [11, 464, 9525]}
    central = found.standings["gamma"].central_weights
    assert central is not None
    assert central.weights["cost"] == Fraction(9971541435, 47244640256)
    assert found.standings["gamma"].confidence_factor == Fraction(26, DRAWS)
    assert rank(comparison, Reading.PROFILE, draws=DRAWS) == found


def test_another_answer_gives_another_seed() -> None:
    one, other = one_to_one({"A": (60, 40), "B": (50, 50)}), one_to_one({"A": (60, 41), "B": (50, 50)})
    assert one.seed != other.seed


def test_more_draws_confirm_fewer() -> None:
    _, few = uncertain(DRAWS)
    _, many = uncertain(60_001)
    for name, standing in few.standings.items():
        for share, closer in zip(standing.acceptability, many.standings[name].acceptability, strict=True):
            assert abs(share - closer) <= 5 * standard_error(closer, DRAWS)


def test_a_range_that_reaches_higher_earns_first_places_that_the_point_hides() -> None:
    given = rubric(dimension("d", levels("a"), levels("b")))
    known, open_ended = {"a": at(50), "b": at(50)}, {"a": at(50)}
    found = rank(compared(given, {"K": known, "U": open_ended}), Reading.PROFILE)
    assert float(found.standings["U"].acceptability[0]) == pytest.approx(0.5, abs=0.006)


def test_a_candidate_to_which_nothing_applies_takes_no_part() -> None:
    comparison = one_to_one({"A": (60, 40), "B": (50, 50), "N": (None, None)})
    found = rank(comparison, Reading.PROFILE, draws=DRAWS)
    assert sorted(found.standings) == ["A", "B"]
    assert comparison.order == ("A", "B", "N")
    nothing = rank(one_to_one({"A": (None,), "B": (None,)}), Reading.PROFILE, draws=DRAWS)
    assert (nothing.standings, nothing.wins) == ({}, {})


@pytest.mark.parametrize("aggregation", Aggregation)
def test_one_weighted_dimension_needs_no_weights_to_be_drawn(aggregation: Aggregation) -> None:
    comparison = one_to_one({"A": (60, 0), "B": (50, 100)}, (1, 0), aggregation)
    for reading in Reading:
        found = rank(comparison, reading, draws=DRAWS).standings["A"]
        assert placed(found) == [1, 0]
        assert found.central_weights is not None
        assert found.central_weights.weights == {"d0": 1}


@pytest.mark.parametrize("draws", [9_999, 5_000_001])
def test_too_few_and_too_many_draws_are_refused(draws: int) -> None:
    with pytest.raises(InvalidError, match="give 10000 to 5000000"):
        rank(one_to_one({"A": (1,), "B": (2,)}), Reading.PROFILE, draws=draws)


@pytest.mark.parametrize("count", [1, 51])
def test_one_candidate_and_more_than_fifty_are_refused(count: int) -> None:
    with pytest.raises(InvalidError, match="compare 2 to 50"):
        one_to_one({f"candidate-{each}": (50,) for each in range(count)})


def test_memory_does_not_grow_with_the_draws() -> None:
    comparison, _ = uncertain()
    peaks = []
    for draws in (DRAWS, 8 * DRAWS):
        tracemalloc.start()
        rank(comparison, Reading.PROFILE, draws=draws)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 100_000


def test_nothing_imports_numpy_before_something_is_drawn() -> None:
    program = (
        "import sys\n"
        "import riskapp.domain.sensitivity.ranking, riskapp.domain.sensitivity.ranking_json\n"
        "import riskapp.domain.sensitivity.open_questions, riskapp.domain.agreement, riskapp.web.app\n"
        "print('numpy' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "False"
