"""A service whose only page takes a second, served and stopped as `riskapp serve` does it.

Usage: python slow_service.py PORT
"""

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from riskapp.cli.server import listen, run_until_signal
from riskapp.settings import Settings


def slow_page(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    say(f"begun {environ['PATH_INFO']}")
    time.sleep(1)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"whole " * 100_000]


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main(port: str) -> None:
    sockets: dict[int, object] = {}
    settings = Settings(data=Path(), database_url="none")
    server = listen(slow_page, settings, port=int(port), sockets=sockets)
    run_until_signal(server, sockets, says="listening")


if __name__ == "__main__":
    main(sys.argv[1])
