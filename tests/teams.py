"""Assessments with several assessors as tests need them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from riskapp.domain.authority import Actor, Role
from riskapp.domain.drafts import Payload
from riskapp.services.assessments import NewAssessment, open_assessment
from riskapp.services.sheets import SaveDraft, save_draft, submit_sheet
from riskapp.services.work import Office
from tests.assessment_builders import FULL, a_candidate, a_context, publish
from tests.builders import person

NAMES = ("ada", "bo", "cleo")
OTHER: Mapping[str, Payload] = {**FULL, "residency": {**FULL["residency"], "choice": "level:foreign"}}
"""As FULL, but for the residency: 100 points apart."""


@dataclass(frozen=True, slots=True)
class Team:
    """An assessment with its lead and its assessors."""

    id: str
    lead: Actor
    assessors: tuple[Actor, ...]

    @property
    def ada(self) -> Actor:
        return self.assessors[0]

    @property
    def bo(self) -> Actor:
        return self.assessors[1]


def a_team(office: Office, *, lead: Actor | None = None, assessors: Sequence[Actor] = ()) -> Team:
    """Open an assessment by the small rubric with several assessors: Ada, Bo and Cleo unless given."""
    lead = lead or person(office, "lead", Role.LEAD_ASSESSOR)
    people = tuple(assessors) or tuple(person(office, name, Role.ASSESSOR) for name in NAMES)
    new = NewAssessment(
        candidate_id=a_candidate(office),
        context_id=a_context(office),
        release_id=publish(office),
        profile_id="general",
        assessor_id=people[0].id,
        others=tuple(each.id for each in people[1:]),
    )
    return Team(open_assessment(office, lead, new), lead, people)


def fill(
    office: Office, team: Team, actor: Actor, payloads: Mapping[str, Payload] = FULL, *, expected: int = 0
) -> None:
    """Save what somebody types under the criteria, over the version that is expected."""
    for criterion, payload in payloads.items():
        command = SaveDraft(assessment_id=team.id, criterion_id=criterion, payload=payload, expected=expected)
        save_draft(office, actor, command)


def hand_in(office: Office, team: Team, actor: Actor, payloads: Mapping[str, Payload] = FULL) -> None:
    """Fill in an own sheet and submit it."""
    fill(office, team, actor, payloads)
    submit_sheet(office, actor, team.id)


def a_team_in_moderation(office: Office) -> Team:
    """Open an assessment whose three assessors have submitted: Cleo differs on the residency."""
    team = a_team(office)
    for actor, payloads in zip(team.assessors, (FULL, FULL, OTHER), strict=True):
        hand_in(office, team, actor, payloads)
    return team


def settle(office: Office, team: Team, *, reason: str = "The contract was read together.") -> None:
    """Submit a consensus: what all agree on, and the residency with a reason."""
    fill(office, team, team.lead, {"residency": {**FULL["residency"], "reason": reason}})
    submit_sheet(office, team.lead, team.id)
