"""Writing a paper to the place that an option names."""

from pathlib import Path

import click

from riskapp.domain.errors import InvalidError
from riskapp.reporting.render import RenderedReport


def write_paper(output_file: Path, rendered: RenderedReport) -> None:
    """Write the PDF and say what it is; raises InvalidError where the place cannot be written to."""
    try:
        output_file.write_bytes(rendered.pdf)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise InvalidError({str(output_file): f"{reason}; choose another place with -o"}) from error
    click.echo(f"{output_file}: {rendered.pages} pages, SHA-256 {rendered.sha256}")
