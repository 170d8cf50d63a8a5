"""Approvals as tests of what follows them need: with a cited fact, conditions and a day of expiry."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from riskapp.domain.authority import Actor, Role
from riskapp.domain.drafts import Payload
from riskapp.domain.fact import Fact
from riskapp.domain.report import DecisionCondition
from riskapp.domain.scores import Recommendation
from riskapp.domain.staleness import Cause, Reason
from riskapp.services.decisions import Decide, decide
from riskapp.services.evidence import NewEvidence, add_evidence
from riskapp.services.facts import add_fact
from riskapp.services.sheets import submit_sheet
from riskapp.services.staleness import staleness
from riskapp.services.work import Office
from tests.assessment_builders import FULL, SMALL, Opened, an_assessment, save
from tests.builders import person
from tests.conftest import START
from tests.registers import fact

TODAY = START.date()
PRICE = fact(
    subject="DeepSeek-R1",
    developer="DeepSeek",
    model="DeepSeek-R1",
    version=None,
    dimension="cost",
    metric="price of input",
    value="0.55",
    unit="USD/1M tokens",
    as_of="2026-11-01",
    publisher="DeepSeek",
)
MASK = DecisionCondition(text="Mask personal data.", owner="Platform team", due_on=TODAY + timedelta(days=30))


@dataclass(frozen=True, slots=True)
class Approved:
    """A decided assessment with its people, and the fact that its cost rests on."""

    opened: Opened
    approver: Actor
    fact_id: str

    @property
    def id(self) -> str:
        return self.opened.id


def an_approval(
    office: Office,
    *,
    expires_in: int = 180,
    conditions: tuple[DecisionCondition, ...] = (MASK,),
    payloads: Mapping[str, Payload] = FULL,
) -> Approved:
    """Approve an assessment whose cost cites a fact of the register."""
    opened = an_assessment(office)
    fact_id = add_fact(office, None, PRICE)
    cited = NewEvidence(form="fact", source_type="", title="", fact_id=fact_id)
    evidence_id = add_evidence(office, opened.assessor, opened.id, cited)
    for criterion, payload in payloads.items():
        said = {**payload, "evidence": [evidence_id]} if criterion == "run-cost" else payload
        save(office, opened, criterion, said)
    submit_sheet(office, opened.assessor, opened.id)
    approver = person(office, f"approver-{office.new_id()[-6:]}", Role.APPROVER)
    outcome = Recommendation.APPROVE_WITH_CONDITIONS if conditions else Recommendation.APPROVE
    command = Decide(
        outcome=outcome,
        conditions=conditions,
        reason="It is worth it.",
        expires_on=TODAY + timedelta(days=expires_in),
    )
    decide(office, approver, opened.id, command)
    return Approved(opened, approver, fact_id)


def reasons_of(office: Office, assessment_id: str) -> tuple[Reason, ...]:
    """Return why an assessment needs another look now."""
    with office.reading() as connection:
        found = staleness(connection, [assessment_id], office.now().date())
    return found.get(assessment_id, ())


def causes_of(office: Office, assessment_id: str) -> list[Cause]:
    return [each.cause for each in reasons_of(office, assessment_id)]


def next_release(folder: Path, *changes: tuple[str, str], version: str = "1.1.0") -> Path:
    """Return a file with a later release of the small rubric, with these texts replaced in it."""
    text = SMALL.read_text(encoding="utf-8").replace("version: 1.0.0", f"version: {version}", 1)
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / f"small-{version}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def dearer(*, metric: str = PRICE.metric) -> Fact:
    """Return the price as a later source gives it."""
    return replace(PRICE, value="0.70", as_of="2026-11-20", metric=metric)
