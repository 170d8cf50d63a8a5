"""How requests come in: a body that is too large is read to its end and thrown away.

A server that answers and closes while the browser still sends is answered with "connection reset", and nobody
reads what it said. So the rest is drained, and the pages answer 413 in their own words; they see the length
that was announced, and no body.
"""

from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.utilities import RequestEntityTooLarge

MOST_DRAINED = 4 * 1024 * 1024 * 1024
"""Up to this many bytes are drained; whoever sends more is cut off."""


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads requests as ever, and drains those whose announced length is over the limit."""

    completed: bool
    error: object
    content_length: int
    _left: int | None = None

    def received(self, data: bytes) -> int:
        """Take in what came and return how many bytes of it belong to this request."""
        if self.completed or self._left is None:
            taken = int(super().received(data))
            if isinstance(self.error, RequestEntityTooLarge) and 0 < self.content_length <= MOST_DRAINED:
                self.error, self.completed, self._left = None, False, self.content_length
            return taken
        taken = min(len(data), self._left)
        self._left -= taken
        self.completed = self._left == 0
        return taken


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection whose requests are read by this parser."""

    parser_class = Parser


def drain(sockets: dict[int, Any]) -> None:
    """Let the servers among the sockets take their connections in through `Channel`."""
    for each in sockets.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = Channel
