"""`riskapp report batch`: the reports on everything that was decided in a period, as one ZIP."""

import hashlib
import json
from datetime import date, datetime
from pathlib import Path

import click

from riskapp import ambient, bootstrap
from riskapp.cli.written import fresh_file
from riskapp.domain.period import Period, quarter_of
from riskapp.services.log_keys import adopt_key
from riskapp.services.report_batches import Batch, check_period, record_batch, write_batch
from riskapp.services.work import Office

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--since", type=_DAY, help="Decided on this day or later, in UTC; else from this quarter on.")
@click.option("--until", type=_DAY, help="Decided on this day or earlier, in UTC; else to its end.")
@click.option(
    "-o", "--output", "output_file", type=click.Path(path_type=Path), required=True, help="The ZIP to write."
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def batch(since: datetime | None, until: datetime | None, *, output_file: Path, as_json: bool) -> None:
    """Pack the reports on what was decided in a period, with a table and a manifest of their digests.

    Reports that are missing are made first. Exit code 1 means that some could not be made; the rest is in
    the ZIP. That it was made stands in the log.
    """
    quarter = quarter_of(ambient.now().date())
    period = Period(_day(since) or quarter.since, _day(until) or quarter.until)
    with bootstrap.open_record(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        adopt_key(office)
        made, digest = _make(office, period, output_file)
    if as_json:
        told = {"reports": made.reports, "failures": made.failures, "sha256": digest}
        click.echo(json.dumps({"file": str(output_file), **told}))
    else:
        click.echo(f"{output_file}: reports: {made.reports}, SHA-256 {digest}")
    for reference, why in made.failures.items():
        click.echo(f"{reference} is not in it: {why}", err=True)
    if made.failures:
        raise click.exceptions.Exit(1)


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()


def _say(done: int, total: int) -> None:
    click.echo(f"Report {done + 1} of {total}", err=True)


def _make(office: Office, period: Period, output_file: Path) -> tuple[Batch, str]:
    """Write the ZIP and record it before it takes its place; return what is in it, and its digest."""
    with office.reading() as connection:
        check_period(connection, period)
    with fresh_file(output_file) as stream:
        made = write_batch(office, stream, period, actor=None, note=_say)
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        with office.work(None) as unit:
            record_batch(unit, period, made, digest=digest)
            unit.commit()
    return made, digest
