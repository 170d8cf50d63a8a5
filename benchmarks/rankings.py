"""Ranking many candidates under the shipped rubric, beside the bare drawing of as many numbers."""

import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from random import Random

from benchmarks.figures import Figure
from riskapp import paths
from riskapp.domain.agreement import Level, criteria_as_units, measure_agreement
from riskapp.domain.answers import Answer, ChosenLevel, Confidence, Indicators, Measurement, Unknown
from riskapp.domain.rubric import Criterion, IndicatorScale, LevelScale, MeasureScale, Rubric
from riskapp.domain.scoring import assess
from riskapp.domain.sensitivity.comparison import Comparison, compare
from riskapp.domain.sensitivity.flip_points import first_place, flip_points
from riskapp.domain.sensitivity.open_questions import Case, open_questions
from riskapp.domain.sensitivity.ranking import DRAWS, rank
from riskapp.domain.sensitivity.robustness import Reading
from riskapp.rubric_files.loader import load_rubric

SIZES = (20, 50)
UNKNOWN_EVERY = 10
RUNS = 3


def figures() -> Iterator[Figure]:
    """Yield the figures of rankings, of what to find out next and of agreement."""
    rubric = load_rubric(paths.rubrics() / "model-risk" / "1.0.0.yaml")
    criteria = sum(1 for _ in rubric.criteria())
    for size in SIZES:
        comparison = _comparison(rubric, size)
        floor = _seconds(partial(_bare_drawing, size * criteria))
        for reading in Reading:
            name = f"rank {size} candidates x {criteria} criteria, {DRAWS:,} draws, {reading.value}"
            taken = _seconds(partial(rank, comparison, reading))
            goal = "1 or less" if size == SIZES[0] else ""
            yield Figure(name, taken, "s", floor=floor, floor_name="bare drawing", goal=goal)
        yield Figure(f"memory of ranking {size} candidates", _peak_mb(comparison), "MiB", goal="32 or less")
    taken = _seconds(partial(_flips, comparison)) * 1000
    yield Figure(f"all flip points of {SIZES[-1]} candidates", taken, "ms", goal="500 or less")
    sheets = [random_sheet(rubric, Random(each)) for each in range(3)]
    taken = _seconds(partial(open_questions, _case(rubric, sheets[0])))
    yield Figure("what to find out next about one candidate", taken, "s", goal="1 or less")
    units = criteria_as_units(rubric, sheets)
    taken = _seconds(partial(measure_agreement, units, Level.ORDINAL)) * 1000
    yield Figure("agreement of three assessors, with its interval", taken, "ms", goal="200 or less")


def _seconds(act: Callable[[], object]) -> float:
    """Return the median processor time of an act: it keeps one core busy, whoever else uses the machine."""
    taken = []
    for _ in range(RUNS):
        begin = time.process_time()
        act()
        taken.append(time.process_time() - begin)
    return statistics.median(taken)


def _comparison(rubric: Rubric, size: int) -> Comparison:
    profile = rubric.profiles[0].id
    sheets = {f"candidate-{each}": random_sheet(rubric, Random(each)) for each in range(size)}
    assessed = {
        name: assess(rubric, profile, sheet, context=None, facts={}) for name, sheet in sheets.items()
    }
    return compare(rubric, profile, assessed)


def random_sheet(rubric: Rubric, source: Random) -> dict[str, Answer]:
    """Return an answer to every criterion, one in ten of them unknown."""
    return {each.id: _answer(each, source) for each in rubric.criteria()}


def _answer(criterion: Criterion, source: Random) -> Answer:
    confidence = source.choice(list(Confidence))
    if source.randrange(UNKNOWN_EVERY) == 0:
        return Answer(response=Unknown("Asked."), confidence=confidence, rationale="")
    match criterion.scale:
        case LevelScale(levels=levels):
            response: ChosenLevel | Measurement | Indicators = ChosenLevel(source.choice(levels).id)
        case MeasureScale(points=points):
            low, value, high = sorted(source.choice(points)[0] for _ in range(3))
            response = Measurement(value, low, high)
        case IndicatorScale(indicators=statements):
            met = frozenset(each.id for each in statements if source.random() < 1 / 2)
            response = Indicators(met, frozenset(each.id for each in statements) - met)
    return Answer(response=response, confidence=confidence, rationale="")


def _case(rubric: Rubric, sheet: dict[str, Answer]) -> Case:
    return Case(
        rubric=rubric,
        profile_id=rubric.profiles[0].id,
        answers=sheet,
        context=None,
        facts={},
        on=date(2026, 1, 1),
        dated={},
    )


def _bare_drawing(numbers: int) -> None:
    """Draw as many uniform numbers as a ranking needs in its first pass, a bounded piece at a time."""
    import numpy as np

    source = np.random.default_rng(1)
    for _ in range(DRAWS // 1_000):
        source.random((numbers, 1_000))


def _peak_mb(comparison: Comparison) -> float:
    tracemalloc.start()
    rank(comparison, Reading.UNIFORM)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def _flips(comparison: Comparison) -> None:
    flip_points(comparison)
    first_place(comparison)
