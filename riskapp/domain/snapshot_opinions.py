"""What several assessors said, in a snapshot: by criterion with spread and dissent, and their agreement."""

from fractions import Fraction
from typing import Any

from riskapp.domain.agreement import Agreement, Reliance, reliance
from riskapp.domain.report import ReportInput
from riskapp.domain.rubric import Criterion
from riskapp.domain.shown import exact_text, one_decimal
from riskapp.domain.snapshot_answers import answer_words

Part = dict[str, Any]

READINGS = {
    Reliance.RELY: "the scores can be relied on",
    Reliance.TENTATIVE: "tentative conclusions only",
    Reliance.DISCUSS: "the assessors disagree; read where they differ before relying on the scores",
}

FEWEST_UNITS = 5
"""Criteria with two scores or more below which alpha is shown and not read: chance moves it too far."""


def team_part(given: ReportInput) -> Part | None:
    """Return who scored and moderated, and the agreement of all and by dimension; None for one assessor."""
    said = given.opinions
    if said is None:
        return None
    return {
        "assessors": list(said.assessors),
        "moderator": said.moderator,
        "moderation_spread": one_decimal(given.rubric.moderation_spread),
        "agreement": agreement_part(said.overall),
        "dimensions": [
            {"id": each.id, "name": each.name, "agreement": agreement_part(said.dimensions[each.id])}
            for each in given.rubric.dimensions
        ],
    }


def agreement_part(measured: Agreement) -> Part:
    """Return Krippendorff's alpha with its interval and its reading; all empty where it is undefined."""
    alpha = measured.alpha
    return {
        "alpha": None if alpha is None else {"exact": exact_text(alpha), "shown": _three(alpha)},
        "low": None if measured.low is None else _three(measured.low),
        "high": None if measured.high is None else _three(measured.high),
        "units": measured.units,
        "seed": measured.seed,
        "reading": _reading(measured),
    }


def _reading(measured: Agreement) -> str:
    if measured.alpha is None:
        return "too little to compare, or no difference at all"
    if measured.units < FEWEST_UNITS:
        return "too few criteria were compared to rely on this"
    read = reliance(measured.alpha)
    if read is not Reliance.DISCUSS and measured.low is not None and reliance(measured.low) is not read:
        return f"too uncertain to rely on: the interval begins at {_three(measured.low)}"
    return READINGS[read]


def _three(value: Fraction) -> str:
    return f"{float(value):.3f}"


def opinions_part(given: ReportInput, criterion: Criterion) -> Part | None:
    """Return what each assessor said to a criterion; None for one assessor."""
    if given.opinions is None:
        return None
    said = given.opinions.criteria[criterion.id]
    return {
        "spread": said.spread,
        "reason": said.reason,
        "answers": [
            {
                "by": name,
                "label": answer_words(criterion.scale, answer)["label"],
                "confidence": "" if answer is None else answer.confidence.value,
                "rationale": "" if answer is None else answer.rationale,
            }
            for name, answer in said.answers
        ],
        "dissents": [{"by": name, "text": text} for name, text in said.dissents],
    }
