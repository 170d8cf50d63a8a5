"""The result as JSON: numbers in full precision, null where there is none."""

import json
from fractions import Fraction

from riskapp.domain.answers import NotApplicable
from riskapp.domain.rubric import CriterionAtLeast, GateEffect
from riskapp.domain.score_json import as_json
from riskapp.domain.scoring import assess
from tests.domain.builders import answer, at, dimension, gate, geometric, levels, rubric, with_gates


def test_the_result_stands_in_json_with_full_and_with_shown_numbers() -> None:
    given = rubric(dimension("d", levels("a", weight=2), levels("b")), dimension("e", levels("c")))
    given = with_gates(given, gate(CriterionAtLeast("c", Fraction(1)), GateEffect.CONDITION))
    found = as_json(given, assess(given, "p", {"a": at(50), "b": at(0)}, context=None, facts={}))
    assert json.loads(json.dumps(found)) == found
    assert found["dimensions"]["d"] == {
        "point": 100 / 3,
        "low": 100 / 3,
        "high": 100 / 3,
        "coverage": 1,
        "band": "critical",
        "rating": "rated",
        "shown": {"point": "33.3", "low": "33.3", "high": "33.3"},
    }
    assert found["total"]["point"] is None
    assert found["total"]["shown"] == {"point": None, "low": "16.7", "high": "66.7"}
    assert found["gates"] == [
        {
            "id": "the-gate",
            "text": "A rule.",
            "state": "undecided",
            "effect": "condition",
            "condition": "Do this.",
            "because": "c is not known; the gate asks for 1.0 at least.",
        }
    ]
    assert (found["recommendation"], found["contributions"]) == ("escalate", [])


def test_contributions_stand_in_json_with_the_imbalance_last() -> None:
    given = geometric(rubric(dimension("d", levels("a")), dimension("e", levels("b", (25, 100)))))
    found = as_json(given, assess(given, "p", {"a": at(100), "b": at(25)}, context=None, facts={}))
    assert found["contributions"] == [
        {"dimension": "d", "criterion": "a", "contribution": 50, "shown": "50.0"},
        {"dimension": "e", "criterion": "b", "contribution": 12.5, "shown": "12.5"},
        {"dimension": None, "criterion": None, "contribution": -12.5, "shown": "-12.5"},
    ]


def test_what_does_not_apply_is_null_throughout() -> None:
    given = rubric(dimension("d", levels("a")))
    found = as_json(given, assess(given, "p", {"a": answer(NotApplicable("No."))}, context=None, facts={}))
    assert found["total"]["rating"] == "not-applicable"
    assert {found["total"][key] for key in ("point", "low", "high", "coverage", "band")} == {None}
