"""Shares in a snapshot: what each criterion adds to the total, and what each open one does to the ranges."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from riskapp.domain.answers import ChosenLevel, Indicators, Measurement, NotApplicable, Unknown
from riskapp.domain.report import ReportInput
from riskapp.domain.rubric import Aggregation, Criterion, Dimension, IndicatorScale
from riskapp.domain.scores import Contribution, Rating
from riskapp.domain.shown import exact_text, one_decimal
from riskapp.domain.snapshot_sources import places_of

Part = dict[str, Any]


def contribution_parts(given: ReportInput) -> Part:
    """Return the table that sums to the shown total: score, share and points; empty if it is not rated."""
    contributions = given.assessed.contributions
    if not contributions:
        return {"rows": [], "subtotals": [], "total": None}
    places = places_of(given.rubric)
    total = sum((each.shown for each in contributions), Fraction(0))
    return {
        "rows": [_contribution(given, each, places) for each in contributions],
        "subtotals": _subtotals(given, contributions),
        "total": one_decimal(total),
    }


def _subtotals(given: ReportInput, contributions: Sequence[Contribution]) -> list[Part]:
    """Return what each dimension adds, in the order of the rubric; these sum to the total as well."""
    found = []
    for place, dimension in enumerate(given.rubric.dimensions, start=1):
        parts = [each.shown for each in contributions if each.dimension == dimension.id]
        if parts:
            share = dimension_share(given, dimension) * 100
            found.append(
                {
                    "id": dimension.id,
                    "place": str(place),
                    "dimension": dimension.name,
                    "share": f"{one_decimal(share)} %",
                    "points": one_decimal(sum(parts, Fraction(0))),
                }
            )
    return found


def _contribution(given: ReportInput, of: Contribution, places: dict[str, str]) -> Part:
    points = {"exact": exact_text(of.exact), "shown": one_decimal(of.shown)}
    if of.criterion is None:
        return {"criterion": None, "points": points}
    criterion, dimension = given.rubric.criterion(of.criterion), given.rubric.dimension_of(of.criterion)
    scores = given.assessed.criteria
    known = sum(
        (each.weight for each in dimension.criteria if scores[each.id].point is not None), Fraction(0)
    )
    share = dimension_share(given, dimension) * criterion.weight / known * 100
    point = scores[of.criterion].point
    return {
        "criterion": criterion.name,
        "criterion_id": criterion.id,
        "place": places[criterion.id],
        "dimension": dimension.name,
        "dimension_id": dimension.id,
        "score": None if point is None else one_decimal(point),
        "share": {"exact": exact_text(share), "shown": f"{one_decimal(share)} %"},
        "points": points,
    }


def dimension_share(given: ReportInput, dimension: Dimension) -> Fraction:
    """Return the share of the total's weight that a dimension carries among those that apply: 0 to 1."""
    weights = {
        each.id: given.profile.weights.get(each.id, Fraction(0))
        for each in given.rubric.dimensions
        if given.assessed.dimensions[each.id].rating is not Rating.NOT_APPLICABLE
    }
    whole = sum(weights.values(), Fraction(0))
    return weights.get(dimension.id, Fraction(0)) / whole if whole else Fraction(0)


def unknown_parts(given: ReportInput) -> list[Part]:
    """Return what is not known, widest effect first, with how many points it spreads the scores.

    `dimension_points` is the width that the criterion adds to the range of its dimension;
    `total_points` that of the total, where the total is an arithmetic mean (else None).
    """
    places = places_of(given.rubric)
    is_arithmetic = given.rubric.aggregation is Aggregation.ARITHMETIC
    found: list[tuple[Fraction, int, Part]] = []
    for dimension in given.rubric.dimensions:
        applicable = _applicable_weight(given, dimension)
        share = dimension_share(given, dimension) if is_arithmetic else None
        for criterion in dimension.criteria:
            state = _open_state(given, criterion)
            score = given.assessed.criteria[criterion.id]
            if state is None or score.low is None or score.high is None or not applicable:
                continue
            width = (score.high - score.low) * criterion.weight / applicable
            part = _unknown(criterion, dimension, state) | {
                "place": places[criterion.id],
                "dimension_points": one_decimal(width),
                "total_points": None if share is None else one_decimal(width * share),
            }
            found.append((-(width if share is None else width * share), len(found), part))
    return [part for _, _, part in sorted(found, key=lambda each: each[:2])]


def _unknown(criterion: Criterion, dimension: Dimension, state: tuple[str, str]) -> Part:
    return {
        "id": criterion.id,
        "name": criterion.name,
        "dimension": dimension.name,
        "state": state[0],
        "reason": state[1],
        "how": criterion.how,
    }


def _open_state(given: ReportInput, criterion: Criterion) -> tuple[str, str] | None:
    answer = given.answers.get(criterion.id)
    if answer is None:
        return "Not answered", ""
    match answer.response:
        case Unknown(reason=reason):
            return "Unknown", reason
        case Indicators(met=met, not_met=not_met, not_applicable=not_applicable):
            scale = criterion.scale
            count = len(scale.indicators) if isinstance(scale, IndicatorScale) else 0
            still_open = count - len(met | not_met | not_applicable)
            return (f"{still_open} of {count} statements open", "") if still_open > 0 else None
        case ChosenLevel() | Measurement() | NotApplicable():
            return None


def _applicable_weight(given: ReportInput, dimension: Dimension) -> Fraction:
    scores = given.assessed.criteria
    return sum(
        (each.weight for each in dimension.criteria if scores[each.id].rating is not Rating.NOT_APPLICABLE),
        Fraction(0),
    )
