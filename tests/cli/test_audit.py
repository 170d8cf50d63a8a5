"""`riskapp audit package`: everything about some assessments, verified with nothing but Python."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

from click.testing import CliRunner, Result

from riskapp.cli import main
from riskapp.domain.findings import FollowUp, Subject, SubjectKind
from riskapp.services.audit_notes import WriteNote, write_note
from riskapp.services.evidence import add_evidence
from riskapp.services.findings import follow_up, raise_finding
from riskapp.services.reports import issue_report
from riskapp.services.samples import DrawSample, draw_sample
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.assessment_builders import a_submitted_assessment, an_assessment
from tests.finding_builders import a_finding, a_wish, an_act
from tests.services.test_evidence import FILE
from tests.services.test_log_verification import a_decided_assessment


def package(tmp_path: Path, database_url: str, *words: str, code: int = 0) -> Result:
    environment = {"RISKAPP_DATA": str(tmp_path), "RISKAPP_DATABASE_URL": database_url}
    done = CliRunner().invoke(main, ["audit", "package", *words], env=environment)
    assert done.exit_code == code, done.output
    return done


def verify(folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-I", "verify.pyz"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={})
    return done.returncode, done.stdout + done.stderr


def test_a_package_holds_records_reports_and_log_and_verifies_itself(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    decided = a_decided_assessment(office)
    issue_report(office, None, decided)
    a_submitted_assessment(office)
    target = tmp_path / "package.zip"
    done = json.loads(package(tmp_path, database_url, "-o", str(target), "--json").output)
    assert done["assessments"] == 2
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    assert sha256((folder / "manifest.json").read_bytes()).hexdigest() == done["manifest"]
    record = json.loads((folder / "assessments/RA-0001/record.json").read_text())
    assert (folder / "assessments/RA-0001/report-1.pdf").read_bytes().startswith(b"%PDF")
    assert record["decision"][0]["outcome"] == "approve-with-conditions"
    assert record["candidate_revision"][0]["model"] == "DeepSeek-R1"
    answers = list(csv.DictReader(io.StringIO((folder / "answers.csv").read_text())))
    assert {each["assessment"] for each in answers} == {"RA-0001", "RA-0002"}
    code, said = verify(folder)
    assert (code, said.splitlines()[-1]) == (0, "Everything agrees.")
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry is not None
    assert (entry.action, entry.subject_id) == ("package.made", done["manifest"])


def test_whatever_is_changed_in_a_package_is_named(office: Office, database_url: str, tmp_path: Path) -> None:
    a_decided_assessment(office)
    target = tmp_path / "package.zip"
    package(tmp_path, database_url, "RA-0001", "-o", str(target))
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    record = folder / "assessments/RA-0001/record.json"
    record.write_text(record.read_text().replace("approve-with-conditions", "approve"))
    (folder / "answers.csv").unlink()
    (folder / "slipped.txt").write_text("in")
    code, said = verify(folder)
    assert code == 1
    assert "DISAGREES: slipped.txt is not in the manifest" in said
    assert "DISAGREES: answers.csv is in the manifest and not in the package" in said
    assert "DISAGREES: assessments/RA-0001/record.json is not the file of the manifest" in said


def test_a_forged_record_with_a_manifest_to_match_disagrees_with_the_log(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    decided = a_decided_assessment(office)
    issue_report(office, None, decided)
    target = tmp_path / "package.zip"
    package(tmp_path, database_url, "-o", str(target))
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    record, report = (folder / "assessments/RA-0001" / name for name in ("record.json", "report-1.pdf"))
    rows = json.loads(record.read_text())
    rows["decision"][0]["outcome"] = "reject"
    rows["sheet"][0]["canonical"] = rows["sheet"][0]["canonical"].replace("high", "low", 1)
    record.write_text(json.dumps(rows))
    report.write_bytes(report.read_bytes() + b"%")
    manifest = json.loads((folder / "manifest.json").read_text())
    for each in manifest["files"]:
        each["sha256"] = sha256((folder / each["path"]).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    code, said = verify(folder)
    assert code == 1
    assert "DISAGREES: assessments/RA-0001/record.json: decision 1 is not the one of the log" in said
    assert "DISAGREES: assessments/RA-0001/record.json: a sheet is not the one of the log" in said
    assert "DISAGREES: assessments/RA-0001/report-1.pdf is not named in the log" in said


def test_a_package_on_chosen_assessments_holds_those_with_their_files(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    a_submitted_assessment(office)
    other = an_assessment(office)
    add_evidence(office, other.assessor, other.id, FILE)
    target = tmp_path / "package.zip"
    said = package(tmp_path, database_url, "ra-0002", "-o", str(target)).output
    assert "assessments: 1, " in said
    names = zipfile.ZipFile(target).namelist()
    assert [name for name in names if name.endswith("record.json")] == ["assessments/RA-0002/record.json"]
    refused = package(tmp_path, database_url, "RA-x", "-o", str(target), code=2)
    assert "assessments/RA-0002/evidence/001-Model_card.pdf" in names
    unknown = package(tmp_path, database_url, "RA-0099", "-o", str(target), code=2)
    assert "There is no assessment 'RA-0099'" in unknown.output
    assert "“RA-x” is no assessment; write it like RA-0007" in refused.output


def test_a_package_holds_what_auditors_found_and_none_of_their_notes(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    raised = a_finding(office)
    follow_up(office, raised.owner, an_act(raised, FollowUp.RESPONDED))
    about_the_log = Subject(SubjectKind.LOG_ENTRY, "1")
    raise_finding(office, raised.auditor, a_wish(raised.opened, raised.owner, subject=about_the_log))
    write_note(office, raised.auditor, WriteNote(about_the_log, "Ask Ines."))
    target = tmp_path / "package.zip"
    package(tmp_path, database_url, "-o", str(target))
    with zipfile.ZipFile(target) as archive:
        told = json.loads(archive.read("assessments/RA-0001/findings.json"))
        about_none = json.loads(archive.read("findings.json"))
        assert not [name for name in archive.namelist() if b"Ask Ines." in archive.read(name)]
    assert told["audit_finding"][0]["title"] == "The price list is undated"
    assert told["finding_act"][0]["position"] == "agreed"
    assert [each["number"] for each in about_none["audit_finding"]] == [2]


def test_a_package_is_made_of_a_sample_or_a_period(office: Office, database_url: str, tmp_path: Path) -> None:
    a_submitted_assessment(office)
    seq = draw_sample(office, None, DrawSample("1", "All there is."))
    an_assessment(office)
    for words in (("--sample", str(seq)), ("--until", "2026-11-24", "--since", "2026-11-24")):
        target = tmp_path / "package.zip"
        done = json.loads(package(tmp_path, database_url, *words, "-o", str(target), "--json").output)
        assert done["assessments"] == (1 if "--sample" in words else 2)
    nothing = package(tmp_path, database_url, "--since", "2030-01-01", "-o", str(target), code=2)
    assert "No assessment changed its stage in this period" in nothing.output
