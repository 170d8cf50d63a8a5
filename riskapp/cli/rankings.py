"""`riskapp rank`: several candidates under one rubric, and how far their order holds."""

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import click

from riskapp.cli.score import chosen_profile
from riskapp.domain.context import Context
from riskapp.domain.errors import InvalidError
from riskapp.domain.rubric import Rubric
from riskapp.domain.scores import Assessed
from riskapp.domain.scoring import assess
from riskapp.domain.sensitivity.comparison import Comparison, compare
from riskapp.domain.sensitivity.dominance import dominators, dominators_on_points
from riskapp.domain.sensitivity.flip_points import flip_points
from riskapp.domain.sensitivity.ranking import DRAWS, rank
from riskapp.domain.sensitivity.ranking_json import ranking_json
from riskapp.domain.sensitivity.robustness import Reading, Robustness
from riskapp.domain.sensitivity.words import flip_words, order_words
from riskapp.domain.shown import listing, one_decimal
from riskapp.rubric_files.assessment_files import AnswerSheet, read_answers, read_context
from riskapp.rubric_files.loader import load_rubric

_FILE = click.Path(path_type=Path)


@click.command("rank")
@click.option("--rubric", "rubric_file", type=_FILE, required=True, help="The rubric, YAML or JSON.")
@click.option(
    "--answers",
    "answers_files",
    type=_FILE,
    required=True,
    multiple=True,
    help="The answers on one candidate, YAML or JSON; give it once for each, 2 to 50 times.",
)
@click.option("--profile", "profile_id", help="Id of the weights; else the files', else the rubric's first.")
@click.option("--context", "context_file", type=_FILE, help="The context of use, YAML or JSON.")
@click.option(
    "--draws", type=int, default=DRAWS, show_default=True, help="How often weights and scores are drawn."
)
@click.option(
    "--weights",
    type=click.Choice([each.value for each in Reading]),
    default=Reading.PROFILE.value,
    show_default=True,
    help="Draw weights within a quarter of the profile's, or any weights at all.",
)
@click.option("--json", "wants_json", is_flag=True, help="Write JSON, for other programs.")
def rank_files(  # noqa: PLR0913 - one parameter for each option
    *,
    rubric_file: Path,
    answers_files: tuple[Path, ...],
    profile_id: str | None,
    context_file: Path | None,
    draws: int,
    weights: str,
    wants_json: bool,
) -> None:
    """Rank candidates, and say how far the order holds.

    Each candidate is called by the name of its file without the ending. The same files give the same
    figures. Ends with 2 where a file or an option is wrong.
    """
    rubric = load_rubric(rubric_file)
    sheets = _sheets(answers_files, rubric)
    profile = chosen_profile(rubric, profile_id or _profile_of(sheets))
    context = None if context_file is None else read_context(context_file)
    assessed = {name: _assessed(rubric, profile, sheet, context=context) for name, sheet in sheets.items()}
    comparison = compare(rubric, profile, assessed)
    drawn = rank(comparison, Reading(weights), draws=draws)
    if wants_json:
        pinned = {"id": rubric.id, "version": rubric.version, "digest": rubric.digest}
        result = ranking_json(comparison, drawn, {name: name for name in sheets})
        click.echo(json.dumps({"rubric": pinned, "profile": profile, **result}, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_table(comparison, drawn)))


def _sheets(files: Sequence[Path], rubric: Rubric) -> dict[str, AnswerSheet]:
    names = [file.stem for file in files]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"two files are called {listing(twice)}; their names name the candidates, so rename one"
        raise InvalidError({"--answers": message})
    return {file.stem: read_answers(file, rubric) for file in files}


def _profile_of(sheets: dict[str, AnswerSheet]) -> str | None:
    """Return the profile that the files name; raises InvalidError where they name different ones."""
    named = sorted({sheet.profile for sheet in sheets.values() if sheet.profile is not None})
    if len(named) > 1:
        message = f"the files name {listing(named)}; candidates compare under one, so choose it"
        raise InvalidError({"--profile": message})
    return named[0] if named else None


def _assessed(rubric: Rubric, profile: str, sheet: AnswerSheet, *, context: Context | None) -> Assessed:
    return assess(rubric, profile, sheet.answers, context=context, facts=sheet.facts)


def _table(comparison: Comparison, drawn: Robustness) -> Iterator[str]:
    rubric = comparison.rubric
    yield f"{rubric.title} ({rubric.id} {rubric.version}), {comparison.profile.name}"
    yield f"{drawn.draws:,} draws, weights {_READINGS[drawn.reading]}, seed {comparison.seed[:12]}"
    yield ""
    yield f"{'':30}{'score':>7}{'range':>15}{'first':>9}{'confidence':>13}  recommendation"
    yield from (_row(comparison, drawn, each) for each in comparison.order)
    yield from _dominated(comparison)
    yield ""
    yield from _flips(comparison)


_READINGS = {
    Reading.UNIFORM: "of any size",
    Reading.PROFILE: "within a quarter of the profile's",
}


def _row(comparison: Comparison, drawn: Robustness, candidate: str) -> str:
    assessed, standing = comparison.candidates[candidate], drawn.standings.get(candidate)
    label = candidate if len(candidate) < 30 else f"{candidate[:28]}…"  # noqa: PLR2004 - the width of the column
    if standing is None or assessed.total.low is None or assessed.total.high is None:
        return f"{label:30}{'not applicable':>22}"
    point = "—" if assessed.total.point is None else one_decimal(assessed.total.point)
    spread = f"{one_decimal(assessed.total.low)} to {one_decimal(assessed.total.high)}"
    first, factor = _chance(standing.acceptability[0]), standing.confidence_factor
    confidence = "never first" if factor is None else _chance(factor)
    recommendation = assessed.recommendation.value.replace("-", " ")
    return f"{label:30}{point:>7}{spread:>15}{first:>9}{confidence:>13}  {recommendation}"


def _chance(share: Fraction) -> str:
    return f"{one_decimal(share * 100)} %"


def _dominated(comparison: Comparison) -> Iterator[str]:
    on_points = dominators_on_points(comparison)
    for candidate, others in dominators(comparison).items():
        weakly = [each for each in on_points[candidate] if each not in others]
        if others:
            yield f"{candidate} is dominated by {listing(list(others))}: never better, whatever the weights."
        if weakly:
            condition = "whatever the weights, as long as the scores hold"
            yield f"{candidate} is dominated on points by {listing(weakly)}: never better, {condition}."


def _flips(comparison: Comparison) -> Iterator[str]:
    """Yield the flip points by dimension; one sentence for a dimension that changes nothing at all."""
    names = {each: each for each in comparison.candidates}
    unrated = [each for each in comparison.order if each not in comparison.rated()]
    if unrated:
        yield f"Not rated, so without a place by points and without flip points: {listing(unrated)}."
    found = flip_points(comparison)
    for dimension in comparison.rubric.dimensions:
        mine = [each for each in found if each.dimension == dimension.id]
        whole = order_words(mine, dimension.name)
        if whole is None:
            yield from (flip_words(each, dimension.name, names) for each in mine)
        else:
            yield whole
