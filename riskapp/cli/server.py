"""`riskapp serve`: the pages on this machine, until a signal ends it."""

import logging
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from types import FrameType
from typing import Any, Protocol

import click
import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from riskapp import ambient, bootstrap
from riskapp.cli.intake import drain
from riskapp.domain.errors import InvalidError
from riskapp.services.log_keys import adopt_key
from riskapp.services.log_rows import adopt_rows
from riskapp.services.seals import seal_standing
from riskapp.services.statistics import keep_statistics
from riskapp.services.watch import Watch
from riskapp.services.work import Office
from riskapp.services.worker import Worker
from riskapp.settings import Settings
from riskapp.storage.users import users

RESET_BUG_FIXED = (3, 51, 3)
RESET_BUG = (
    f"Note: SQLite {sqlite3.sqlite_version} is older than 3.51.3, which mends a rare fault of the "
    "write-ahead log. riskapp writes so that it cannot occur; let nothing else write to the file."
)
SECONDS_TO_FINISH = 20
SHOWN_NAMES = 8


class Server(Protocol):
    """What is used of a waitress server, on one address or several."""

    task_dispatcher: Any


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of RISKAPP_PORT.")
@click.option("--empty", is_flag=True, help="Do not load the worked example into an empty database.")
@click.option(
    "--no-worker", is_flag=True, help="Leave reports and batches to `riskapp worker` in processes of its own."
)
def serve(port: int | None, *, empty: bool, no_worker: bool) -> None:
    """Serve until SIGTERM or SIGINT; requests in flight are finished."""
    settings = bootstrap.settings()
    with bootstrap.open_office(settings) as office:
        bootstrap.prepare_schema(office)
        standing = seal_standing(office)
        if standing.needs_care:
            click.echo(standing.words, err=True)
        watch = Watch(office, settings.checkpoints)
        app = bootstrap.build_app(settings, office, watch)
        sockets: dict[int, object] = {}
        server = listen(app, settings, port=port or settings.port, sockets=sockets)
        if not empty and bootstrap.is_untouched(office):
            from riskapp.cli.demonstration import load_and_print

            load_and_print(office)
        bootstrap.publish_rubrics(office)
        if office.database.is_sqlite and sqlite3.sqlite_version_info < RESET_BUG_FIXED:
            click.echo(RESET_BUG, err=True)
        adopt_rows(office)
        adopt_key(office)
        address = f"http://{settings.host}:{port or settings.port}/"
        says = f"riskapp serves at {address} (Ctrl-C ends it)\n{who_signs_in(office)}"
        with (
            beside("watch", watch.run),
            nullcontext() if no_worker else at_work(office),
            beside("statistics", partial(keep_statistics, office)),
        ):
            run_until_signal(server, sockets, says=says)


def who_signs_in(office: Office) -> str:
    """Return who can sign in, in a line, and how to make it possible for somebody who cannot."""
    with office.reading() as connection:
        names = [each.sign_in_name for each in users(connection) if each.active]
    if not names:
        return "Nobody can sign in yet. Add the first account: riskapp user add NAME --role administrator"
    more = f" and {len(names) - SHOWN_NAMES} others" if len(names) > SHOWN_NAMES else ""
    return (
        f"Sign in as {', '.join(names[:SHOWN_NAMES])}{more}. For a new password: riskapp user password NAME"
    )


@contextmanager
def beside(name: str, work: Callable[[threading.Event], object]) -> Iterator[None]:
    """Do work in a thread of its own for as long as the block lasts; it is told to stop by the event."""
    stopping = threading.Event()
    thread = threading.Thread(target=work, args=(stopping,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(SECONDS_TO_FINISH)


@contextmanager
def at_work(office: Office, count: int = 1) -> Iterator[None]:
    """Have workers at work on the jobs for as long as the block lasts.

    At its end they finish what they are at; what is not finished in time is left to other workers at once.
    """
    stopping = threading.Event()
    workers = [Worker(office, f"{ambient.process_name()} {number}") for number in range(1, count + 1)]
    threads = [threading.Thread(target=each.run, args=(stopping,), daemon=True) for each in workers]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        stopping.set()
        office.bell.set()
        deadline = time.monotonic() + SECONDS_TO_FINISH
        for thread, worker in zip(threads, workers, strict=True):
            thread.join(max(deadline - time.monotonic(), 0))
            if thread.is_alive():
                worker.let_go()


def listen(app: object, settings: Settings, *, port: int, sockets: dict[int, object]) -> Server:
    """Return a server that listens already; raises InvalidError where the address is not to be had."""
    # With as many visitors as threads it would write a line for every request: each one waits for a moment.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    proxy: dict[str, object] = {}
    if settings.trusted_proxy:
        proxy = {
            "trusted_proxy": settings.trusted_proxy,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
    try:
        server: Server = waitress.create_server(
            app,
            map=sockets,
            host=settings.host,
            port=port,
            threads=settings.threads,
            ident=None,
            max_request_body_size=settings.body_limit + 1,
            **proxy,
        )
        drain(sockets)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"{settings.host}:{port} is not to be had ({reason}); choose another host or port"
        raise InvalidError({"RISKAPP_HOST, RISKAPP_PORT": message}) from error
    return server


def run_until_signal(server: Server, sockets: dict[int, object], *, says: str) -> None:
    """Say so and serve until SIGTERM or SIGINT; then take no more connections and finish what was begun."""
    stopping = threading.Event()

    def finish(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopping.set()

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    click.echo(says)
    while not stopping.is_set():
        wasyncore.loop(timeout=0.5, map=sockets, count=1)
    for listener in [each for each in sockets.values() if isinstance(each, BaseWSGIServer)]:
        listener.del_channel(sockets)
        listener.socket.close()
    deadline = time.monotonic() + SECONDS_TO_FINISH
    while _busy(sockets) and time.monotonic() < deadline:
        wasyncore.loop(timeout=0.05, map=sockets, count=1)
    server.task_dispatcher.shutdown()


def _busy(sockets: dict[int, object]) -> bool:
    channels = [each for each in sockets.values() if isinstance(each, HTTPChannel)]
    return any(channel.request or channel.requests or channel.total_outbufs_len for channel in channels)
