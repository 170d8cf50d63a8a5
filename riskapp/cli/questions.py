"""`riskapp next`: what to find out next about a candidate, and what that could change."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import click

from riskapp import ambient
from riskapp.cli.score import chosen_profile
from riskapp.domain.as_of import last_day
from riskapp.domain.rubric import Rubric
from riskapp.domain.scoring import assess
from riskapp.domain.sensitivity.open_questions import Case, OpenQuestion, OpenQuestions, open_questions
from riskapp.domain.sensitivity.questions_json import questions_json
from riskapp.domain.sensitivity.words import change_words, gap_words, letter_words
from riskapp.domain.shown import one_decimal, percent
from riskapp.rubric_files.assessment_files import (
    AnswerSheet,
    facts_for_gates,
    read_answers,
    read_candidate,
    read_context,
)
from riskapp.rubric_files.loader import load_rubric

_FILE = click.Path(path_type=Path)


@click.command("next")
@click.option("--rubric", "rubric_file", type=_FILE, required=True, help="The rubric, YAML or JSON.")
@click.option("--answers", "answers_file", type=_FILE, required=True, help="The answers, YAML or JSON.")
@click.option("--profile", "profile_id", help="Id of the weights; else the file's, else the rubric's first.")
@click.option("--context", "context_file", type=_FILE, help="The context of use, YAML or JSON.")
@click.option("--candidate", "candidate_file", type=_FILE, help="The candidate, YAML or JSON.")
@click.option(
    "--against",
    "rival_files",
    type=_FILE,
    multiple=True,
    help="The answers on a rival: then it is also said what would change who comes first.",
)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="The day for which facts and evidence hold; else today."
)
@click.option("--json", "wants_json", is_flag=True, help="Write JSON, for other programs.")
def next_questions(  # noqa: PLR0913 - one parameter for each option
    *,
    rubric_file: Path,
    answers_file: Path,
    profile_id: str | None,
    context_file: Path | None,
    candidate_file: Path | None,
    rival_files: tuple[Path, ...],
    on: datetime | None,
    wants_json: bool,
) -> None:
    """List what to find out next about a candidate, those questions first that can change most.

    Ends with 2 where a file or an option is wrong.
    """
    rubric = load_rubric(rubric_file)
    sheet = read_answers(answers_file, rubric)
    profile = chosen_profile(rubric, profile_id or sheet.profile)
    context = None if context_file is None else read_context(context_file)
    candidate = None if candidate_file is None else read_candidate(candidate_file)
    day = (on or ambient.now()).date()
    case = Case(
        rubric=rubric,
        profile_id=profile,
        answers=sheet.answers,
        context=context,
        facts=facts_for_gates(sheet, candidate, day),
        on=day,
        dated=_dated(sheet),
        rivals=_rivals(rubric, profile, [read_answers(file, rubric) for file in rival_files]),
    )
    found = open_questions(case)
    if wants_json:
        pinned = {"id": rubric.id, "version": rubric.version, "digest": rubric.digest}
        result = {"rubric": pinned, "profile": profile, "on": day.isoformat(), **questions_json(found)}
        click.echo(json.dumps(result, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_list(found)))


def _rivals(rubric: Rubric, profile: str, sheets: Sequence[AnswerSheet]) -> tuple[Fraction, ...]:
    """Return the points of the totals that are rated: they hang on neither context nor facts."""
    totals = [assess(rubric, profile, each.answers, context=None, facts={}).total for each in sheets]
    return tuple(total.point for total in totals if total.point is not None)


def _dated(sheet: AnswerSheet) -> dict[str, date]:
    """Return the last day that each piece of evidence speaks for, where its date can be read."""
    found = {}
    for source in sheet.sources:
        try:
            found[source.id] = last_day(source.as_of)
        except ValueError:
            continue
    return found


def _list(found: OpenQuestions) -> Iterator[str]:
    now, worst, best = (
        each.value.replace("-", " ") for each in (found.recommendation, found.at_worst, found.at_best)
    )
    yield f"Recommendation now: {now}. With everything below found out: {worst} at worst, {best} at best."
    if not found.questions:
        yield "Nothing is left to find out."
    for number, question in enumerate(found.questions, start=1):
        yield ""
        yield from _entry(number, question)


def _entry(number: int, question: OpenQuestion) -> Iterator[str]:
    criterion = question.criterion
    yield f"{number}. {criterion.name} ({question.dimension.name}): {gap_words(question.gaps)}"
    yield f"   Swings the total by {one_decimal(question.swing)} points.{''.join(_chances(question))}"
    yield from (f"   If {change_words(each, criterion)}." for each in question.changes)
    yield f"   Ask: {letter_words(criterion)}"


def _chances(question: OpenQuestion) -> Iterator[str]:
    chances = (
        ("Changes the recommendation", question.recommendation_turns),
        ("Changes who comes first", question.first_turns or Fraction(0)),
        ("With all else at its best, still keeps the recommendation from it", question.hinders),
    )
    yield from (f" {what}: {percent(chance)}." for what, chance in chances if chance)
