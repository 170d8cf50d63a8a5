import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskapp.domain.audit_sample import allocation, draw, share_that_may_be_missed

POPULATION = {"decided": [f"d{number}" for number in range(80)], "in-review": ["r1", "r2"], "none": []}


def test_strata_are_drawn_in_proportion_and_none_is_left_out() -> None:
    assert allocation({"a": 80, "b": 18, "c": 2}, 10) == {"a": 8, "b": 1, "c": 1}
    assert allocation({"a": 3, "b": 1}, 100) == {"a": 3, "b": 1}
    assert allocation({"a": 50, "b": 50, "c": 50}, 1) == {"a": 1, "b": 1, "c": 1}
    assert allocation({}, 5) == {}


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 200)), st.integers(1, 500))
def test_an_allocation_draws_what_was_asked_for_or_all(population: dict[str, int], size: int) -> None:
    drawn = allocation(population, size)
    there = {name: count for name, count in population.items() if count}
    assert set(drawn) == set(there)
    assert all(1 <= drawn[name] <= there[name] for name in there)
    assert sum(drawn.values()) == min(max(size, len(there)), sum(there.values()))


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    first = draw(POPULATION, 12, "2026-11-25")
    turned = {name: ids[::-1] for name, ids in POPULATION.items()}
    assert draw(turned, 12, "2026-11-25") == first
    assert {name: len(ids) for name, ids in first.items()} == {"decided": 11, "in-review": 1}
    assert draw(POPULATION, 12, "another") != first


def test_a_larger_sample_holds_the_smaller_one() -> None:
    small, large = (draw({"a": POPULATION["decided"]}, size, "seed")["a"] for size in (5, 20))
    assert large[:5] == small


def test_what_a_sample_without_findings_may_miss_is_that_of_the_tables() -> None:
    assert share_that_may_be_missed(59) == pytest.approx(0.0495, abs=1e-4)
    assert share_that_may_be_missed(25) == pytest.approx(0.1129, abs=1e-4)
