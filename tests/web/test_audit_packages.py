"""An auditor takes a package away from the desk, and it verifies itself with nothing but Python."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from riskapp.domain.authority import Role
from riskapp.services import package_scope
from riskapp.services.log_keys import adopt_key
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.assessment_builders import FULL, a_submitted_assessment, an_assessment, save
from tests.web.conftest import SignedIn
from tests.web.page_client import Page


def unpacked(page: Page, folder: Path) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(page.response.get_data())) as archive:
        archive.extractall(folder)
        return archive.namelist()


def verified(folder: Path) -> tuple[int, str]:
    """Run the verifier of a package with Python's own modules and nothing else."""
    command = [sys.executable, "-I", "-S", "verify.pyz"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={})
    return done.returncode, done.stdout + done.stderr


def test_a_sample_is_taken_away_and_verifies_itself(
    office: Office, signed_in: SignedIn, tmp_path: Path
) -> None:
    adopt_key(office)
    a_submitted_assessment(office)
    typing = an_assessment(office)
    save(office, typing, "run-cost", FULL["run-cost"])
    auditor = signed_in(Role.AUDITOR)
    auditor.get("/audit/samples")
    drawn = auditor.follow(auditor.post("/audit/samples", {"size": "2", "reason": "All."}))
    taken = auditor.post("/audit/packages", {"sample": drawn.value("sample")}, status=200)
    names = unpacked(taken, tmp_path / "empty")
    assert {name.split("/")[1] for name in names if name.startswith("assessments/")} == {"RA-0001", "RA-0002"}
    code, said = verified(tmp_path / "empty")
    assert (code, said.splitlines()[-1]) == (0, "Everything agrees.")
    log = (tmp_path / "empty" / "log.jsonl").read_text()
    withheld = [line for line in log.splitlines() if line.startswith("withheld ")]
    assert len(withheld) == 1
    forged = log.replace(withheld[0][-6:], "000000")
    (tmp_path / "empty" / "log.jsonl").write_text(forged)
    assert verified(tmp_path / "empty")[0] == 1
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry is not None
    assert entry.action == "package.made"
    assert entry.actor_id is not None


def test_a_period_is_taken_away_or_the_form_says_what_does_not_fit(
    office: Office, signed_in: SignedIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt_key(office)
    a_submitted_assessment(office)
    auditor = signed_in(Role.AUDITOR)
    auditor.get("/audit/packages")
    period = {"since": "2026-11-24", "until": "2026-11-24"}
    names = unpacked(auditor.post("/audit/packages", period, status=200), tmp_path)
    assert "assessments/RA-0001/record.json" in names
    late = auditor.post("/audit/packages", {"since": "2027-01-01"}, status=422)
    assert late.problems == ["No assessment changed its stage in this period"]
    wrong = auditor.post("/audit/packages", {"references": "RA-0001, RA-0077", "since": "soon"}, status=422)
    assert wrong.value("references") == "RA-0001, RA-0077"
    assert len(wrong.problems) == 2
    auditor.post("/audit/packages", {"sample": "1"}, status=404)
    monkeypatch.setattr(package_scope, "MOST_ENTRIES_WHILE_WAITING", 3)
    large = auditor.post("/audit/packages", {"references": "1", "since": "2026-11-24"}, status=409)
    assert "riskapp audit package RA-0001 --since 2026-11-24 -o package.zip" in large.words
