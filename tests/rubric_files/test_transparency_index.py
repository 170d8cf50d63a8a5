"""The Foundation Model Transparency Index as a rubric reproduces its published scores."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from riskapp.domain.answers import Answer, Confidence, Indicators
from riskapp.domain.rubric import IndicatorScale, Rubric
from riskapp.domain.scores import Assessed
from riskapp.domain.scoring import assess
from riskapp.rubric_files.loader import load_rubric
from tests.rubric_files.files import DATA, RUBRICS

SCORES = DATA / "fmti" / "Dec2025_scores.csv"
PUBLISHED = {
    "AI21 Labs": 66,
    "Alibaba": 26,
    "Amazon": 39,
    "Anthropic": 46,
    "DeepSeek": 32,
    "Google": 41,
    "IBM": 95,
    "Meta": 31,
    "Midjourney": 14,
    "Mistral": 18,
    "OpenAI": 35,
    "Writer": 72,
    "xAI": 14,
}
PUBLISHED_MEAN = 40.69
BY_DOMAIN = {"DeepSeek": (11, 14, 7), "OpenAI": (1, 13, 21), "Meta": (7, 12, 12)}
INDICATORS = {"upstream": 34, "model": 30, "downstream": 36}


@pytest.fixture(scope="module")
def index() -> Rubric:
    return load_rubric(RUBRICS / "fmti" / "2025.12.0.yaml")


def points(developer: str, scores: Path = SCORES) -> list[bool]:
    """The published 0/1 scores of a developer, in the order of the index."""
    with scores.open(encoding="utf-8", newline="") as file:
        return [row[developer] == "1" for row in csv.DictReader(file)]


def scored(index: Rubric, developer: str) -> Assessed:
    """The assessment whose answers are the published scores."""
    given = iter(points(developer))
    answers = {}
    for criterion in index.criteria():
        assert isinstance(criterion.scale, IndicatorScale)
        fates = {each.id: next(given) for each in criterion.scale.indicators}
        met = frozenset(name for name, holds in fates.items() if holds)
        answers[criterion.id] = Answer(
            response=Indicators(met, frozenset(fates) - met), confidence=Confidence.HIGH, rationale=""
        )
    return assess(index, "index", answers, context=None, facts={})


def test_the_indicators_stand_in_the_order_of_the_index_under_their_names(index: Rubric) -> None:
    with SCORES.open(encoding="utf-8", newline="") as file:
        names = [row["Indicator"].strip() for row in csv.DictReader(file)]
    statements = [
        each.statement
        for criterion in index.criteria()
        if isinstance(criterion.scale, IndicatorScale)
        for each in criterion.scale.indicators
    ]
    assert [statement[: len(name) + 1] for statement, name in zip(statements, names, strict=True)] == [
        f"{name}:" for name in names
    ]


def test_every_developer_of_the_index_is_compared() -> None:
    with SCORES.open(encoding="utf-8", newline="") as file:
        developers = next(csv.reader(file))[1:]
    assert developers == list(PUBLISHED)
    assert round(sum(PUBLISHED.values()) / len(PUBLISHED), 2) == PUBLISHED_MEAN


@pytest.mark.parametrize(("developer", "published"), PUBLISHED.items())
def test_the_total_of_each_developer_is_the_published_one(
    index: Rubric, developer: str, published: int
) -> None:
    found = scored(index, developer)
    assert found.total.point == published == sum(points(developer))
    assert (found.total.low, found.total.high) == (found.total.point, found.total.point)


@pytest.mark.parametrize("developer", PUBLISHED)
def test_the_domains_of_each_developer_are_the_sums_of_their_indicators(
    index: Rubric, developer: str
) -> None:
    given, start = points(developer), 0
    found = scored(index, developer)
    for domain, count in INDICATORS.items():
        assert found.dimensions[domain].point == Fraction(100 * sum(given[start : start + count]), count)
        start += count


@pytest.mark.parametrize(("developer", "published"), BY_DOMAIN.items())
def test_the_domains_are_those_that_were_published(
    index: Rubric, developer: str, published: tuple[int, ...]
) -> None:
    found = scored(index, developer)
    assert [found.dimensions[domain].point for domain in INDICATORS] == [
        Fraction(100 * met, count) for met, count in zip(published, INDICATORS.values(), strict=True)
    ]
