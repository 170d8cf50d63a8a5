"""`riskapp digest`: what lapses in the coming days, on the screen or by e-mail."""

import click

from riskapp import bootstrap
from riskapp.domain.digest import Digest
from riskapp.domain.digest_files import digest_letter
from riskapp.services.digest_mail import send_digest
from riskapp.services.digests import digest as digest_of
from riskapp.settings import Settings


@click.group()
def digest() -> None:
    """Show or send what lapses in the coming 90 days."""


@digest.command()
def show() -> None:
    """Write the letter to the screen and send nothing."""
    click.echo(digest_letter(_digest(bootstrap.settings())), nl=False)


@digest.command()
def send() -> None:
    """Send the letter, with the table attached, to RISKAPP_SMTP_TO."""
    settings = bootstrap.settings()
    click.echo(send_digest(_digest(settings), settings.smtp))


def _digest(settings: Settings) -> Digest:
    with bootstrap.open_record(settings) as office:
        bootstrap.prepare_schema(office)
        with office.reading() as connection:
            return digest_of(connection, office.now())
