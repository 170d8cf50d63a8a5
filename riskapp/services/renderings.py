"""PDFs for a person who waits: one at a time for each, and at once or not at all.

Whoever waits holds a thread of the service: a few who ask again and again would otherwise hold all of them.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from riskapp.domain.authority import Actor
from riskapp.reporting.enclosures import Enclosure
from riskapp.reporting.house import PLAIN, House
from riskapp.reporting.render import DEFAULT_LIMITS, RenderedReport, ReportError, render_pdf

_AT_ONCE = replace(DEFAULT_LIMITS, turn_seconds=0)
_waiting: set[str] = set()
_door = threading.Lock()


def render_at_once(
    canonical: bytes, enclosures: Sequence[Enclosure] = (), *, house: House = PLAIN
) -> RenderedReport:
    """Return the PDF of a snapshot; raises ReportError where others are being made, or it cannot be."""
    return render_pdf(canonical, enclosures=enclosures, house=house, limits=_AT_ONCE)


@contextmanager
def own_turn(actor: Actor) -> Iterator[None]:
    """Hold the one turn of a person; raises ReportError while an earlier one is under way."""
    with _door:
        if actor.id in _waiting:
            message = "Something that you asked for is still being worked on. Wait for it, then ask again."
            raise ReportError(message)
        _waiting.add(actor.id)
    try:
        yield
    finally:
        with _door:
            _waiting.discard(actor.id)
