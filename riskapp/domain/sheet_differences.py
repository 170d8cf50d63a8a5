"""What differs between two sheets of one assessment, criterion by criterion."""

from dataclasses import dataclass

from riskapp.domain.answers import Answer, Answers
from riskapp.domain.rubric import Criterion, Dimension, Rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A criterion whose answer is another, with the parts of it that differ, in words."""

    dimension: Dimension
    criterion: Criterion
    before: Answer | None
    after: Answer | None
    parts: tuple[str, ...]


def differences(rubric: Rubric, before: Answers, after: Answers) -> tuple[Difference, ...]:
    """Return the criteria that are answered otherwise, in the order of the rubric."""
    found = []
    for dimension in rubric.dimensions:
        for criterion in dimension.criteria:
            old, new = before.get(criterion.id), after.get(criterion.id)
            if parts := _parts(old, new):
                found.append(
                    Difference(dimension=dimension, criterion=criterion, before=old, after=new, parts=parts)
                )
    return tuple(found)


def _parts(old: Answer | None, new: Answer | None) -> tuple[str, ...]:
    if old is None or new is None:
        return () if old is new else ("answer",)
    compared = {
        "answer": (old.response, new.response),
        "confidence": (old.confidence, new.confidence),
        "rationale": (old.rationale, new.rationale),
        "evidence": (old.evidence, new.evidence),
    }
    return tuple(name for name, (before, after) in compared.items() if before != after)
