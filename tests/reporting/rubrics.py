"""A rubric of any size, with scales of every kind, and answers of every kind to it."""

from fractions import Fraction

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
    Band,
    Criterion,
    CriterionAtLeast,
    Dimension,
    FactIn,
    FactNotIn,
    Floor,
    Gate,
    GateEffect,
    Indicator,
    IndicatorScale,
    Level,
    LevelScale,
    MeasureScale,
    Profile,
    Reference,
    Rubric,
    Scale,
    Thresholds,
)

_DIMENSIONS = (
    ("cost", "Cost"),
    ("performance", "Performance"),
    ("provenance", "Provenance"),
    ("political-bias", "Political bias"),
    ("security", "Security"),
)

_SUBJECTS = {
    "cost": (
        "Run cost against the budget",
        "Cost per solved task",
        "Certainty of the price",
        "Cost of leaving",
        "Hidden cost of own hosting",
        "Life of this version on this route",
        "Protection in the contract",
        "Metering",
    ),
    "performance": (
        "Own task set",
        "General reasoning",
        "Agentic coding",
        "Latency on this route",
        "Service levels",
        "Independent replication of the vendor's claims",
        "Languages in use",
        "Stability behind the name",
    ),
    "provenance": (
        "Developer and ownership",
        "Licence and restrictions on use",
        "Disclosure of training data",
        "Export control",
        "Documentation",
        "Lineage and distillation",
        "Integrity of the artefact",
        "Chain of hosts",
    ),
    "political-bias": (
        "Alignment with a state's narratives",
        "Refusal by subject country",
        "Even-handedness in domestic politics",
        "Consistency between languages",
        "Stated policy",
        "Side effects of political triggers",
        "Steering",
        "Monitoring and feedback",
    ),
    "security": (
        "Resistance to injected instructions",
        "Resistance to jailbreaks",
        "Residency of data and access from abroad",
        "Retention of prompts",
        "Assurance of the host",
        "Record of incidents",
        "Leakage of sensitive data",
        "Isolation of the deployment",
    ),
}

_RATIONALE = (
    "The vendor's own paper gives a figure for this version; two independent runs on other harnesses come "
    "out lower, and neither names the decoding settings. We take the lower figure and keep the confidence at "
    "medium until our own task set has been run on the route that would be bought."
)


def scale(kind: int) -> Scale:
    """Return a scale of levels, a measure or indicators, by turns."""
    if kind % 5 == 3:
        return MeasureScale("US$ a month", ((Fraction(0), Fraction(100)), (Fraction(5000), Fraction(0))))
    if kind % 5 == 4:
        names = (
            "A policy is published",
            "Each case is dated",
            "Appeals are answered",
            "Logs are kept",
            "An owner is named",
        )
        return IndicatorScale(tuple(Indicator(f"i-{n}", name) for n, name in enumerate(names)))
    states = (
        ("absent", "Nothing found", "No measurement by anybody outside the developer was found.", 0),
        ("weak", "Measured once", "One outside party measured it, on another version or route.", 40),
        (
            "fair",
            "Measured twice",
            "Two outside parties measured this version and differ by less than five points.",
            70,
        ),
        ("strong", "Replicated", "Our own run on this route agrees with two outside parties.", 100),
    )
    return LevelScale(tuple(Level(id=i, name=n, state=s, value=Fraction(v)) for i, n, s, v in states))


_BANDS = (("Critical risk", 0), ("High risk", 40), ("Moderate risk", 60), ("Low risk", 80))


def criterion(dimension: str, index: int) -> Criterion:
    """Return the criterion at this place in a dimension."""
    subjects = _SUBJECTS[dimension]
    subject = subjects[index % len(subjects)]
    return Criterion(
        id=f"{dimension}-{index + 1}",
        name=subject,
        question=f"{subject}: what has been measured, by whom, on which version and route?",
        why="Without it the figure says nothing about what would be bought.",
        how="Ask the vendor for the harness and the raw results; run ten per cent of it again.",
        weight=Fraction(1 + index % 3),
        scale=scale(index),
        not_applicable_allowed=True,
        evidence=("independent", "government evaluation"),
        stale_after_days=180,
        references=(
            Reference("NIST AI RMF", "1.0", "MEASURE 2.5"),
            Reference("ISO/IEC 42001", "2023", "A.6.2.4"),
        ),
    )


def rubric(per_dimension: int = 8) -> Rubric:
    """Return a rubric of five dimensions with so many criteria in each."""
    return Rubric(
        id="sample",
        version="1.0.0",
        title="Sample rubric for models",
        description="A rubric for tests.",
        dimensions=tuple(_dimension(each, name, per_dimension) for each, name in _DIMENSIONS),
        gates=_gates(),
        bands=tuple(
            Band(id=name.split()[0].lower(), name=name, from_score=Fraction(start)) for name, start in _BANDS
        ),
        profiles=(
            Profile(
                id="general",
                name="General enterprise",
                trade="Ten points of security weigh as much as fifteen of cost.",
                weights={
                    each: Fraction(weight)
                    for (each, _), weight in zip(_DIMENSIONS, (20, 20, 15, 15, 30), strict=True)
                },
            ),
        ),
        minimum_coverage=Fraction(3, 5),
        aggregation=Aggregation.ARITHMETIC,
        confidence_half_width={"high": Fraction(5), "medium": Fraction(10), "low": Fraction(20)},
        moderation_spread=Fraction(30),
        thresholds=Thresholds(
            approve=Floor(Fraction(65), Fraction(50)),
            conditions=Floor(Fraction(40), Fraction(25)),
            reject_below=Fraction(30),
        ),
        digest="5f1c" * 16,
    )


def _dimension(each: str, name: str, criteria: int) -> Dimension:
    return Dimension(
        id=each,
        name=name,
        question=f"How far can the candidate be relied on in {name.lower()}?",
        weight=Fraction(1),
        criteria=tuple(criterion(each, index) for index in range(criteria)),
    )


def _gates() -> tuple[Gate, ...]:
    return (
        Gate(
            id="residency",
            text="Confidential data is not processed in a country without an adequacy decision.",
            when={"data_class": ("confidential", "personal")},
            test=FactNotIn("hosting_countries", ("cn", "ru")),
            effect=GateEffect.REJECT,
        ),
        Gate(
            id="retired",
            text="The exact version is not retired.",
            test=FactIn("version_status", ("current", "retirement-announced")),
            effect=GateEffect.REJECT,
        ),
        Gate(
            id="injection",
            text="Agent work asks for a measured resistance to injected instructions.",
            test=CriterionAtLeast("security-1", Fraction(80)),
            effect=GateEffect.CONDITION,
            condition="Keep tools behind a person's confirmation until it has been measured on this route.",
        ),
        Gate(
            id="incidents",
            text="The record of incidents is known.",
            test=CriterionAtLeast("security-3", Fraction(40)),
            effect=GateEffect.ESCALATE,
        ),
        Gate(
            id="federal",
            text="Statutes do not forbid this developer to the declared buyer.",
            when={"buyer": ("us-federal",)},
            test=FactNotIn("developer_country", ("cn",)),
            effect=GateEffect.REJECT,
        ),
    )


def answers(of: Rubric) -> dict[str, Answer]:
    """Return answers of every kind, unknown, not applicable and none at all among them."""
    given: dict[str, Answer] = {}
    for place, each in enumerate(of.criteria()):
        answer = _answer(place, each)
        if answer is not None:
            given[each.id] = answer
    return given


def _answer(place: int, of: Criterion) -> Answer | None:
    confidence = tuple(Confidence)[place % 3]
    cited = tuple(f"e-{1 + (place * 3 + step) % 18}" for step in range(1 + place % 3))
    if place % 13 == 9:
        return None
    if place % 9 == 5 or of.id == "security-3" or (of.id.startswith("political-bias") and place % 2):
        reason = (
            "The vendor's pages, two evaluation registers and the press say nothing dated about this version."
        )
        return Answer(response=Unknown(reason), confidence=confidence, rationale="", evidence=cited[:1])
    if place % 17 == 11:
        reason = "The use has no agent work: no tool is offered to the model."
        return Answer(response=NotApplicable(reason), confidence=confidence, rationale="")
    match of.scale:
        case LevelScale():
            response: Response = ChosenLevel(("weak", "fair", "strong", "fair")[place % 4])
        case MeasureScale():
            response = Measurement(Fraction("1240.5"), Fraction(900), Fraction(1800))
        case IndicatorScale():
            response = Indicators(frozenset({"i-0", "i-1", "i-3"}), frozenset({"i-2"}))
    return Answer(response=response, confidence=confidence, rationale=_RATIONALE, evidence=cited)
