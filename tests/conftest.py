"""An office over a fresh database of either kind, with a clock and ids that repeat."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from riskapp.sealing.keys import OwnKey
from riskapp.sealing.seal import Seal
from riskapp.services.passwords import Passwords
from riskapp.services.work import Office
from riskapp.storage.database import Database
from riskapp.storage.files import FileStore
from riskapp.storage.keyring import Keyring
from riskapp.storage.migrations import upgrade
from tests.postgresql import PostgreSQL, connect, stop

hypothesis_settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
hypothesis_settings.load_profile("repeatable")

SHARED = "RISKAPP_TESTS_SHARED"
ROOM_IN_MEMORY = 2 * 1024**3
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is advanced; every reading is a microsecond later."""

    def __init__(self) -> None:
        self.instant = START

    def __call__(self) -> datetime:
        self.instant += timedelta(microseconds=1)
        return self.instant

    def advance(self, **length: float) -> None:
        self.instant += timedelta(**length)


def counting(width: int) -> Callable[[], str]:
    """Return a function that gives the numbers from 1 as text of this width, without two alike."""
    state = iter(range(1, 10**9))
    return lambda: f"{next(state):0{width}x}"


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the workers of this run share; they inherit its name."""
    if not hasattr(config, "workerinput"):
        os.environ[SHARED] = tempfile.mkdtemp(prefix="riskapp-tests-", dir=_in_memory())


def _in_memory() -> Path | None:
    """Return the folder that Linux keeps in memory, None where it has no room for the databases of a run.

    A copy of a database is some 300 files: 0.01 s there, 0.4 s on a disk that is slow to make files.
    """
    folder = Path("/dev/shm")  # noqa: S108 (the folder made in it is the own one of this run)
    has_room = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM_IN_MEMORY
    return folder if has_room else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run has started, when all its workers have ended."""
    if not hasattr(config, "workerinput"):
        folder = Path(os.environ.pop(SHARED))
        stop(folder)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Yield the server of this run; missing programs fail the test, they never skip it."""
    server = connect(Path(os.environ[SHARED]), os.environ.get("PYTEST_XDIST_WORKER", "only"))
    yield server
    server.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a migrated embedded database."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.dispose()
    return path.read_bytes()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the address of a fresh migrated database, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "riskapp.sqlite"
        path.write_bytes(request.getfixturevalue("sqlite_template"))
        yield f"sqlite:///{path}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    with server.fresh_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the address of a database without any table, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    with server.fresh_database(migrated=False) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def office_over(database: Database, folder: Path, clock: Clock) -> Office:
    """Return an office with cheap passwords, over this clock and ids that repeat."""
    return Office(
        database=database,
        files=FileStore(folder / "files"),
        keyring=Keyring(folder / "log", counting(40)),
        seal=Seal(OwnKey(folder / "log" / "seal.pem", "riskapp", clock)),
        passwords=Passwords(memory_kib=8, passes=1),
        now=clock,
        new_id=counting(32),
        new_secret=counting(40),
    )


@pytest.fixture
def office(database: Database, tmp_path: Path, clock: Clock) -> Office:
    return office_over(database, tmp_path, clock)
