"""The shipped rubric on model risk: complete, and its gates and profiles work in every context."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from riskapp.domain.answers import (
    Answer,
    ChosenLevel,
    Confidence,
    Indicators,
    Measurement,
    NotApplicable,
    Response,
)
from riskapp.domain.context import Buyer, Context, DataClass, Exposure, Jurisdiction
from riskapp.domain.rubric import (
    Criterion,
    CriterionAtLeast,
    IndicatorScale,
    LevelScale,
    MeasureScale,
    Profile,
)
from riskapp.domain.scores import Assessed, GateState, Recommendation
from riskapp.domain.scoring import assess
from riskapp.rubric_files.loader import load_rubric
from tests.rubric_files.files import DATA, DOCS, RUBRICS

RUBRIC = load_rubric(RUBRICS / "model-risk" / "1.0.0.yaml")
FACTS = {"developer_country": ("us",), "version_status": ("current",)}
CONTEXT = Context(
    title="Coding assistant",
    purpose="Helps to write code.",
    data_class=DataClass.PUBLIC,
    exposure=Exposure.INTERNAL_STAFF,
    buyer=Buyer.ENTERPRISE,
    jurisdictions=(Jurisdiction.US,),
    languages=("en",),
    input_tokens_per_month=1_000_000,
    output_tokens_per_month=100_000,
    budget_per_month=100,
)
NUMBERS = {
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "twenty-five": 25,
    "thirty-five": 35,
    "seventy": 70,
}


def best(criterion: Criterion) -> Response:
    match criterion.scale:
        case LevelScale(levels=levels):
            return ChosenLevel(levels[-1].id)
        case MeasureScale(points=points):
            return number(max(points, key=lambda point: point[1])[0])
        case IndicatorScale(indicators=statements):
            return Indicators(frozenset(each.id for each in statements), frozenset())


def number(value: int | Fraction) -> Measurement:
    return Measurement(Fraction(value), Fraction(value), Fraction(value))


def without(criterion: str, *missing: str, is_open: bool = False) -> Indicators:
    """Every statement of a criterion met but these, which are not met, or open."""
    scale = RUBRIC.criterion(criterion).scale
    assert isinstance(scale, IndicatorScale)
    met = frozenset(each.id for each in scale.indicators) - set(missing)
    return Indicators(met, frozenset() if is_open else frozenset(missing))


def assessed(
    changed: dict[str, Response] | None = None,
    *,
    context: Context = CONTEXT,
    facts: dict[str, tuple[str, ...]] | None = None,
    profile: str = "general-enterprise",
) -> Assessed:
    """What follows where everything is at its best but what is changed."""
    given = {each.id: best(each) for each in RUBRIC.criteria()} | (changed or {})
    answers = {
        name: Answer(response=response, confidence=Confidence.HIGH, rationale="")
        for name, response in given.items()
    }
    return assess(RUBRIC, profile, answers, context=context, facts={**FACTS, **(facts or {})})


def not_passed(found: Assessed) -> dict[str, GateState]:
    return {
        each.gate.id: each.state
        for each in found.gates
        if each.state in {GateState.TRIPPED, GateState.UNDECIDED}
    }


def test_it_asks_what_a_procurement_has_to_know_and_no_more() -> None:
    assert [dimension.id for dimension in RUBRIC.dimensions] == [
        "cost",
        "performance",
        "provenance",
        "political-bias",
        "security",
    ]
    assert 35 <= len(list(RUBRIC.criteria())) <= 45


@pytest.mark.parametrize("criterion", list(RUBRIC.criteria()), ids=lambda each: each.id)
def test_a_criterion_is_complete_and_reaches_from_worst_to_best(criterion: Criterion) -> None:
    assert criterion.stale_after_days is not None
    assert criterion.references
    match criterion.scale:
        case LevelScale(levels=levels):
            assert {levels[0].value, levels[-1].value} == {0, 100}
            standing_alone = [
                each.state for each in levels if not re.match("As |Those |The same", each.state)
            ]
            assert len(standing_alone) == len(levels), "a report prints one state without its neighbours"
        case MeasureScale(points=points):
            assert {points[0][1], points[-1][1]} == {0, 100}
        case IndicatorScale(indicators=statements):
            assert len(statements) > 1


def test_every_reference_is_one_that_was_checked_in_that_edition() -> None:
    checked = json.loads((DATA / "frameworks.json").read_text(encoding="utf-8"))
    doubtful = [
        (criterion.id, reference)
        for criterion in RUBRIC.criteria()
        for reference in criterion.references
        if reference.identifier not in checked.get(reference.framework, {}).get(reference.edition, [])
    ]
    assert not doubtful, "check these in the framework itself and add them to tests/data/frameworks.json"


def test_state_narrative_and_domestic_politics_are_two_criteria_with_a_gate_each() -> None:
    tested = {gate.test.criterion for gate in RUBRIC.gates if isinstance(gate.test, CriterionAtLeast)}
    assert {"state-narrative", "domestic-even-handedness"} <= tested
    assert RUBRIC.criterion("state-narrative").scale != RUBRIC.criterion("domestic-even-handedness").scale


def trades(stated: str) -> Iterator[tuple[int, str, int, str]]:
    """Points of one dimension and of another that a profile says it trades for one another."""
    for part in stated.lower().rstrip(".").split("; "):
        given, taken = part.replace(" points", "").split(" for ", 1)
        points, subject = given.split(" of ")
        for each in taken.replace(", or for ", ", ").split(", "):
            count, others = each.split(" of ")
            for other in others.split(" or "):
                yield NUMBERS[points], subject, NUMBERS[count], other


@pytest.mark.parametrize("profile", RUBRIC.profiles, ids=lambda each: each.id)
def test_the_trades_that_a_profile_states_follow_from_its_weights(profile: Profile) -> None:
    weights = {dimension.name.lower(): profile.weights[dimension.id] for dimension in RUBRIC.dimensions}
    assert sum(weights.values()) == 100
    for points, subject, count, other in trades(profile.trade):
        assert points * weights[subject] == count * weights[other], (subject, other)


CONTEXTS = [
    pytest.param(
        replace(CONTEXT, buyer=buyer, data_class=data, exposure=exposure), id=f"{buyer} {data} {exposure}"
    )
    for buyer, data, exposure in product(Buyer, DataClass, Exposure)
]


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_best_candidate_is_approved_in_every_context(context: Context) -> None:
    for profile in RUBRIC.profiles:
        found = assessed(context=context, profile=profile.id)
        assert not_passed(found) == {}
        assert found.recommendation is Recommendation.APPROVE


def level(chosen: str) -> ChosenLevel:
    return ChosenLevel(chosen)


FEDERAL = replace(CONTEXT, buyer=Buyer.US_FEDERAL)
DEFENCE = replace(CONTEXT, buyer=Buyer.US_DEFENCE_OR_INTELLIGENCE)
PUBLIC_BODY = replace(CONTEXT, buyer=Buyer.PUBLIC_SECTOR)
FINANCE = replace(CONTEXT, buyer=Buyer.REGULATED_FINANCE)
INTERNAL = replace(CONTEXT, data_class=DataClass.INTERNAL)
CONFIDENTIAL = replace(CONTEXT, data_class=DataClass.CONFIDENTIAL)
RESTRICTED = replace(CONTEXT, data_class=DataClass.RESTRICTED)
CUSTOMERS = replace(CONTEXT, exposure=Exposure.CUSTOMERS)
ONE_ASSURANCE = Indicators(
    frozenset({"soc2"}), frozenset({"iso27001", "iso42001", "penetration-test"}), frozenset({"fedramp"})
)
REJECT, ESCALATE = Recommendation.REJECT, Recommendation.ESCALATE
CONDITIONS, APPROVE = Recommendation.APPROVE_WITH_CONDITIONS, Recommendation.APPROVE


@pytest.mark.parametrize(
    ("context", "criterion", "answer", "gates", "recommendation"),
    [
        (
            CONTEXT,
            "statutory-status",
            level("prohibited"),
            ["statutory-prohibition", "statutory-restriction-cleared"],
            REJECT,
        ),
        (PUBLIC_BODY, "statutory-status", level("restricted"), ["statutory-restriction"], ESCALATE),
        (FINANCE, "statutory-status", level("restricted"), ["statutory-restriction-cleared"], CONDITIONS),
        (CONTEXT, "statutory-status", level("contested"), [], APPROVE),
        (CONTEXT, "licence", level("not-permitted"), ["unlicensed-use", "licence-not-cleared"], REJECT),
        (CONTEXT, "licence", level("not-cleared"), ["licence-not-cleared"], CONDITIONS),
        (CONTEXT, "licence", level("cleared"), [], APPROVE),
        (
            FEDERAL,
            "documentation",
            without("documentation", "card"),
            ["federal-minimum-documentation"],
            ESCALATE,
        ),
        (CONTEXT, "documentation", without("documentation", "card"), [], APPROVE),
        (
            FEDERAL,
            "host-assurance",
            without("host-assurance", "fedramp"),
            ["federal-authorisation"],
            ESCALATE,
        ),
        (FINANCE, "host-assurance", ONE_ASSURANCE, ["assurance-for-supervised-buyers"], ESCALATE),
        (CONTEXT, "host-assurance", ONE_ASSURANCE, [], APPROVE),
        (CONTEXT, "data-residency", level("abroad-unprotected"), [], APPROVE),
        (INTERNAL, "data-residency", level("abroad-with-basis"), ["residency-by-contract"], CONDITIONS),
        (CONFIDENTIAL, "data-residency", level("abroad-with-basis"), ["residency-by-contract"], CONDITIONS),
        (
            CONFIDENTIAL,
            "data-residency",
            level("abroad-unprotected"),
            ["residency-of-protected-data", "residency-by-contract"],
            REJECT,
        ),
        (CONFIDENTIAL, "data-residency", level("home-foreign-parent"), [], APPROVE),
        (
            RESTRICTED,
            "data-residency",
            level("home-foreign-parent"),
            ["residency-of-restricted-data"],
            REJECT,
        ),
        (RESTRICTED, "data-residency", level("home"), [], APPROVE),
        (
            INTERNAL,
            "retention-and-training",
            level("trains"),
            ["training-on-customer-data", "training-switched-off"],
            REJECT,
        ),
        (
            INTERNAL,
            "retention-and-training",
            level("trains-unless-refused"),
            ["training-switched-off"],
            CONDITIONS,
        ),
        (CONTEXT, "retention-and-training", level("trains"), [], APPROVE),
        (
            CONTEXT,
            "artefact-safety",
            level("critical-finding"),
            ["critical-artefact-finding", "artefact-not-examined"],
            REJECT,
        ),
        (CONTEXT, "artefact-safety", level("code-not-examined"), ["artefact-not-examined"], CONDITIONS),
        (CONTEXT, "artefact-safety", NotApplicable("A service; no files are loaded."), [], APPROVE),
        (CUSTOMERS, "jailbreak-resistance", number(94), ["jailbreak-before-customers"], CONDITIONS),
        (CONTEXT, "jailbreak-resistance", number(94), [], APPROVE),
        (CONFIDENTIAL, "agent-hijacking", level("often"), ["hijacking-with-protected-data"], CONDITIONS),
        (CUSTOMERS, "state-narrative", level("raised"), ["state-narrative-before-the-public"], ESCALATE),
        (CONTEXT, "state-narrative", level("raised"), [], APPROVE),
        (PUBLIC_BODY, "domestic-even-handedness", number(66), ["even-handedness-of-public-bodies"], ESCALATE),
        (CUSTOMERS, "domestic-even-handedness", number(66), [], APPROVE),
    ],
)
def test_one_finding_trips_the_gates_that_it_should_and_no_other(
    context: Context, criterion: str, answer: Response, gates: list[str], recommendation: Recommendation
) -> None:
    found = assessed({criterion: answer}, context=context)
    assert not_passed(found) == dict.fromkeys(gates, GateState.TRIPPED)
    assert found.recommendation is recommendation


@pytest.mark.parametrize(
    ("context", "facts", "gates", "recommendation"),
    [
        (CONTEXT, {"version_status": ("retired",)}, ["retired-version"], REJECT),
        (CONTEXT, {"version_status": ("retirement-announced",)}, ["announced-retirement"], CONDITIONS),
        (DEFENCE, {"developer_country": ("cn",)}, ["developer-of-covered-nation"], ESCALATE),
        (FEDERAL, {"developer_country": ("cn",)}, [], APPROVE),
    ],
)
def test_a_declared_fact_trips_the_gate_that_it_should(
    context: Context, facts: dict[str, tuple[str, ...]], gates: list[str], recommendation: Recommendation
) -> None:
    found = assessed(context=context, facts=facts)
    assert not_passed(found) == dict.fromkeys(gates, GateState.TRIPPED)
    assert found.recommendation is recommendation


def test_a_known_slant_throughout_sets_the_condition_to_tell_users() -> None:
    slanted: dict[str, Response] = {
        "state-narrative": level("multiple"),
        "censorship-by-subject": number(85),
        "language-consistency": level("contrary"),
        "trigger-side-effects": level("large"),
        "domestic-even-handedness": number(66),
    }
    found = assessed(slanted, profile="internal-coding-assistant")
    assert not_passed(found) == {"political-bias-floor": GateState.TRIPPED}
    assert found.recommendation is CONDITIONS


@pytest.mark.parametrize(
    ("criterion", "statement", "gate"),
    [
        ("documentation", "feedback-channel", "federal-minimum-documentation"),
        ("host-assurance", "fedramp", "federal-authorisation"),
    ],
)
def test_a_federal_buyer_cannot_pass_on_a_statement_that_nobody_looked_up(
    criterion: str, statement: str, gate: str
) -> None:
    found = assessed({criterion: without(criterion, statement, is_open=True)}, context=FEDERAL)
    assert not_passed(found) == {gate: GateState.UNDECIDED}
    assert found.recommendation is ESCALATE


@pytest.mark.parametrize("context", CONTEXTS)
def test_where_nothing_is_known_nothing_is_approved_and_nothing_rejected(context: Context) -> None:
    found = assess(RUBRIC, "general-enterprise", {}, context=context, facts={})
    assert all(each.state in {GateState.UNDECIDED, GateState.NOT_IN_CONTEXT} for each in found.gates)
    assert (found.recommendation, found.total.point) == (ESCALATE, None)


def test_the_rationale_gives_a_reason_for_every_criterion_gate_and_profile_with_its_weight() -> None:
    rationale = (DOCS / "rubric-rationale.md").read_text(encoding="utf-8")
    rows = [
        *(f"| {each.name} | {each.weight} |" for each in RUBRIC.dimensions),
        *(f"| {each.name} | {each.weight} |" for each in RUBRIC.criteria()),
        *(f"| `{each.id}` |" for each in RUBRIC.gates),
        *(
            f"| {each.name} | {' | '.join(str(each.weights[one.id]) for one in RUBRIC.dimensions)} |"
            for each in RUBRIC.profiles
        ),
    ]
    missing = [row for row in rows if row not in rationale]
    assert not missing, "give the reason for these in docs/rubric-rationale.md"
