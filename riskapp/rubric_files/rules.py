"""What must hold between the fields of a rubric file, beyond the shape of each."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from riskapp.domain.candidate import COUNTRY_FACTS, DECLARED_FACTS, NO_COUNTRY, is_country
from riskapp.domain.context import GATE_FIELDS
from riskapp.domain.rubric import GateEffect
from riskapp.rubric_files.documents import Loc
from riskapp.rubric_files.format import (
    CriterionPart,
    DimensionPart,
    GatePart,
    GateTestPart,
    MeasurePart,
    RubricFile,
)

Broken = tuple[Loc, str]
"""Where a rule is broken, and what is wrong and what to do."""


def broken_rules(rubric: RubricFile) -> Iterator[Broken]:
    """Yield every rule that the file breaks."""
    yield from _repeated(("dimensions",), [each.id for each in rubric.dimensions])
    yield from _repeated(("gates",), [each.id for each in rubric.gates])
    yield from _repeated(("profiles",), [each.id for each in rubric.profiles])
    yield from _repeated(("bands",), [each.id for each in rubric.bands])
    yield from _criteria(rubric)
    yield from _bands(rubric)
    yield from _profiles(rubric)
    yield from _thresholds(rubric)
    yield from _gates(rubric)


def _repeated(loc: Loc, ids: list[str]) -> Iterator[Broken]:
    for position, each in enumerate(ids):
        if each in ids[:position]:
            yield (*loc, position, "id"), f"the id {each!r} is taken; give every part its own"


def _criteria(rubric: RubricFile) -> Iterator[Broken]:
    taken: set[str] = set()
    for d, dimension in enumerate(rubric.dimensions):
        if not any(criterion.weight > 0 for criterion in dimension.criteria):
            yield (
                ("dimensions", d, "criteria"),
                "no criterion weighs anything; give at least one a weight above 0",
            )
        for c, criterion in enumerate(dimension.criteria):
            loc = ("dimensions", d, "criteria", c)
            if criterion.id in taken:
                yield (*loc, "id"), f"the id {criterion.id!r} is taken; give every criterion its own"
            taken.add(criterion.id)
            yield from _scale(loc, criterion)


def _scale(loc: Loc, criterion: CriterionPart) -> Iterator[Broken]:
    for kind in ("levels", "measure", "indicators"):
        given = getattr(criterion, kind) is not None
        if given and kind != criterion.kind:
            message = f"does not belong to the kind {criterion.kind!r}; remove it, or change kind to {kind!r}"
            yield (*loc, kind), message
        if not given and kind == criterion.kind:
            yield loc, f"the kind is {kind!r} but the field {kind!r} is missing; add it"
    if criterion.levels is not None:
        yield from _levels((*loc, "levels"), [level.value for level in criterion.levels])
        yield from _repeated((*loc, "levels"), [level.id for level in criterion.levels])
    if criterion.measure is not None:
        yield from _points((*loc, "measure", "points"), criterion.measure)
    if criterion.indicators is not None:
        yield from _repeated((*loc, "indicators"), [each.id for each in criterion.indicators])


def _levels(loc: Loc, values: list[float]) -> Iterator[Broken]:
    if len(values) < 2:  # noqa: PLR2004 - a choice needs two
        yield loc, "needs at least 2 levels; add the states that are missing"
    for position, (lower, upper) in enumerate(pairwise(values), start=1):
        if upper <= lower:
            message = f"the value {upper:g} is not above the {lower:g} before it; list levels worst first"
            yield (*loc, position, "value"), message


def _points(loc: Loc, measure: MeasurePart) -> Iterator[Broken]:
    for position, ((x, _), (next_x, _)) in enumerate(pairwise(measure.points), start=1):
        if next_x <= x:
            message = f"the number {next_x:g} is not above the {x:g} before it; list points by rising number"
            yield (*loc, position, 0), message
    values = [value for _, value in measure.points]
    rises = any(upper > lower for lower, upper in pairwise(values))
    falls = any(upper < lower for lower, upper in pairwise(values))
    if rises == falls:
        yield loc, "the values must rise or fall throughout; correct the one that turns"


def _bands(rubric: RubricFile) -> Iterator[Broken]:
    if rubric.bands[0].from_score != 0:
        yield ("bands", 0, "from"), "the first band must begin at 0, so that every score has one"
    for position, (lower, upper) in enumerate(pairwise(rubric.bands), start=1):
        if upper.from_score <= lower.from_score:
            message = f"{upper.from_score:g} is not above {lower.from_score:g}; list bands by rising score"
            yield ("bands", position, "from"), message


def _profiles(rubric: RubricFile) -> Iterator[Broken]:
    dimensions = [dimension.id for dimension in rubric.dimensions]
    for position, profile in enumerate(rubric.profiles):
        loc = ("profiles", position, "weights")
        for missing in [each for each in dimensions if each not in profile.weights]:
            yield loc, f"no weight for the dimension {missing!r}; add one (0 leaves it out of the total)"
        for unknown in [each for each in profile.weights if each not in dimensions]:
            message = f"there is no dimension {unknown!r}; use one of {_listed(dimensions)}"
            yield (*loc, unknown), message
        if not any(weight > 0 for weight in profile.weights.values()):
            yield loc, "no dimension weighs anything; give at least one a weight above 0"


def _thresholds(rubric: RubricFile) -> Iterator[Broken]:
    asked = rubric.recommendation
    for field in ("total", "dimension"):
        if getattr(asked.approve, field) < getattr(asked.conditions, field):
            message = "is below the floor for approval with conditions; raise it to that at least"
            yield ("recommendation", "approve", field), message
    if asked.reject_below > asked.conditions.total:
        message = "is above the total that earns approval with conditions; lower it to that at most"
        yield ("recommendation", "reject_below"), message
    widths = rubric.confidence_half_width
    if not widths.high <= widths.medium <= widths.low:
        yield (
            ("confidence_half_width",),
            "less confidence must not narrow a score: keep high <= medium <= low",
        )


def _gates(rubric: RubricFile) -> Iterator[Broken]:
    for position, gate in enumerate(rubric.gates):
        loc = ("gates", position)
        yield from _when((*loc, "when"), gate)
        yield from _test((*loc, "test"), gate, rubric.dimensions)
        if gate.outcome is GateEffect.CONDITION and gate.condition is None:
            yield loc, "the outcome is 'condition' but the field 'condition' is missing; say what is asked"
        if gate.outcome is not GateEffect.CONDITION and gate.condition is not None:
            yield (
                (*loc, "condition"),
                f"belongs to the outcome 'condition', not {gate.outcome.value!r}; remove it",
            )


def _when(loc: Loc, gate: GatePart) -> Iterator[Broken]:
    for field, values in gate.when.items():
        known = GATE_FIELDS.get(field)
        if known is None:
            yield (*loc, field), f"is not a field of the context; use one of {_listed(GATE_FIELDS)}"
            continue
        if not values:
            yield (*loc, field), "is empty, so that the gate never applies; list the values it applies for"
        for position, value in enumerate(values):
            if value not in list(known):
                yield (*loc, field, position), f"{value!r} is not one of {_listed(known)}; correct it"


def _test(loc: Loc, gate: GatePart, dimensions: list[DimensionPart]) -> Iterator[Broken]:
    test = gate.test
    subjects = [name for name in ("criterion", "dimension", "fact") if getattr(test, name) is not None]
    if len(subjects) != 1:
        yield loc, "must name exactly one of criterion, dimension and fact"
        return
    if test.fact is not None:
        yield from _fact_test(loc, gate)
        return
    if test.one_of is not None or test.none_of is not None:
        yield loc, f"one_of and none_of belong to a test on a fact, not on a {subjects[0]}; remove them"
    if test.criterion is not None:
        yield from _criterion_test(loc, test, dimensions)
        return
    if test.at_least is None or test.met is not None:
        yield loc, "a test on a dimension takes at_least, the least score that passes"
    if test.dimension not in [each.id for each in dimensions]:
        yield (*loc, "dimension"), f"there is no dimension {test.dimension!r}; check its id"


def _criterion_test(loc: Loc, test: GateTestPart, dimensions: list[DimensionPart]) -> Iterator[Broken]:
    if (test.at_least is None) == (test.met is None):
        yield loc, "a test on a criterion takes either at_least (a score) or met (a statement's id)"
    named = [each for dimension in dimensions for each in dimension.criteria if each.id == test.criterion]
    if not named:
        yield (*loc, "criterion"), f"there is no criterion {test.criterion!r}; check its id"
        return
    statements = [each.id for each in named[0].indicators or ()]
    if test.met is not None and test.met not in statements:
        found = f"use one of {_listed(statements)}" if statements else "it has no indicators; use at_least"
        yield (*loc, "met"), f"{test.met!r} is no statement of {test.criterion!r}; {found}"


def _fact_test(loc: Loc, gate: GatePart) -> Iterator[Broken]:
    test = gate.test
    if test.at_least is not None or test.met is not None or (test.one_of is None) == (test.none_of is None):
        yield loc, "a test on a fact takes either one_of or none_of, and neither at_least nor met"
    if test.fact not in DECLARED_FACTS:
        yield (*loc, "fact"), f"{test.fact!r} is not a declared fact; use one of {_listed(DECLARED_FACTS)}"
        return
    known = DECLARED_FACTS[test.fact]
    for field, values in (("one_of", test.one_of), ("none_of", test.none_of)):
        if values == []:
            yield (*loc, field), "is empty; list at least one value"
        for position, value in enumerate(values or []):
            if known is not None and value not in known:
                yield (*loc, field, position), f"{value!r} is not one of {_listed(known)}; correct it"
            if test.fact in COUNTRY_FACTS and not is_country(value):
                yield (*loc, field, position), f"{value!r} {NO_COUNTRY}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(str(name)) for name in names)
