"""Whether a sheet of answers fits a rubric, with a message for each answer that does not."""

from collections.abc import Iterator
from fractions import Fraction

from riskapp.domain.answers import (
    Answers,
    ChosenLevel,
    Indicators,
    Measurement,
    NotApplicable,
    Response,
    Unknown,
)
from riskapp.domain.rubric import Criterion, IndicatorScale, LevelScale, MeasureScale, Rubric, Scale

WHOLE = 100
_PERCENT = ("%", "per cent", "percent")

Fault = tuple[str, str]
"""The part of an answer ("" for all of it), and what is wrong with it and what to do."""


def validate_answers(rubric: Rubric, answers: Answers) -> dict[str, str]:
    """Return a message for each fault, by its path: `run-cost`, `run-cost.level`, `run-cost.met`.

    Empty where every answer can be scored. Criteria without an answer are no fault.
    """
    criteria = {criterion.id: criterion for criterion in rubric.criteria()}
    faults: dict[str, str] = {}
    for criterion_id, answer in answers.items():
        criterion = criteria.get(criterion_id)
        if criterion is None:
            faults[criterion_id] = "is not a criterion of this rubric; check its id"
            continue
        for part, message in _faults(criterion, answer.response):
            faults[f"{criterion_id}.{part}" if part else criterion_id] = message
    return faults


def _faults(criterion: Criterion, response: Response) -> Iterator[Fault]:
    match response, criterion.scale:
        case Unknown(), _:
            return
        case NotApplicable(), _:
            if not criterion.not_applicable_allowed:
                yield "not_applicable", "the rubric does not allow this here; answer, or say unknown"
        case ChosenLevel(level=chosen), LevelScale() as scale:
            known = [level.id for level in scale.levels]
            if chosen not in known:
                yield "level", f"{chosen!r} is not a level here; use one of {', '.join(known)}"
        case Measurement() as measured, MeasureScale():
            if not measured.low <= measured.value <= measured.high:
                yield "value", "must lie between low and high; correct one of the three"
        case Indicators() as stated, IndicatorScale() as scale:
            yield from _indicator_faults(scale, stated)
        case _:
            yield "", f"takes {_asked(criterion.scale)}; answer in that form"


def share_fault(scale: MeasureScale, number: Fraction) -> str | None:
    """Return why a number is no percentage that can be, or None; other units know no such bounds.

    A percentage whose points all lie from 0 to 100 is a share of a whole. One whose points go on, such as
    that of a budget, has no upper end.
    """
    if not scale.unit.lower().startswith(_PERCENT):
        return None
    measured = [each for each, _ in scale.points]
    if min(measured) >= 0 > number:
        return "is below 0 %, which cannot be; check the sign"
    if max(measured) <= WHOLE < number:
        return "is above 100 %, which cannot be; check the decimal point"
    return None


def _indicator_faults(scale: IndicatorScale, stated: Indicators) -> Iterator[Fault]:
    known = {indicator.id for indicator in scale.indicators}
    taken: set[str] = set()
    for part, ids in (
        ("met", stated.met),
        ("not_met", stated.not_met),
        ("not_applicable", stated.not_applicable),
    ):
        unknown, twice = sorted(ids - known), sorted(ids & taken)
        if unknown:
            yield part, f"{', '.join(unknown)}: not a statement of this criterion; check the id"
        elif twice:
            yield part, f"{', '.join(twice)}: stands in two lists; keep it in one"
        taken |= ids


def _asked(scale: Scale) -> str:
    match scale:
        case LevelScale():
            return "one of its levels"
        case MeasureScale(unit=unit):
            return f"a measured value in {unit}"
        case IndicatorScale():
            return "lists of statements that are met and not met"
