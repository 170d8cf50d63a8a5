"""What leaves the house bears the seal, and the log says what was sealed with which certificate."""

import json
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pypdf import PdfReader
from sqlalchemy import text

from riskapp.reporting.render import RenderedReport, ReportError
from riskapp.sealing.certificates import certificate_of
from riskapp.sealing.keys import HOLDS_FOR
from riskapp.services import reports, seals
from riskapp.services.log_export import prove_entry
from riskapp.services.log_keys import rotate_key
from riskapp.services.log_verification import verify_log
from riskapp.services.report_enclosures import report_enclosures
from riskapp.services.reports import issue_report
from riskapp.services.seals import (
    PaperContent,
    certificates_to_hand_out,
    issue_paper,
    seal_standing,
)
from riskapp.services.work import Office
from riskapp.storage.log import LogEntry, entries
from riskapp.storage.reports import canonical_snapshot, issued_reports, snapshots
from riskapp.storage.seals import adopted_certificates
from riskapp.storage.tables import log_entry
from tests.conftest import Clock
from tests.sealing.seals import own_seal, small_pdf, validated
from tests.services.test_reports import a_decided_assessment
from tests.tampering import unguarded


def told(office: Office, action: str) -> list[LogEntry]:
    with office.reading() as connection:
        query = log_entry.select().where(log_entry.c.action == action).order_by(log_entry.c.seq)
        return list(entries(connection, query))


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a small PDF in the place of every rendering: what is looked at is what becomes of it."""
    pdf = small_pdf()
    made = RenderedReport(pdf=pdf, sha256=sha256(pdf).hexdigest(), pages=1, toolchain="none")
    monkeypatch.setattr(reports, "render_pdf", lambda *_, **__: made)
    monkeypatch.setattr(seals, "render_at_once", lambda *_, **__: made)


def test_an_issued_report_is_what_was_rendered_with_the_seal_behind_it_and_carries_its_proof(
    office: Office,
) -> None:
    opened, approver = a_decided_assessment(office)
    (frozen,) = told(office, "snapshot.frozen")
    at_first = prove_entry(office, frozen.seq)
    issued = issue_report(office, approver, opened.id)
    content = office.files.get(issued.pdf_digest)
    assert issued.unsealed_size
    assert issued.unsealed_size < issued.size == len(content)
    assert sha256(content[: issued.unsealed_size]).hexdigest() == issued.unsealed_digest

    status = validated(content, office.seal.certificate().der)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE

    with office.reading() as connection:
        (snapshot,) = snapshots(connection, opened.id)
        canonical = canonical_snapshot(connection, snapshot.digest)
        enclosures = {each.name: each.content for each in report_enclosures(office, connection, snapshot)}
    carried = {name: data[0] for name, data in PdfReader(BytesIO(content)).attachments.items()}
    assert carried == enclosures | {"assessment.json": canonical}
    assert sha256(carried["rubric.json"]).hexdigest() == json.loads(canonical)["rubric"]["digest"]
    assert carried["log-entry.json"] == frozen.leaf
    assert carried["log-proof.txt"].decode() == at_first.tlog_proof()
    assert carried["log-keys.txt"].decode() == f"{office.keyring.signing_key().verifier}\n"


def test_the_log_tells_of_the_seal_of_a_report_and_of_the_first_use_of_its_certificate(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    opened, approver = a_decided_assessment(office)
    issued = issue_report(office, approver, opened.id)
    (entry,) = told(office, "report.issued")
    names = ("pdf", "size", "unsealed", "unsealed_size", "certificate")
    assert tuple(entry.body["details"][name] for name in names) == (
        issued.pdf_digest,
        issued.size,
        issued.unsealed_digest,
        issued.unsealed_size,
        issued.certificate,
    )
    with office.reading() as connection:
        (adopted,) = adopted_certificates(connection)
    (first_use,) = told(office, "seal.certificate-adopted")
    assert first_use.seq == entry.seq - 1
    assert first_use.body["details"] == {
        "sha256": issued.certificate,
        "subject": "CN=riskapp",
        "not_after": adopted.not_after.isoformat(),
    }
    assert certificate_of(adopted.der) == office.seal.certificate()
    assert verify_log(office).agrees


def test_what_a_report_carries_is_what_stood_when_it_was_decided(office: Office) -> None:
    opened, _ = a_decided_assessment(office)

    def carried() -> tuple[object, ...]:
        with office.reading() as connection:
            (frozen,) = snapshots(connection, opened.id)
            return report_enclosures(office, connection, frozen)

    before = carried()
    rotate_key(office)
    assert carried() == before


def test_papers_are_sealed_and_told_of_and_a_certificate_is_adopted_with_its_first_use(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    opened, approver = a_decided_assessment(office)
    content = PaperContent(kind="one-pager", canonical=b"{}", about={"x": 1}, assessment_id=opened.id)
    made = issue_paper(office, approver, content)
    again = issue_paper(office, approver, content)
    assert made != again, "a seal is never the same twice"
    assert made.startswith(small_pdf())
    first, second = told(office, "paper.made")
    assert (first.actor_id, first.assessment_id) == (approver.id, opened.id)
    assert (first.subject_kind, first.subject_id) == ("paper", sha256(made).hexdigest())
    assert first.body["details"] == {
        "kind": "one-pager",
        "pdf": sha256(made).hexdigest(),
        "size": len(made),
        "pages": 1,
        "toolchain": "none",
        "data": sha256(b"{}").hexdigest(),
        "about": {"x": 1},
        "unsealed": sha256(small_pdf()).hexdigest(),
        "unsealed_size": len(small_pdf()),
        "certificate": office.seal.certificate().fingerprint,
    }
    assert second.subject_id == sha256(again).hexdigest()
    assert len(told(office, "seal.certificate-adopted")) == 1
    assert verify_log(office).agrees


def test_a_lapsed_certificate_keeps_the_report_back_and_leaves_the_decision(
    office: Office, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    opened, approver = a_decided_assessment(office)
    assert "which holds until 24 November 2036" in seal_standing(office).words
    old = office.seal.certificate()
    issue_paper(office, approver, PaperContent(kind="questions", canonical=b"{}", about={}))
    clock.advance(days=HOLDS_FOR.days - 30)
    soon = seal_standing(office)
    assert soon.needs_care
    assert "which lapses on 24 November 2036. Stop the service, make a new one" in soon.words
    clock.advance(days=31)
    standing = seal_standing(office)
    assert standing.fault == "lapsed on 24 November 2036"
    assert standing.words.startswith("Nothing can be sealed: the certificate of CN=riskapp lapsed on")
    with pytest.raises(ReportError, match=r"could not be sealed: .* lapsed on 24 .* “riskapp seal renew”"):
        issue_report(office, approver, opened.id)
    with office.reading() as connection:
        assert (len(snapshots(connection, opened.id)), issued_reports(connection, opened.id)) == (1, ())

    renewed = replace(office, seal=own_seal(tmp_path / "new", at=office.now()))
    issue_report(renewed, None, opened.id)
    fresh = renewed.seal.certificate()
    adopted = [each.subject_id for each in told(office, "seal.certificate-adopted")]
    assert adopted == [old.fingerprint, fresh.fingerprint]
    assert certificates_to_hand_out(renewed) == (fresh.pem, old.pem)
    assert verify_log(renewed).agrees


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        ("issued_report", "certificate = NULL", "has another seal than it was issued with"),
        ("issued_report", "unsealed_size = 1", "has another seal than it was issued with"),
        ("issued_report", "unsealed_digest = 'ff'", "has another seal than it was issued with"),
        ("seal_certificate", "subject = 'CN=Somebody'", "is another certificate than was adopted"),
        ("seal_certificate", "der = snapshot.canonical FROM snapshot", "is another certificate than was"),
        ("seal_certificate", "der = CAST(fingerprint AS {bytes})", "is another certificate than was"),
    ],
)
def test_a_seal_that_was_changed_in_the_database_disagrees_with_the_log(
    office: Office, table: str, change: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    opened, approver = a_decided_assessment(office)
    issue_report(office, approver, opened.id)
    with unguarded(office.database, table) as connection:
        kind = "TEXT" if office.database.is_sqlite else "BYTEA"
        connection.execute(text(f"UPDATE {table} SET {change.format(bytes=kind)}"))
    words = [each.words for each in verify_log(office).disagreements]
    assert any(says in each for each in words)
    assert all(table in each or says in each for each in words)
