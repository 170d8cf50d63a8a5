"""What is compared: candidates under one rubric release and profile, and the seed that follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.criterion_scoring import BEST, WORST
from riskapp.domain.errors import InvalidError
from riskapp.domain.rubric import Dimension, Profile, Rubric
from riskapp.domain.scores import Assessed, Rating, Score
from riskapp.domain.shown import exact_text

FORMAT = "riskapp-comparison/1"
"""Names the shape of what the seed is the digest of; a changed shape gets a new number."""

FEWEST, MOST = 2, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenScore:
    """A criterion that applies: its share of its dimension (these sum to 1) and its interval, 0 to 100."""

    criterion: str
    share: Fraction
    low: Fraction
    high: Fraction


Ranges = Mapping[str, tuple[OpenScore, ...]]
"""The open scores of each weighted dimension that applies to a candidate; others are absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Candidates, by id, as the engine scored them under one rubric release and one profile.

    `shares` are the weights of the dimensions that the profile weighs above 0; they sum to 1. `order`
    holds the ids best first: by the point of the total, then its low bound, then id; those without a
    point stand last. `seed` is a digest of everything that the draws depend on: neither the ids nor the
    order in which candidates, dimensions or criteria are given, nor a common factor of the weights.
    """

    rubric: Rubric
    profile: Profile
    candidates: Mapping[str, Assessed]
    shares: Mapping[str, Fraction]
    ranges: Mapping[str, Ranges]
    order: tuple[str, ...]
    seed: str

    def drawn(self) -> tuple[str, ...]:
        """Return the ids that have a total, in an order that hangs on what they scored before their id."""
        with_total = [each for each in self.candidates if self.ranges[each]]
        return tuple(sorted(with_total, key=lambda each: (_canonical(self.ranges[each]), each)))

    def rated(self) -> tuple[str, ...]:
        """Return the ids that have a point, best first."""
        return tuple(each for each in self.order if self.candidates[each].total.point is not None)


def compare(rubric: Rubric, profile_id: str, candidates: Mapping[str, Assessed]) -> Comparison:
    """Return what is to be compared; `candidates` maps ids to what the engine found under this profile.

    Raises InvalidError for fewer than 2 or more than 50 candidates, and KeyError for a profile that the
    rubric does not have.
    """
    if not FEWEST <= len(candidates) <= MOST:
        message = f"{len(candidates)} given; compare {FEWEST} to {MOST}"
        raise InvalidError({"candidates": message})
    profile = rubric.profile(profile_id)
    weighted = {each: weight for each, weight in profile.weights.items() if weight > 0}
    whole = sum(weighted.values())
    shares = {each: weighted[each] / whole for each in sorted(weighted)}
    ranges = {each: _ranges(rubric, shares, assessed) for each, assessed in candidates.items()}
    return Comparison(
        rubric=rubric,
        profile=profile,
        candidates=dict(candidates),
        shares=shares,
        ranges=ranges,
        order=tuple(sorted(candidates, key=lambda each: _place(candidates[each].total, each))),
        seed=_seed(rubric, shares, list(ranges.values())),
    )


def _place(total: Score, candidate: str) -> tuple[bool, Fraction, Fraction, str]:
    return (total.point is None, -(total.point or WORST), -(total.low or WORST), candidate)


def _ranges(rubric: Rubric, shares: Mapping[str, Fraction], assessed: Assessed) -> Ranges:
    dimensions = {each.id: each for each in rubric.dimensions}
    found = {each: open_scores(dimensions[each], assessed.criteria) for each in shares}
    return {each: scores for each, scores in found.items() if scores}


def open_scores(dimension: Dimension, criteria: Mapping[str, Score]) -> tuple[OpenScore, ...]:
    """Return the criteria of a dimension that apply and weigh, by id; empty where none does."""
    applicable = [
        (each, criteria[each.id])
        for each in dimension.criteria
        if each.weight > 0 and criteria[each.id].rating is not Rating.NOT_APPLICABLE
    ]
    whole = sum((each.weight for each, _ in applicable), Fraction(0))
    return tuple(
        OpenScore(
            criterion=each.id,
            share=each.weight / whole,
            low=WORST if score.low is None else score.low,
            high=BEST if score.high is None else score.high,
        )
        for each, score in sorted(applicable, key=lambda pair: pair[0].id)
    )


def _seed(rubric: Rubric, shares: Mapping[str, Fraction], ranges: Sequence[Ranges]) -> str:
    content = {
        "format": FORMAT,
        "rubric": {"id": rubric.id, "version": rubric.version, "digest": rubric.digest},
        "aggregation": rubric.aggregation.value,
        "weights": {each: exact_text(share) for each, share in shares.items()},
        "candidates": [_content(each) for each in sorted(ranges, key=_canonical)],
    }
    return sha256_hex(canonical_bytes(content))


def _canonical(ranges: Ranges) -> bytes:
    return canonical_bytes(_content(ranges))


def _content(ranges: Ranges) -> dict[str, Any]:
    return {
        dimension: {
            each.criterion: [exact_text(each.share), exact_text(each.low), exact_text(each.high)]
            for each in scores
        }
        for dimension, scores in ranges.items()
    }
