"""Any rubric with any sheet of answers, for the laws that hold for all of them."""

from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import strategies as st

from riskapp.domain.answers import (
    Answer,
    ChosenLevel,
    Confidence,
    Indicators,
    Measurement,
    NotApplicable,
    Response,
    Unknown,
)
from riskapp.domain.rubric import (
    Aggregation,
    Criterion,
    Dimension,
    IndicatorScale,
    LevelScale,
    MeasureScale,
    Rubric,
)
from riskapp.domain.scores import Assessed, Score
from riskapp.domain.scoring import assess
from tests.domain.builders import dimension, indicators, levels, measure, rubric

WEIGHTS = st.integers(0, 5)
SOME_WEIGHT = st.integers(1, 5)
NUMBERS = st.fractions(-5, 15, max_denominator=4)


@dataclass(frozen=True)
class Sheet:
    rubric: Rubric
    answers: dict[str, Answer]

    def assessed(self) -> Assessed:
        return assess(self.rubric, "p", self.answers, context=None, facts={})

    def with_answer(self, criterion: str, answer: Answer) -> "Sheet":
        return replace(self, answers={**self.answers, criterion: answer})

    def without(self, criterion: str) -> "Sheet":
        return replace(self, answers={key: each for key, each in self.answers.items() if key != criterion})


def scores(found: Assessed) -> dict[str, Score]:
    """Every score by its name; criteria and dimensions have different names here."""
    return {**found.criteria, **found.dimensions, "total": found.total}


@st.composite
def criteria(draw: st.DrawFn, name: str) -> Criterion:
    weight = draw(SOME_WEIGHT if name.endswith("0") else WEIGHTS)
    match draw(st.sampled_from(["levels", "measure", "indicators"])):
        case "levels":
            values = draw(st.sets(st.integers(0, 100), min_size=2, max_size=4))
            return levels(name, sorted(values), weight=weight)
        case "measure":
            falling = draw(st.booleans())
            points = [(0, 0), (4, 30), (10, 100)]
            turned = [(x, 100 - value) for x, value in points] if falling else points
            return measure(name, turned, weight=weight)
        case _:
            return indicators(name, draw(st.integers(1, 4)), weight=weight)


@st.composite
def dimensions(draw: st.DrawFn, number: int) -> Dimension:
    count = draw(st.integers(1, 3))
    return dimension(f"d{number}", *[draw(criteria(f"c{number}{each}")) for each in range(count)])


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    drawn = [draw(dimensions(number)) for number in range(draw(st.integers(1, 3)))]
    weights = {each.id: draw(WEIGHTS if position else SOME_WEIGHT) for position, each in enumerate(drawn)}
    return replace(rubric(*drawn, weights=weights), aggregation=draw(st.sampled_from(Aggregation)))


@st.composite
def responses(draw: st.DrawFn, criterion: Criterion) -> Answer:
    """An answer that says something."""
    confidence = draw(st.sampled_from(Confidence))
    return Answer(response=draw(told(criterion)), confidence=confidence, rationale="Because.")


@st.composite
def told(draw: st.DrawFn, criterion: Criterion) -> Response:
    match criterion.scale:
        case LevelScale(levels=given):
            return ChosenLevel(draw(st.sampled_from(given)).id)
        case MeasureScale():
            low, value, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
            return Measurement(value, low, high)
        case IndicatorScale(indicators=statements):
            ways = ["met", "not", "na", "open"]
            fates = {each.id: draw(st.sampled_from(ways)) for each in statements}
            return Indicators(*[frozenset(key for key in fates if fates[key] == way) for way in ways[:3]])


@st.composite
def answers(draw: st.DrawFn, criterion: Criterion) -> Answer | None:
    match draw(st.sampled_from(["says", "says", "says", "unknown", "not applicable", "absent"])):
        case "says":
            return draw(responses(criterion))
        case "unknown":
            return Answer(response=Unknown("Asked."), confidence=Confidence.HIGH, rationale="")
        case "not applicable":
            return Answer(response=NotApplicable("No."), confidence=Confidence.HIGH, rationale="")
        case _:
            return None


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    given = draw(rubrics())
    drawn = {each.id: draw(answers(each)) for each in given.criteria()}
    return Sheet(given, {name: answer for name, answer in drawn.items() if answer is not None})


def raised(criterion: Criterion, answer: Answer) -> Answer:
    """The answer one step better, or as it is where it cannot be."""
    match answer.response, criterion.scale:
        case ChosenLevel(level=chosen), LevelScale(levels=given):
            names = [level.id for level in given]
            return replace(answer, response=ChosenLevel(names[min(names.index(chosen) + 1, len(names) - 1)]))
        case Measurement() as found, MeasureScale(points=points):
            step = Fraction(1 if points[-1][1] > points[0][1] else -1)
            moved = Measurement(found.value + step, found.low + step, found.high + step)
            return replace(answer, response=moved)
        case Indicators() as found, IndicatorScale(indicators=statements):
            open_ones = {each.id for each in statements} - found.met - found.not_applicable
            won = frozenset(sorted(open_ones)[:1])
            return replace(
                answer, response=Indicators(found.met | won, found.not_met - won, found.not_applicable)
            )
        case _:
            return answer
