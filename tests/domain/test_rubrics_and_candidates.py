"""What a rubric and a candidate say of themselves."""

from datetime import date

import pytest

from riskapp.domain.candidate import Candidate, Route, VersionStatus, Weights, is_country
from tests.domain.builders import dimension, levels, rubric

RUBRIC = rubric(dimension("d", levels("a")), dimension("e", levels("b"), levels("c")))


def candidate(retires_on: date | None = None, hosting_countries: tuple[str, ...] = ()) -> Candidate:
    return Candidate(
        developer="Acme",
        developer_country="us",
        model="Acme Large",
        version="2025-08-01",
        route=Route.CLOUD_HOST,
        host="Cloud of Example",
        hosting_countries=hosting_countries,
        weights=Weights.CLOSED,
        licence="Terms of service",
        retires_on=retires_on,
    )


def test_parts_of_a_rubric_are_found_by_id() -> None:
    assert [each.id for each in RUBRIC.criteria()] == ["a", "b", "c"]
    assert RUBRIC.criterion("c").id == "c"
    assert RUBRIC.in_order({"e": 1, "d": 2, "z": 3}) == ("d", "e")
    assert RUBRIC.dimension_of("c").id == "e"
    for find in (RUBRIC.criterion, RUBRIC.dimension_of, RUBRIC.profile):
        with pytest.raises(KeyError, match="z"):
            find("z")


def test_a_candidate_is_named_by_model_exact_version_and_host() -> None:
    assert candidate().name == "Acme Large (2025-08-01) on Cloud of Example"


def test_a_version_retires_on_its_day() -> None:
    retiring = candidate(retires_on=date(2026, 6, 30))
    assert retiring.version_status(date(2026, 6, 29)) is VersionStatus.RETIREMENT_ANNOUNCED
    assert retiring.version_status(date(2026, 6, 30)) is VersionStatus.RETIRED
    assert candidate().version_status(date(2026, 6, 30)) is VersionStatus.CURRENT


def test_countries_that_are_not_known_are_no_declared_fact() -> None:
    on = date(2026, 1, 2)
    assert "hosting_countries" not in candidate().facts(on)
    assert candidate(hosting_countries=("de", "own")).facts(on)["hosting_countries"] == ("de", "own")


@pytest.mark.parametrize(
    ("value", "holds"),
    [("de", True), ("eu", True), ("own", True), ("DE", False), ("deu", False), ("", False)],
)
def test_a_country_is_two_lower_case_letters_or_the_own_machines(value: str, *, holds: bool) -> None:
    assert is_country(value) is holds
