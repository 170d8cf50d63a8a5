"""Writing to the place that an option names."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from riskapp.domain.errors import InvalidError
from riskapp.reporting.render import RenderedReport


@contextmanager
def written_to(output_file: Path) -> Iterator[None]:
    """Say what to do where the block cannot write to the place: raises InvalidError for an OSError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise InvalidError({str(output_file): f"{reason}; choose another place with -o"}) from error


def write_paper(output_file: Path, rendered: RenderedReport) -> None:
    """Write the PDF and say what it is; raises InvalidError where the place cannot be written to."""
    with written_to(output_file):
        output_file.write_bytes(rendered.pdf)
    click.echo(f"{output_file}: {rendered.pages} pages, SHA-256 {rendered.sha256}")
