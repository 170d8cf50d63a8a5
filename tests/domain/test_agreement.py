"""Krippendorff's alpha against the published examples and against another way of working it out."""

import json
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path
from random import Random

import pytest

from riskapp.domain.agreement import (
    Agreement,
    Level,
    Reliance,
    Unit,
    Value,
    criteria_as_units,
    measure_agreement,
    reliance,
)
from riskapp.domain.snapshot_opinions import agreement_part
from tests.domain.builders import at, dimension, indicators, levels, rubric, stated
from tests.domain.comparisons import NOT_APPLICABLE

EXAMPLES = json.loads(
    (Path(__file__).resolve().parents[1] / "data" / "worked_examples.json").read_text(encoding="utf-8")
)
PUBLISHED = [
    (example, level)
    for example in ("krippendorff_2011_C", "krippendorff_2011_A_binary")
    for level in EXAMPLES[example]["expected"]
]


def example_units(name: str) -> list[Unit]:
    columns = zip(*EXAMPLES[name]["data"], strict=True)
    return [[Fraction(value) for value in column if value is not None] for column in columns]


@pytest.mark.parametrize(("example", "level"), PUBLISHED)
def test_the_published_examples_are_reproduced(example: str, level: str) -> None:
    found = measure_agreement(example_units(example), Level(level))
    assert found.alpha is not None
    assert float(found.alpha) == pytest.approx(EXAMPLES[example]["expected"][level], abs=1e-12)
    assert found.low is not None
    assert found.high is not None
    assert -1 <= found.low < found.alpha < found.high <= 1


def test_units_and_pairable_values_are_counted() -> None:
    found = measure_agreement(example_units("krippendorff_2011_C"), Level.ORDINAL)
    assert (found.units, found.pairable, found.resamples) == (12, 40, 2000)


def difference(level: Level, one: Fraction, other: Fraction, pooled: list[Fraction]) -> Fraction:
    """Krippendorff's difference functions as he writes them, squared."""
    low, high = sorted((one, other))
    match level:
        case Level.NOMINAL:
            return Fraction(one != other)
        case Level.ORDINAL:
            between = sum(low <= value <= high for value in pooled)
            ends = Fraction(pooled.count(low) + pooled.count(high), 2)
            return (between - ends) ** 2 if low != high else Fraction(0)
        case Level.INTERVAL:
            return (one - other) ** 2
        case Level.RATIO:
            return ((one - other) / (one + other)) ** 2 if one != other else Fraction(0)


def alpha_by_pairs(units: list[list[Fraction]], level: Level) -> Fraction | None:
    """Alpha as one less observed over expected disagreement, from every pair of values."""
    paired = [unit for unit in units if len(unit) > 1]
    pooled = [value for unit in paired for value in unit]
    every = sum((difference(level, *pair, pooled) for pair in permutations(pooled, 2)), Fraction(0))
    if not every:
        return None
    expected = every / (len(pooled) * (len(pooled) - 1))
    within = sum(
        (
            difference(level, *pair, pooled) / (len(unit) - 1)
            for unit in paired
            for pair in permutations(unit, 2)
        ),
        Fraction(0),
    )
    return 1 - within / len(pooled) / expected


@pytest.mark.parametrize(("level", "seed"), list(product(Level, range(25))))
def test_alpha_is_what_every_pair_of_values_comes_to(level: Level, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - data from a seed
    scale = [Fraction(random.randint(0, 40), random.choice((1, 2, 3))) for _ in range(random.randint(1, 6))]
    units = [[random.choice(scale) for _ in range(random.randint(0, 5))] for _ in range(random.randint(1, 9))]
    found, expected = measure_agreement(units, level).alpha, alpha_by_pairs(units, level)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert abs(found - expected) < Fraction(1, 10**20)
        assert found == expected or level is Level.RATIO


def test_neither_the_order_of_units_nor_that_of_observers_changes_a_figure() -> None:
    units = example_units("krippendorff_2011_C")
    turned = [unit[::-1] for unit in units[::-1]]
    for level in Level:
        assert measure_agreement(turned, level) == measure_agreement(units, level)


def test_the_same_data_give_the_same_interval_on_every_machine() -> None:
    found = measure_agreement(example_units("krippendorff_2011_C"), Level.ORDINAL)
    assert found.seed == "7a8f51c69f9e8a8b2f2d0ca0a959758bba6b1a20f06783cd584bca00d2fd14f3"
    assert found.low == Fraction(448589, 994383)
    assert found.high == 1


def test_more_units_narrow_the_interval() -> None:
    units = example_units("krippendorff_2011_C")
    few, many = (measure_agreement(each, Level.ORDINAL) for each in (units, units * 9))
    assert few.low is not None
    assert many.low is not None
    assert few.low < many.low


def test_perfect_agreement_is_one_and_so_is_its_interval() -> None:
    found = measure_agreement([[Fraction(each)] * 3 for each in range(5)], Level.INTERVAL)
    assert found.alpha == found.low == found.high == 1


@pytest.mark.parametrize("units", [[], [["a"], ["b"]], [["a", "a"], ["a", "a", "a"]]])
def test_alpha_is_undefined_where_nothing_can_differ(units: list[Unit]) -> None:
    found = measure_agreement(units, Level.NOMINAL)
    assert (found.alpha, found.low, found.high, found.resamples) == (None, None, None, 0)


def test_texts_are_nominal_only_and_ratios_are_not_negative() -> None:
    texts: list[list[Value]] = [["yes", "no"], ["no", "no"]]
    assert measure_agreement(texts, Level.NOMINAL).alpha == 0
    with pytest.raises(ValueError, match="'yes' is no number"):
        measure_agreement(texts, Level.ORDINAL)
    with pytest.raises(ValueError, match="from 0 up"):
        measure_agreement([[Fraction(-1), Fraction(1)]], Level.RATIO)


@pytest.mark.parametrize(
    ("thousandths", "expected"),
    [
        (800, Reliance.RELY),
        (799, Reliance.TENTATIVE),
        (667, Reliance.TENTATIVE),
        (666, Reliance.DISCUSS),
        (-200, Reliance.DISCUSS),
    ],
)
def test_alpha_is_read_by_the_customary_bounds(thousandths: int, expected: Reliance) -> None:
    assert reliance(Fraction(thousandths, 1000)) is expected


def test_the_points_of_several_sheets_are_units_by_criterion_of_a_dimension_or_of_all() -> None:
    given = rubric(dimension("d", levels("a"), levels("b")), dimension("e", indicators("c", 2)))
    sheets = [{"a": at(50), "c": stated("0", "1")}, {"a": at(100), "b": NOT_APPLICABLE}, {"b": at(0)}]
    half, whole, none = Fraction(50), Fraction(100), Fraction(0)
    assert criteria_as_units(given, sheets) == [[half, whole], [none], [half]]
    assert criteria_as_units(given, sheets, given.dimensions[1]) == [[half]]


@pytest.mark.parametrize(
    ("alpha", "low", "units", "says"),
    [
        ("0.9", "0.85", 40, "the scores can be relied on"),
        ("0.897", "0.441", 9, "too uncertain to rely on: the interval begins at 0.441"),
        ("0.7", "0.68", 40, "tentative conclusions only"),
        ("0.7", "0.2", 40, "too uncertain to rely on: the interval begins at 0.200"),
        ("0.3", "0.1", 40, "the assessors disagree"),
        ("0.9", "0.9", 4, "too few criteria were compared"),
    ],
)
def test_a_report_relies_on_an_alpha_only_where_its_interval_does(
    alpha: str, low: str, units: int, says: str
) -> None:
    measured = Agreement(
        alpha=Fraction(alpha),
        low=Fraction(low),
        high=Fraction(1),
        units=units,
        pairable=2 * units,
        seed="",
        resamples=1,
    )
    assert agreement_part(measured)["reading"].startswith(says)
