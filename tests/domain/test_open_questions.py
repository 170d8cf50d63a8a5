"""What to find out next: which criteria, how far they swing the total, and what their answers change."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from riskapp.domain.answers import Answer, Confidence, Indicators, Unknown
from riskapp.domain.gates import Facts
from riskapp.domain.rubric import (
    Criterion,
    CriterionAtLeast,
    FactNotIn,
    GateEffect,
    IndicatorMet,
    Rubric,
)
from riskapp.domain.scores import Recommendation
from riskapp.domain.sensitivity.open_questions import Case, Gap, OpenQuestion, open_questions
from riskapp.domain.sensitivity.resolutions import resolutions
from riskapp.domain.sensitivity.words import change_words, gap_words, letter_words
from tests.domain.builders import (
    Number,
    answer,
    at,
    dimension,
    gate,
    geometric,
    indicators,
    levels,
    measure,
    measured,
    rubric,
    stated,
    with_gates,
)
from tests.domain.comparisons import NOT_APPLICABLE

TODAY = date(2026, 6, 30)
UNKNOWN = answer(Unknown("Asked the vendor."))


def case(
    given: Rubric,
    answers: Mapping[str, Answer],
    *,
    dated: Mapping[str, date] | None = None,
    facts: Facts | None = None,
    rivals: tuple[int, ...] = (),
) -> Case:
    return Case(
        rubric=given,
        profile_id="p",
        answers=answers,
        context=None,
        facts=facts or {},
        on=TODAY,
        dated=dated or {},
        rivals=tuple(Fraction(each) for each in rivals),
    )


def gaps_of(found: Case) -> dict[str, tuple[Gap, ...]]:
    return {each.criterion.id: each.gaps for each in open_questions(found).questions}


def only(found: Case) -> OpenQuestion:
    (question,) = open_questions(found).questions
    return question


def fresh_for(days: int, criterion: Criterion) -> Criterion:
    return replace(criterion, stale_after_days=days)


def figures(*values: Fraction) -> list[Number]:
    return list(values)


def one(criterion: Criterion) -> Rubric:
    return rubric(dimension("d", criterion))


def test_unknown_unanswered_open_weak_and_wide_criteria_are_asked_for_and_no_others() -> None:
    given = rubric(
        dimension(
            "d",
            *(levels(each) for each in ("known", "unknown", "silent", "weak", "idle")),
            *(indicators(each, 3) for each in ("open", "closed")),
            *(measure(each, [(0, 0), (10, 100)]) for each in ("wide", "narrow")),
        )
    )
    answers = {
        "known": at(50),
        "unknown": UNKNOWN,
        "weak": at(50, Confidence.LOW),
        "idle": NOT_APPLICABLE,
        "open": stated("0", "1"),
        "closed": stated("0", "1", "2"),
        "wide": measured(5, 3, 6),
        "narrow": measured(5, 4, 6),
    }
    assert gaps_of(case(given, answers)) == {
        "unknown": (Gap.UNKNOWN,),
        "silent": (Gap.UNANSWERED,),
        "weak": (Gap.LOW_CONFIDENCE,),
        "open": (Gap.OPEN_STATEMENTS,),
        "wide": (Gap.WIDE,),
    }


@pytest.mark.parametrize(("age", "stale"), [(90, False), (91, True)])
def test_an_answer_is_stale_when_its_newest_evidence_is_older_than_the_rubric_allows(
    age: int, *, stale: bool
) -> None:
    given = one(fresh_for(90, levels("c")))
    answers = {"c": replace(at(50), evidence=("old", "newest", "undated"))}
    dated = {"old": date(2020, 1, 1), "newest": TODAY - timedelta(days=age)}
    assert gaps_of(case(given, answers, dated=dated)) == ({"c": (Gap.STALE,)} if stale else {})
    assert gaps_of(case(given, answers)) == {}
    assert gaps_of(case(one(levels("c")), answers, dated=dated)) == {}


def test_a_stale_answer_is_worth_no_more_than_one_of_low_confidence() -> None:
    given = one(fresh_for(1, levels("c")))
    found = only(case(given, {"c": replace(at(50), evidence=("e",))}, dated={"e": date(2020, 1, 1)}))
    assert figures(found.low, found.high, found.swing) == [35, 65, 30]
    assert gap_words(found.gaps) == "the evidence is stale"


def test_the_swing_is_the_share_of_the_range_in_the_total() -> None:
    given = rubric(
        dimension("d", levels("a", weight=3), levels("b", weight=2)),
        dimension("e", levels("c")),
        weights={"d": 1, "e": 3},
    )
    found = {each.criterion.id: each for each in open_questions(case(given, {"a": at(50)})).questions}
    assert figures(found["b"].swing, found["c"].swing) == [100 * Fraction(1, 4) * Fraction(2, 5), 75]


def test_the_swing_of_a_geometric_total_holds_all_else_at_its_point() -> None:
    given = geometric(rubric(dimension("d", levels("a")), dimension("e", levels("b"))))
    found = only(case(given, {"a": at(100)}))
    assert found.criterion.id == "b"
    assert found.swing == 100


def test_an_answer_that_does_not_weigh_swings_nothing_but_may_trip_a_gate() -> None:
    given = rubric(dimension("d", levels("a")), dimension("e", levels("b")), weights={"d": 1, "e": 0})
    guarded = with_gates(given, gate(CriterionAtLeast("b", Fraction(50)), GateEffect.REJECT))
    found = only(case(guarded, {"a": at(100)}))
    assert found.swing == 0
    assert found.recommendation_turns == 1
    assert [(each.probability, each.recommendation) for each in found.changes] == [
        (Fraction(1, 4), Recommendation.REJECT),
        (Fraction(1, 2), Recommendation.APPROVE),
        (Fraction(1, 4), Recommendation.APPROVE),
    ]
    assert [change_words(each, found.criterion) for each in found.changes] == [
        "At 0: reject",
        "At 50: approve",
        "At 100: approve",
    ]


def test_what_comes_first_is_what_can_change_most() -> None:
    given = rubric(
        dimension("d", *(levels(each, weight=5) for each in "ab"), levels("c"), levels("e", weight=4))
    )
    guarded = with_gates(given, gate(CriterionAtLeast("c", Fraction(50)), GateEffect.REJECT))
    found = open_questions(case(guarded, {"a": at(100), "b": at(100)}))
    assert found.recommendation is Recommendation.ESCALATE
    assert (found.at_worst, found.at_best) == (Recommendation.REJECT, Recommendation.APPROVE)
    assert [each.criterion.id for each in found.questions] == ["c", "e"]
    assert found.questions[0].hinders == Fraction(1, 4)


def test_one_of_two_gates_hinders_where_neither_answer_alone_can_lift_the_escalation() -> None:
    given = rubric(dimension("d", levels("a", weight=8), levels("b"), levels("c")))
    gates = [gate(CriterionAtLeast(each, Fraction(50)), GateEffect.ESCALATE) for each in "bc"]
    found = open_questions(case(with_gates(given, *gates), {"a": at(100)}))
    assert [each.recommendation_turns for each in found.questions] == [Fraction(0)] * 2
    assert [each.hinders for each in found.questions] == [Fraction(1, 4)] * 2
    assert found.at_best is Recommendation.APPROVE


def test_a_rejection_that_no_answer_can_lift_leaves_nothing_to_change() -> None:
    given = with_gates(one(levels("c")), gate(FactNotIn("status", ("retired",)), GateEffect.REJECT))
    found = open_questions(case(given, {}, facts={"status": ("retired",)}))
    assert (found.recommendation, found.at_best) == (Recommendation.REJECT, Recommendation.REJECT)
    assert found.questions[0].changes == ()


def test_with_rivals_it_is_said_how_likely_an_answer_changes_who_comes_first() -> None:
    given = rubric(dimension("d", levels("a"), levels("b", (0, 25, 50, 75, 100))))
    found = only(case(given, {"a": at(60 - 10)}, rivals=(60, 20)))
    # Not rated, so not first; with b at 75 or 100 the total of 62.5 or more passes the rival's 60.
    assert found.first_turns == Fraction(1, 4) + Fraction(1, 8)
    assert [each.comes_first for each in found.changes][-2:] == [True, True]
    assert change_words(found.changes[-1], found.criterion) == "At 100: approve, first"
    assert only(case(given, {"a": at(50)})).first_turns is None


def test_who_is_first_now_may_lose_the_place() -> None:
    given = rubric(dimension("d", levels("a"), levels("b", (0, 40, 55, 70, 100))))
    weak = {"a": at(100), "b": at(55, Confidence.LOW)}
    found = only(case(given, weak, rivals=(75,)))
    assert found.first_turns == Fraction(15 - Fraction(15, 2), 30)
    assert not found.changes[0].comes_first


def test_a_run_of_measured_numbers_with_one_effect_is_one_change() -> None:
    given = with_gates(
        one(measure("c", [(0, 100), (200, 0)])), gate(CriterionAtLeast("c", Fraction(60)), GateEffect.REJECT)
    )
    found = only(case(given, {}))
    words = [change_words(each, found.criterion) for each in found.changes]
    assert words == [
        "195 to 85 units: reject",
        "75 to 65 units: approve with conditions",
        "55 to 5 units: approve",
    ]
    assert [each.probability for each in found.changes] == [
        Fraction(12, 20),
        Fraction(2, 20),
        Fraction(6, 20),
    ]


def test_a_statement_that_a_gate_asks_for_is_resolved_by_itself() -> None:
    given = with_gates(one(indicators("c", 4)), gate(IndicatorMet("c", "s2"), GateEffect.REJECT))
    found = only(case(given, {"c": stated("01", "3")}))
    assert figures(found.low, found.high) == [50, 75]
    assert [(change_words(each, found.criterion), each.probability) for each in found.changes] == [
        ("2 of 4 statements met (s2 not met): reject", Fraction(1, 2)),
        ("3 of 4 statements met (s2 met): approve", Fraction(1, 2)),
    ]


def test_sets_of_as_many_statements_are_equally_likely() -> None:
    criterion = indicators("c", 3)
    given = with_gates(one(criterion), gate(IndicatorMet("c", "s0"), GateEffect.REJECT))
    found = resolutions(given, criterion, within=(Fraction(0), Fraction(100)))
    assert sum(each.probability for each in found) == 1
    met = [each.probability for each in found if "s0" in statements(each.response).met]
    assert sum(met) == Fraction(1, 2)
    two_of_three = [each for each in found if len(statements(each.response).met) == 2]
    assert sorted(each.probability for each in two_of_three) == [Fraction(1, 9), Fraction(2, 9)]


def statements(response: object) -> Indicators:
    assert isinstance(response, Indicators)
    return response


@pytest.mark.parametrize("within", [(0, 100), (35, 65), (10, 20)])
def test_possible_answers_are_those_nearest_to_the_range_by_rising_score(within: tuple[int, int]) -> None:
    low, high = Fraction(within[0]), Fraction(within[1])
    for criterion in (levels("l", (0, 30, 60, 100)), indicators("i", 4), measure("m", [(0, 90), (5, 20)])):
        found = resolutions(one(criterion), criterion, within=(low, high))
        assert sum(each.probability for each in found) == 1
        scores = [each.score for each in found]
        assert scores == sorted(scores)
    assert resolutions(one(levels("l")), levels("l"), within=(low, low)) == ()


def test_the_question_can_stand_in_a_letter() -> None:
    asked = replace(
        levels("c"), question="Where is it?", how="Read the contract.", evidence=("contract", "map")
    )
    assert letter_words(asked) == "Where is it? Read the contract. Evidence that counts: contract; map."


def test_nothing_is_left_to_find_out_where_all_is_known() -> None:
    found = open_questions(case(one(levels("c")), {"c": at(100)}))
    assert found.questions == ()
    assert found.at_worst is found.at_best is found.recommendation is Recommendation.APPROVE
