"""One pool, two ways to begin: readers never wait, writers never lose an update.

On SQLite a read transaction is DEFERRED and refuses to write; a write transaction is IMMEDIATE, one at a
time over all threads and processes: the driver's own transaction handling silently loses concurrent
updates, so it is switched off. The checkpoints that follow a commit run before the next writer begins,
which keeps SQLite before 3.51.3 clear of its fault in resetting the write-ahead log.
`synchronous=FULL` makes an acknowledged save durable.

On PostgreSQL a read transaction sees one snapshot and refuses to write; writers run side by side until
they take their turn at the log (`riskapp.storage.log`).
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, OperationalError
from sqlalchemy.pool import QueuePool

from riskapp.domain.errors import InvalidError
from riskapp.storage.row_digests import note_inserts

_PRAGMAS = (
    "busy_timeout=10000",
    "journal_mode=WAL",
    "foreign_keys=ON",
    "synchronous=FULL",
    "recursive_triggers=ON",
)
KEPT_OPEN = 10
"""Connections that stay open; more are opened while they are needed."""

BESIDE = 4
"""Connections for the work that runs beside the requests: the watch over the log, reports."""

SMALL_LETTERS = "riskapp_lower"
"""The function of SQLite connections that turns a text into small letters; SQLite's own knows ASCII only."""

UNREACHABLE = (DatabaseError, InterfaceError, OperationalError, exc.TimeoutError)
"""What is raised, as exactly this type, where the database is down, full or no database."""

SAMPLED = 1_000
"""How many entries of an index `learn` looks at."""

_READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Database:
    """An engine with its rules for reading and writing."""

    def __init__(self, url: str, *, threads: int = 8) -> None:
        """Open the database at a SQLAlchemy URL; nothing is read or made yet.

        `threads` is how many requests are served at once: each may hold a reader while it waits to write.
        Raises InvalidError where the address is none, or none of SQLite or PostgreSQL.
        """
        address = _address(url)
        self._engine = _engine(address, 2 * threads + BESIDE)
        note_inserts(self._engine)
        if self.is_sqlite:
            self._readers = self._engine.execution_options(riskapp_reads=True)
            self._write_lock: _WriteLock | None = _WriteLock(Path(f"{address.database}-lock"))
        else:
            self._readers = self._engine.execution_options(**_READING)
            self._write_lock = None

    @property
    def is_sqlite(self) -> bool:
        """Return whether this is the embedded database."""
        return self._engine.dialect.name == "sqlite"

    @property
    def engine(self) -> Engine:
        """Return the engine, for measurements."""
        return self._engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection in one consistent read transaction; it is rolled back at the end."""
        with self._readers.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in one write transaction; leaving without commit rolls back."""
        with self._write_lock or nullcontext(), self._engine.connect() as connection:
            yield connection

    def learn(self) -> None:
        """Let the planner know how the data lies, from samples: some tens of milliseconds at any size.

        SQLite chooses by rules of thumb until it is told, and is wrong by a factor of 50 for some lists of
        100,000 assessments. A connection reads this when it is opened, so the pool begins anew. PostgreSQL
        sees to it by itself.
        """
        if not self.is_sqlite:
            return
        with self.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA analysis_limit={SAMPLED}")
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        self._engine.dispose()

    def dispose(self) -> None:
        """Close every pooled connection, and the file of the lock."""
        self._engine.dispose()
        if self._write_lock:
            self._write_lock.close()


class _WriteLock:
    """Lets one writer at a time through: a lock among threads, then one on a file among processes."""

    def __init__(self, path: Path) -> None:
        self._threads = threading.Lock()
        self._path = path
        self._file: int | None = None

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError as error:
            self._threads.release()
            raise OperationalError("take the lock of the writers", None, error) from error
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *failure: object) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        with self._threads:
            if self._file is not None:
                os.close(self._file)
                self._file = None


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        message = "is no database address; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        raise InvalidError({"RISKAPP_DATABASE_URL": message}) from error
    kind = address.get_backend_name()
    if kind == "sqlite" and address.database and address.database != ":memory:":
        return address
    if kind == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    message = "names neither a SQLite file nor a PostgreSQL server; write sqlite:///FILE or postgresql://..."
    raise InvalidError({"RISKAPP_DATABASE_URL": message})


def _engine(address: URL, most: int) -> Engine:
    pool: dict[str, Any] = {
        "poolclass": QueuePool,
        "pool_size": KEPT_OPEN,
        "max_overflow": max(most - KEPT_OPEN, 0),
        "pool_use_lifo": True,
    }
    if address.get_backend_name() != "sqlite":
        try:
            return create_engine(address, **pool)
        except ImportError as error:
            message = "names a PostgreSQL server, whose driver is missing; install riskapp[postgresql]"
            raise InvalidError({"RISKAPP_DATABASE_URL": message}) from error
    Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, **pool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: object) -> None:  # noqa: ANN401 (a driver's connection has no common type)
    del record
    connection.isolation_level = None
    connection.create_function(SMALL_LETTERS, 1, str.lower, deterministic=True)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("riskapp_reads", False)
    if connection.info.get("riskapp_reads", False) is not reads:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        connection.info["riskapp_reads"] = reads
    connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")
