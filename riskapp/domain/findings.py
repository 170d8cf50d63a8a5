"""What auditors find: the words of the field, the states of a finding, and who may read and answer it.

The classes are those of ISO/IEC 17021-1 (3.12, 3.13) and ISO 19011; "management response" with its three
positions is the usage of internal audit (IIA). A finding never changes the record that it speaks of.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from riskapp.domain.authority import Actor, Role
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.life_cycle import Standing, may_see
from riskapp.domain.text_rules import found, line_fault, text_fault

LONGEST_TITLE = 160
LONGEST_TEXT = 10_000


class Classification(StrEnum):
    """How much a finding weighs."""

    MAJOR_NONCONFORMITY = "major-nonconformity"
    MINOR_NONCONFORMITY = "minor-nonconformity"
    OPPORTUNITY_FOR_IMPROVEMENT = "opportunity-for-improvement"


class SubjectKind(StrEnum):
    """What a finding or a note can speak of."""

    ASSESSMENT = "assessment"
    ANSWER = "answer"
    DECISION = "decision"
    EVIDENCE = "evidence"
    LOG_ENTRY = "log-entry"
    SAMPLE_ITEM = "sample-item"


class State(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    RESPONDED = "responded"
    CLOSED = "closed"


class FollowUp(StrEnum):
    """What is done about a finding."""

    RESPONDED = "responded"
    CLOSED = "closed"
    REOPENED = "reopened"


class Position(StrEnum):
    """What management says to a finding."""

    AGREED = "agreed"
    PARTLY_AGREED = "partly-agreed"
    NOT_AGREED = "not-agreed"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is spoken of: an id, and for an answer its criterion, for a sample item the assessment drawn.

    The id of an answer is that of its sheet, the id of a log entry or a sample is the entry's number.
    """

    kind: SubjectKind
    id: str
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an auditor found, what they recommend, who answers for it and until when."""

    subject: Subject
    classification: Classification
    title: str
    text: str
    recommendation: str
    owner_id: str
    due_on: date


def finding_faults(content: Finding, *, today: date) -> dict[str, str]:
    """Return what is wrong with a finding that is to be raised, by field."""
    return found(
        (
            ("title", line_fault(content.title, LONGEST_TITLE)),
            ("text", text_fault(content.text, LONGEST_TEXT)),
            ("recommendation", text_fault(content.recommendation, LONGEST_TEXT)),
            ("due_on", "lies in the past; give the owner time" if content.due_on < today else None),
        )
    )


def finding_digest(content: Finding) -> str:
    """Return the SHA-256 by which the log holds what a finding says."""
    return _digest(
        {
            "subject": [content.subject.kind.value, content.subject.id, content.subject.part],
            "classification": content.classification.value,
            "title": content.title,
            "text": content.text,
            "recommendation": content.recommendation,
            "owner": content.owner_id,
            "due_on": content.due_on.isoformat(),
        }
    )


def follow_up_digest(act: FollowUp, position: Position | None, text: str) -> str:
    """Return the SHA-256 by which the log holds what was done about a finding."""
    return _digest({"act": act.value, "position": position.value if position else None, "text": text})


def _digest(value: dict[str, Any]) -> str:
    return sha256_hex(canonical_bytes(value))


def state_after(acts: Sequence[FollowUp]) -> State:
    """Return the state of a finding after what was done about it, in order."""
    if not acts:
        return State.OPEN
    match acts[-1]:
        case FollowUp.RESPONDED:
            return State.RESPONDED
        case FollowUp.CLOSED:
            return State.CLOSED
        case FollowUp.REOPENED:
            return State.OPEN


def may_read_finding(actor: Actor, content: Finding, standing: Standing | None) -> bool:
    """Return whether the person may read a finding: auditors, its owner, and leads of what it is about.

    `standing` is that of the assessment that it speaks of, None where it speaks of none.
    """
    if actor.holds(Role.AUDITOR) or actor.id == content.owner_id:
        return True
    return actor.holds(Role.LEAD_ASSESSOR) and standing is not None and may_see(actor, standing)


def may_respond(actor: Actor, content: Finding, standing: Standing | None) -> bool:
    """Return whether the person may give the management response: its owner, or a lead."""
    own = actor.id == content.owner_id
    return own or (actor.holds(Role.LEAD_ASSESSOR) and may_read_finding(actor, content, standing))


def bar_to_closing(actor: Actor, content: Finding, answered_by: Collection[str]) -> str | None:
    """Return why the person may not close or reopen a finding, or None where they may.

    `answered_by` are the ids of who has given a management response.
    """
    if not actor.holds(Role.AUDITOR):
        return "Only a person with the role auditor closes a finding or opens it again."
    if actor.id == content.owner_id:
        return "You answer for this finding, so another auditor has to close it."
    if actor.id in answered_by:
        return (
            "You gave the management response to this finding, and who answers does not judge the answer. "
            "Another auditor has to close it."
        )
    return None


def bar_to(act: FollowUp, state: State) -> str | None:
    """Return why an act does not fit the state of a finding, or None where it does."""
    match act:
        case FollowUp.RESPONDED | FollowUp.CLOSED:
            fits = state is not State.CLOSED
        case FollowUp.REOPENED:
            fits = state is State.CLOSED
    return (
        None if fits else f"The finding is {state.value} now. Read what was done, then decide what is left."
    )
