"""Assessments as tests need them: a small rubric, a candidate, a context, and what people entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from riskapp.domain.authority import Actor, Role
from riskapp.domain.candidate import Candidate, Route, Weights
from riskapp.domain.context import Buyer, Context, DataClass, Exposure, Jurisdiction
from riskapp.domain.drafts import Payload
from riskapp.rubric_files.loader import canonical_rubric, load_document, parse_rubric
from riskapp.services.assessments import NewAssessment, open_assessment
from riskapp.services.sheets import Saved, SaveDraft, save_draft, submit_sheet
from riskapp.services.work import Office
from riskapp.storage.candidates import StoredCandidate, insert_candidate
from riskapp.storage.contexts import StoredContext, insert_context
from riskapp.storage.rubrics import ReleaseSummary, insert_release, release_summaries
from riskapp.storage.users import users
from tests.builders import person

SMALL = Path(__file__).resolve().parent / "data" / "rubrics" / "small.yaml"

CANDIDATE = Candidate(
    developer="DeepSeek",
    developer_country="cn",
    model="DeepSeek-R1",
    version="0528",
    route=Route.SELF_HOSTED,
    host="own machines",
    hosting_countries=("own",),
    weights=Weights.OPEN,
    licence="MIT",
    retires_on=date(2027, 6, 30),
)
CONTEXT = Context(
    title="Internal coding assistant",
    purpose="Suggests code to developers.",
    data_class=DataClass.CONFIDENTIAL,
    exposure=Exposure.INTERNAL_STAFF,
    buyer=Buyer.ENTERPRISE,
    jurisdictions=(Jurisdiction.EU,),
    languages=("English",),
    input_tokens_per_month=40_000_000,
    output_tokens_per_month=10_000_000,
    budget_per_month=2_000,
)

FULL: Mapping[str, Payload] = {
    "run-cost": {
        "value": "62.5",
        "low": "60",
        "high": "70",
        "confidence": "high",
        "rationale": "The declared tokens at the list price.",
    },
    "exit-cost": {"choice": "level:free", "confidence": "medium", "rationale": "The same calls elsewhere."},
    "residency": {"choice": "level:inside", "confidence": "high", "rationale": "It runs on our machines."},
    "documents": {
        "statement.soc2": "met",
        "statement.pentest": "not-met",
        "statement.incidents": "not-applicable",
        "confidence": "low",
        "rationale": "Read on the trust page.",
    },
}
"""A payload for every criterion of the small rubric; one statement of `documents` stays open."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An assessment with the people of it."""

    id: str
    lead: Actor
    assessor: Actor


def publish(office: Office, path: Path = SMALL) -> str:
    """Publish the rubric in a file, unless it is, and return the id of its release."""
    data = load_document(path).data
    rubric = parse_rubric(data, source=str(path))
    with office.work(None) as unit:
        for known in release_summaries(unit.connection):
            if known.digest == rubric.digest:
                return known.id
        summary = ReleaseSummary(
            id=unit.new_id(),
            rubric_id=rubric.id,
            version=rubric.version,
            digest=rubric.digest,
            title=rubric.title,
            published_at=unit.at,
        )
        insert_release(unit.connection, summary, canonical_rubric(data))
        unit.record("rubric.published", subject=("rubric-release", summary.id))
        unit.commit()
        return summary.id


def a_candidate(office: Office, candidate: Candidate = CANDIDATE) -> str:
    """Keep a candidate and return its id."""
    with office.work(None) as unit:
        stored = StoredCandidate(
            revision_id=unit.new_id(),
            candidate_id=unit.new_id(),
            number=1,
            candidate=candidate,
            recorded_at=unit.at,
            recorded_by=None,
        )
        insert_candidate(unit.connection, stored)
        unit.record("candidate.added", subject=("candidate", stored.candidate_id))
        unit.commit()
        return stored.candidate_id


def a_context(office: Office, context: Context = CONTEXT) -> str:
    """Keep a context of use and return its id."""
    with office.work(None) as unit:
        stored = StoredContext(
            revision_id=unit.new_id(),
            context_id=unit.new_id(),
            number=1,
            context=context,
            recorded_at=unit.at,
            recorded_by=None,
        )
        insert_context(unit.connection, stored)
        unit.record("context.added", subject=("context", stored.context_id))
        unit.commit()
        return stored.context_id


def an_assessment(
    office: Office,
    *,
    assessor: Actor | None = None,
    lead: Actor | None = None,
    rubric: Path = SMALL,
    profile: str = "general",
) -> Opened:
    """Open an assessment, by the small rubric unless told otherwise; people who are not given are added."""
    lead = lead or person(office, f"lead-{office.new_id()[-6:]}", Role.LEAD_ASSESSOR)
    assessor = assessor or person(office, f"assessor-{office.new_id()[-6:]}", Role.ASSESSOR)
    new = NewAssessment(
        candidate_id=a_candidate(office),
        context_id=a_context(office),
        release_id=publish(office, rubric),
        profile_id=profile,
        assessor_id=assessor.id,
    )
    return Opened(open_assessment(office, lead, new), lead, assessor)


def actor_called(office: Office, sign_in_name: str) -> Actor:
    """Return who acts under a sign-in name."""
    with office.reading() as connection:
        found = next(each for each in users(connection) if each.sign_in_name == sign_in_name)
    return Actor(found.id, found.display_name, found.roles)


def save(office: Office, opened: Opened, criterion: str, payload: Payload, *, expected: int = 0) -> Saved:
    """Save what its assessor typed under one criterion."""
    command = SaveDraft(assessment_id=opened.id, criterion_id=criterion, payload=payload, expected=expected)
    return save_draft(office, opened.assessor, command)


def a_submitted_assessment(office: Office, payloads: Mapping[str, Payload] = FULL) -> Opened:
    """Open an assessment, answer it with these payloads and submit it."""
    opened = an_assessment(office)
    for criterion, payload in payloads.items():
        save(office, opened, criterion, payload)
    submit_sheet(office, opened.assessor, opened.id)
    return opened
