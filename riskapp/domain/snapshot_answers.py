"""Answers in a snapshot: what was answered in words, and what an open answer does to the ranges."""

from collections.abc import Iterable
from typing import Any

from riskapp.domain.answers import Answer, ChosenLevel, Indicators, Measurement, NotApplicable, Unknown
from riskapp.domain.rubric import (
    Criterion,
    IndicatorScale,
    LevelScale,
    MeasureScale,
    Scale,
)
from riskapp.domain.shown import exact_text
from riskapp.domain.snapshot_sources import Register

Part = dict[str, Any]


def criterion_part(criterion: Criterion, answer: Answer | None, register: Register) -> Part:
    """Return the question with its answer in words, its rationale and the numbers of its sources."""
    return {
        "id": criterion.id,
        "place": register.places[criterion.id],
        "name": criterion.name,
        "question": criterion.question,
        "answer": answer_words(criterion.scale, answer),
        "confidence": None if answer is None or not _claims(answer) else answer.confidence.value,
        "rationale": "" if answer is None else answer.rationale,
        "sources": [] if answer is None else register.numbers(answer.evidence),
        "references": _references(criterion),
    }


def _references(criterion: Criterion) -> list[str]:
    """Return the identifiers in each framework and edition, in the order of the rubric."""
    found: dict[str, list[str]] = {}
    for each in criterion.references:
        found.setdefault(f"{each.framework} {each.edition}", []).append(each.identifier)
    return [f"{framework}: {', '.join(identifiers)}" for framework, identifiers in found.items()]


def _claims(answer: Answer) -> bool:
    return not isinstance(answer.response, Unknown | NotApplicable)


def answer_words(scale: Scale, answer: Answer | None) -> Part:
    """Return an answer as `{kind, label, detail, lists}`: words for readers who do not know the ids."""
    """Return an answer in words: its kind, a label, a detail, and for indicators lists of statements."""
    if answer is None:
        return _words("unanswered", "Not answered", "Nobody has answered this question yet.")
    match answer.response:
        case ChosenLevel(level=chosen):
            return _level_words(scale, chosen)
        case Measurement() as measured:
            return _measurement_words(scale, measured)
        case Indicators() as indicators:
            return _indicator_words(scale, indicators)
        case NotApplicable(reason=reason):
            return _words("not-applicable", "Not applicable", reason)
        case Unknown(reason=reason):
            return _words("unknown", "Unknown", reason)


def _words(kind: str, label: str, detail: str) -> Part:
    return {"kind": kind, "label": label, "detail": detail, "lists": []}


def _level_words(scale: Scale, chosen: str) -> Part:
    levels = scale.levels if isinstance(scale, LevelScale) else ()
    level = next((each for each in levels if each.id == chosen), None)
    return _words("level", chosen if level is None else level.name, "" if level is None else level.state)


def _measurement_words(scale: Scale, measured: Measurement) -> Part:
    unit = scale.unit if isinstance(scale, MeasureScale) else ""
    label = f"{exact_text(measured.value)} {unit}".strip()
    spread = f"Between {exact_text(measured.low)} and {exact_text(measured.high)} {unit}".strip()
    return _words("measurement", label, "" if measured.low == measured.high else f"{spread}.")


def _indicator_words(scale: Scale, given: Indicators) -> Part:
    statements = scale.indicators if isinstance(scale, IndicatorScale) else ()

    def named(ids: Iterable[str]) -> list[str]:
        wanted = set(ids)
        return [each.statement for each in statements if each.id in wanted]

    settled = given.met | given.not_met | given.not_applicable
    groups = (
        ("Met", named(given.met)),
        ("Not met", named(given.not_met)),
        ("Open", [each.statement for each in statements if each.id not in settled]),
        ("Not applicable", named(given.not_applicable)),
    )
    applicable = len(statements) - len(given.not_applicable)
    return {
        **_words("indicators", f"{len(given.met)} of {applicable} met", ""),
        "lists": [{"label": label, "items": items} for label, items in groups if items],
    }
