"""Findings as tests need them: about a decided assessment, with an auditor and an owner."""

from dataclasses import dataclass, replace
from datetime import timedelta

from riskapp.domain.authority import Actor, Role
from riskapp.domain.findings import FollowUp, Subject, SubjectKind
from riskapp.services.findings import FollowUpFinding, RaiseFinding, raise_finding
from riskapp.services.work import Office
from riskapp.storage.findings import StoredFinding
from tests.assessment_builders import Opened, a_submitted_assessment
from tests.builders import person
from tests.conftest import START

DUE = START.date() + timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Raised:
    """A finding about a submitted assessment, with everybody of it."""

    finding: StoredFinding
    opened: Opened
    auditor: Actor
    owner: Actor


def a_wish(opened: Opened, owner: Actor, **given: object) -> RaiseFinding:
    """Return what an auditor types about an assessment."""
    wish = RaiseFinding(
        subject=Subject(SubjectKind.ASSESSMENT, opened.id),
        classification="minor-nonconformity",
        title="The price list is undated",
        text="The rubric asks for a dated price list; the one cited bears no date.",
        recommendation="Cite a dated copy.",
        owner_id=owner.id,
        due_on=DUE.isoformat(),
    )
    return replace(wish, **given)  # type: ignore[arg-type]  # fields of the command


def a_finding(office: Office, **given: object) -> Raised:
    """Raise a finding about an assessment in review."""
    opened = a_submitted_assessment(office)
    auditor = person(office, "august", Role.AUDITOR)
    owner = person(office, "olga", Role.PROCUREMENT)
    found = raise_finding(office, auditor, a_wish(opened, owner, **given))
    return Raised(found, opened, auditor, owner)


def an_act(raised: Raised, act: FollowUp, **given: object) -> FollowUpFinding:
    """Return what somebody does about a finding."""
    command = FollowUpFinding(
        number=raised.finding.number,
        act=act,
        text="A dated copy is cited now.",
        position="agreed" if act is FollowUp.RESPONDED else "",
    )
    return replace(command, **given)  # type: ignore[arg-type]  # fields of the command
