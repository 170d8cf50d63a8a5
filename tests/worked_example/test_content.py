"""The content of the worked example follows from its facts, and says so."""

import re
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest

from riskapp.domain.answers import Answer, Unknown
from riskapp.domain.candidate import Route, candidate_faults
from riskapp.domain.context import context_faults
from riskapp.domain.drafts import parse_draft
from riskapp.domain.fact import Fact, Verification, fact_faults
from riskapp.domain.life_cycle import Stage
from riskapp.domain.rubric import GateEffect
from riskapp.domain.scores import Assessed, GateState, Recommendation
from riskapp.domain.scoring import assess
from riskapp.worked_example.content import Content, read_content
from riskapp.worked_example.story_format import AssessmentPart
from tests.worked_example.rationales import is_right, numbers, sourced, sums, written

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
OF_THE_WEIGHTS = (
    "general-reasoning",
    "coding",
    "agentic-work",
    "factuality",
    "training-data",
    "lineage",
    "state-narrative",
    "language-consistency",
    "trigger-side-effects",
    "jailbreak-resistance",
    "agent-hijacking",
)
OF_THE_ROUTE = ("price-certainty", "version-life", "version-stability", "subprocessors", "data-residency")


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content()


def parts(content: Content, *stages: Stage) -> list[AssessmentPart]:
    return [part for part in content.story.assessments if part.stage in (stages or tuple(Stage))]


def assessed(content: Content, name: str) -> Assessed:
    part = next(part for part in content.story.assessments if part.answers == name)
    sheet = content.sheets[name]
    assert sheet.profile is not None
    return assess(
        content.rubric,
        sheet.profile,
        sheet.answers,
        context=content.contexts[part.context],
        facts=content.candidates[part.candidate].facts(content.story.facts_collected_on),
    )


def test_every_fact_fits_the_register(content: Content) -> None:
    assert len(content.facts) == 536
    assert {name: faults for name, fact in content.facts.items() if (faults := fact_faults(fact))} == {}
    assert Counter(fact.verification for fact in content.facts.values()) == {
        Verification.PRIMARY: 344,
        Verification.SECONDARY: 167,
        Verification.COMPUTED: 13,
        Verification.UNVERIFIED: 12,
    }
    assert not [fact.note for fact in content.facts.values() if "verif=" in fact.note]


def test_every_candidate_and_context_fits_the_register(content: Content) -> None:
    assert len(content.candidates) >= 9
    assert not [name for name, each in content.candidates.items() if candidate_faults(each)]
    assert not [name for name, each in content.contexts.items() if context_faults(each)]
    assert {route for each in content.candidates.values() for route in [each.route]} == set(Route)


def test_every_candidate_rests_on_facts_about_its_exact_version(content: Content) -> None:
    versions = {(fact.model, fact.version) for fact in content.facts.values()}
    hosts = {(fact.model, fact.version, fact.host) for fact in content.facts.values()}
    for name, each in content.candidates.items():
        assert (each.model, each.version) in versions, name
        if each.route is not Route.SELF_HOSTED:
            assert (each.model, each.version, each.host) in hosts, name


def test_candidates_retire_on_the_day_that_the_facts_say(content: Content) -> None:
    for name, each in content.candidates.items():
        said = [fact.value for fact in life_of(content, each.model, each.version, each.host)]
        if each.retires_on is None:
            assert not [value for value in said if "no retirement date" not in value], name
        else:
            assert [value for value in said if each.retires_on.isoformat() in value], name


def life_of(content: Content, model: str, version: str, host: str) -> list[Fact]:
    return [
        fact
        for fact in content.facts.values()
        if (fact.metric, fact.model, fact.version, fact.host) == ("lifecycle status", model, version, host)
    ]


def test_evidence_repeats_what_its_fact_says(content: Content) -> None:
    for name, sheet in content.sheets.items():
        for source in sheet.sources:
            if source.id.startswith("press-"):
                continue
            fact = content.facts[source.id]
            assert (source.title, source.publisher, source.url, source.as_of) == (
                fact.source_title,
                fact.publisher,
                fact.url,
                fact.as_of,
            ), f"{name}: {source.id}"
            assert source.says == f"{fact.subject}, {fact.metric}: {fact.value} {fact.unit}".strip()
            assert source.source_type == fact.claim_type.value.replace("_", " ")


def test_every_source_is_cited_or_checks_one_that_is(content: Content) -> None:
    for name, sheet in content.sheets.items():
        cited = {each for answer in sheet.answers.values() for each in answer.evidence}
        checking = {content.story.claims[each].compared_with for each in cited if each.startswith("press-")}
        assert {source.id for source in sheet.sources} == cited | checking, name


def test_each_claim_of_the_newspaper_stands_beside_the_source_that_checks_it(content: Content) -> None:
    standing = set()
    for sheet in content.sheets.values():
        ids = [source.id for source in sheet.sources]
        for source in sheet.sources:
            if source.id.startswith("press-"):
                part = content.story.claims[source.id]
                assert source.says == content.claims[part.claim].as_reported
                assert ids.index(part.compared_with) < ids.index(source.id)
                standing.add(part.claim)
    assert standing == set(content.claims)
    assert len(standing) == 8


def test_finished_sheets_answer_every_criterion_and_the_unfinished_one_two_thirds(content: Content) -> None:
    criteria = {criterion.id for criterion in content.rubric.criteria()}
    for part in parts(content, Stage.DECIDED, Stage.IN_REVIEW):
        assert set(content.sheets[part.answers].answers) == criteria
    (part,) = parts(content, Stage.IN_PROGRESS)
    begun = set(content.sheets[part.answers].answers) | set(part.unfinished)
    assert begun < criteria
    assert Fraction(6, 10) < Fraction(len(begun), len(criteria)) < Fraction(7, 10)


def test_three_are_decided_one_is_in_review_and_one_in_progress(content: Content) -> None:
    assert Counter(part.stage for part in content.story.assessments) == {
        Stage.DECIDED: 3,
        Stage.IN_REVIEW: 1,
        Stage.IN_PROGRESS: 1,
    }
    assert {part.answers for part in content.story.assessments} == set(content.sheets)


def test_every_figure_in_a_rationale_comes_from_its_evidence(content: Content) -> None:
    unsourced = {}
    for part in content.story.assessments:
        for criterion_id, answer in content.sheets[part.answers].answers.items():
            text = written(answer)
            known = sourced(content, part, content.rubric.criterion(criterion_id), answer)
            results = {Fraction(right) for _, right in sums(text)}
            known |= results | {each * 100 for each in results}
            known |= {each / 100 for each in known}
            if rest := numbers(text) - known:
                unsourced[f"{part.answers}: {criterion_id}"] = [str(float(each)) for each in sorted(rest)]
    assert not unsourced


def test_the_second_opinions_are_whole_and_rest_on_the_same_evidence(content: Content) -> None:
    (part,) = [each for each in content.story.assessments if each.team]
    assert part.team
    known = {source.id for source in content.sheets[part.answers].sources}
    unsourced = {}
    for criterion_id, said in part.team.opinions.items():
        criterion = content.rubric.criterion(criterion_id)
        answer = parse_draft(criterion, said)
        assert isinstance(answer, Answer), criterion_id
        assert set(answer.evidence) <= known
        if rest := numbers(written(answer)) - sourced(content, part, criterion, answer):
            unsourced[criterion_id] = [str(float(each)) for each in sorted(rest)]
    assert not unsourced
    assert set(part.team.dissents) <= set(part.team.reasons) <= set(part.team.opinions)


def test_every_sum_in_a_rationale_comes_out(content: Content) -> None:
    found = [
        (left, right)
        for sheet in content.sheets.values()
        for answer in sheet.answers.values()
        for left, right in sums(written(answer))
    ]
    assert len(found) > 15
    assert [f"{left} = {right}" for left, right in found if not is_right(left, right)] == []


def test_unknown_says_where_it_was_looked_for(content: Content) -> None:
    reasons = [
        answer.response.reason
        for sheet in content.sheets.values()
        for answer in sheet.answers.values()
        if isinstance(answer.response, Unknown)
    ]
    assert len(reasons) > 50
    assert min(len(reason) for reason in reasons) > 40


def test_the_same_weights_give_the_same_findings_on_both_routes_and_each_route_its_own(
    content: Content,
) -> None:
    own, service = (content.sheets[name].answers for name in ("r1-on-own-machines", "r1-on-deepseek-api"))
    assert [each for each in OF_THE_WEIGHTS if own[each].response != service[each].response] == []
    assert [each for each in OF_THE_ROUTE if own[each].response == service[each].response] == []


def test_what_follows_from_the_answers(content: Content) -> None:
    found = {part.answers: assessed(content, part.answers).recommendation for part in parts(content)}
    assert found == {
        "r1-on-deepseek-api": Recommendation.REJECT,
        "r1-on-own-machines": Recommendation.APPROVE_WITH_CONDITIONS,
        "llama-3.3-70b-on-bedrock": Recommendation.ESCALATE,
        "v3-on-together": Recommendation.ESCALATE,
        "gpt-4o-on-openai": Recommendation.ESCALATE,
    }


def test_data_residency_and_retirement_reject_the_developers_own_service(content: Content) -> None:
    rejecting = {
        outcome.gate.id
        for outcome in assessed(content, "r1-on-deepseek-api").gates
        if outcome.state is GateState.TRIPPED and outcome.gate.effect is GateEffect.REJECT
    }
    assert rejecting == {"residency-of-protected-data", "retired-version"}


def test_approvals_take_up_the_conditions_of_the_gates_and_end(content: Content) -> None:
    for part in parts(content, Stage.DECIDED):
        assert part.decision is not None
        tripped = {
            outcome.gate.id
            for outcome in assessed(content, part.answers).gates
            if outcome.state is GateState.TRIPPED and outcome.gate.condition
        }
        if part.decision.outcome is Recommendation.APPROVE_WITH_CONDITIONS:
            assert {each.gate for each in part.decision.conditions if each.gate} == tripped
            assert part.decision.expires_after_days
            assert max(each.due_after_days for each in part.decision.conditions) <= (
                part.decision.expires_after_days
            )


def test_one_decision_departs_from_the_recommendation_with_a_reason(content: Content) -> None:
    departing = [
        part.decision.reason
        for part in parts(content, Stage.DECIDED)
        if part.decision and part.decision.outcome is not assessed(content, part.answers).recommendation
    ]
    assert len(departing) == 1
    assert len(departing[0]) > 100


def test_no_fact_is_younger_than_the_day_of_collection(content: Content) -> None:
    days = [date.fromisoformat(fact.as_of) for fact in content.facts.values() if DAY.fullmatch(fact.as_of)]
    assert len(days) > 400
    assert max(days) <= content.story.facts_collected_on
