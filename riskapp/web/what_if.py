"""What if the weights were other ones: order, bands and flip points follow, and nothing is stored."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from riskapp.domain.errors import InvalidError
from riskapp.domain.scores import Recommendation, Score
from riskapp.domain.sensitivity.comparison import Comparison
from riskapp.domain.sensitivity.robustness_json import weights_json
from riskapp.services.comparisons import SideBySide, side_by_side, tried
from riskapp.web import product
from riskapp.web.comparisons import choose, comparers, frame_value, weight_charts, weight_fields
from riskapp.web.words import spoken

blueprint = Blueprint("what_if", __name__, url_prefix="/compare/what-if")

_WEIGHT = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A candidate under the weights on trial, beside where it stands under the profile's."""

    name: str
    reference: str
    place: int
    place_now: int
    total: Score
    total_now: Score
    recommendation: Recommendation
    recommendation_now: Recommendation


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the weights on trial make of a comparison."""

    placed: list[Placed]
    weights: list[dict[str, Any]]
    pictures: dict[str, Markup]


@blueprint.get("")
@comparers
def show() -> ResponseReturnValue:
    """Show the comparison under the weights of the address; without any, under the profile's."""
    choice = choose()
    if choice.chosen is None or choice.rubric is None:
        return redirect(url_for("comparisons.index"))
    side = side_by_side(product.reading(), product.actor(), choice.chosen.frame, choice.rubric)
    if side.comparison is None:
        return redirect(url_for("comparisons.index", frame=frame_value(choice.chosen.frame)))
    given = weight_fields(side.rubric, side.profile)
    typed = {name: request.args.get(name, value)[:_LONGEST] for name, value in given.items()}
    errors: dict[str, str] = {}
    trial = None
    try:
        trial = _trial(side, side.comparison, _weights(side, typed, given))
    except InvalidError as refusal:
        labels = {f"weight-{each.id}": f"The weight of {each.name}" for each in side.rubric.dimensions}
        errors = spoken(refusal.fields, labels)
    page = render_template(
        "what_if/show.html",
        value=frame_value(choice.chosen.frame),
        context=choice.chosen.context_title,
        side=side,
        typed=typed,
        changed=typed != given,
        trial=trial,
        errors=errors,
        bands={band.id: band.name for band in side.rubric.bands},
    )
    return page, 422 if errors else 200


def _weights(side: SideBySide, typed: Mapping[str, str], given: Mapping[str, str]) -> Mapping[str, Fraction]:
    """Return the weights by dimension: exactly the profile's where every field still says those."""
    if typed == given:
        return side.profile.weights
    problems, weights = {}, {}
    for each in side.rubric.dimensions:
        name = f"weight-{each.id}"
        text = typed[name].strip()
        if _WEIGHT.fullmatch(text):
            weights[each.id] = Fraction(text)
        else:
            problems[name] = _unreadable(text)
    if problems:
        raise InvalidError(problems)
    return weights


def _unreadable(text: str) -> str:
    if not text:
        return "is missing; enter 0 if it is not to weigh"
    return f"is {text!r}; enter 0 to 1,000 in digits, such as 12.5"


def _trial(side: SideBySide, now: Comparison, weights: Mapping[str, Fraction]) -> Trial:
    then = tried(side, weights)
    places = {each: place for place, each in enumerate(now.order, start=1)}
    said = weights_json(then, side.names)
    return Trial(
        placed=[
            Placed(
                name=side.names[each],
                reference=each,
                place=place,
                place_now=places[each],
                total=then.candidates[each].total,
                total_now=now.candidates[each].total,
                recommendation=then.candidates[each].recommendation,
                recommendation_now=now.candidates[each].recommendation,
            )
            for place, each in enumerate(then.order, start=1)
        ],
        weights=said,
        pictures=weight_charts(said, ident="trial"),
    )
