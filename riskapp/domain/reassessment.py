"""What a re-assessment takes over from the one before: answers whose criterion asks the same as it did."""

from dataclasses import dataclass

from riskapp.domain.answers import Answer, Answers
from riskapp.domain.drafts import CARRIED, UNCONFIRMED, payload_of
from riskapp.domain.rubric import Criterion, Rubric

_ASKS = {"question": "question", "scale": "scale of answers", "not_applicable_allowed": "“not applicable”"}
_GUIDES = {"name": "name", "why": "reason", "how": "way to find out", "evidence": "list of evidence"}


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """How one criterion stands to the release before; `parts` are the names of what differs, in words.

    `asks_the_same` says whether an answer to it can be carried over. A new criterion has no `parts`.
    """

    parts: tuple[str, ...]
    asks_the_same: bool
    is_new: bool = False


def criterion_change(before: Rubric, now: Criterion) -> CriterionChange:
    """Return how a criterion of a release stands to the one of the same id in an earlier release."""
    try:
        earlier = before.criterion(now.id)
    except KeyError:
        return CriterionChange((), asks_the_same=False, is_new=True)
    changed = [name for name in (*_ASKS, *_GUIDES) if getattr(earlier, name) != getattr(now, name)]
    parts = tuple((_ASKS | _GUIDES)[name] for name in changed)
    return CriterionChange(parts, asks_the_same=not any(name in _ASKS for name in changed))


def carried_answers(before: Rubric, now: Rubric, answers: Answers) -> dict[str, Answer]:
    """Return the answers that can be carried over, by criterion id, in the order of the new release."""
    return {
        each.id: answers[each.id]
        for each in now.criteria()
        if each.id in answers and criterion_change(before, each).asks_the_same
    }


def carried_payload(answer: Answer) -> dict[str, str | list[str]]:
    """Return the draft that holds a carried answer; it counts as incomplete until it is confirmed."""
    return {**payload_of(answer), CARRIED: UNCONFIRMED}


def change_words(change: CriterionChange, version: str) -> str | None:
    """Return in words what became of a criterion since a release, or None where nothing did."""
    if change.is_new:
        return f"The criterion is new since release {version}: it needs an answer."
    if not change.parts:
        return None
    parts = ", ".join(change.parts)
    if change.asks_the_same:
        return f"The criterion was reworded since release {version}: {parts}."
    return f"The criterion changed since release {version}: {parts}. The answer was not carried over."
