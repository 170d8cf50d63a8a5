"""`riskapp db`: the schema."""

import click

from riskapp import bootstrap
from riskapp.services.log_rows import adopt_rows
from riskapp.storage.migrations import differences, newest_revision, revision_of, upgrade


@click.group()
def db() -> None:
    """Set up and check the database."""


@db.command("upgrade")
def upgrade_schema() -> None:
    """Bring the schema to what this version needs, all of it or nothing; make a backup first."""
    with bootstrap.open_office(bootstrap.settings()) as office:
        before = revision_of(office.database)
        upgrade(office.database)
        adopt_rows(office)
    if before == newest_revision():
        click.echo(f"The schema is at {before}, which is the newest. Nothing to do.")
    else:
        click.echo(f"The schema went from {before or 'nothing'} to {newest_revision()}.")


@db.command()
def check() -> None:
    """Compare the database with what this version expects; exit 1 where they differ."""
    with bootstrap.open_office(bootstrap.settings()) as office:
        found = revision_of(office.database)
        if found is None:
            raise click.ClickException("The database is empty. Run: riskapp db upgrade")
        wrong = differences(office.database)
    for difference in wrong:
        click.echo(str(difference), err=True)
    if wrong or found != newest_revision():
        raise click.ClickException(
            f"The schema is at {found} and differs from {newest_revision()}. Run: riskapp db upgrade"
        )
    click.echo(f"The schema is at {found}, as this version needs it.")
