"""Turns a rubric file, or the canonical JSON of a stored release, into the domain's rubric."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from riskapp.domain import rubric as domain
from riskapp.domain.canonical import canonical_bytes, exact, sha256_hex
from riskapp.rubric_files import format as parts
from riskapp.rubric_files.documents import Document, InputFileError, Lines, read_document
from riskapp.rubric_files.model_errors import located, problems_of
from riskapp.rubric_files.rules import broken_rules


class RubricFileError(InputFileError):
    """A rubric cannot be used; `problems` holds (line, field, message) for everything that is wrong."""


def load_rubric(path: Path) -> domain.Rubric:
    """Return the rubric in a YAML or JSON file; raises RubricFileError with every error and its line."""
    return _built(load_document(path))


def load_document(path: Path) -> Document:
    """Return the data of a rubric file as written; raises RubricFileError where it is not well formed."""
    try:
        return read_document(path)
    except InputFileError as error:
        raise RubricFileError(error.source, error.problems) from error


def parse_rubric(data: Mapping[str, Any], *, source: str) -> domain.Rubric:
    """Return the rubric that plain data describes, such as a stored release; `source` names it in errors.

    Raises RubricFileError with every error.
    """
    return _built(Document(source, dict(data), Lines()))


def canonical_rubric(data: Mapping[str, Any]) -> bytes:
    """Return the RFC 8785 form of a rubric's data as written: what is stored, and what the digest is of.

    It is taken before any default is filled in, so that a later change of a default cannot change
    the digest of what was published.
    """
    return canonical_bytes(data)


def _built(document: Document) -> domain.Rubric:
    try:
        file = parts.RubricFile.model_validate(document.data)
    except ValidationError as error:
        raise RubricFileError(document.source, problems_of(error, document)) from error
    broken = [located(document, loc, message) for loc, message in broken_rules(file)]
    if broken:
        raise RubricFileError(document.source, broken)
    return _rubric(file, sha256_hex(canonical_rubric(document.data)))


def _rubric(file: parts.RubricFile, digest: str) -> domain.Rubric:
    asked = file.recommendation
    widths = file.confidence_half_width
    return domain.Rubric(
        id=file.id,
        version=file.version,
        title=file.title,
        description=file.description,
        dimensions=tuple(_dimension(each) for each in file.dimensions),
        gates=tuple(_gate(each) for each in file.gates),
        bands=tuple(
            domain.Band(id=each.id, name=each.name, from_score=exact(each.from_score)) for each in file.bands
        ),
        profiles=tuple(_profile(each) for each in file.profiles),
        minimum_coverage=exact(file.minimum_coverage),
        aggregation=file.aggregation,
        confidence_half_width={
            "high": exact(widths.high),
            "medium": exact(widths.medium),
            "low": exact(widths.low),
        },
        moderation_spread=exact(file.moderation_spread),
        thresholds=domain.Thresholds(
            approve=domain.Floor(exact(asked.approve.total), exact(asked.approve.dimension)),
            conditions=domain.Floor(exact(asked.conditions.total), exact(asked.conditions.dimension)),
            reject_below=exact(asked.reject_below),
        ),
        digest=digest,
    )


def _dimension(part: parts.DimensionPart) -> domain.Dimension:
    return domain.Dimension(
        id=part.id,
        name=part.name,
        question=part.question,
        weight=exact(part.weight),
        criteria=tuple(_criterion(each) for each in part.criteria),
    )


def _criterion(part: parts.CriterionPart) -> domain.Criterion:
    return domain.Criterion(
        id=part.id,
        name=part.name,
        question=part.question,
        why=part.why,
        how=part.how,
        weight=exact(part.weight),
        scale=_scale(part),
        not_applicable_allowed=part.not_applicable,
        evidence=tuple(part.evidence),
        stale_after_days=part.stale_after_days,
        references=tuple(
            domain.Reference(each.framework, each.edition, each.identifier) for each in part.references
        ),
    )


def _scale(part: parts.CriterionPart) -> domain.Scale:
    if part.measure is not None:
        points = tuple((exact(number), exact(value)) for number, value in part.measure.points)
        return domain.MeasureScale(part.measure.unit, points)
    if part.indicators is not None:
        return domain.IndicatorScale(
            tuple(domain.Indicator(each.id, each.statement) for each in part.indicators)
        )
    return domain.LevelScale(
        tuple(
            domain.Level(id=each.id, name=each.name, state=each.state, value=exact(each.value))
            for each in part.levels or ()
        )
    )


def _profile(part: parts.ProfilePart) -> domain.Profile:
    weights = {dimension: exact(weight) for dimension, weight in part.weights.items()}
    return domain.Profile(id=part.id, name=part.name, trade=part.trade, weights=weights)


def _gate(part: parts.GatePart) -> domain.Gate:
    return domain.Gate(
        id=part.id,
        text=part.text,
        when={field: tuple(values) for field, values in part.when.items()},
        test=_test(part.test),
        effect=part.outcome,
        condition=part.condition,
    )


def _test(part: parts.GateTestPart) -> domain.GateTest:
    minimum = exact(part.at_least or 0)
    if part.criterion is not None and part.met is not None:
        return domain.IndicatorMet(part.criterion, part.met)
    if part.criterion is not None:
        return domain.CriterionAtLeast(part.criterion, minimum)
    if part.dimension is not None:
        return domain.DimensionAtLeast(part.dimension, minimum)
    fact = part.fact or ""
    if part.one_of is not None:
        return domain.FactIn(fact, tuple(part.one_of))
    return domain.FactNotIn(fact, tuple(part.none_of or ()))
