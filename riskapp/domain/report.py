"""What a report is made from: the frozen results of an assessment with the people and sources behind them.

`ReportInput` goes into `snapshot.assessment_snapshot`; nothing else is looked up afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from riskapp.domain.agreement import Agreement
from riskapp.domain.answers import Answer, Answers
from riskapp.domain.candidate import Candidate
from riskapp.domain.context import Context
from riskapp.domain.rubric import Profile, Rubric
from riskapp.domain.scores import Assessed, Recommendation
from riskapp.domain.staleness import Reason


class Finding(StrEnum):
    """What the better source does to a claim that stands beside it."""

    CONFIRMS = "confirms"
    QUALIFIES = "qualifies"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One entry in the register of sources: a link, a note, a file, or a fact that an answer cites.

    `id` is what `Answer.evidence` names; `number` is what readers see, unique within the report.
    `source_type` is the claim type in plain words or as stored (`vendor_claim`, `press`). `says` is what
    the source states, as text. A claim that was checked has all three of `compared_with` (the id of the
    better source), `finding` and `finding_note` (how to read the two together), or none of them.
    """

    id: str
    number: int
    title: str
    source_type: str = ""
    publisher: str = ""
    url: str = ""
    as_of: str = ""
    says: str = ""
    verification: str = ""
    route: str = ""
    note: str = ""
    file_name: str = ""
    file_digest: str = ""
    file_size: int | None = None
    added_by: str = ""
    added_at: datetime | None = None
    compared_with: str | None = None
    finding: Finding | None = None
    finding_note: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who took part, in the role that was exercised, in words."""

    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act in the life of the assessment; `did` completes "<name> ..."; `seq` is its log entry."""

    at: datetime
    who: str
    did: str
    seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCondition:
    """A condition of an approval, who answers for it and by when."""

    text: str
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedDecision:
    """What a person decided. `reason` is required by the service where it departs from the recommendation."""

    outcome: Recommendation
    decided_at: datetime
    decided_by: str
    reason: str = ""
    conditions: tuple[DecisionCondition, ...] = ()
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """The signed checkpoint over the log up to the entry, as text, and the proof that the entry is in it.

    `root` and the steps of the `proof`, from the leaf upwards, are in hex.
    """

    size: int
    root: str
    at: datetime
    note: str
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionOpinions:
    """What several assessors said to one criterion, each by name, and who dissents from the consensus.

    `spread` is in points of score as shown, empty where no two answers have a point. `reason` is that of
    the moderation.
    """

    spread: str
    answers: tuple[tuple[str, Answer | None], ...]
    reason: str
    dissents: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamOpinions:
    """The sheets of several assessors, who moderated them, and how far they agree."""

    assessors: tuple[str, ...]
    moderator: str
    overall: Agreement
    dimensions: Mapping[str, Agreement]
    criteria: Mapping[str, CriterionOpinions]


@dataclass(frozen=True, slots=True)
class LogPosition:
    """The newest log entry when the snapshot was frozen: its number and the SHA-256 of its leaf, in hex."""

    seq: int
    entry_hash: str
    witnessed: Witnessed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """Everything that a report on one assessment says.

    `on` is the day for which the candidate's declared facts hold. `context` None means that no use was
    declared. `stage` is the stage in words. A draft is marked on every page. `digests` are further
    identities for the last page: label to hex digits. `staleness` says why it needs another look already.
    `opinions` is None where one person scored. `house` is the look that the report has, as JSON values.
    """

    reference: str
    organisation: str
    made_at: datetime
    made_by: str
    on: date
    stage: str
    draft: bool
    rubric: Rubric
    profile: Profile
    answers: Answers
    assessed: Assessed
    candidate: Candidate
    context: Context | None
    sources: tuple[Source, ...] = ()
    people: tuple[Person, ...] = ()
    events: tuple[Event, ...] = ()
    decision: ReportedDecision | None = None
    log: LogPosition | None = None
    opinions: TeamOpinions | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    staleness: tuple[Reason, ...] = ()
    house: Mapping[str, Any] = field(default_factory=dict)
