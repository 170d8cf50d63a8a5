"""What the gates of a rubric ask, in words."""

from dataclasses import replace
from fractions import Fraction

import pytest

from riskapp.domain.gate_words import applies_where, passes_where
from riskapp.domain.rubric import (
    CriterionAtLeast,
    DimensionAtLeast,
    FactIn,
    FactNotIn,
    GateEffect,
    GateTest,
    IndicatorMet,
)
from tests.domain.builders import dimension, gate, indicators, levels, rubric

RUBRIC = rubric(dimension("cost", levels("price"), indicators("isolation", 2)))


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (CriterionAtLeast("price", Fraction(25, 2)), "“price” scores 12.5 or more"),
        (DimensionAtLeast("cost", Fraction(40)), "the dimension “cost” scores 40 or more"),
        (IndicatorMet("isolation", "s1"), "in “isolation” is met: It is so."),
        (FactIn("route", ("self-hosted",)), "route is self hosted"),
        (FactIn("hosting_countries", ("eu", "de", "own")), "hosting countries is EU, DE or own"),
        (FactNotIn("developer_country", ("cn", "ru")), "developer country is not CN or RU"),
    ],
)
def test_a_gate_says_where_it_passes(test: GateTest, words: str) -> None:
    assert passes_where(RUBRIC, gate(test, GateEffect.REJECT)) == words


def test_a_gate_says_where_it_applies() -> None:
    always = gate(FactIn("route", ("self-hosted",)), GateEffect.REJECT)
    assert applies_where(always) == "always"
    when = {"buyer": ("us-federal", "public-sector"), "data_class": ("personal",)}
    assert applies_where(replace(always, when=when)) == (
        "buyer is US federal or public sector; data class is personal"
    )
