"""`riskapp score`: the engine on files, for people who keep risk decisions in their own repositories."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from riskapp import ambient
from riskapp.domain.errors import InvalidError
from riskapp.domain.rubric import GateEffect, Rubric
from riskapp.domain.score_json import as_json
from riskapp.domain.scores import Assessed, GateState, Rating, Score
from riskapp.domain.scoring import assess
from riskapp.domain.shown import one_decimal, percent
from riskapp.rubric_files.assessment_files import facts_for_gates, read_answers, read_candidate, read_context
from riskapp.rubric_files.loader import load_rubric

GATE_REJECTS = 3

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--rubric", "rubric_file", type=_FILE, required=True, help="The rubric, YAML or JSON.")
@click.option("--answers", "answers_file", type=_FILE, required=True, help="The answers, YAML or JSON.")
@click.option("--profile", "profile_id", help="Id of the weights; else the file's, else the rubric's first.")
@click.option("--context", "context_file", type=_FILE, help="The context of use, YAML or JSON.")
@click.option("--candidate", "candidate_file", type=_FILE, help="The candidate, YAML or JSON.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day for which facts hold; else today.")
@click.option("--json", "wants_json", is_flag=True, help="Write JSON, for other programs.")
@click.pass_context
def score(  # noqa: PLR0913 - one parameter for each option
    ctx: click.Context,
    *,
    rubric_file: Path,
    answers_file: Path,
    profile_id: str | None,
    context_file: Path | None,
    candidate_file: Path | None,
    on: datetime | None,
    wants_json: bool,
) -> None:
    """Score a file of answers by a rubric.

    Ends with 0; with 3 where a gate rejects, so that a pipeline stops; with 2 where a file is wrong.
    """
    rubric = load_rubric(rubric_file)
    sheet = read_answers(answers_file, rubric)
    context = None if context_file is None else read_context(context_file)
    candidate = None if candidate_file is None else read_candidate(candidate_file)
    profile = chosen_profile(rubric, profile_id or sheet.profile)
    facts = facts_for_gates(sheet, candidate, (on or ambient.now()).date())
    assessed = assess(rubric, profile, sheet.answers, context=context, facts=facts)
    click.echo(_as_json(rubric, profile, assessed) if wants_json else "\n".join(_table(rubric, assessed)))
    if _gate_rejects(assessed):
        ctx.exit(GATE_REJECTS)


def chosen_profile(rubric: Rubric, profile_id: str | None) -> str:
    """Return the id of the profile asked for, or of the rubric's first; raises InvalidError for another."""
    known = [profile.id for profile in rubric.profiles]
    if profile_id is None:
        return known[0]
    if profile_id not in known:
        message = f"{rubric.id} {rubric.version} has no {profile_id!r}; use one of {', '.join(known)}"
        raise InvalidError({"--profile": message})
    return profile_id


def _gate_rejects(assessed: Assessed) -> bool:
    return any(
        outcome.state is GateState.TRIPPED and outcome.gate.effect is GateEffect.REJECT
        for outcome in assessed.gates
    )


def _as_json(rubric: Rubric, profile: str, assessed: Assessed) -> str:
    pinned = {"id": rubric.id, "version": rubric.version, "digest": rubric.digest}
    result = {"rubric": pinned, "profile": profile, **as_json(rubric, assessed)}
    return json.dumps(result, indent=2, ensure_ascii=False)


def _table(rubric: Rubric, assessed: Assessed) -> Iterator[str]:
    bands = {band.id: band.name for band in rubric.bands}
    yield f"{rubric.title} ({rubric.id} {rubric.version})"
    yield ""
    yield f"{'':44}{'score':>8}{'range':>15}{'coverage':>10}  band"
    for dimension in rubric.dimensions:
        yield _row(dimension.name, assessed.dimensions[dimension.id], bands)
        for criterion in dimension.criteria:
            yield _row(f"  {criterion.name}", assessed.criteria[criterion.id], bands)
    yield _row("Total", assessed.total, bands)
    yield ""
    for outcome in assessed.gates:
        yield f"Gate {outcome.gate.id}: {outcome.state.value.replace('-', ' ')}. {outcome.because}"
    yield ""
    yield f"Recommendation: {assessed.recommendation.value.replace('-', ' ')}"
    yield from (f"  {reason}" for reason in assessed.because)


def _row(name: str, found: Score, bands: dict[str, str]) -> str:
    label = name if len(name) < 44 else f"{name[:42]}…"  # noqa: PLR2004 - the width of the column
    if found.rating is Rating.NOT_APPLICABLE or found.low is None or found.high is None:
        return f"{label:44}{'not applicable':>23}"
    point = "—" if found.point is None else one_decimal(found.point)
    spread = f"{one_decimal(found.low)} to {one_decimal(found.high)}"
    covered = "" if found.coverage is None else percent(found.coverage)
    return f"{label:44}{point:>8}{spread:>15}{covered:>10}  {bands.get(found.band or '', 'not rated')}"
