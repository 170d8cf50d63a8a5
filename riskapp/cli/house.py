"""`riskapp house`: try the folder that gives reports the look of the organisation."""

from pathlib import Path

import click

from riskapp import bootstrap, paths
from riskapp.cli.written import write_paper
from riskapp.domain.errors import InvalidError
from riskapp.reporting.house import House, read_house
from riskapp.reporting.render import RenderedReport, ReportError, render_pdf
from riskapp.worked_example.sample import sample_papers


@click.group()
def house() -> None:
    """Look after the look of reports."""


@house.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
@click.option(
    "-o", "--output", "output_file", type=click.Path(path_type=Path), required=True, help="The PDF to write."
)
def check(folder: Path | None, output_file: Path) -> None:
    """Read a FOLDER, or that of RISKAPP_HOUSE, try it on every kind of paper, and write a sample report.

    Says in which file and on which line something is wrong; exit code 2 then.
    """
    chosen = folder or bootstrap.settings().house
    if chosen is None:
        raise InvalidError({"FOLDER": "is not given and RISKAPP_HOUSE is not set; name the folder to try"})
    look = read_house(chosen, paths.reports())
    papers = sample_papers(look)
    rendered = {name: _made(name, content, look) for name, content in papers.items()}
    click.echo(f"Tried: {', '.join(papers)}")
    write_paper(output_file, rendered["report"])


def _made(name: str, content: bytes, look: House) -> RenderedReport:
    try:
        return render_pdf(content, house=look)
    except ReportError as error:
        raise ReportError(f"{name[:1].upper()}{name[1:]}: {error}") from error
