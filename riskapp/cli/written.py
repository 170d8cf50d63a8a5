"""Writing to the place that an option names: whole, or what was there before stays as it was."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom, BufferedWriter
from pathlib import Path

import click

from riskapp.domain.errors import InvalidError
from riskapp.reporting.render import RenderedReport


@contextmanager
def fresh_file(output_file: Path) -> Iterator[BufferedRandom | BufferedWriter]:
    """Yield a file that takes the place when the block ends, and is gone where it does not end well.

    Raises InvalidError where it cannot be written. A place that is no file, such as a pipe, is written to.
    """
    place = output_file.resolve()
    to_file = place.is_file() or not place.exists()
    written = place.with_name(f".{place.name}.{os.getpid()}") if to_file else place
    try:
        with written.open("wb+") if to_file else written.open("wb") as stream:
            yield stream
        if to_file:
            written.replace(place)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise InvalidError({str(output_file): f"{reason}; choose another place with -o"}) from error
    finally:
        if to_file:
            with suppress(OSError):
                written.unlink()


def write_paper(output_file: Path, rendered: RenderedReport) -> None:
    """Write the PDF and say what it is; raises InvalidError where the place cannot be written to."""
    with fresh_file(output_file) as stream:
        stream.write(rendered.pdf)
    click.echo(f"{output_file}: {rendered.pages} pages, SHA-256 {rendered.sha256}")
