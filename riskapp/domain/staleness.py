"""Why an assessment needs another look on a day: computed from what is frozen and what came after it.

Nothing of this is ever stored. An answer lasts as long as its criterion says, counted from the newest date
of the evidence that it cites; where that has no date, from the day of submission.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from riskapp.domain.as_of import first_day, last_day
from riskapp.domain.fact import Agreement, Fact, comparison
from riskapp.domain.rubric import Criterion, Rubric
from riskapp.domain.shown import day, listing

RETIRES_SOON = timedelta(days=90)
"""How long before its retirement a version is worth another look."""


class Cause(StrEnum):
    """What makes an assessment need another look."""

    APPROVAL_EXPIRED = "approval-expired"
    APPROVER_LEFT = "approver-left"
    CONFLICT_OF_INTEREST = "conflict-of-interest"
    CONDITION_OVERDUE = "condition-overdue"
    VERSION_RETIRED = "version-retired"
    VERSION_RETIRES = "version-retires"
    CANDIDATE_REVISED = "candidate-revised"
    RUBRIC_RELEASED = "rubric-released"
    CONTRADICTED = "contradicted"
    CORRECTED = "corrected"
    ANSWER_EXPIRED = "answer-expired"
    EVIDENCE_EXPIRED = "evidence-expired"


REMEDIES: Mapping[Cause, str] = {
    Cause.APPROVAL_EXPIRED: "Stop the use, or have it assessed again.",
    Cause.APPROVER_LEFT: "Have another approver confirm it in a re-assessment.",
    Cause.CONFLICT_OF_INTEREST: "Have it decided again by an approver without the conflict.",
    Cause.CONDITION_OVERDUE: "Ask its owner for the proof and close it, or stop the use.",
    Cause.VERSION_RETIRED: "Stop the use, and assess the version that takes its place.",
    Cause.VERSION_RETIRES: "Add the version that takes its place as a candidate, and assess it in time.",
    Cause.CANDIDATE_REVISED: "Compare the revisions; re-assess if an answer would change.",
    Cause.RUBRIC_RELEASED: "Read what changed in the rubric; re-assess by the new release if it matters.",
    Cause.CONTRADICTED: "Read the newer fact beside the one that is cited, and re-assess the answer.",
    Cause.CORRECTED: "Read the correction, and re-assess the answer that rests on it.",
    Cause.ANSWER_EXPIRED: "Find newer evidence, and answer again in a re-assessment.",
    Cause.EVIDENCE_EXPIRED: "Find newer evidence, or say in a re-assessment why the answer still holds.",
}
"""What to do about each cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason, in words; `criterion_id` is given where it is about one answer."""

    cause: Cause
    text: str
    criterion_id: str | None = None

    @property
    def remedy(self) -> str:
        """Return what to do about it."""
        return REMEDIES[self.cause]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedItem:
    """An item of evidence that an answer cites; `dated` is the last day for which it says something.

    `fact` is the fact of the register that it is, under `fact_id`.
    """

    number: int
    dated: date | None
    fact_id: str | None = None
    fact: Fact | None = None


def dated(as_of: str) -> date | None:
    """Return the last day for which evidence says something, or None where it does not say."""
    try:
        return last_day(as_of)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCondition:
    """A condition that nobody has closed."""

    text: str
    owner: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A conflict of interest that touches the candidate: with whom, since when, and when it was declared."""

    party: str
    since: date
    declared_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The approval that holds, with how its approver stands now."""

    approver: str
    expires_on: date | None
    active: bool = True
    holds_role: bool = True
    conflicts: tuple[Conflict, ...] = ()
    conditions: tuple[OpenCondition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a submitted sheet rests on, which never changes: the evidence of each answer by criterion id.

    `facts` are those that are cited, by their ids.
    """

    submitted_on: date
    cited: Mapping[str, tuple[CitedItem, ...]]
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What stands beside a submitted sheet by now.

    `revision` of the candidate was assessed. `newer_release` is the version of the newest release of the
    same rubric, None where the pinned one is it. `corrected_items` are (number, number of the correction);
    `corrected_facts` ids of cited facts; `newer_facts` what was recorded after submission on what is cited.
    """

    revision: int
    newest_revision: int
    retires_on: date | None
    newer_release: str | None = None
    approval: Approval | None = None
    corrected_items: tuple[tuple[int, int], ...] = ()
    corrected_facts: frozenset[str] = frozenset()
    newer_facts: tuple[Fact, ...] = ()


def reasons(rubric: Rubric, grounds: Grounds, since: Since, on: date) -> tuple[Reason, ...]:
    """Return every reason why the assessment needs another look on a day, the gravest kinds first."""
    found = [
        *_of_approval(since.approval, on),
        *_of_candidate(since, on),
        *_of_rubric(rubric, since),
        *_of_answers(rubric, grounds, since, on),
    ]
    order = list(Cause)
    return tuple(sorted(found, key=lambda each: order.index(each.cause)))


def by_cause(found: Iterable[Reason]) -> tuple[tuple[Cause, tuple[Reason, ...]], ...]:
    """Return reasons as `reasons` gives them, together by their cause."""
    return tuple((cause, tuple(group)) for cause, group in groupby(found, key=lambda each: each.cause))


def _of_approval(approval: Approval | None, on: date) -> Iterator[Reason]:
    if approval is None:
        return
    if approval.expires_on is not None and approval.expires_on < on:
        yield Reason(
            cause=Cause.APPROVAL_EXPIRED, text=f"The approval expired on {day(approval.expires_on)}."
        )
    if not approval.active:
        yield Reason(
            cause=Cause.APPROVER_LEFT,
            text=f"{approval.approver}, who approved it, has no account here any more.",
        )
    elif not approval.holds_role:
        yield Reason(
            cause=Cause.APPROVER_LEFT, text=f"{approval.approver}, who approved it, is no approver any more."
        )
    for each in approval.conflicts:
        words = (
            f"{approval.approver}, who approved it, has a conflict of interest with {each.party} since "
            f"{day(each.since)}, declared on {day(each.declared_on)}."
        )
        yield Reason(cause=Cause.CONFLICT_OF_INTEREST, text=words)
    for condition in approval.conditions:
        if condition.due_on is not None and condition.due_on < on:
            words = f"“{condition.text}” was due on {day(condition.due_on)} from {condition.owner}."
            yield Reason(cause=Cause.CONDITION_OVERDUE, text=words)


def _of_candidate(since: Since, on: date) -> Iterator[Reason]:
    retires = since.retires_on
    if retires is not None and retires <= on:
        yield Reason(cause=Cause.VERSION_RETIRED, text=f"The version retired on {day(retires)}.")
    elif retires is not None and retires <= on + RETIRES_SOON:
        yield Reason(cause=Cause.VERSION_RETIRES, text=f"The version retires on {day(retires)}.")
    if since.newest_revision > since.revision:
        words = (
            f"The candidate was revised: revision {since.newest_revision} is the newest, revision "
            f"{since.revision} was assessed."
        )
        yield Reason(cause=Cause.CANDIDATE_REVISED, text=words)


def _of_rubric(rubric: Rubric, since: Since) -> Iterator[Reason]:
    if since.newer_release is not None:
        words = f"{rubric.title} {since.newer_release} was published; {rubric.version} was used."
        yield Reason(cause=Cause.RUBRIC_RELEASED, text=words)


def _of_answers(rubric: Rubric, grounds: Grounds, since: Since, on: date) -> Iterator[Reason]:
    for criterion in rubric.criteria():
        items = grounds.cited.get(criterion.id)
        if items is None:
            continue
        for item in items:
            yield from _of_item(criterion, item, since)
        yield from _of_age(criterion, items, grounds.submitted_on, on=on)


def _of_item(criterion: Criterion, item: CitedItem, since: Since) -> Iterator[Reason]:
    about = f"“{criterion.name}”"
    for number, correction in since.corrected_items:
        if number == item.number:
            words = f"Evidence {number} of {about} was corrected by item {correction}."
            yield Reason(cause=Cause.CORRECTED, text=words, criterion_id=criterion.id)
    if item.fact is None:
        return
    if item.fact_id in since.corrected_facts:
        words = f"The fact behind evidence {item.number} of {about}, {item.fact.metric}, was corrected."
        yield Reason(cause=Cause.CORRECTED, text=words, criterion_id=criterion.id)
    for newer in since.newer_facts:
        if matter(newer) == matter(item.fact) and contradicts(newer, item.fact):
            words = (
                f"{about} cites {item.fact.metric}: {_said(item.fact)} (evidence {item.number}); a newer "
                f"fact of {newer.publisher or newer.source_title} says {_said(newer)}."
            )
            yield Reason(cause=Cause.CONTRADICTED, text=words, criterion_id=criterion.id)


def matter(fact: Fact) -> tuple[object, ...]:
    """Return what a fact is about: facts on the same matter can contradict one another."""
    return (fact.subject, fact.dimension, fact.metric, fact.route, fact.host)


def contradicts(newer: Fact, cited: Fact) -> bool:
    """Return whether a fact that was recorded later gives another value for no earlier time."""
    if comparison((cited, newer)).agreement is Agreement.AGREE:
        return False
    try:
        return last_day(newer.as_of) >= first_day(cited.as_of)
    except ValueError:
        return True


def _said(fact: Fact) -> str:
    return f"{fact.value} {fact.unit}".strip()


def lasts_until(criterion: Criterion, items: tuple[CitedItem, ...], submitted_on: date) -> date | None:
    """Return the last day on which an answer holds, or None where it does not age."""
    if criterion.stale_after_days is None:
        return None
    dates = [each.dated for each in items if each.dated is not None]
    return (max(dates) if dates else submitted_on) + timedelta(days=criterion.stale_after_days)


def _of_age(
    criterion: Criterion, items: tuple[CitedItem, ...], submitted_on: date, *, on: date
) -> Iterator[Reason]:
    until = lasts_until(criterion, items, submitted_on)
    if until is None or criterion.stale_after_days is None:
        return
    about, days = f"“{criterion.name}”", criterion.stale_after_days
    if until < submitted_on:
        words = f"The answer to {about} rested on evidence older than {days} days when it was submitted."
        yield Reason(cause=Cause.ANSWER_EXPIRED, text=words, criterion_id=criterion.id)
    elif until < on:
        words = f"The answer to {about} held until {day(until)}."
        yield Reason(cause=Cause.ANSWER_EXPIRED, text=words, criterion_id=criterion.id)
    elif old := [each.number for each in items if each.dated and each.dated + timedelta(days=days) < on]:
        numbers = listing([str(number) for number in sorted(old)])
        words = f"Evidence {numbers} of {about} is older than {days} days; newer evidence carries the answer."
        yield Reason(cause=Cause.EVIDENCE_EXPIRED, text=words, criterion_id=criterion.id)
