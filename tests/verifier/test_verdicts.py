"""What is said of documents that nobody altered: current, superseded, lapsed, or not to be known here."""

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pypdf import PdfWriter

from riskapp.cli import main
from riskapp.domain.authority import Role
from riskapp.services.audit_package import make_package
from riskapp.services.candidates import revise_candidate
from riskapp.services.decisions import decide
from riskapp.services.dossiers import dossier
from riskapp.services.log_export import export_log
from riskapp.services.log_keys import adopt_key, make_checkpoint
from riskapp.services.reports import issue_report
from riskapp.services.seals import PaperContent, issue_paper
from riskapp.services.sheets import submit_sheet
from riskapp.services.verdicts import verdict_by_record
from riskapp.services.verifier_file import NAME, verifier_file
from riskapp.services.work import Office
from riskapp.storage.reports import issued_reports, snapshots
from riskapp.verifier.command import verdict_on
from riskapp.verifier.documents import read_document
from riskapp.verifier.judgement import Trust, judge
from riskapp.verifier.log_index import Entry
from riskapp.verifier.notes import Keys
from riskapp.verifier.packages import PackedLog
from riskapp.verifier.verdict import Place, Verdict, Word
from tests.builders import person
from tests.conftest import START, Clock
from tests.lapse_builders import an_approval
from tests.reports_made import quickly_made
from tests.services.test_reassessments import NO_CONDITIONS, again, confirm
from tests.services.test_report_batches import packed as packed_reports
from tests.services.test_seals import quick
from tests.verifier.kept import TODAY, Kept

OUTSIDER = [sys.executable, "-I", "-S", NAME]


def test_an_issued_report_is_genuine_and_current_until_the_day_on_which_it_expires(kept: Kept) -> None:
    found = kept.by_record(kept.pdf)
    assert found.word is Word.CURRENT
    assert found.reference == "RA-0001"
    assert found.kind == "report"
    assert "byte for byte" in found.reasons[0]
    assert "The approval holds until 23 May 2027." in found.reasons[0]
    assert kept.by_export(kept.pdf).word is Word.CURRENT
    assert kept.by_export(kept.pdf, TODAY.replace(2027, 5, 23)).word is Word.CURRENT
    late = kept.by_export(kept.pdf, TODAY.replace(2027, 5, 24))
    assert late.word is Word.LAPSED
    assert "The approval expired on 23 May 2027." in late.reasons
    assert kept.by_export(kept.files["assessment.json"]).word is Word.CURRENT
    assert kept.by_record(kept.files["assessment.json"]).word is Word.CURRENT


def test_without_a_log_the_seal_answers_to_whoever_knows_its_certificate(kept: Kept) -> None:
    nobody = verdict_on(kept.pdf, None, keys=(), certificates=(), today=TODAY)
    assert nobody.word is Word.UNKNOWN
    assert "nobody here vouches for that certificate" in " ".join(nobody.reasons)
    pem = (
        x509.load_der_x509_certificate(kept.office.seal.certificate().der).public_bytes(Encoding.PEM).decode()
    )
    known = verdict_on(kept.pdf, None, keys=(), certificates=(pem,), today=TODAY)
    assert known.word is Word.GENUINE
    assert "Whether a newer decision took its place since, only the log can tell." in known.open
    assert kept.by_seal(kept.pdf, TODAY.replace(2027, 5, 24)).word is Word.LAPSED
    key = str(kept.office.keyring.signing_key().verifier)
    by_key = verdict_on(kept.pdf, None, keys=(key,), certificates=(), today=TODAY)
    assert by_key.word is Word.UNKNOWN
    assert "Its data are those of a log whose key you gave." in by_key.reasons
    foreign = kept.forged({"log-keys.txt": b""})
    assert verdict_on(foreign, None, keys=(), certificates=(), today=TODAY).word is Word.ALTERED


def test_a_checkpoint_is_genuine_where_the_log_begins_with_it(kept: Kept) -> None:
    note = kept.checkpoint.encode()
    assert kept.by_export(note).word is kept.by_record(note).word is Word.GENUINE
    assert verdict_on(note, None, keys=(), certificates=(), today=TODAY).word is Word.UNKNOWN


def test_a_log_that_disagrees_with_itself_answers_nothing(kept: Kept, tmp_path: Path) -> None:
    with zipfile.ZipFile(kept.export) as archive:
        archive.extractall(tmp_path / "log")
    log = tmp_path / "log" / "log.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"approve-with-conditions"', b'"reject"', 1))
    found = verdict_on(kept.pdf, tmp_path / "log", keys=(), certificates=(), today=TODAY)
    assert found.word is Word.UNKNOWN
    assert "The log at hand does not agree with itself" in found.reasons[0]


def exported(office: Office, folder: Path) -> Path:
    make_checkpoint(office)
    path = folder / "log.zip"
    with path.open("wb") as stream:
        export_log(office, stream, at=office.now())
    return path


def everywhere(office: Office, folder: Path, content: bytes) -> tuple[Verdict, Verdict]:
    """Return the verdict by the record and that by the exported log."""
    on = office.now().date()
    by_export = verdict_on(content, exported(office, folder), keys=(), certificates=(), today=on)
    with office.reading() as connection:
        return verdict_by_record(office, connection, content), by_export


def test_a_re_assessment_that_is_decided_takes_the_place_of_the_report(
    office: Office, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    adopt_key(office)
    approved = an_approval(office)
    issue_report(office, approved.approver, approved.id)
    with office.reading() as connection:
        (report,) = issued_reports(connection, approved.id)
    content = office.files.get(report.pdf_digest)
    for found in everywhere(office, tmp_path, content):
        assert found.word is Word.CURRENT
        frozen = [word for word in found.reasons if "approve with conditions" in word]
        assert len(frozen) == 1
    with office.reading() as connection:
        (snapshot,) = snapshots(connection, approved.id)
    about = {"assessments": ["RA-0001"], "snapshot": snapshot.digest}
    page = issue_paper(office, approved.approver, PaperContent(kind="one-page", canonical=b"{}", about=about))
    for found in everywhere(office, tmp_path, page):
        assert found.word is Word.CURRENT
    clock.advance(days=2)
    newer, assessor = again(office, approved)
    for found in everywhere(office, tmp_path, content):
        assert found.word is Word.CURRENT
    confirm(office, newer, assessor)
    submit_sheet(office, assessor, newer)
    decide(office, approved.approver, newer, NO_CONDITIONS)
    for found in everywhere(office, tmp_path, content):
        assert found.word is Word.LAPSED
        assert found.superseded_by is not None
        words = (
            "A newer decision on RA-0002, which re-assesses it, took its place on 26 November 2026: entry "
        )
        assert f"{words}{found.superseded_by}." in found.reasons
    for found in everywhere(office, tmp_path, page):
        assert found.word is Word.LAPSED


def test_an_approval_lapses_with_the_version_that_the_record_says_retired(
    office: Office, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    adopt_key(office)
    approved = an_approval(office)
    issue_report(office, approved.approver, approved.id)
    with office.reading() as connection:
        (report,) = issued_reports(connection, approved.id)
        candidate = dossier(connection, approved.id).candidate
    clock.advance(days=1)
    retired = replace(candidate.candidate, retires_on=START.date())
    revise_candidate(office, approved.opened.lead, candidate.candidate_id, retired, seen=1)
    by_record, _ = everywhere(office, tmp_path, office.files.get(report.pdf_digest))
    assert by_record.word is Word.LAPSED
    assert "The version retired on 24 November 2026." in by_record.reasons


def test_other_papers_are_genuine_as_what_the_log_says_they_are(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    adopt_key(office)
    approved = an_approval(office)
    made = issue_paper(
        office, approved.approver, PaperContent(kind="one-page", canonical=b"{}", about={"x": 1})
    )
    for found in everywhere(office, tmp_path, made):
        assert found.word is Word.GENUINE
        assert "Made on 24 November 2026 by the service: decision on one page." in found.reasons
    for found in everywhere(office, tmp_path, made + b"%"):
        assert found.word in {Word.ALTERED, Word.UNKNOWN}


def test_packed_reports_and_the_manifest_of_a_package_are_genuine_as_they_were_made(
    office: Office, tmp_path: Path
) -> None:
    adopt_key(office)
    an_approval(office)
    lead = person(office, "packs", Role.LEAD_ASSESSOR)
    with quickly_made():
        _, batch = packed_reports(office, lead)
    target = tmp_path / "package.zip"
    with target.open("wb") as stream:
        make_package(office, stream)
    with zipfile.ZipFile(target) as package:
        manifest = package.read("manifest.json")
    for found in everywhere(office, tmp_path, batch):
        assert (found.word, found.kind) == (Word.GENUINE, "packed reports")
        assert "1 report on what was decided from 1 October 2026 to 31 December 2026." in found.reasons[0]
    for found in everywhere(office, tmp_path, manifest):
        assert (found.word, found.kind) == (Word.GENUINE, "manifest of an audit package")
        assert "Packed on 24 November 2026 by the service: 1 assessment. It names" in found.reasons[0]
    with zipfile.ZipFile(BytesIO(batch)) as reports:
        listed, report = reports.read("manifest.json"), reports.read("reports/RA-0001.pdf")
    for unknown in (listed, batch[:-1], target.read_bytes()):
        for found in everywhere(office, tmp_path, unknown):
            assert found.word is Word.UNKNOWN
    assert "are verified by the verify.pyz in them" in str(found)
    (tmp_path / "batch.zip").write_bytes(batch)
    (tmp_path / NAME).write_bytes(verifier_file())
    outside = subprocess.run(
        [*OUTSIDER, "batch.zip", "--log", exported(office, tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert b"Packed on 24 November 2026" in outside.stdout
    assert all(each.word is Word.CURRENT for each in everywhere(office, tmp_path, report))


def test_what_reports_enclose_beside_their_data_is_no_document_and_says_so(kept: Kept) -> None:
    for name in ("rubric.json", "log-entry.json", "log-proof.txt"):
        found = kept.by_record(kept.files[name])
        assert found.word is Word.UNKNOWN
        assert "as a report encloses one; verify the PDF of the report" in found.reasons[0]


def test_a_copy_to_edit_is_told_from_a_report(office: Office) -> None:
    copy = BytesIO()
    with zipfile.ZipFile(copy, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    with office.reading() as connection:
        found = verdict_by_record(office, connection, copy.getvalue())
    assert (found.word, found.kind) == (Word.UNKNOWN, "copy to edit")
    assert found.reasons == ("A copy to edit is no record of anything. Verify the PDF of the report.",)


def test_an_export_behind_a_pdf_makes_no_pdf_agree(kept: Kept, tmp_path: Path) -> None:
    """Readers of PDF pass over what stands before and behind one; readers of ZIP look at the end only."""
    (tmp_path / NAME).write_bytes(verifier_file())
    packed = kept.export.read_bytes()
    for forged in (kept.unsealed + packed, packed[:30] + kept.unsealed + packed, b"PK\3\4" + kept.unsealed):
        (tmp_path / "forged.pdf").write_bytes(forged)
        said = subprocess.run(
            [*OUTSIDER, "forged.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert said.returncode in {1, 2}, said.stdout
        assert "agrees" not in said.stdout
        for found in (kept.by_record(forged), kept.by_export(forged)):
            assert found.word in {Word.ALTERED, Word.UNKNOWN}
    assert kept.by_record(b"PK\3\4" + kept.pdf).word is Word.ALTERED
    (tmp_path / "log.zip").write_bytes(packed)
    refused = subprocess.run(
        [*OUTSIDER, "log.zip", "--certificate", "ab"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, "--certificate and --json say nothing" in refused.stdout) == (2, True)


def entry(number: int, action: str, subject: str, **details: object) -> Entry:
    about = {"kind": "thing", "id": subject}
    return Entry(number, {"action": action, "subject": about, "assessment": "a", "details": details})


def test_reports_from_before_there_was_a_seal_are_judged_by_the_digest_in_the_log(kept: Kept) -> None:
    data = kept.reworded(log=None)
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("assessment.json", data)
    written = BytesIO()
    writer.write(written)
    old = written.getvalue()
    frozen, issued = sha256(data).hexdigest(), sha256(old).hexdigest()
    log = PackedLog(words="the log", keys=Keys(()), size=30)
    log.index.take(entry(20, "assessment.decided", "d", outcome="reject", expires_on=None))
    log.index.take(entry(21, "snapshot.frozen", frozen, decision="d"))
    log.index.take(entry(22, "report.issued", "r", snapshot=frozen, pdf=issued, size=len(old)))
    with_log, without = Trust(today=TODAY, log=log), Trust(today=TODAY)
    found = judge(read_document(old), with_log)
    assert found.word is Word.CURRENT
    assert "The decision was: reject." in found.reasons[0]
    changed = judge(read_document(old.replace(b"%PDF-1.3", b"%PDF-1.4")), with_log)
    assert (changed.word, changed.where) == (Word.ALTERED, (Place.FILE,))
    assert judge(read_document(old), without).word is Word.UNKNOWN


def test_a_draft_is_unknown_because_drafts_are_kept_nowhere(kept: Kept) -> None:
    reworded = kept.reworded(draft=True, log=None)
    found = kept.by_record(reworded)
    assert found.word is Word.UNKNOWN
    assert "It says that it is a draft. Drafts are kept nowhere and not sealed." in found.reasons


def test_the_command_and_the_file_for_outsiders_say_the_same_with_the_same_exit_code(
    kept: Kept, tmp_path: Path
) -> None:
    report, changed = tmp_path / "report.pdf", tmp_path / "changed.pdf"
    report.write_bytes(kept.pdf)
    changed.write_bytes(kept.pdf + b"\n")
    (tmp_path / NAME).write_bytes(verifier_file())
    folder = kept.export.parent
    environment = {"RISKAPP_DATA": str(folder), "RISKAPP_DATABASE_URL": f"sqlite:///{folder}/riskapp.sqlite"}
    for path, code, word in ((report, 0, "genuine and current"), (changed, 1, "altered")):
        by_record = CliRunner().invoke(main, ["verify", str(path), "--json"], env=environment)
        by_log = CliRunner().invoke(main, ["verify", str(path), "--log", str(kept.export), "--json"])
        outside = subprocess.run(
            [*OUTSIDER, str(path), "--log", str(kept.export), "--json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={},
        )
        told = [json.loads(each) for each in (by_record.output, by_log.output, outside.stdout)]
        assert {each["verdict"] for each in told} == {word}
        assert {str(each["where"]) for each in told} == {str([] if code == 0 else ["the file"])}
        assert {by_record.exit_code, by_log.exit_code, outside.returncode} == {code}
    said = CliRunner().invoke(main, ["verify", str(report)], env=environment).output
    assert said.startswith("Genuine and current.\nIssued on 24 November 2026, byte for byte.")
    nothing = CliRunner().invoke(main, ["verify", str(report), "--key", "words"])
    assert (nothing.exit_code, "is no Ed25519 key" in nothing.output) == (2, True)
    wrong = CliRunner().invoke(main, ["verify", str(report), "--log", str(changed)])
    assert (wrong.exit_code, "neither a folder nor a ZIP" in wrong.output) == (2, True)


def test_the_file_for_outsiders_repeats_and_is_made_of_readable_modules() -> None:
    verifier_file.cache_clear()
    first = verifier_file()
    verifier_file.cache_clear()
    assert verifier_file() == first
    with zipfile.ZipFile(BytesIO(first)) as archive:
        names = archive.namelist()
        assert names[0] == "__main__.py"
        assert "riskapp/verifier/judgement.py" in names
        assert all(name.endswith(".py") for name in names)
        assert b"def judge(" in archive.read("riskapp/verifier/judgement.py")


HOSTILE = (
    b'{"log": {"seq": 1e999, "entry_hash": 5, "checkpoint": {"note": "NOTE", "proof": 7, "size": []}}}',
    b'{"log": {"seq": true, "checkpoint": {"note": 3}}, "reference": "\\ud800\\u001b[2J"}',
    b'{"log": {"seq": 99999999999999999999999, "entry_hash": "00", "checkpoint": []}}',
    b'{"rubric": [], "decision": "x", "draft": 1, "reference": {"a": 1}}',
    b'{"format": "riskapp-report/1", "log": {"seq": [1]}}',
    b"[" * 100_000,
    b"{" * 100_000,
    b'{"a":' * 50_000,
    "origin\n1\nAAAA\n\n\u2014 a b\n".encode(),
    b"origin\n" + b"9" * 6_000 + b"\nAAAA\n\n\xe2\x80\x94 riskapp AAAAAAAA\n",
    b"%PDF-1.7\n" + b"stream\n" * 200_000,
    b"%PDF-1.7\n" + b"/ID [" * 200_000 + b"startxref\n0\n%%EOF",
)


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_documents_are_altered_or_unknown_and_what_is_said_can_be_written_anywhere(
    kept: Kept, content: bytes
) -> None:
    """Nothing else comes of them, and no control characters that a terminal would obey."""
    named = content.replace(b"NOTE", json.dumps(kept.checkpoint)[1:-1].encode())
    for found in (kept.by_record(named), kept.by_export(named), kept.by_seal(named)):
        assert found.word in {Word.ALTERED, Word.UNKNOWN}
        said = str(found).replace("\n", "") + json.dumps(found.as_json(), ensure_ascii=False)
        assert said.isprintable()
        assert said.encode()
