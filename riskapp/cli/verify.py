"""`riskapp verify`: whether a document is genuine, by the log of this service or by an exported one."""

import json
from pathlib import Path

import click

from riskapp import ambient, bootstrap
from riskapp.domain.errors import InvalidError
from riskapp.services.verdicts import verdict_by_record
from riskapp.verifier.command import read_file, verdict_on
from riskapp.verifier.refusal import Refused
from riskapp.verifier.verdict import EXIT_CODES, Verdict


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--log", type=click.Path(path_type=Path, exists=True), help="An exported log or a package, ZIP or folder."
)
@click.option("--key", "keys", multiple=True, help="A public key of that log, from elsewhere.")
@click.option(
    "--certificate", "certificates", multiple=True, help="The certificate of the seal, or its SHA-256."
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def verify(
    file: Path, log: Path | None, keys: tuple[str, ...], certificates: tuple[str, ...], *, as_json: bool
) -> None:
    """Say whether FILE is genuine: a paper as PDF, its data, packed reports, or a checkpoint.

    Without --log, --key and --certificate the log of this service answers. Exit code 0 means genuine, 1
    altered, 2 unknown, 3 genuine but superseded or lapsed since.
    """
    try:
        content = read_file(file)
        if log or keys or certificates:
            today = ambient.now().date()
            verdict = verdict_on(content, log, keys=keys, certificates=certificates, today=today)
        else:
            verdict = _by_record(content)
    except Refused as refusal:
        raise InvalidError({str(file): str(refusal)}) from refusal
    click.echo(json.dumps(verdict.as_json(), ensure_ascii=False) if as_json else str(verdict))
    raise click.exceptions.Exit(EXIT_CODES[verdict.word])


def _by_record(content: bytes) -> Verdict:
    with bootstrap.open_record(bootstrap.settings()) as office, office.reading() as connection:
        return verdict_by_record(office, connection, content)
