"""`riskapp worker`: makes reports and batches beside the service, in as many processes as there are."""

import signal
import threading
from types import FrameType

import click

from riskapp import bootstrap
from riskapp.cli.server import at_work
from riskapp.reporting.render import AT_ONCE
from riskapp.services.log_keys import adopt_key


@click.command()
@click.option(
    "--at-once",
    type=click.IntRange(1, AT_ONCE),
    default=AT_ONCE,
    show_default=True,
    help="How many jobs this process works on at the same time; start more processes for more.",
)
def worker(at_once: int) -> None:
    """Work off what was asked for until SIGTERM or SIGINT; what was begun is finished, or left to others.

    It needs the database and the data folder of the service: files and keys lie there.
    """
    stopping = threading.Event()

    def finish(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopping.set()

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    with bootstrap.open_record(bootstrap.settings()) as office:
        bootstrap.prepare_schema(office)
        adopt_key(office)
        with at_work(office, at_once):
            click.echo(f"riskapp works off jobs, {at_once} at once (Ctrl-C ends it)")
            stopping.wait()
