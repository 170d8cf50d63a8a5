"""The portfolio as one JSON value: what is decided and holds, what lapses, and what needs another look."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from riskapp.domain.digest import Digest, periods
from riskapp.domain.digest_files import LAPSE_WORDS
from riskapp.domain.rubric import Rubric
from riskapp.domain.scores import Recommendation, Score
from riskapp.domain.shown import day, instant, instant_iso
from riskapp.domain.snapshot_scores import RECOMMENDATION_WORDS, score_part
from riskapp.domain.staleness import OpenCondition, Reason

Part = dict[str, Any]

FORMAT = "riskapp-portfolio/1"
"""Names the shape; a changed shape gets a new number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A decision that holds: about what, by which rubric, with which scores, and what is open about it.

    `scores` are by dimension; `decided_at` and `outcome` are those of the decision.
    """

    reference: str
    model: str
    version: str
    host: str
    context: str
    rubric: Rubric
    outcome: Recommendation
    decided_at: datetime
    expires_on: date | None
    total: Score
    scores: Mapping[str, Score]
    conditions: Sequence[OpenCondition]
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When and by whom a portfolio was made, in whose name, and whether older decisions are left out."""

    at: datetime
    by: str
    organisation: str
    is_cut: bool


def portfolio_record(occasion: Occasion, holdings: Iterable[Holding], coming: Digest) -> Part:
    """Return the portfolio, its maps in the order of the holdings: one for each set of dimensions."""
    maps: dict[tuple[str, ...], list[Holding]] = {}
    for each in holdings:
        maps.setdefault(each.rubric.in_order(each.scores), []).append(each)
    on = occasion.at.date()
    kept = [each for held in maps.values() for each in held]
    return {
        "format": FORMAT,
        "title": "Portfolio of what is decided",
        "organisation": occasion.organisation,
        "made": {"at": instant_iso(occasion.at), "shown": instant(occasion.at), "by": occasion.by},
        "on": _day(on),
        "is_cut": occasion.is_cut,
        "counts": _counts(kept, on),
        "maps": [_map(dimensions, held, on) for dimensions, held in maps.items()],
        "conditions": _conditions(kept, on),
        "lapses": _lapses(coming),
        "lapses_are_cut": coming.is_cut,
        "look_again": [_look_again(each) for each in kept if each.reasons],
    }


def _day(value: date) -> Part:
    return {"day": value.isoformat(), "shown": day(value)}


def _counts(kept: Sequence[Holding], on: date) -> Part:
    """Return how many decisions there are of each kind, and how many of them want something."""
    outcomes = [each.outcome for each in kept]
    return {
        "decisions": len(kept),
        "outcomes": [
            {"words": RECOMMENDATION_WORDS[each], "count": outcomes.count(each)}
            for each in sorted(set(outcomes), key=list(Recommendation).index)
        ],
        "expired": sum(_is_expired(each, on) for each in kept),
        "conditions": sum(len(each.conditions) for each in kept),
        "look_again": sum(bool(each.reasons) for each in kept),
    }


def _is_expired(holding: Holding, on: date) -> bool:
    return holding.expires_on is not None and holding.expires_on < on


def _map(dimensions: tuple[str, ...], held: Sequence[Holding], on: date) -> Part:
    names = {each.id: each.name for each in held[0].rubric.dimensions}
    releases = {each.rubric.digest: each.rubric for each in held}.values()
    return {
        "dimensions": [{"id": each, "name": names.get(each, each.replace("-", " "))} for each in dimensions],
        "rubrics": [
            {"title": each.title, "version": each.version, "digest": each.digest} for each in releases
        ],
        "bands": _bands(held),
        "rows": [_row(each, dimensions, on) for each in held],
    }


def _bands(held: Sequence[Holding]) -> list[Part]:
    """Return the names of the bands, best first, with the mark that each has; releases may differ in them."""
    found: dict[tuple[int, str], Part] = {}
    for each in held:
        count = len(each.rubric.bands)
        for rank, band in enumerate(each.rubric.bands):
            step = count - 1 - rank
            found.setdefault((step, band.name), {"name": band.name, "rank": rank, "of": count})
    return [found[key] for key in sorted(found)]


def _row(holding: Holding, dimensions: Sequence[str], on: date) -> Part:
    return {
        **_called(holding),
        "rubric": f"{holding.rubric.title} {holding.rubric.version}",
        "outcome": {"id": holding.outcome.value, "words": RECOMMENDATION_WORDS[holding.outcome]},
        "decided": _day(holding.decided_at.date()),
        "expires": None if holding.expires_on is None else _day(holding.expires_on),
        "expired": _is_expired(holding, on),
        "total": score_part(holding.total, holding.rubric),
        "scores": [score_part(holding.scores[each], holding.rubric) for each in dimensions],
        "conditions": len(holding.conditions),
        "reasons": len(holding.reasons),
    }


def _called(holding: Holding) -> Part:
    return {
        "reference": holding.reference,
        "model": holding.model,
        "at": f"{holding.version} on {holding.host}",
        "context": holding.context,
    }


def _conditions(kept: Sequence[Holding], on: date) -> list[Part]:
    """Return every open condition, the first due first, those without a day last."""
    found = [(each, condition) for each in kept for condition in each.conditions]
    found.sort(key=lambda pair: (pair[1].due_on or date.max, pair[0].reference))
    return [
        {
            **_called(holding),
            "text": condition.text,
            "owner": condition.owner,
            "due": None if condition.due_on is None else _day(condition.due_on),
            "overdue": condition.due_on is not None and condition.due_on < on,
        }
        for holding, condition in found
    ]


def _lapses(coming: Digest) -> list[Part]:
    return [
        {
            "days": period.days,
            "first": _day(period.first),
            "last": _day(period.last),
            "entries": [
                {
                    "on": _day(each.on),
                    "kind": LAPSE_WORDS[each.kind],
                    "reference": each.reference,
                    "candidate": each.candidate,
                    "context": each.context,
                    "text": each.text,
                    "owner": each.owner,
                }
                for each in period.entries
            ],
        }
        for period in periods(coming)
    ]


def _look_again(holding: Holding) -> Part:
    reasons = [{"text": each.text, "remedy": each.remedy} for each in holding.reasons]
    return {**_called(holding), "reasons": reasons}
