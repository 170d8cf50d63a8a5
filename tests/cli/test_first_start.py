"""The first start of a service: the worked example, its people and their passwords, once."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from riskapp import ambient
from riskapp.cli import main
from riskapp.cli.server import who_signs_in
from riskapp.services.sessions import sign_in
from riskapp.services.work import Office
from tests.builders import person

ROOT = Path(__file__).resolve().parents[2]
READY = "riskapp serves at"
PERSON = re.compile(r"^  (\S+) +(\S{20}) +([a-z, ]+)$", re.MULTILINE)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    settings = {"RISKAPP_DATA": str(tmp_path / "data"), "RISKAPP_PORT": port, "PYTHONUNBUFFERED": "1"}
    return {**ambient.environment(), **settings}


def said_at_start(environment: dict[str, str], *words: str) -> str:
    """Start the service, end it as soon as it serves, and return what it wrote until then."""
    command = [sys.executable, "-m", "riskapp", "serve", *words]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if READY in line:
                break
        process.kill()
    return "".join(lines)


def test_the_first_start_loads_the_example_and_the_next_one_says_no_password(
    environment: dict[str, str],
) -> None:
    first, second = said_at_start(environment), said_at_start(environment)
    assert [name for name, _, _ in PERSON.findall(first)] == [
        "lea",
        "ada",
        "ben",
        "amir",
        "petra",
        "august",
        "rosa",
        "ines",
    ]
    assert second.startswith(READY)


def test_a_start_that_nobody_reads_loads_nothing_whose_passwords_would_be_lost(
    environment: dict[str, str],
) -> None:
    unread, end = os.pipe()
    os.close(unread)
    words = [sys.executable, "-m", "riskapp", "demo"]
    ended = subprocess.run(words, env=environment, check=False, stdout=end, stderr=subprocess.PIPE, cwd=ROOT)
    os.close(end)
    assert ended.returncode == 1
    listed = CliRunner().invoke(main, ["user", "list"], env=environment)
    assert (listed.exit_code, listed.output) == (0, "")


def test_a_later_start_says_who_signs_in_and_how_to_set_a_new_password(office: Office) -> None:
    assert "riskapp user add NAME --role administrator" in who_signs_in(office)
    for number in range(9):
        person(office, f"ada-{number}")
    said = who_signs_in(office)
    assert "ada-7 and 1 others. For a new password: riskapp user password NAME" in said


def test_a_service_that_was_started_empty_stays_so(environment: dict[str, str]) -> None:
    assert said_at_start(environment, "--empty").startswith(READY)
    assert said_at_start(environment).startswith(READY)


def test_demo_loads_it_once(office: Office, database_url: str, tmp_path: Path) -> None:
    environment = {"RISKAPP_DATA": str(tmp_path / "data"), "RISKAPP_DATABASE_URL": database_url}
    loaded = CliRunner().invoke(main, ["demo"], env=environment)
    assert loaded.exit_code == 0, loaded.output
    name, password, roles = PERSON.findall(loaded.output)[0]
    assert sign_in(office, name, password, address="192.0.2.1")
    assert roles == "lead assessor"
    again = CliRunner().invoke(main, ["demo"], env=environment)
    assert again.exit_code == 2
    assert "There are users already" in again.output
