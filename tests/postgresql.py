"""One PostgreSQL server for a whole run of the tests, shared by its workers; each test gets a database."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from riskapp.storage.database import Database
from riskapp.storage.migrations import upgrade

MISSING = (
    "PostgreSQL's server programs are missing; install them (Debian, Ubuntu: apt-get install postgresql)"
)
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")
"""Settings for tests: nothing has to survive the machine."""

DURABLE = ("max_connections=100",)
"""Settings for measurements: what a commit has acknowledged is on disk."""

TEMPLATE = "template_riskapp"
SECONDS_TO_STOP = 10


class PostgreSQL:
    """A running server with a migrated template, from which each test gets a copy."""

    def __init__(self, port: int, worker: str) -> None:
        self._root = f"postgresql+psycopg://postgres@127.0.0.1:{port}"
        self._admin = create_engine(f"{self._root}/postgres", isolation_level="AUTOCOMMIT")
        self._worker = worker
        self._copies = 0

    @contextmanager
    def fresh_database(self, *, migrated: bool = True) -> Iterator[str]:
        self._copies += 1
        name = f"copy_{self._worker}_{self._copies}"
        self._execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {TEMPLATE}" if migrated else ""))
        try:
            yield f"{self._root}/{name}"
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def make_template(self) -> None:
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        template = Database(f"{self._root}/{TEMPLATE}")
        upgrade(template)
        template.dispose()

    def dispose(self) -> None:
        self._admin.dispose()

    def _execute(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def connect(folder: Path, worker: str, *, settings: tuple[str, ...] = QUICK) -> PostgreSQL:
    """Return the server of this run, started by whichever worker comes first."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = folder / "port"
        if known.exists():
            return PostgreSQL(int(known.read_text()), worker)
        port = _start(folder, settings)
        server = PostgreSQL(port, worker)
        server.make_template()
        known.write_text(str(port))
        return server


def stop(folder: Path) -> None:
    """Stop the server of this run, if one was started, by the process that its own file names."""
    mark = folder / "server" / "data" / "postmaster.pid"
    if not mark.exists():
        return
    process = int(mark.read_text().splitlines()[0])
    os.kill(process, signal.SIGQUIT)
    give_up = time.monotonic() + SECONDS_TO_STOP
    while time.monotonic() < give_up:
        with suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)


def _programs() -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    if found is None:
        pytest.fail(MISSING)
    return Path(found).parent


def _start(folder: Path, settings: tuple[str, ...]) -> int:
    """Start a server on a free port of the loopback interface and return the port."""
    home = folder / "server"
    home.mkdir()
    if os.geteuid() == 0:
        folder.chmod(0o711)
        shutil.chown(home, user="postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = " ".join([f"-p {port} -k {home} -h 127.0.0.1", *(f"-c {each}" for each in settings)])
    data = home / "data"
    _run(_programs() / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
    _run(_programs() / "pg_ctl", "-D", data, "-w", "-o", options, "-l", home / "log", "start")
    return port


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    done = subprocess.run(words, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, f"{' '.join(words)} failed: {done.stdout}{done.stderr}"
