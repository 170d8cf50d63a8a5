"""The robustness of an order as one JSON value: what the comparison page, its PDF and its data say alike."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from riskapp.domain.canonical import json_number
from riskapp.domain.sensitivity.comparison import FEWEST, Comparison
from riskapp.domain.sensitivity.dominance import dominators, dominators_on_points
from riskapp.domain.sensitivity.flip_points import FlipPoint, Outcome, flip_points
from riskapp.domain.sensitivity.ranking_json import PLACES, ranking_json
from riskapp.domain.sensitivity.robustness import Reading, Robustness
from riskapp.domain.sensitivity.weight_lines import total_at, weight_line
from riskapp.domain.sensitivity.words import flip_words, order_words, weight_words
from riskapp.domain.shown import listing

MOST_LINES = 8
"""Candidates, from the top, that a picture of the weights draws: more lines are not told apart."""

READINGS = {
    Reading.PROFILE: "Weights within a quarter of the profile\N{RIGHT SINGLE QUOTATION MARK}s",
    Reading.UNIFORM: "Any weights at all",
}


def robustness_json(
    comparison: Comparison, drawn: Sequence[Robustness], names: Mapping[str, str]
) -> dict[str, Any]:
    """Return each reading as `ranking_json` has it, who is dominated, and what each weight does.

    `names` maps ids to what the sentences call the candidates.
    """
    return {
        "readings": [
            {
                "id": each.reading.value,
                "name": READINGS[each.reading],
                "ranking": ranking_json(comparison, each, names),
            }
            for each in drawn
        ],
        "dominated": _dominated(comparison, names),
        "not_rated": [names[each] for each in comparison.order if each not in comparison.rated()],
        "dimensions": weights_json(comparison, names),
        "seed": comparison.seed,
        "draws": drawn[0].draws,
    }


def weights_json(comparison: Comparison, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return for each dimension its weight, its flip points in sentences, and the lines of a picture.

    A line is a list of shares of the weight with the total there; a mark is a flip point on it. Empty
    where fewer than two candidates have a total by points.
    """
    if len(comparison.rated()) < FEWEST:
        return []
    found = flip_points(comparison)
    return [
        _dimension(
            comparison, each.id, flips=[flip for flip in found if flip.dimension == each.id], names=names
        )
        for each in comparison.rubric.dimensions
    ]


def _dimension(
    comparison: Comparison, dimension: str, *, flips: Sequence[FlipPoint], names: Mapping[str, str]
) -> dict[str, Any]:
    name = next(each.name for each in comparison.rubric.dimensions if each.id == dimension)
    weight = comparison.shares.get(dimension, Fraction(0))
    whole = order_words(flips, name)
    told = [each for each in flips if each.outcome is not Outcome.NEVER]
    shown = comparison.rated()[:MOST_LINES]
    return {
        "id": dimension,
        "name": name,
        "weight": json_number(weight),
        "shown": weight_words(weight),
        "sentences": [flip_words(each, name, names) for each in told] if whole is None else [whole],
        "steady": whole is not None,
        "lines": [
            {"id": each, "name": names[each], "points": _points(comparison, each, dimension)}
            for each in shown
            if weight != 1
        ],
        "marks": [_mark(comparison, each) for each in flips if each.first in shown and each.at is not None],
    }


def _points(comparison: Comparison, candidate: str, dimension: str) -> list[list[int | float]]:
    line = weight_line(comparison, candidate, dimension)
    return [[json_number(share), json_number(round(total, PLACES))] for share, total in line]


def _mark(comparison: Comparison, flip: FlipPoint) -> dict[str, Any]:
    at = flip.at or Fraction(0)
    total = total_at(comparison, flip.first, dimension=flip.dimension, share=at)
    return {
        "at": json_number(at),
        "shown": weight_words(at),
        "total": None if total is None else json_number(round(total, PLACES)),
    }


def _dominated(comparison: Comparison, names: Mapping[str, str]) -> list[str]:
    by_ranges, on_points = dominators(comparison), dominators_on_points(comparison)
    said: list[str] = []
    for each in comparison.order:
        certain = [names[other] for other in by_ranges[each]]
        held = [names[other] for other in on_points[each] if other not in by_ranges[each]]
        if certain:
            said.append(
                f"{names[each]} is dominated by {listing(certain)}: never better, whatever the dimensions "
                "weigh and whatever is still found out."
            )
        if held:
            said.append(
                f"{names[each]} is dominated on points by {listing(held)}: never better, whatever the "
                "dimensions weigh, as long as the scores hold."
            )
    return said
