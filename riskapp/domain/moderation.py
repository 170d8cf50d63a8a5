"""Where the sheets of several assessors differ on a criterion, and what a consensus has to explain."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from riskapp.domain.answers import Answer, Answers, NotApplicable, Response
from riskapp.domain.criterion_scoring import score_criterion
from riskapp.domain.rubric import Criterion, Rubric
from riskapp.domain.shown import one_decimal

REASON = "reason"
"""The field of a draft of the consensus that says why it is what it is."""


class AnswerKind(StrEnum):
    """What an answer comes to: two kinds differ however close their numbers are."""

    POINT = "point"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What several sheets say to one criterion.

    `points` has one score for each sheet, None where its answer has no point. `spread` is the distance
    between the highest and the lowest in points of score, None with fewer than two. `agreed` is the
    response of every sheet where all say the same.
    """

    criterion: Criterion
    points: tuple[Fraction | None, ...]
    spread: Fraction | None
    kinds: frozenset[AnswerKind]
    agreed: Response | None
    answered: int

    @property
    def shown(self) -> str:
        """Return the spread in points, with one decimal; empty where there is none."""
        return "" if self.spread is None else one_decimal(self.spread)


def spread_of(rubric: Rubric, criterion: Criterion, sheets: Sequence[Answers]) -> Spread:
    """Return how far the sheets lie apart on a criterion."""
    given = [sheet.get(criterion.id) for sheet in sheets]
    points = tuple(score_criterion(rubric, criterion, each).point for each in given)
    numbers = [point for point in points if point is not None]
    answers = [each for each in given if each is not None]
    responses = [each.response for each in answers]
    same = len(responses) == len(sheets) and all(each == responses[0] for each in responses)
    return Spread(
        criterion=criterion,
        points=points,
        spread=max(numbers) - min(numbers) if len(numbers) > 1 else None,
        kinds=frozenset(_kind(rubric, criterion, each) for each in answers),
        agreed=responses[0] if same and responses else None,
        answered=len(answers),
    )


def _kind(rubric: Rubric, criterion: Criterion, answer: Answer) -> AnswerKind:
    if isinstance(answer.response, NotApplicable):
        return AnswerKind.NOT_APPLICABLE
    known = score_criterion(rubric, criterion, answer).point is not None
    return AnswerKind.POINT if known else AnswerKind.UNKNOWN


def why_explain(rubric: Rubric, spread: Spread, consensus: Answer | None) -> str | None:
    """Return why a consensus needs a written reason, or None where it needs none."""
    if spread.spread is not None and spread.spread >= rubric.moderation_spread:
        limit = one_decimal(rubric.moderation_spread)
        return f"The answers lie {spread.shown} points apart, and from {limit} on a reason is needed."
    if len(spread.kinds) > 1:
        return "Some gave an answer and others said “unknown” or “not applicable”, so a reason is needed."
    if spread.agreed is not None and consensus is not None and consensus.response != spread.agreed:
        return "All assessors gave another answer than this, so a reason is needed."
    return None
