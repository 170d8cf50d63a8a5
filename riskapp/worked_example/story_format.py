"""The format of `story.yaml`: who did what in the worked example, beside the answers files."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from riskapp.domain.authority import Role
from riskapp.domain.fact import ClaimType
from riskapp.domain.life_cycle import Stage
from riskapp.domain.report import Finding
from riskapp.domain.scores import Recommendation


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReleasePin(_Part):
    """The rubric release of every assessment."""

    id: str
    version: str


class PersonPart(_Part):
    """Somebody who can sign in, under the name that the story uses."""

    name: str
    roles: frozenset[Role]


class ClaimPart(_Part):
    """A claim of `press_claims.csv` by its name, and what the evidence that it stands beside does to it."""

    claim: str
    finding: Finding
    compared_with: str


class ConditionPart(_Part):
    """A condition of an approval: that of a gate, word for word, or one of its own."""

    gate: str | None = None
    text: str | None = None
    owner: str
    due_after_days: int

    @model_validator(mode="after")
    def _has_one_text(self) -> Self:
        if (self.gate is None) is (self.text is None):
            message = "a condition has either the id of a gate or a text"
            raise ValueError(message)
        return self


class DecisionPart(_Part):
    """What the approver decides; days count from the day of the decision."""

    outcome: Recommendation
    reason: str
    expires_after_days: int | None = None
    conditions: tuple[ConditionPart, ...] = ()


class FilePart(_Part):
    """A file beside the story that is attached as evidence."""

    name: str
    title: str
    source_type: ClaimType
    as_of: str


class TeamPart(_Part):
    """A second assessor, blind to the first, and how the lead settles where the two differ.

    `opinions` are drafts as typed, whose evidence is named as in the answers file; the consensus is what that
    file says. `reasons` are the lead's, `dissents` the second assessor's; all are by criterion.
    """

    second: str
    opinions: dict[str, dict[str, str | list[str]]]
    reasons: dict[str, str]
    dissents: dict[str, str]


class AssessmentPart(_Part):
    """One assessment; `answers`, `candidate` and `context` name files, `unfinished` are drafts as typed."""

    answers: str
    candidate: str
    context: str
    assessor: str
    stage: Stage
    decision: DecisionPart | None = None
    file: FilePart | None = None
    team: TeamPart | None = None
    unfinished: dict[str, dict[str, str]] = {}


class Story(_Part):
    """The whole of it, in the order in which it happened."""

    facts_collected_on: date
    release: ReleasePin
    people: dict[str, PersonPart]
    lead: str
    approver: str
    claims: dict[str, ClaimPart]
    assessments: tuple[AssessmentPart, ...]
