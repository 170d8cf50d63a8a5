"""A ranking as JSON: one form for the pipeline and the pages."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from riskapp.domain.canonical import json_number
from riskapp.domain.sensitivity.comparison import Comparison
from riskapp.domain.sensitivity.dominance import dominators, dominators_on_points
from riskapp.domain.sensitivity.flip_points import FirstPlace, FlipPoint, first_place, flip_points
from riskapp.domain.sensitivity.robustness import Robustness, Standing, standard_error
from riskapp.domain.sensitivity.words import flip_words

PLACES = 6
"""Decimals of what was drawn: its standard error is larger than what is cut off."""


def ranking_json(comparison: Comparison, drawn: Robustness, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the candidates in their order, what the draws say of each, and the flip points.

    Scores are 0 to 100, everything else in shares of 1; null where there is none. `names` maps ids to
    what the sentences call the candidates.
    """
    by_ranges, on_points = dominators(comparison), dominators_on_points(comparison)
    dimensions = {each.id: each.name for each in comparison.rubric.dimensions}
    return {
        "candidates": [
            {
                **_score(comparison, each),
                **_standing(drawn.standings.get(each), drawn.draws),
                "dominated_by": list(by_ranges[each]),
                "dominated_on_points_by": list(on_points[each]),
            }
            for each in comparison.order
        ],
        "pairwise": {
            each: {other: _drawn(share) for other, share in shares.items()}
            for each, shares in drawn.wins.items()
        },
        "flip_points": [
            {**_flip(each), "words": flip_words(each, dimensions[each.dimension], names)}
            for each in flip_points(comparison)
        ],
        "first_place": [_first_place(each) for each in first_place(comparison)],
        "weights": drawn.reading.value,
        "seed": comparison.seed,
        "draws": drawn.draws,
    }


def _score(comparison: Comparison, candidate: str) -> dict[str, Any]:
    assessed = comparison.candidates[candidate]
    return {
        "id": candidate,
        "point": _exact(assessed.total.point),
        "low": _exact(assessed.total.low),
        "high": _exact(assessed.total.high),
        "rating": assessed.total.rating.value,
        "recommendation": assessed.recommendation.value,
    }


def _standing(standing: Standing | None, draws: int) -> dict[str, Any]:
    if standing is None:
        keys = ("acceptability", "central_weights", "confidence_factor", "standard_errors")
        return dict.fromkeys(keys)
    central, confidence = standing.central_weights, standing.confidence_factor
    errors = (
        None if central is None else {each: round(error, PLACES) for each, error in central.errors.items()}
    )
    return {
        "acceptability": [_drawn(share) for share in standing.acceptability],
        "central_weights": None
        if central is None
        else {each: _drawn(weight) for each, weight in central.weights.items()},
        "confidence_factor": None if confidence is None else _drawn(confidence),
        "standard_errors": {
            "acceptability": [_error(share, draws) for share in standing.acceptability],
            "central_weights": errors,
            "confidence_factor": None if confidence is None else _error(confidence, draws),
        },
    }


def _flip(flip: FlipPoint) -> dict[str, Any]:
    return {
        "dimension": flip.dimension,
        "first": flip.first,
        "second": flip.second,
        "weight": json_number(flip.weight),
        "outcome": flip.outcome.value,
        "at": _exact(flip.at),
        "direction": None if flip.direction is None else flip.direction.value,
    }


def _first_place(place: FirstPlace) -> dict[str, Any]:
    return {
        "dimension": place.dimension,
        "weight": json_number(place.weight),
        "low": json_number(place.low),
        "high": json_number(place.high),
        "below": place.below,
        "above": place.above,
    }


def _exact(value: Fraction | None) -> int | float | None:
    return None if value is None else json_number(value)


def _drawn(share: Fraction) -> int | float:
    return json_number(round(share, PLACES))


def _error(share: Fraction, draws: int) -> float:
    return round(standard_error(share, draws), PLACES)
