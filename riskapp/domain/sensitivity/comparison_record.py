"""A comparison as one JSON value: everything that its PDF says, and the data that the PDF embeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from riskapp.domain.criterion_scoring import BEST
from riskapp.domain.rubric import Profile, Rubric
from riskapp.domain.scores import Assessed, GateState
from riskapp.domain.sensitivity.words import weight_words
from riskapp.domain.shown import day, exact_text, instant, instant_iso
from riskapp.domain.snapshot_scores import number, score_part

FORMAT = "riskapp-comparison-report/1"
"""Names the shape; a changed shape gets a new number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A candidate of a comparison, what it rests on, and where its assessment stands, in words."""

    name: str
    reference: str
    version: str
    host: str
    submitted_on: date
    sheet_digest: str
    standing: str
    assessed: Assessed


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Under what candidates are compared, by whom and when."""

    rubric: Rubric
    profile: Profile
    context: str
    context_number: int
    made_at: datetime
    made_by: str


def comparison_record(
    setting: Setting, contenders: Sequence[Contender], robustness: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the comparison, the contenders in the order given; `robustness` as `robustness_json` has it."""
    rubric, count = setting.rubric, len(contenders)
    return {
        "format": FORMAT,
        "title": f"Comparison of {count} candidate{'' if count == 1 else 's'} for {setting.context}",
        "made": {
            "at": instant_iso(setting.made_at),
            "shown": instant(setting.made_at),
            "by": setting.made_by,
        },
        "context": {"title": setting.context, "revision": setting.context_number},
        "rubric": {
            "id": rubric.id,
            "version": rubric.version,
            "title": rubric.title,
            "digest": rubric.digest,
            "bands": _bands(rubric),
        },
        "profile": _profile(rubric, setting.profile),
        "dimensions": [each.name for each in rubric.dimensions],
        "candidates": [_contender(each, rubric) for each in contenders],
        "robustness": None if robustness is None else dict(robustness),
    }


def _bands(rubric: Rubric) -> list[dict[str, Any]]:
    ends = [*(band.from_score for band in rubric.bands[1:]), BEST]
    return [
        {"name": band.name, "from": number(band.from_score), "to": number(end), "rank": rank}
        for rank, (band, end) in enumerate(zip(rubric.bands, ends, strict=True))
    ]


def _profile(rubric: Rubric, profile: Profile) -> dict[str, Any]:
    whole = sum(profile.weights.values())
    weights = [(each, profile.weights.get(each.id, Fraction(0)) / whole) for each in rubric.dimensions]
    return {
        "id": profile.id,
        "name": profile.name,
        "trade": profile.trade,
        "weights": [
            {"id": each.id, "name": each.name, "exact": exact_text(share), "shown": weight_words(share)}
            for each, share in weights
        ],
    }


def _contender(each: Contender, rubric: Rubric) -> dict[str, Any]:
    states = [outcome.state for outcome in each.assessed.gates]
    return {
        "id": each.reference,
        "name": each.name,
        "at": f"{each.version} on {each.host}",
        "submitted": {"day": each.submitted_on.isoformat(), "shown": day(each.submitted_on)},
        "sheet": each.sheet_digest,
        "standing": each.standing,
        "recommendation": each.assessed.recommendation.value.replace("-", " "),
        "gates": {
            "tripped": states.count(GateState.TRIPPED),
            "undecided": states.count(GateState.UNDECIDED),
        },
        "total": score_part(each.assessed.total, rubric),
        "dimensions": [
            score_part(each.assessed.dimensions[dimension.id], rubric) for dimension in rubric.dimensions
        ],
    }
