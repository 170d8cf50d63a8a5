"""`riskapp seal`: show which certificate seals, hand it out, put a fresh key in place."""

import json
from pathlib import Path

import click

from riskapp import bootstrap
from riskapp.cli.written import fresh_file
from riskapp.domain.errors import ConflictError
from riskapp.services.seals import SealStanding, certificates_to_hand_out, seal_standing
from riskapp.services.work import Office

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


@click.group()
def seal() -> None:
    """Look after the seal that issued reports bear."""


@seal.command()
@_AS_JSON
def show(*, as_json: bool) -> None:
    """Show which certificate seals, and until when it holds; exit code 1 where nothing can be sealed."""
    with bootstrap.open_record(bootstrap.settings()) as office:
        standing = seal_standing(office)
        click.echo(json.dumps(_json(standing, office)) if as_json else _words(standing))
    if standing.fault:
        raise click.exceptions.Exit(1)


def _json(standing: SealStanding, office: Office) -> dict[str, object]:
    certificate = standing.certificate
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
        "sha256": certificate.fingerprint,
        "time_stamp_server": office.seal.stamp_server or None,
        "fault": standing.fault,
    }


def _words(standing: SealStanding) -> str:
    certificate = standing.certificate
    vouched = "by itself only" if certificate.self_signed else f"by {certificate.issuer}"
    return f"{standing.words}\nIt is vouched for {vouched}. SHA-256: {certificate.fingerprint}"


@seal.command()
@click.option(
    "-o", "--output", "output_file", type=click.Path(path_type=Path), required=True, help="The file to write."
)
def certificate(output_file: Path) -> None:
    """Write the certificates for whoever is to check a seal, as PEM: the present one, then all before it."""
    with bootstrap.open_record(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        certificates = certificates_to_hand_out(office)
    with fresh_file(output_file) as stream:
        stream.write("".join(certificates).encode("ascii"))
    count = len(certificates)
    click.echo(f"{output_file}: {count} certificate{'' if count == 1 else 's'}")


@seal.command()
def renew() -> None:
    """Put a fresh key with a fresh certificate in place of the present one; stop the service first."""
    settings = bootstrap.settings()
    if settings.seal_file is not None:
        raise ConflictError(f"The seal comes from {settings.seal_file}. Put a new file there instead.")
    if settings.seal_token is not None:
        raise ConflictError(f"The seal comes from the token {settings.seal_token.name}. Renew it there.")
    with bootstrap.open_record(settings):
        fresh = bootstrap.own_key(settings).renew().certificate
    click.echo(f"Documents are sealed with the certificate {fresh.fingerprint} from now on.")
