"""A client that signs in and keeps its connection, and the servers it talks to."""

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from riskapp import ambient

SECONDS_TO_START = 60


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Browser:
    """One signed-in client over one kept-alive connection."""

    def __init__(self, port: int) -> None:
        """Connect to a server on the loopback interface."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}

    def ask(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Send one request and return its status and body; cookies are kept."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(
            method, path, urlencode(form) if form is not None else None, sent | (headers or {})
        )
        answer = self._connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self._cookies[cookie] = content
        return answer.status, answer.read()

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def token(self, path: str) -> str:
        """Return the CSRF token of the first form on a page."""
        _, page = self.ask("GET", path)
        found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
        if found is None:
            raise LookupError(path)
        return found.group(1).decode()

    def sign_in(self, name: str, password: str) -> None:
        """Sign in; raises PermissionError where that is refused."""
        form = {"csrf_token": self.token("/sign-in"), "name": name, "password": password}
        status, _ = self.ask("POST", "/sign-in", form)
        if status not in {302, 303}:
            raise PermissionError(name)


@contextmanager
def serving(
    command: list[str], port: int, *, settings: dict[str, str], path: str
) -> Iterator[tuple[int, float]]:
    """Run a server until the block ends; yield its process id and the seconds to its first page.

    What it says is not shown: of assessments that were copied without the log it sounds an alarm.
    """
    begin = time.perf_counter()
    variables = {**ambient.environment(), **settings}
    process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - begin < SECONDS_TO_START:
            try:
                if Browser(port).ask("GET", path)[0] < http.client.INTERNAL_SERVER_ERROR:
                    break
            except OSError:
                time.sleep(0.005)
        yield process.pid, time.perf_counter() - begin
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def riskapp(*arguments: str) -> list[str]:
    """Return the command line of the product in this environment."""
    return [sys.executable, "-m", "riskapp", *arguments]


def memory_mb(pid: int) -> float:
    """Return the proportional share of memory of a process and its children, in MiB."""
    total = 0
    for process in [pid, *_children(pid)]:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in listed]
