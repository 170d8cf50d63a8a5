"""`riskapp report`: the PDF on files, with the same engine and the same templates as the service."""

from datetime import UTC, datetime
from pathlib import Path

import click

from riskapp import ambient
from riskapp.cli.score import chosen_profile
from riskapp.cli.written import write_paper
from riskapp.domain.report import ReportInput
from riskapp.domain.scoring import assess
from riskapp.domain.snapshot import snapshot_bytes
from riskapp.reporting.enclosures import rubric_enclosure
from riskapp.reporting.render import render_pdf
from riskapp.rubric_files.assessment_files import facts_for_gates, read_answers, read_candidate, read_context
from riskapp.rubric_files.loader import canonical_rubric, load_document, parse_rubric

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--rubric", "rubric_file", type=_FILE, required=True, help="The rubric, YAML or JSON.")
@click.option("--answers", "answers_file", type=_FILE, required=True, help="The answers, YAML or JSON.")
@click.option("--candidate", "candidate_file", type=_FILE, required=True, help="The candidate, YAML or JSON.")
@click.option("--context", "context_file", type=_FILE, help="The context of use, YAML or JSON.")
@click.option("--profile", "profile_id", help="Id of the weights; else the file's, else the rubric's first.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day for which facts hold and that the report bears; else this instant.",
)
@click.option("--organisation", default="", help="The name on the cover and in the footers.")
@click.option("-o", "--output", "output_file", type=_FILE, required=True, help="The PDF to write.")
def report(  # noqa: PLR0913 - one parameter for each option
    *,
    rubric_file: Path,
    answers_file: Path,
    candidate_file: Path,
    context_file: Path | None,
    profile_id: str | None,
    on: datetime | None,
    organisation: str,
    output_file: Path,
) -> None:
    """Make the PDF report on a file of answers.

    With --on, the same files give the same bytes. The PDF carries its data and the rubric; it has no seal.
    """
    document = load_document(rubric_file)
    rubric = parse_rubric(document.data, source=document.source)
    sheet, candidate = read_answers(answers_file, rubric), read_candidate(candidate_file)
    context = None if context_file is None else read_context(context_file)
    made_at = ambient.now() if on is None else on.replace(tzinfo=UTC)
    profile = rubric.profile(chosen_profile(rubric, profile_id or sheet.profile))
    facts = facts_for_gates(sheet, candidate, made_at.date())
    given = ReportInput(
        reference=answers_file.stem,
        organisation=organisation,
        made_at=made_at,
        made_by="riskapp report",
        on=made_at.date(),
        stage="Made from files",
        draft=False,
        rubric=rubric,
        profile=profile,
        answers=sheet.answers,
        assessed=assess(rubric, profile.id, sheet.answers, context=context, facts=facts),
        candidate=candidate,
        context=context,
        sources=sheet.sources,
    )
    release = [rubric_enclosure(canonical_rubric(document.data))]
    write_paper(output_file, render_pdf(snapshot_bytes(given), enclosures=release))
