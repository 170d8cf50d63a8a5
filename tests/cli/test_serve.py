"""`riskapp serve`: it starts on what is there, says where, and stops without dropping anybody."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path

import pytest

from riskapp import ambient, paths
from riskapp.rubric_files.published import published_releases
from riskapp.services.work import Office
from riskapp.storage.rubrics import ReleaseSummary, insert_release

SLOW_SERVICE = Path(__file__).with_name("slow_service.py")
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(port: str | int, page: str) -> tuple[HTTPMessage, bytes]:
    with closing(HTTPConnection("127.0.0.1", int(port), timeout=20)) as connection:
        connection.request("GET", page)
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.headers, answer.read()


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "riskapp", *words]


@contextmanager
def started(words: list[str], environment: dict[str, str], *, says: str) -> Iterator[subprocess.Popen[str]]:
    """Start a program, wait until it says that it is ready, and see that it is gone at the end."""
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            line = process.stdout.readline()
            assert says in line, line + process.stderr.read()
            yield process
        finally:
            process.kill()


def publish(office: Office) -> None:
    """Keep the shipped releases by their digests, as a database does that was started before."""
    with office.work(None) as unit:
        for release in published_releases(paths.rubrics()):
            summary = ReleaseSummary(
                id=unit.new_id(),
                rubric_id=release.id,
                version=release.version,
                digest=release.sha256,
                title=release.id,
                published_at=unit.at,
            )
            insert_release(unit.connection, summary, b"{}")
            unit.record("rubric.published", subject=("rubric-release", summary.id))
        unit.commit()


@pytest.fixture
def environment(office: Office, database_url: str, tmp_path: Path) -> dict[str, str]:
    """Return the settings of a service over a database that was in use before."""
    publish(office)
    return {
        **ambient.environment(),
        "RISKAPP_DATA": str(tmp_path / "data"),
        "RISKAPP_DATABASE_URL": database_url,
        "RISKAPP_PORT": str(free_port()),
        "PYTHONUNBUFFERED": "1",
    }


def test_the_service_says_where_it_is_answers_there_and_ends_on_a_signal(
    environment: dict[str, str], tmp_path: Path
) -> None:
    address = f"http://127.0.0.1:{environment['RISKAPP_PORT']}/"
    keys = []
    for number in (signal.SIGTERM, signal.SIGINT):
        with started(command("serve"), environment, says=f"riskapp serves at {address}") as process:
            headers, body = fetch(environment["RISKAPP_PORT"], "/sign-in")
            assert b"Sign in" in body
            assert "Server" not in headers
            process.send_signal(number)
            assert process.wait(10) == 0
        key = tmp_path / "data" / "secret-key"
        assert key.stat().st_mode & 0o777 == 0o600
        keys.append(key.read_text())
    assert keys[0] == keys[1]
    assert len(keys[0]) >= 43
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"secret-key", "log"}


def test_starting_on_an_existing_database_imports_nothing_it_does_not_need(
    environment: dict[str, str],
) -> None:
    program = (
        "import sys\n"
        "from riskapp import bootstrap\n"
        "with bootstrap.open_office(bootstrap.settings()) as office:\n"
        "    bootstrap.prepare_schema(office)\n"
        "    bootstrap.publish_rubrics(office)\n"
        "    office.seal.certificate()\n"
        "    print({'alembic', 'ruamel', 'pydantic', 'weasyprint', 'pyhanko'} & set(sys.modules))\n"
    )
    asked = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True
    )
    assert asked.stdout == "set()\n"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"RISKAPP_PORT": "eighty"}, "RISKAPP_PORT: is 'eighty'; give a whole number from 1 to 65535"),
        ({"RISKAPP_DATA": "/proc/nowhere"}, "RISKAPP_DATA: /proc/nowhere cannot be used"),
        ({"RISKAPP_HOST": "192.0.2.1"}, "192.0.2.1:"),
        ({"RISKAPP_HOST": "no such host"}, "no such host:"),
        ({"RISKAPP_SEAL_FILE": "/nowhere/seal.p12"}, "RISKAPP_SEAL_FILE: /nowhere/seal.p12 cannot be read"),
    ],
)
def test_settings_that_cannot_be_used_end_it_with_a_plain_sentence(
    environment: dict[str, str], settings: dict[str, str], says: str
) -> None:
    ended = subprocess.run(
        command("serve"), env=environment | settings, check=False, capture_output=True, text=True, timeout=30
    )
    assert ended.returncode == 2
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_port_that_is_taken_is_named(environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = {"RISKAPP_PORT": str(other.getsockname()[1])}
        ended = subprocess.run(
            command("serve"), env=environment | taken, check=False, capture_output=True, text=True, timeout=30
        )
    assert ended.returncode == 2
    assert "is not to be had (Address already in use); choose another host or port" in ended.stderr


def test_requests_in_flight_are_finished_before_the_service_ends() -> None:
    port = free_port()
    words = [sys.executable, str(SLOW_SERVICE), str(port)]
    answers: list[bytes] = []

    def read(page: str) -> None:
        answers.append(fetch(port, page)[1])

    with started(words, {**ambient.environment()}, says="listening") as process:
        assert process.stdout is not None
        readers = [threading.Thread(target=read, args=(f"/page-{number}",)) for number in range(3)]
        for reader in readers:
            reader.start()
        for _ in readers:
            assert process.stdout.readline().startswith("begun")
        process.send_signal(signal.SIGTERM)
        time.sleep(0.7)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)
        for reader in readers:
            reader.join()
        assert process.wait(10) == 0
    assert answers == [b"whole " * 100_000] * 3
