"""Rubrics and answers for tests, each with as much as the test does not care about filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from riskapp.domain.answers import Answer, ChosenLevel, Confidence, Indicators, Measurement, Response
from riskapp.domain.context import Buyer, Context, DataClass, Exposure, Jurisdiction
from riskapp.domain.rubric import (
    Aggregation,
    Band,
    Criterion,
    Dimension,
    Floor,
    Gate,
    GateEffect,
    GateTest,
    Indicator,
    IndicatorScale,
    Level,
    LevelScale,
    MeasureScale,
    Profile,
    Rubric,
    Scale,
    Thresholds,
)
from riskapp.domain.scores import Score

Number = int | str | Fraction


def criterion(name: str, scale: Scale, *, weight: Number = 1) -> Criterion:
    return Criterion(
        id=name,
        name=name,
        question=f"What about {name}?",
        why="It matters.",
        how="Look it up.",
        weight=Fraction(weight),
        scale=scale,
        not_applicable_allowed=True,
        evidence=("document",),
        stale_after_days=None,
    )


def levels(name: str, values: Sequence[Number] = (0, 50, 100), *, weight: Number = 1) -> Criterion:
    """A criterion whose levels are called `at-<value>`."""
    scale = LevelScale(
        tuple(Level(id=f"at-{each}", name=f"At {each}", state="s", value=Fraction(each)) for each in values)
    )
    return criterion(name, scale, weight=weight)


def measure(name: str, points: Sequence[tuple[Number, Number]], *, weight: Number = 1) -> Criterion:
    scale = MeasureScale("units", tuple((Fraction(x), Fraction(value)) for x, value in points))
    return criterion(name, scale, weight=weight)


def indicators(name: str, count: int, *, weight: Number = 1) -> Criterion:
    """A criterion with statements called s0, s1, ..."""
    scale = IndicatorScale(tuple(Indicator(f"s{each}", "It is so.") for each in range(count)))
    return criterion(name, scale, weight=weight)


def dimension(name: str, *criteria: Criterion) -> Dimension:
    return Dimension(id=name, name=name, question="How?", weight=Fraction(1), criteria=criteria)


def gate(test: GateTest, effect: GateEffect, **when: tuple[str, ...]) -> Gate:
    condition = "Do this." if effect is GateEffect.CONDITION else None
    return Gate(id="the-gate", text="A rule.", when=when, test=test, effect=effect, condition=condition)


def rubric(*dimensions: Dimension, weights: Mapping[str, Number] | None = None) -> Rubric:
    """A rubric with one profile, `p`, that weighs every dimension alike unless `weights` says otherwise."""
    given = weights or {each.id: 1 for each in dimensions}
    profile = Profile(
        id="p", name="P", trade="One for one.", weights={each: Fraction(w) for each, w in given.items()}
    )
    return Rubric(
        id="r",
        version="1.0.0",
        title="R",
        description="A rubric for tests.",
        dimensions=dimensions,
        gates=(),
        bands=tuple(
            Band(id=name, name=f"{name} risk", from_score=Fraction(start))
            for name, start in (("critical", 0), ("high", 40), ("moderate", 60), ("low", 80))
        ),
        profiles=(profile,),
        minimum_coverage=Fraction(6, 10),
        aggregation=Aggregation.ARITHMETIC,
        confidence_half_width={"high": Fraction(0), "medium": Fraction(5), "low": Fraction(15)},
        moderation_spread=Fraction(30),
        thresholds=Thresholds(
            approve=Floor(Fraction(70), Fraction(50)),
            conditions=Floor(Fraction(50), Fraction(30)),
            reject_below=Fraction(30),
        ),
        digest="0" * 64,
    )


def geometric(given: Rubric) -> Rubric:
    return replace(given, aggregation=Aggregation.GEOMETRIC)


def with_gates(given: Rubric, *gates: Gate) -> Rubric:
    return replace(given, gates=gates)


def answer(response: Response, confidence: Confidence = Confidence.HIGH) -> Answer:
    return Answer(response=response, confidence=confidence, rationale="Because.")


def at(value: Number, confidence: Confidence = Confidence.HIGH) -> Answer:
    return answer(ChosenLevel(f"at-{value}"), confidence)


def measured(value: Number, low: Number | None = None, high: Number | None = None) -> Answer:
    number = Fraction(value)
    return answer(
        Measurement(
            number, number if low is None else Fraction(low), number if high is None else Fraction(high)
        )
    )


def stated(met: str = "", not_met: str = "", not_applicable: str = "") -> Answer:
    """Statements by their numbers: stated("01", "2") has s0 and s1 met and s2 not met."""
    lists = (frozenset(f"s{digit}" for digit in each) for each in (met, not_met, not_applicable))
    return answer(Indicators(*lists))


def interval(score: Score) -> list[Number | None]:
    """Low, point and high."""
    return [score.low, score.point, score.high]


def context(
    *,
    data_class: DataClass = DataClass.PERSONAL,
    jurisdictions: tuple[Jurisdiction, ...] = (Jurisdiction.EU,),
) -> Context:
    return Context(
        title="Letters to customers",
        purpose="Draft letters.",
        data_class=data_class,
        exposure=Exposure.CUSTOMERS,
        buyer=Buyer.ENTERPRISE,
        jurisdictions=jurisdictions,
        languages=("de",),
        input_tokens_per_month=1_000_000,
        output_tokens_per_month=100_000,
    )
