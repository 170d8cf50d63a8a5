"""Builders of what a report is made from: sources, people, events, a decision, and the whole of it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from riskapp.domain.agreement import Level, measure_agreement
from riskapp.domain.answers import Answers
from riskapp.domain.candidate import Candidate, Route, Weights
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.context import Buyer, Context, DataClass, Exposure, Jurisdiction
from riskapp.domain.digest import Digest, DigestEntry, Lapse
from riskapp.domain.one_page import FullReport, one_page
from riskapp.domain.portfolio import Holding, Occasion, portfolio_record
from riskapp.domain.report import (
    CriterionOpinions,
    DecisionCondition,
    Event,
    Finding,
    LogPosition,
    Person,
    ReportedDecision,
    ReportInput,
    Source,
    TeamOpinions,
    Witnessed,
)
from riskapp.domain.rubric import Rubric
from riskapp.domain.scores import Recommendation
from riskapp.domain.scoring import assess
from riskapp.domain.snapshot import snapshot_bytes
from riskapp.domain.staleness import Cause, OpenCondition, Reason
from tests.reporting.rubrics import answers, rubric

MADE_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
WITNESSED = Witnessed(
    size=134,
    root="0ddba11" * 9 + "f",
    at=MADE_AT,
    note="riskapp-log/example\n134\nDdGxEN26EQ3boRDd…\n\n— riskapp-log/example c2lnbmF0dXJl\n",
    proof=("5e" * 32, "7a" * 32),
)
PEOPLE = (
    Person("Lea Lead", "lead assessor"),
    Person("Ada Assessor", "assessor"),
    Person("Alan Approver", "approver"),
)


def sources(count: int = 18) -> tuple[Source, ...]:
    """Return evidence items; every sixth is a press claim beside the source that checks it."""
    return tuple(_source(number) for number in range(1, count + 1))


def _source(number: int) -> Source:
    plain = Source(
        id=f"e-{number}",
        number=number,
        title=f"Technical report on the model, table {number}",
        source_type=("vendor_claim", "independent", "government_evaluation")[number % 3],
        publisher=("The developer", "A university group", "A public institute")[number % 3],
        url=f"https://reports.example.org/2025/model/table-{number}?edition=second",
        as_of="2025-01-22",
        says=f"{60 + number % 30} % of the tasks solved, on {40 * number} tasks, English, single run",
        verification=("primary", "secondary")[number % 2],
        route="n/a",
        added_by="Ada Assessor",
        added_at=MADE_AT - timedelta(days=20),
    )
    if number % 6 == 0:
        return replace(
            plain,
            title="Newspaper article on the new model",
            source_type="press",
            publisher="A daily newspaper",
            says="The model outperforms its rivals across various benchmarks",
            compared_with=f"e-{number - 1}",
            finding=tuple(Finding)[number // 6 % 3],
            finding_note="True and selective: of the eleven rows with both values it leads on five.",
        )
    if number % 7 == 0:
        return replace(
            plain,
            title="Log of our own run",
            source_type="own measurement",
            url="",
            file_name="inspect-log.json",
            file_digest="ab12" * 16,
            file_size=482_113,
        )
    return plain


def candidate() -> Candidate:
    """Return an open-weights model on the organisation's own machines."""
    return Candidate(
        developer="Example Labs",
        developer_country="cn",
        model="Example-R1",
        version="2025-01-20",
        route=Route.SELF_HOSTED,
        host="own cluster, Frankfurt",
        hosting_countries=("de",),
        weights=Weights.OPEN,
        licence="MIT",
        retires_on=date(2027, 6, 30),
        note="Weights as published on the day of release, checked against the publisher's hashes.",
    )


def context() -> Context:
    """Return a use with confidential data."""
    return Context(
        title="Internal coding assistant",
        purpose="Completion, review and tests in repositories that are not public.",
        data_class=DataClass.CONFIDENTIAL,
        exposure=Exposure.INTERNAL_STAFF,
        buyer=Buyer.ENTERPRISE,
        jurisdictions=(Jurisdiction.EU, Jurisdiction.UK),
        languages=("English", "German"),
        input_tokens_per_month=400_000_000,
        output_tokens_per_month=80_000_000,
        budget_per_month=5_000,
    )


def decision() -> ReportedDecision:
    """Return an approval with conditions that departs from the recommendation."""
    return ReportedDecision(
        outcome=Recommendation.APPROVE_WITH_CONDITIONS,
        decided_at=MADE_AT - timedelta(hours=3),
        decided_by="Alan Approver",
        reason="The open questions concern the vendor's service, which this route does not use.",
        conditions=(
            DecisionCondition(
                text="Run the injection suite on this cluster and file the log.", owner="Platform team",
                due_on=date(2026, 12, 15),
            ),
            DecisionCondition(text="No restricted repository is connected.", owner="Security office"),
        ),
        expires_on=date(2027, 5, 31),
    )  # fmt: skip


def events(count: int = 12) -> tuple[Event, ...]:
    """Return what people did, in order."""
    acts = (
        "opened the assessment",
        "answered 8 criteria of cost",
        "added evidence 4",
        "submitted the score sheet",
    )
    people = ("Lea Lead", "Ada Assessor", "Ada Assessor", "Ada Assessor")
    start = MADE_AT - timedelta(days=30)
    return tuple(
        Event(
            at=start + timedelta(days=2 * n, minutes=7 * n),
            who=people[n % 4],
            did=acts[n % 4],
            seq=100 + 3 * n,
        )
        for n in range(count)
    )


def report_input(
    *,
    of: Rubric | None = None,
    given: Answers | None = None,
    what: Candidate | None = None,
    use: Context | None = None,
    per_dimension: int = 8,
    evidence: int = 18,
) -> ReportInput:
    """Return a decided assessment whose scores follow from the rubric and the answers."""
    release = of or rubric(per_dimension)
    sheet = answers(release) if given is None else given
    subject = what or candidate()
    declared = use or context()
    profile = release.profiles[0]
    facts = subject.facts(MADE_AT.date())
    return ReportInput(
        reference="RA-0007",
        organisation="Example Public Body",
        made_at=MADE_AT,
        made_by="Alan Approver",
        on=MADE_AT.date(),
        stage="Decided",
        draft=False,
        rubric=release,
        profile=profile,
        answers=sheet,
        assessed=assess(release, profile.id, sheet, context=declared, facts=facts),
        candidate=subject,
        context=declared,
        sources=sources(evidence),
        people=PEOPLE,
        events=events(),
        decision=decision(),
        log=LogPosition(134, "c0ffee" * 10 + "abcd", WITNESSED),
        digests={"Score sheet": "9a" * 32},
    )


def draft_input() -> ReportInput:
    """Return an assessment in progress: no decision, marked as a draft."""
    return replace(report_input(), draft=True, decision=None, stage="In progress")


def sample() -> bytes:
    """Return the canonical bytes of the snapshot of a decided assessment."""
    return snapshot_bytes(report_input())


def fullest(text: str) -> bytes:
    """Return a snapshot of the most that forms accept; every text is longer than what is printed of it."""
    most, line = text * 1_500, text.replace("\n", " ") * 100
    release = rubric(12)
    given = {
        each: replace(answer, rationale=most, evidence=tuple(f"e-{number}" for number in range(1, 201)))
        for each, answer in answers(release).items()
    }
    full = report_input(of=release, given=given, evidence=500)
    filed = tuple(replace(each, title=line, publisher=line, says=most) for each in full.sources)
    wordy = DecisionCondition(text=most[:4_000], owner=line[:120])
    decided = replace(decision(), reason=most[:4_000], conditions=(wordy,) * 20)
    said = team_opinions(release, given, text=most[:4_000], people=20)
    return snapshot_bytes(replace(full, sources=filed, events=events(320), decision=decided, opinions=said))


def team_opinions(of: Rubric, given: Answers, *, text: str, people: int) -> TeamOpinions:
    """Return what so many people said who all gave these answers and all dissent in the same words."""
    names = tuple(f"Assessor {number}" for number in range(1, people + 1))
    measured = measure_agreement([(Fraction(50), Fraction(60)), (Fraction(20), Fraction(20))], Level.ORDINAL)
    criterion = {
        each.id: CriterionOpinions(
            spread="40.0",
            answers=tuple((name, given.get(each.id)) for name in names),
            reason=text,
            dissents=tuple((name, text) for name in names),
        )
        for each in of.criteria()
    }
    return TeamOpinions(
        assessors=names,
        moderator="Lea Lead",
        overall=measured,
        dimensions={each.id: measured for each in of.dimensions},
        criteria=criterion,
    )


def hostile(text: str, *, per_dimension: int = 3, evidence: int = 18) -> bytes:
    """Return a snapshot in which every text that a person can write is this one."""
    content = json.loads(snapshot_bytes(report_input(per_dimension=per_dimension, evidence=evidence)))
    return json.dumps(_replaced(content, text)).encode()


_KEPT = {"exact", "shown", "id", "hex", "digest", "at", "state", "rating", "kind", "finding", "entry_hash"}


def _replaced(part: object, text: str) -> object:
    match part:
        case dict():
            return {key: value if key in _KEPT else _replaced(value, text) for key, value in part.items()}
        case list():
            return [_replaced(each, text) for each in part]
        case str() if part:
            return text
        case _:
            return part


def one_page_of(snapshot: bytes) -> bytes:
    """Return the canonical bytes of the page on a decided snapshot, with an issued report behind it."""
    full = FullReport(pdf="ab" * 32, pages=25, issued_at=MADE_AT)
    return canonical_bytes(one_page(json.loads(snapshot), sha256_hex(snapshot), full))


def widest(text: str) -> bytes:
    """Return a decided snapshot with more of everything than a page has room for, all in these words."""
    content = json.loads(hostile(text))
    content["decision"].update(departs=True, conditions=content["decision"]["conditions"] * 4)
    content["gates"] = [each | {"state": "tripped"} for each in content["gates"] * 2]
    content["dimensions"] *= 2
    return json.dumps(content).encode()


def holding(number: int, *, of: Rubric, text: str = "") -> Holding:
    """Return a decision of a portfolio, with open conditions and a reason for another look."""
    profile = of.profiles[0]
    result = assess(of, profile.id, answers(of), context=context(), facts={})
    return Holding(
        reference=f"RA-{number:04}",
        model=text or f"Example-R{number}",
        version=text or "2025-01-20",
        host=text or "own cluster",
        context=text or "Internal coding assistant",
        rubric=of,
        outcome=Recommendation.APPROVE_WITH_CONDITIONS,
        decided_at=MADE_AT,
        expires_on=MADE_AT.date() + timedelta(days=number - 5),
        total=result.total,
        scores=result.dimensions,
        conditions=(
            OpenCondition(text=text or "Mask personal data.", owner=text or "Platform team", due_on=None),
            OpenCondition(text="File the log.", owner="", due_on=MADE_AT.date() - timedelta(days=1)),
        ),
        reasons=(Reason(cause=Cause.CORRECTED, text=text or "Evidence 3 was corrected by 9."),),
    )


def portfolio_of(*holdings: Holding, text: str = "") -> bytes:
    """Return the canonical bytes of a portfolio of these decisions, one of which lapses."""
    lapse = DigestEntry(
        on=MADE_AT.date() + timedelta(days=40),
        kind=Lapse.CONDITION_DUE,
        assessment_id="a",
        reference="RA-0001",
        candidate=text or "Example-R1",
        context=text or "Internal coding assistant",
        text=text or "condition 1 is due: Mask personal data.",
        owner=text or "Platform team",
    )
    occasion = Occasion(at=MADE_AT, by=text or "Petra Example", organisation=text, is_cut=False)
    coming = Digest(at=MADE_AT, entries=(lapse,))
    return canonical_bytes(portfolio_record(occasion, holdings, coming))
