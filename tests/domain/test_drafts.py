"""What a payload means under a criterion, and when it means nothing yet."""

from dataclasses import replace
from fractions import Fraction

import pytest

from riskapp.domain.answers import Answer, Confidence, Indicators, Measurement, NotApplicable, Unknown
from riskapp.domain.drafts import (
    Incomplete,
    Payload,
    field_names,
    is_begun,
    parse_draft,
    payload_of,
    read_number,
)
from riskapp.domain.rubric import Criterion, MeasureScale
from tests.domain.builders import answer, at, indicators, levels, measure, measured, stated

LEVELS, MEASURE, INDICATORS = levels("l"), measure("m", [(0, 0), (10, 100)]), indicators("i", 3)
STRICT = replace(levels("strict"), not_applicable_allowed=False)


@pytest.mark.parametrize(
    ("criterion", "given"),
    [
        (LEVELS, at(50)),
        (MEASURE, measured(3, 2, 4)),
        (INDICATORS, stated("0", "1", "2")),
        (LEVELS, answer(Unknown("Looked in the contract."))),
        (LEVELS, answer(NotApplicable("Nobody outside meets it."))),
    ],
)
def test_an_answer_written_as_a_payload_reads_as_the_same_answer(criterion: object, given: Answer) -> None:
    told = replace(given, rationale="Because.", evidence=("e-1", "e-2"))
    assert parse_draft(criterion, payload_of(told)) == told  # type: ignore[arg-type]  # one of the three above


@pytest.mark.parametrize(
    ("payload", "begun"),
    [
        ({}, False),
        ({"choice": "measured", "confidence": "high"}, False),
        ({"choice": "stated", "statement.s0": "open"}, False),
        ({"statement.s0": "not-met"}, True),
        ({"choice": "unknown"}, True),
        ({"rationale": "x"}, True),
        ({"evidence": ["e-1"]}, True),
    ],
)
def test_a_draft_is_begun_once_it_says_something(payload: Payload, begun: bool) -> None:  # noqa: FBT001 (a table)
    assert is_begun(payload) is begun


@pytest.mark.parametrize(
    ("raw", "number"),
    [("3.5", "3.5"), (" -2 ", "-2"), ("12 500", "12500"), ("1\u00a0000.25", "1000.25"), ("\u22124", "-4")],
)
def test_numbers_are_read_exactly(raw: str, number: str) -> None:
    assert read_number(raw) == Fraction(number)


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        ("3,5", "write 3.5 or 35"),
        ("1,234.5", "write 1234.5"),
        ("12 %", "without a unit"),
        ("1e3", "not a number"),
        ("", "not a number"),
    ],
)
def test_what_is_no_number_is_answered_with_how_to_write_it(raw: str, advice: str) -> None:
    assert advice in str(read_number(raw))


@pytest.mark.parametrize(
    ("criterion", "payload", "wrong", "missing"),
    [
        (LEVELS, {}, set(), {"choice", "confidence", "rationale"}),
        (LEVELS, {"choice": "level:at-51"}, {"choice"}, {"confidence", "rationale"}),
        (LEVELS, {"choice": "unknown"}, set(), {"looked"}),
        (LEVELS, {"choice": "not-applicable"}, set(), {"inapplicable"}),
        (STRICT, {"choice": "not-applicable", "inapplicable": "x"}, {"choice"}, set()),
        (MEASURE, {"rationale": "x", "confidence": "high"}, set(), {"value"}),
        (
            MEASURE,
            {"value": "x", "low": "y", "confidence": "sure"},
            {"value", "low", "confidence"},
            {"rationale"},
        ),
        (
            MEASURE,
            {"value": "3", "low": "4", "high": "2", "confidence": "low", "rationale": "x"},
            {"low", "high"},
            set(),
        ),
        (INDICATORS, {"confidence": "low", "rationale": "x"}, set(), {"choice"}),
        (
            INDICATORS,
            {"statement.s0": "maybe", "confidence": "low", "rationale": "x"},
            {"statement.s0"},
            set(),
        ),
    ],
)
def test_what_stands_between_a_draft_and_an_answer_is_said_by_field(
    criterion: object, payload: Payload, wrong: set[str], missing: set[str]
) -> None:
    meant = parse_draft(criterion, payload)  # type: ignore[arg-type]  # one of the criteria above
    assert isinstance(meant, Incomplete)
    assert (set(meant.wrong), set(meant.missing)) == (wrong, missing)
    assert set(meant.problems) == wrong | missing


def test_a_value_alone_is_its_own_range_and_statements_may_stay_open() -> None:
    common: Payload = {"confidence": "high", "rationale": " Measured twice. "}
    alone = parse_draft(MEASURE, {**common, "value": "3"})
    assert alone == Answer(
        response=Measurement(Fraction(3), Fraction(3), Fraction(3)),
        confidence=Confidence.HIGH,
        rationale="Measured twice.",
    )
    some = parse_draft(INDICATORS, {**common, "statement.s1": "met"})
    assert isinstance(some, Answer)
    assert some.response == Indicators(frozenset({"s1"}), frozenset())


def test_each_kind_of_criterion_has_its_own_fields() -> None:
    common = field_names(LEVELS)
    assert common == {"choice", "looked", "inapplicable", "confidence", "rationale", "evidence", "carried"}
    assert field_names(MEASURE) - common == {"value", "low", "high"}
    assert field_names(INDICATORS) - common == {"statement.s0", "statement.s1", "statement.s2"}


def test_a_carried_answer_is_incomplete_until_it_is_confirmed() -> None:
    payload = {"choice": "level:at-50", "confidence": "high", "rationale": "Read."}
    waiting = parse_draft(LEVELS, {**payload, "carried": "unconfirmed"})
    assert isinstance(waiting, Incomplete)
    assert set(waiting.missing) == {"carried"}
    assert parse_draft(LEVELS, {**payload, "carried": "confirmed"}) == parse_draft(LEVELS, payload)
    strange = parse_draft(LEVELS, {**payload, "carried": "perhaps"})
    assert isinstance(strange, Incomplete)
    assert set(strange.wrong) == {"carried"}


def asked_in(unit: str, *points: int) -> Criterion:
    """Return a criterion that asks for a number in a unit, with its best value at the last point."""
    ends = [(Fraction(each), Fraction(100 * place)) for place, each in enumerate(points)]
    return replace(MEASURE, scale=MeasureScale(unit, tuple(ends)))


@pytest.mark.parametrize(
    ("unit", "points", "raw", "fault"),
    [
        ("% of own tasks solved", (30, 95), "101", "“101” is above 100 %"),
        ("Per cent of prompts", (0, 100), "-0.5", "“-0.5” is below 0 %"),
        ("% of the monthly budget", (25, 200), "-3", "“-3” is below 0 %"),
        ("% of own tasks solved", (30, 95), "100", None),
        ("% of the monthly budget", (25, 200), "340", None),
        ("% of change", (-50, 50), "-80", None),
        ("USD per task", (0, 10), "250", None),
    ],
)
def test_a_share_of_a_whole_lies_from_0_to_100_per_cent(
    unit: str, points: tuple[int, int], raw: str, fault: str | None
) -> None:
    said = {"choice": "measured", "value": raw, "confidence": "high", "rationale": "Counted."}
    read = parse_draft(asked_in(unit, *points), said)
    if fault is None:
        assert isinstance(read, Answer)
    else:
        assert isinstance(read, Incomplete)
        assert read.wrong["value"].startswith(fault)
