"""What the engine returns, as JSON: one form for the pipeline, the pages and the report."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from riskapp.domain.canonical import exact, json_number
from riskapp.domain.rubric import Rubric
from riskapp.domain.scores import Assessed, Contribution, GateOutcome, Rating, Score
from riskapp.domain.shown import one_decimal


def as_json(rubric: Rubric, assessed: Assessed) -> dict[str, Any]:
    """Return the result in the order of the rubric.

    Every score is `{point, low, high, coverage, band, rating, shown}`: numbers in full precision,
    null where there is none; `shown` holds point, low and high as text with one decimal.
    """
    return {
        "criteria": {each.id: _score(assessed.criteria[each.id]) for each in rubric.criteria()},
        "dimensions": {each.id: _score(assessed.dimensions[each.id]) for each in rubric.dimensions},
        "total": _score(assessed.total),
        "gates": [_gate(outcome) for outcome in assessed.gates],
        "recommendation": assessed.recommendation.value,
        "because": list(assessed.because),
        "contributions": [_contribution(each) for each in assessed.contributions],
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "point": _number(score.point),
        "low": _number(score.low),
        "high": _number(score.high),
        "coverage": _number(score.coverage),
        "band": score.band,
        "rating": score.rating.value,
        "shown": {
            "point": _shown(score.point),
            "low": _shown(score.low),
            "high": _shown(score.high),
        },
    }


def _number(value: Fraction | None) -> int | float | None:
    return None if value is None else json_number(value)


def _shown(value: Fraction | None) -> str | None:
    return None if value is None else one_decimal(value, minus="-")


def _gate(outcome: GateOutcome) -> dict[str, Any]:
    return {
        "id": outcome.gate.id,
        "text": outcome.gate.text,
        "state": outcome.state.value,
        "effect": outcome.gate.effect.value,
        "condition": outcome.gate.condition,
        "because": outcome.because,
    }


def _contribution(contribution: Contribution) -> dict[str, Any]:
    return {
        "dimension": contribution.dimension,
        "criterion": contribution.criterion,
        "contribution": json_number(contribution.exact),
        "shown": _shown(contribution.shown),
    }


def score_from_json(part: Mapping[str, Any]) -> Score:
    """Return one score of a result, as it is shown: point, low and high with one decimal."""
    shown, coverage = part["shown"], part["coverage"]
    return Score(
        rating=Rating(part["rating"]),
        point=_shown_number(shown["point"]),
        low=_shown_number(shown["low"]),
        high=_shown_number(shown["high"]),
        coverage=None if coverage is None else exact(coverage),
        band=part["band"],
    )


def _shown_number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
