"""`riskapp audit`: what an auditor takes away."""

import json
import re
from pathlib import Path

import click

from riskapp import bootstrap
from riskapp.domain.errors import InvalidError
from riskapp.services import log_keys
from riskapp.services.audit_package import make_package

_REFERENCE = re.compile(r"(?:RA-)?0*([0-9]{1,9})", re.IGNORECASE)


@click.group()
def audit() -> None:
    """Hand out what is stored, with its proof."""


@audit.command()
@click.argument("references", nargs=-1)
@click.option(
    "-o", "--output", "output_file", type=click.Path(path_type=Path), required=True, help="The ZIP to write."
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def package(references: tuple[str, ...], output_file: Path, *, as_json: bool) -> None:
    """Write records, reports, evidence, rubrics and log of assessments such as RA-0007, or of all.

    The ZIP verifies itself with nothing but Python.
    """
    numbers = frozenset(_number(each) for each in references) or None
    settings = bootstrap.settings()
    with bootstrap.open_office(settings) as office:
        bootstrap.prepare_schema(office)
        log_keys.make_checkpoint(office)
        log_keys.publish_checkpoint(office, settings.checkpoints)
        try:
            with output_file.open("wb") as stream:
                packed = make_package(office, stream, numbers)
        except OSError as error:
            reason = error.strerror or "it cannot be written"
            raise InvalidError({str(output_file): f"{reason}; choose another place with -o"}) from error
    if as_json:
        values = {"assessments": packed.assessments, "files": packed.files, "manifest": packed.manifest}
        click.echo(json.dumps({"file": str(output_file), **values}))
    else:
        click.echo(
            f"{output_file}: {packed.files} files, assessments: {packed.assessments}, "
            f"SHA-256 of the manifest {packed.manifest}"
        )


def _number(reference: str) -> int:
    found = _REFERENCE.fullmatch(reference.strip())
    if not found:
        raise InvalidError({"REFERENCES": f"“{reference}” is no assessment; write it like RA-0007"})
    return int(found[1])
