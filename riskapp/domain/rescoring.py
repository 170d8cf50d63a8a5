"""The answers of one release under another release or profile: what carries over, and what would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from riskapp.domain.answers import Answers
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.rubric import Rubric
from riskapp.domain.scores import Assessed, Score


class Fate(StrEnum):
    """What becomes of the answer to a criterion under another release."""

    CARRIED = "carried"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A release and one of its profiles; `digests` are those of its criteria as written, by id."""

    rubric: Rubric
    profile_id: str
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """One criterion before and after; the side on which it does not stand is None.

    `part_before` and `part_after` are what it adds to the total, in tenths, where there is a total.
    """

    id: str
    name: str
    dimension: str
    fate: Fate
    answered: bool
    before: Score | None
    after: Score | None
    part_before: Fraction | None
    part_after: Fraction | None

    @property
    def needs_an_answer(self) -> bool:
        """Return whether somebody has to answer before it scores anew."""
        return self.fate in {Fate.CHANGED, Fate.NEW}


def criterion_digests(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of each criterion's canonical JSON, by id, of a release as written."""
    return {
        criterion["id"]: sha256_hex(canonical_bytes(criterion))
        for dimension in document["dimensions"]
        for criterion in dimension["criteria"]
    }


def carried(answers: Answers, old: Edition, new: Edition) -> Answers:
    """Return the answers to criteria that stand in both releases word for word."""
    return {each: answer for each, answer in answers.items() if _fate(each, old, new) is Fate.CARRIED}


def rescored(
    answers: Answers, old: Edition, new: Edition, *, results: tuple[Assessed, Assessed]
) -> list[Rescored]:
    """Return every criterion, in the order of the new release, then those that are gone.

    `results` are what the engine finds for all answers under the old edition, and for those that carry
    over under the new one.
    """
    order = [each.id for each in new.rubric.criteria()]
    order += [each.id for each in old.rubric.criteria() if each.id not in new.digests]
    before, after = results
    parts = [{each.criterion: each.shown for each in result.contributions} for result in results]
    found = []
    for each in order:
        home = new.rubric if each in new.digests else old.rubric
        found.append(
            Rescored(
                id=each,
                name=home.criterion(each).name,
                dimension=home.dimension_of(each).name,
                fate=_fate(each, old, new),
                answered=each in answers,
                before=before.criteria.get(each),
                after=after.criteria.get(each),
                part_before=parts[0].get(each),
                part_after=parts[1].get(each),
            )
        )
    return found


def _fate(criterion: str, old: Edition, new: Edition) -> Fate:
    if criterion not in new.digests:
        return Fate.GONE
    if criterion not in old.digests:
        return Fate.NEW
    return Fate.CARRIED if old.digests[criterion] == new.digests[criterion] else Fate.CHANGED
