"""What is drawn: the stream, the weights of both readings, and totals that are the engine's own."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from riskapp.domain.aggregation import score_total
from riskapp.domain.answers import Confidence
from riskapp.domain.rubric import Aggregation
from riskapp.domain.scores import Rating, Score
from riskapp.domain.sensitivity.comparison import Comparison
from riskapp.domain.sensitivity.draws.stream import BLOCK, WHOLE, Stream
from riskapp.domain.sensitivity.draws.totals import ScoreSource
from riskapp.domain.sensitivity.draws.weights import weight_source
from riskapp.domain.sensitivity.robustness import SPREAD, Reading
from tests.domain.builders import (
    at,
    dimension,
    geometric,
    indicators,
    levels,
    measure,
    measured,
    rubric,
    stated,
)
from tests.domain.comparisons import NOT_APPLICABLE, compared

SEED = "a seed"
SHARES = {"a": Fraction(1, 10), "b": Fraction(1, 2), "c": Fraction(1, 4), "d": Fraction(3, 20)}


def test_the_raw_stream_is_the_one_that_was_published() -> None:
    drawn = Stream("seed", "use").take(1)
    assert drawn[0, :4].tolist() == [1978090657, 1021926085, 1898116601, 3979893700]
    assert Stream("seed", "another use").take(1)[0, 0] != drawn[0, 0]


@pytest.mark.parametrize("reading", Reading)
def test_weights_are_above_zero_and_sum_to_the_whole_exactly(reading: Reading) -> None:
    draw = weight_source(reading, SHARES, SEED)
    for parts in (draw(), draw()):
        assert parts.shape == (len(SHARES), BLOCK)
        assert parts.min() > 0
        assert set(parts.sum(axis=0).tolist()) == {WHOLE}


@pytest.mark.parametrize("count", [2, 3, 7])
def test_uniform_weights_have_the_mean_and_spread_of_the_simplex(count: int) -> None:
    draw = weight_source(Reading.UNIFORM, {f"d{each}": Fraction(1, count) for each in range(count)}, SEED)
    weights = np.concatenate([draw() for _ in range(20)], axis=1) / WHOLE
    variance = (count - 1) / (count**2 * (count + 1))
    for row in weights:
        assert row.mean() == pytest.approx(1 / count, abs=5 * (variance / row.size) ** 0.5)
        assert row.var() == pytest.approx(variance, rel=0.05)
        assert np.mean(row > 0.5) == pytest.approx(0.5 ** (count - 1), abs=0.015)


def test_weights_near_the_profile_stay_within_a_quarter_of_it_and_centre_on_it() -> None:
    draw = weight_source(Reading.PROFILE, SHARES, SEED)
    weights = np.concatenate([draw() for _ in range(20)], axis=1) / WHOLE
    for row, share in zip(weights, SHARES.values(), strict=True):
        near, far = float(share * (1 - SPREAD)), float(share * (1 + SPREAD))
        assert near <= row.min() < near + 0.02
        assert far - 0.02 < row.max() <= far
        assert row.mean() == pytest.approx(float(share), abs=0.002)


def test_weights_near_the_profile_fill_its_neighbourhood_evenly() -> None:
    draw = weight_source(Reading.PROFILE, {each: Fraction(1, 3) for each in "abc"}, SEED)
    weights = np.concatenate([draw() for _ in range(40)], axis=1) / WHOLE
    corner = (weights[0] < 1 / 3) & (weights[1] < 1 / 3)
    assert np.mean(corner) == pytest.approx(1 / 6, abs=0.005)
    ordered = (weights[0] < weights[1]) & (weights[1] < weights[2])
    assert np.mean(ordered) == pytest.approx(1 / 6, abs=0.005)


def assorted(aggregation: Aggregation) -> Comparison:
    """Every kind of criterion, an unknown, weights that differ, and dimensions that do not apply."""
    given = rubric(
        dimension("x", levels("one", weight=3), measure("two", [(0, 100), (10, 10)], weight=2)),
        dimension("y", indicators("three", 4), levels("four", weight=2)),
        dimension("z", levels("five")),
        weights={"x": 3, "y": 2, "z": 1},
    )
    given = given if aggregation is Aggregation.ARITHMETIC else geometric(given)
    low = Confidence.LOW
    return compared(
        given,
        {
            "full": {
                "one": at(50, low),
                "two": measured(4, 1, 9),
                "three": stated("0", "1"),
                "five": at(100, low),
            },
            "part": {"one": at(100, low), "four": at(50, low), "five": NOT_APPLICABLE},
            "less": {"one": NOT_APPLICABLE, "two": NOT_APPLICABLE, "four": at(50), "five": at(50)},
            "nil": {"one": at(0), "two": measured(4), "five": at(0)},
        },
    )


@pytest.mark.parametrize("aggregation", Aggregation)
def test_totals_of_draws_are_those_of_the_engine(aggregation: Aggregation) -> None:
    comparison = assorted(aggregation)
    candidates = comparison.drawn()
    source = ScoreSource(comparison, candidates)
    parts = weight_source(Reading.UNIFORM, comparison.shares, SEED)()
    scores = source.draw()
    keys = source.totals(scores, parts / WHOLE)
    drawn = np.exp(scores) if aggregation is Aggregation.GEOMETRIC else scores
    for place, name in enumerate(candidates):
        for draw in (0, 1, 2, BLOCK - 1):
            weights = {each: Fraction(int(parts[row, draw])) for row, each in enumerate(comparison.shares)}
            points = {each: float(drawn[row, place, draw]) for row, each in enumerate(comparison.shares)}
            expected = engine_total(comparison, name, weights, points)
            assert keys[place, draw] / 2**24 == pytest.approx(float(expected), abs=1e-6)


def engine_total(
    comparison: Comparison, name: str, weights: dict[str, Fraction], points: dict[str, float]
) -> Fraction:
    found = {
        each: score if score.rating is Rating.NOT_APPLICABLE else at_point(score, Fraction(points[each]))
        for each, score in comparison.candidates[name].dimensions.items()
    }
    total = score_total(comparison.rubric, replace(comparison.profile, weights=weights), found)
    assert total.point is not None
    return total.point


def at_point(score: Score, point: Fraction) -> Score:
    return replace(score, rating=Rating.RATED, point=point)


def test_scores_of_dimensions_stay_within_the_engines_ranges_and_centre_on_them() -> None:
    comparison = assorted(Aggregation.ARITHMETIC)
    candidates = comparison.drawn()
    source = ScoreSource(comparison, candidates)
    drawn = np.concatenate([source.draw().copy() for _ in range(10)], axis=2)
    for place, name in enumerate(candidates):
        for row, each in enumerate(comparison.shares):
            score = comparison.candidates[name].dimensions[each]
            values = drawn[row, place]
            if score.low is None or score.high is None:
                assert set(values.tolist()) == {0.0}
                continue
            assert float(score.low) - 1e-9 <= values.min()
            assert values.max() <= float(score.high) + 1e-9
            assert values.mean() == pytest.approx(float(score.low + score.high) / 2, abs=1)


def test_an_unknown_criterion_is_uniform_on_the_whole_scale() -> None:
    given = rubric(dimension("d", levels("c")))
    source = ScoreSource(compared(given, {"A": {}, "B": {}}), ("A", "B"))
    one, other = np.concatenate([source.draw()[0].copy() for _ in range(20)], axis=1)
    for tenth in range(10):
        assert np.mean((one >= 10 * tenth) & (one < 10 * tenth + 10)) == pytest.approx(0.1, abs=0.01)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
