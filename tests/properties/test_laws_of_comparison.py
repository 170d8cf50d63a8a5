"""Laws that hold for every comparison of candidates under any rubric."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from riskapp.domain.aggregation import score_total
from riskapp.domain.answers import Answer
from riskapp.domain.recommendation import recommend
from riskapp.domain.rubric import Aggregation, Rubric
from riskapp.domain.scores import Recommendation
from riskapp.domain.sensitivity.comparison import Comparison
from riskapp.domain.sensitivity.dominance import dominators, dominators_on_points
from riskapp.domain.sensitivity.flip_points import Direction, FlipPoint, Outcome, first_place, flip_points
from riskapp.domain.sensitivity.ranking import rank
from riskapp.domain.sensitivity.robustness import Reading
from riskapp.domain.sensitivity.weight_stability import weight_stability
from tests.domain.comparisons import compared, weighed
from tests.properties.sheets import Sheet, answers, responses, rubrics
from tests.properties.test_laws_of_scoring import scaled, turned

DRAWN = settings(max_examples=25, deadline=None)
EXACT = settings(max_examples=100, deadline=None)
GRID = [Fraction(each, 12) for each in range(1, 12)]


@dataclass(frozen=True)
class Rivals:
    rubric: Rubric
    sheets: Mapping[str, Mapping[str, Answer]]

    def compared(self) -> Comparison:
        return compared(self.rubric, self.sheets)


@st.composite
def rivals(draw: st.DrawFn, *, complete: bool = False) -> Rivals:
    """Two to four candidates; every criterion is answered where `complete`."""
    asked = draw(rubrics())
    way = responses if complete else answers
    sheets = {}
    for name in ("A", "B", "C", "D")[: draw(st.integers(2, 4))]:
        drawn = {each.id: draw(way(each)) for each in asked.criteria()}
        sheets[name] = {each: answer for each, answer in drawn.items() if answer is not None}
    return Rivals(asked, sheets)


@DRAWN
@given(rivals(), st.sampled_from(Reading))
def test_every_candidate_takes_one_place_and_every_place_is_taken_once(
    found: Rivals, reading: Reading
) -> None:
    standings = rank(found.compared(), reading, draws=10_000).standings
    places = [each.acceptability for each in standings.values()]
    assert all(sum(row) == 1 for row in places)
    assert all(sum(column) == 1 for column in zip(*places, strict=True))
    for each in standings.values():
        assert (each.central_weights is None) == (each.acceptability[0] == 0)
        assert each.central_weights is None or sum(each.central_weights.weights.values()) == 1


@DRAWN
@given(rivals(complete=True), st.sampled_from(Reading))
def test_who_is_dominated_never_wins(found: Rivals, reading: Reading) -> None:
    comparison = found.compared()
    drawn = rank(comparison, reading, draws=10_000)
    for name, others in dominators(comparison).items():
        for other in others:
            both_rated = {name, other} <= set(comparison.rated())
            assert not both_rated or other in dominators_on_points(comparison)[name]
            assert drawn.wins[name][other] == 0
            assert not both_rated or comparison.order.index(other) < comparison.order.index(name)


@DRAWN
@given(rivals(), st.sampled_from(Reading), st.fractions(Fraction(1, 50), 50))
def test_neither_order_nor_a_common_factor_of_the_weights_changes_a_figure(
    found: Rivals, reading: Reading, factor: Fraction
) -> None:
    reversed_sheets = dict(list(found.sheets.items())[::-1])
    other_rubric = scaled(turned(Sheet(found.rubric, {})).rubric, factor)
    one, other = found.compared(), compared(other_rubric, reversed_sheets)
    assert one.seed == other.seed
    assert one.order == other.order
    assert rank(one, reading, draws=10_000) == rank(other, reading, draws=10_000)
    assert set(flip_points(one)) == set(flip_points(other))


@DRAWN
@given(rivals(), st.sampled_from(Reading))
def test_names_do_not_change_what_candidates_that_differ_stand_for(found: Rivals, reading: Reading) -> None:
    renamed = {f"z-{name}": sheet for name, sheet in list(found.sheets.items())[::-1]}
    one, other = found.compared(), compared(found.rubric, renamed)
    assert one.seed == other.seed
    if len({repr(each) for each in one.ranges.values()}) == len(one.ranges):
        first, second = (rank(each, reading, draws=10_000).standings for each in (one, other))
        assert {f"z-{name}": standing for name, standing in first.items()} == second


@EXACT
@given(rivals(complete=True))
def test_flip_points_are_where_brute_force_finds_them(found: Rivals) -> None:
    comparison = found.compared()
    flips = flip_points(comparison)
    pairs = {(each.dimension, each.first, each.second) for each in flips}
    for dimension, first, second in sorted(pairs):
        mine = [
            each for each in flips if (each.dimension, each.first, each.second) == (dimension, first, second)
        ]
        low = max((at(each) for each in mine if each.direction is Direction.BELOW), default=Fraction(0))
        high = min((at(each) for each in mine if each.direction is Direction.ABOVE), default=Fraction(1))
        if weighs_alone(comparison, dimension):
            assert {each.outcome for each in mine} <= {Outcome.NEVER, Outcome.NOT_RATED}
        if weighs_alone(comparison, dimension) or mine[0].outcome is Outcome.NOT_RATED:
            continue
        for share in GRID:
            if low <= share <= high:
                assert lead(comparison, mine[0], share) >= -slack(comparison)
        for each in mine:
            if each.outcome is Outcome.FLIPS:
                assert_turns_at(comparison, each)


def at(flip: FlipPoint) -> Fraction:
    assert flip.at is not None
    return flip.at


def weighs_alone(comparison: Comparison, dimension: str) -> bool:
    return comparison.shares.get(dimension) == 1


def slack(comparison: Comparison) -> Fraction:
    return Fraction(0) if comparison.rubric.aggregation is Aggregation.ARITHMETIC else Fraction(1, 10**30)


def lead(comparison: Comparison, flip: FlipPoint, share: Fraction) -> Fraction:
    """How far the first is ahead of the second, by the engine, with this share for the dimension."""
    profile = weighed(comparison.profile, flip.dimension, share)
    one, other = (
        score_total(comparison.rubric, profile, comparison.candidates[each].dimensions).point
        for each in (flip.first, flip.second)
    )
    assert one is not None
    assert other is not None
    return one - other


def assert_turns_at(comparison: Comparison, flip: FlipPoint) -> None:
    """The two are level at the flip point, and just beyond it the second is ahead."""
    step = Fraction(1, 10**6) if flip.direction is Direction.ABOVE else -Fraction(1, 10**6)
    assert lead(comparison, flip, at(flip) + step) < 0
    if 0 < at(flip) < 1:
        assert abs(lead(comparison, flip, at(flip))) < Fraction(1, 10**25)


@EXACT
@given(rivals(complete=True))
def test_the_first_stays_first_as_far_as_it_is_said_to_and_no_farther(found: Rivals) -> None:
    comparison = found.compared()
    for place in first_place(comparison):
        if weighs_alone(comparison, place.dimension):
            assert (place.below, place.above) == (None, None)
            continue
        first, *behind = comparison.rated()
        for share in GRID:
            leads = {each: lead(comparison, pair(place.dimension, first, each), share) for each in behind}
            if place.low <= share <= place.high:
                assert min(leads.values()) >= -slack(comparison)
        step = Fraction(1, 10**6)
        if place.below is not None:
            assert lead(comparison, pair(place.dimension, first, place.below), place.low - step) < 0
        if place.above is not None:
            assert lead(comparison, pair(place.dimension, first, place.above), place.high + step) < 0


def pair(dimension: str, first: str, second: str) -> FlipPoint:
    return FlipPoint(
        dimension=dimension, first=first, second=second, weight=Fraction(0), outcome=Outcome.NEVER
    )


@EXACT
@given(rivals(complete=True), st.lists(st.integers(1, 1000), min_size=3, max_size=3))
def test_who_is_dominated_is_behind_under_any_weights(found: Rivals, weights: list[int]) -> None:
    comparison = found.compared()
    drawn = dict(zip(comparison.shares, map(Fraction, weights), strict=False))
    profile = replace(comparison.profile, weights=drawn)
    totals = {
        name: score_total(comparison.rubric, profile, each.dimensions)
        for name, each in comparison.candidates.items()
    }
    for name, others in dominators(comparison).items():
        for other in others:
            worst, best = totals[other].low, totals[name].high
            assert worst is not None
            assert best is not None
            assert worst >= best - slack(comparison)


@EXACT
@given(rivals(complete=True), st.sampled_from(Aggregation))
def test_a_recommendation_holds_inside_its_interval_and_changes_beyond(
    found: Rivals, aggregation: Aggregation
) -> None:
    comparison = Rivals(replace(found.rubric, aggregation=aggregation), found.sheets).compared()
    rubric, assessed = comparison.rubric, comparison.candidates["A"]

    def recommended(dimension: str, share: Fraction) -> Recommendation:
        profile = weighed(comparison.profile, dimension, share)
        total = score_total(rubric, profile, assessed.dimensions)
        return recommend(rubric, profile, gates=assessed.gates, dimensions=assessed.dimensions, total=total)[
            0
        ]

    for each in weight_stability(rubric, comparison.profile, assessed):
        if each.weight < 1:
            inside = [share for share in GRID if each.low < share < each.high]
            assert {recommended(each.dimension, share) for share in inside} <= {assessed.recommendation}
            for edge, beyond, step in ((each.low, each.below, -1), (each.high, each.above, 1)):
                near = edge + step * min(edge, 1 - edge) / 10**9
                assert beyond is None or recommended(each.dimension, near) is beyond
