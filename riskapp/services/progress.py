"""How far a score sheet is: what its drafts amount to, and what they would score as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from riskapp.domain.answers import Answer, NotApplicable, Unknown
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.drafts import Incomplete, is_begun, parse_draft
from riskapp.domain.rubric import Dimension, Rubric
from riskapp.domain.scores import Assessed
from riskapp.services.dossiers import Dossier, assessed
from riskapp.storage.sheets import Draft


class AnswerState(StrEnum):
    """How far one criterion is."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    INCOMPLETE = "incomplete"
    OPEN = "open"


SETTLED = frozenset({AnswerState.ANSWERED, AnswerState.UNKNOWN, AnswerState.NOT_APPLICABLE})
"""States in which nothing more is asked: unknown is an answer too."""


def state_of(meant: Answer | Incomplete | None) -> AnswerState:
    """Return how far a criterion is whose draft means this; None: nothing was begun."""
    match meant:
        case None:
            return AnswerState.OPEN
        case Incomplete():
            return AnswerState.INCOMPLETE
        case Answer(response=Unknown()):
            return AnswerState.UNKNOWN
        case Answer(response=NotApplicable()):
            return AnswerState.NOT_APPLICABLE
        case Answer():
            return AnswerState.ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an assessor's drafts mean, by criterion id and in the order of the rubric.

    `incomplete` are drafts that are begun and make no answer yet; a criterion in neither was not begun.
    """

    answers: dict[str, Answer]
    incomplete: dict[str, Incomplete]

    def state(self, criterion_id: str) -> AnswerState:
        """Return how far one criterion is."""
        return state_of(self.answers.get(criterion_id) or self.incomplete.get(criterion_id))

    def settled(self, dimension: Dimension) -> int:
        """Return for how many criteria of a dimension nothing more is asked."""
        return sum(self.state(each.id) in SETTLED for each in dimension.criteria)

    @property
    def problems(self) -> dict[str, str]:
        """Return what keeps begun drafts from being answers, by `criterion-id.field`."""
        return {
            f"{criterion_id}.{field}": message
            for criterion_id, incomplete in self.incomplete.items()
            for field, message in incomplete.problems.items()
        }


def read_drafts(rubric: Rubric, kept: Mapping[str, Draft]) -> Reading:
    """Return what drafts mean under a rubric."""
    answers: dict[str, Answer] = {}
    incomplete: dict[str, Incomplete] = {}
    for criterion in rubric.criteria():
        draft = kept.get(criterion.id)
        if draft is None or not is_begun(draft.payload):
            continue
        meant = parse_draft(criterion, draft.payload)
        if isinstance(meant, Incomplete):
            incomplete[criterion.id] = meant
        else:
            answers[criterion.id] = meant
    return Reading(answers=answers, incomplete=incomplete)


def fingerprint(kept: Mapping[str, Draft]) -> str:
    """Return a text that changes with every save: what a reviewed page is compared by at submission."""
    return sha256_hex(canonical_bytes({key: draft.version for key, draft in kept.items()}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A reading of the drafts, and what the engine makes of the answers among them."""

    reading: Reading
    assessed: Assessed


def progress(found: Dossier, kept: Mapping[str, Draft], on: date) -> Progress:
    """Return how far the sheet is and what it would score if it were submitted on this day as it stands."""
    reading = read_drafts(found.rubric, kept)
    return Progress(reading=reading, assessed=assessed(found, reading.answers, on))
