"""`riskapp report batch` and `riskapp worker`, beside each other and on their own."""

import json
import signal
import zipfile
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import select

from riskapp.cli import main
from riskapp.domain.job import JobStatus
from riskapp.services.work import Office
from riskapp.storage.job_tables import job
from riskapp.storage.tables import log_entry
from tests.cli.test_serve import command, environment, started
from tests.reports_made import quickly_made
from tests.services.test_jobs import decided_twice, issues
from tests.services.test_reports import a_decided_assessment

__all__ = ["environment"]


def test_the_reports_of_a_period_are_packed_by_a_command(
    office: Office, environment: dict[str, str], tmp_path: Path
) -> None:
    decided_twice(office)
    output = tmp_path / "reports.zip"
    words = ["report", "batch", "--since", "2026-11-01", "--until", "2026-11-30", "-o", str(output), "--json"]
    variables = environment | {"RISKAPP_DATA": str(tmp_path)}
    with quickly_made(broken=1):
        some = CliRunner().invoke(main, words, env=variables)
    assert some.exit_code == 1, some.output
    assert json.loads(some.stdout)["reports"] == 1
    assert "RA-0001 is not in it: The report used more than 60 seconds" in some.stderr
    with quickly_made():
        whole = CliRunner().invoke(main, words, env=variables)
    assert whole.exit_code == 0, whole.output
    told = json.loads(whole.stdout)
    with zipfile.ZipFile(output) as archive:
        assert len(json.loads(archive.read("manifest.json"))["reports"]) == told["reports"] == 2
    with office.reading() as connection:
        made = connection.execute(select(log_entry).where(log_entry.c.action == "batch.made")).all()
        assert set(connection.execute(select(job.c.status)).scalars()) == {JobStatus.DONE.value}
    assert [each.actor_id for each in made] == [None, None]
    assert made[-1].subject_id == told["sha256"]
    early = [*words[:2], "--since", "2025-01-01", "--until", "2025-01-31", "-o", str(output)]
    nothing = CliRunner().invoke(main, early, env=variables)
    assert (nothing.exit_code, "Nothing was decided in this period" in nothing.stderr) == (2, True)


def test_a_worker_of_its_own_makes_what_the_service_leaves_to_it_and_ends_on_a_signal(
    office: Office, environment: dict[str, str], tmp_path: Path
) -> None:
    a_decided_assessment(office)
    environment |= {"RISKAPP_DATA": str(tmp_path)}
    with started(command("serve", "--no-worker"), environment, says="riskapp serves at"):
        assert jobs_of(environment)["waiting"] == 1
        with started(command("worker"), environment, says="riskapp works off jobs, 2 at once") as worker:
            while jobs_of(environment)["waiting"]:
                assert worker.poll() is None
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(40) == 0
    assert issues(office) == (1, 1), "what was begun is finished"


def jobs_of(environment: dict[str, str]) -> dict[str, int]:
    with closing(HTTPConnection("127.0.0.1", int(environment["RISKAPP_PORT"]), timeout=20)) as connection:
        connection.request("GET", "/healthz")
        told: dict[str, dict[str, int]] = json.loads(connection.getresponse().read())
    return told["jobs"]
