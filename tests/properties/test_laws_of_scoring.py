"""Laws that hold for every rubric and every sheet of answers."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from riskapp.domain.answers import Answer, Confidence, Indicators, NotApplicable, Unknown
from riskapp.domain.rubric import CriterionAtLeast, Gate, GateEffect, Rubric
from riskapp.domain.scores import GateState, Rating, Recommendation
from riskapp.domain.scoring import assess
from riskapp.domain.shown import in_tenths
from tests.domain.builders import dimension, gate, indicators, rubric, with_gates
from tests.properties.sheets import Sheet, answers, raised, scores, sheets

QUICK = settings(max_examples=60, deadline=None)


def not_below(upper: Fraction | None, lower: Fraction | None) -> bool:
    return upper is None or lower is None or upper >= lower


@QUICK
@given(sheets(), st.data())
def test_raising_one_answer_never_lowers_any_score(sheet: Sheet, data: st.DataObject) -> None:
    criterion = data.draw(st.sampled_from(list(sheet.rubric.criteria())))
    answer = sheet.answers.get(criterion.id)
    if answer is None:
        return
    before = scores(sheet.assessed())
    after = scores(sheet.with_answer(criterion.id, raised(criterion, answer)).assessed())
    for name, score in before.items():
        assert not_below(after[name].point, score.point), name
        assert not_below(after[name].low, score.low), name
        assert not_below(after[name].high, score.high), name


def scaled(rubric: Rubric, factor: Fraction) -> Rubric:
    return replace(
        rubric,
        dimensions=tuple(
            replace(
                dimension,
                criteria=tuple(replace(each, weight=each.weight * factor) for each in dimension.criteria),
            )
            for dimension in rubric.dimensions
        ),
        profiles=tuple(
            replace(profile, weights={name: weight * factor for name, weight in profile.weights.items()})
            for profile in rubric.profiles
        ),
    )


@QUICK
@given(sheets(), st.fractions(Fraction(1, 50), 50))
def test_scaling_all_weights_changes_nothing(sheet: Sheet, factor: Fraction) -> None:
    assert replace(sheet, rubric=scaled(sheet.rubric, factor)).assessed() == sheet.assessed()


def turned(sheet: Sheet) -> Sheet:
    rubric = sheet.rubric
    dimensions = tuple(
        replace(dimension, criteria=dimension.criteria[::-1]) for dimension in rubric.dimensions[::-1]
    )
    profiles = tuple(
        replace(profile, weights=dict(reversed(profile.weights.items()))) for profile in rubric.profiles
    )
    return Sheet(
        replace(rubric, dimensions=dimensions, profiles=profiles), dict(reversed(sheet.answers.items()))
    )


@QUICK
@given(sheets())
def test_order_changes_nothing(sheet: Sheet) -> None:
    found, other = sheet.assessed(), turned(sheet).assessed()
    assert scores(other) == scores(found)
    assert other.recommendation is found.recommendation
    assert set(other.contributions) == set(found.contributions)


@QUICK
@given(sheets())
def test_the_point_lies_between_low_and_high_on_the_scale(sheet: Sheet) -> None:
    for name, score in scores(sheet.assessed()).items():
        if score.rating is Rating.NOT_APPLICABLE:
            assert (score.point, score.low, score.high, score.coverage) == (None, None, None, None)
            continue
        assert score.low is not None, name
        assert score.high is not None, name
        assert 0 <= score.low <= score.high <= 100, name
        assert (score.point is not None) == (score.rating is Rating.RATED), name
        assert score.point is None or score.low <= score.point <= score.high, name


@QUICK
@given(sheets(), st.data())
def test_adding_an_answer_never_widens_a_range(sheet: Sheet, data: st.DataObject) -> None:
    criterion = data.draw(st.sampled_from(list(sheet.rubric.criteria())))
    answer = data.draw(answers(criterion))
    if answer is None:
        return
    before = scores(sheet.without(criterion.id).assessed())
    after = scores(sheet.with_answer(criterion.id, answer).assessed())
    for name, score in before.items():
        assert not_below(after[name].low, score.low), name
        assert not_below(score.high, after[name].high), name


@QUICK
@given(sheets(), st.data())
def test_unknown_counts_as_absent_shows_in_coverage_and_range_and_passes_no_gate(
    sheet: Sheet, data: st.DataObject
) -> None:
    dimension = data.draw(st.sampled_from(sheet.rubric.dimensions))
    criterion = data.draw(st.sampled_from([each for each in dimension.criteria if each.weight > 0]))
    guarded = replace(sheet, rubric=with_gates(sheet.rubric, _reject_below_zero(criterion.id)))
    unknown = Answer(response=Unknown("Asked."), confidence=Confidence.HIGH, rationale="")
    found = guarded.with_answer(criterion.id, unknown).assessed()
    assert found == guarded.without(criterion.id).assessed()
    assert found.criteria[criterion.id].point is None
    score = found.dimensions[dimension.id]
    assert score.coverage is not None
    assert score.coverage < 1
    assert score.low is not None
    assert score.high is not None
    assert score.low < score.high
    assert [each.state for each in found.gates] == [GateState.UNDECIDED]
    assert found.recommendation is Recommendation.ESCALATE


@QUICK
@given(sheets(), st.data())
def test_unknown_is_not_a_zero_it_changes_the_point_no_more_than_what_does_not_apply(
    sheet: Sheet, data: st.DataObject
) -> None:
    dimension = data.draw(st.sampled_from(sheet.rubric.dimensions))
    criterion = data.draw(st.sampled_from(dimension.criteria))
    left_out = Answer(response=NotApplicable("No."), confidence=Confidence.HIGH, rationale="")
    unknown = sheet.without(criterion.id).assessed().dimensions[dimension.id]
    without = sheet.with_answer(criterion.id, left_out).assessed().dimensions[dimension.id]
    assert unknown.point is None or unknown.point == without.point


@QUICK
@given(st.integers(1, 5), st.integers(1, 100), st.data())
def test_a_gate_that_is_decided_on_open_statements_stays_so_however_they_turn_out(
    count: int, minimum: int, data: st.DataObject
) -> None:
    fates = {f"s{each}": data.draw(st.sampled_from(["met", "not", "na", "open"])) for each in range(count)}
    closed = {
        each: data.draw(st.sampled_from(["met", "not", "na"])) if fate == "open" else fate
        for each, fate in fates.items()
    }
    now, then = (_gate_on_statements(count, minimum, each) for each in (fates, closed))
    assert now in {then, GateState.UNDECIDED}


def _gate_on_statements(count: int, minimum: int, fates: dict[str, str]) -> GateState:
    lists = (frozenset(key for key, fate in fates.items() if fate == way) for way in ("met", "not", "na"))
    test = CriterionAtLeast("c", Fraction(minimum))
    guarded = with_gates(rubric(dimension("d", indicators("c", count))), gate(test, GateEffect.REJECT))
    answer = Answer(response=Indicators(*lists), confidence=Confidence.HIGH, rationale="")
    return assess(guarded, "p", {"c": answer}, context=None, facts={}).gates[0].state


def _reject_below_zero(criterion: str) -> Gate:
    """A gate that any known answer passes."""
    return gate(CriterionAtLeast(criterion, Fraction(0)), GateEffect.REJECT)


@QUICK
@given(sheets(), st.data())
def test_where_nothing_in_a_dimension_applies_it_is_not_applicable_and_its_weight_leaves_the_total(
    sheet: Sheet, data: st.DataObject
) -> None:
    dimension = data.draw(st.sampled_from(sheet.rubric.dimensions))
    nothing = Answer(response=NotApplicable("No."), confidence=Confidence.HIGH, rationale="")
    emptied = replace(sheet, answers={**sheet.answers, **{each.id: nothing for each in dimension.criteria}})
    profile = sheet.rubric.profile("p")
    weightless = replace(profile, weights={**profile.weights, dimension.id: Fraction(0)})
    found = emptied.assessed()
    assert found.dimensions[dimension.id].rating is Rating.NOT_APPLICABLE
    without_weight = replace(emptied, rubric=replace(sheet.rubric, profiles=(weightless,)))
    assert found.total == without_weight.assessed().total


@QUICK
@given(sheets())
def test_contributions_sum_to_the_total_exactly_and_as_shown(sheet: Sheet) -> None:
    found = sheet.assessed()
    if found.total.point is None:
        assert found.contributions == ()
        return
    assert sum(each.exact for each in found.contributions) == found.total.point
    assert sum(each.shown for each in found.contributions) == in_tenths(found.total.point)
    for each in found.contributions:
        assert abs(each.shown - each.exact) < Fraction(1, 10)
        assert (each.shown * 10).denominator == 1
