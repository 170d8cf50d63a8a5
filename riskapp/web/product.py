"""What the pages are handed at start, and how a view reaches it."""

from dataclasses import dataclass
from typing import cast

from flask import current_app, g
from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.services.watch import Standing, Watch
from riskapp.services.work import Office
from riskapp.settings import Settings


@dataclass(frozen=True, slots=True)
class Product:
    """The parts that pages use."""

    office: Office
    settings: Settings
    watch: Watch | None = None


def office() -> Office:
    """Return the office of the running application."""
    return cast("Product", current_app.extensions["riskapp"]).office


def settings() -> Settings:
    """Return the settings of the running application."""
    return cast("Product", current_app.extensions["riskapp"]).settings


def log_standing() -> Standing | None:
    """Return how the log stands, None where nothing watches it."""
    watch = cast("Product", current_app.extensions["riskapp"]).watch
    return None if watch is None else watch.standing


def visitor() -> Actor | None:
    """Return the person who is signed in, or None."""
    return cast("Actor | None", g.get("actor"))


def actor() -> Actor:
    """Return the person who is signed in; the guard has seen to it that there is one."""
    return cast("Actor", g.actor)


def reading() -> Connection:
    """Return the request's read connection: one consistent view of the data for the whole page."""
    if "reading" not in g:
        context = office().reading()
        g.reading = context.__enter__()
        g.reading_context = context
    return cast("Connection", g.reading)


def close_reading(error: BaseException | None = None) -> None:
    """Give the read connection back, at the end of the request or to see what was changed since it began."""
    del error
    context = g.pop("reading_context", None)
    if context is not None:
        g.pop("reading")
        context.__exit__(None, None, None)
