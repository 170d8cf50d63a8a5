"""Answers that do not fit a rubric are named, each with its place."""

from dataclasses import replace

import pytest

from riskapp.domain.answers import Answer, NotApplicable, Unknown
from riskapp.domain.errors import InvalidError
from riskapp.domain.scoring import assess
from riskapp.domain.validation import validate_answers
from tests.domain.builders import answer, at, dimension, indicators, levels, measure, measured, rubric, stated

STRICT = replace(levels("strict"), not_applicable_allowed=False)
RUBRIC = rubric(
    dimension("d", levels("a"), STRICT, measure("m", [(0, 0), (10, 100)]), indicators("i", 3)),
)


def test_answers_that_fit_have_no_faults() -> None:
    fitting = {
        "a": at(50),
        "strict": answer(Unknown("Nothing published.")),
        "m": measured(3, 2, 4),
        "i": stated("0", "1", "2"),
    }
    assert validate_answers(RUBRIC, fitting) == {}


@pytest.mark.parametrize(
    ("criterion", "given", "path", "words"),
    [
        ("z", at(50), "z", "not a criterion"),
        ("a", at(51), "a.level", "use one of at-0, at-50, at-100"),
        ("a", measured(3), "a", "takes one of its levels"),
        ("m", at(50), "m", "takes a measured value in units"),
        ("i", at(50), "i", "takes lists of statements"),
        ("m", measured(3, 4, 5), "m.value", "between low and high"),
        ("i", stated("07"), "i.met", "s7: not a statement"),
        ("i", stated("0", "01"), "i.not_met", "s0: stands in two lists"),
        ("i", stated("0", "1", "1"), "i.not_applicable", "s1: stands in two lists"),
        ("strict", answer(NotApplicable("No.")), "strict.not_applicable", "does not allow"),
    ],
)
def test_an_answer_that_does_not_fit_is_named(criterion: str, given: Answer, path: str, words: str) -> None:
    faults = validate_answers(RUBRIC, {criterion: given})
    assert list(faults) == [path]
    assert words in faults[path]


def test_the_engine_refuses_answers_that_do_not_fit() -> None:
    with pytest.raises(InvalidError, match=r"a\.level: 'at-51' is not a level here"):
        assess(RUBRIC, "p", {"a": at(51)}, context=None, facts={})


def test_a_profile_that_the_rubric_has_not_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        assess(RUBRIC, "q", {}, context=None, facts={})
