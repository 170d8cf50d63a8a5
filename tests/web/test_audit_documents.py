"""A document in other hands is checked against the log, on a page, without asking anybody."""

import io
from pathlib import Path

from riskapp.domain.authority import Role
from riskapp.domain.signed_note import Checkpoint, SignedNote
from riskapp.services.log_keys import adopt_key, make_checkpoint
from riskapp.services.work import Office
from riskapp.storage.keyring import Keyring
from riskapp.storage.reports import canonical_snapshot, issued_reports, snapshots
from tests.tampering import body_of, put_body, rebuild_tree, reword, unguarded
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, PageClient
from tests.web.test_audit import a_whole_story

ADDRESS = "/audit/documents"


def checked(client: PageClient, content: bytes, *, status: int = 200) -> Page:
    client.get(ADDRESS)
    return client.post(ADDRESS, {"document": (io.BytesIO(content), "kept.pdf")}, status=status)


def test_a_kept_report_is_genuine_and_a_changed_one_is_not(office: Office, signed_in: SignedIn) -> None:
    adopt_key(office)
    opened = a_whole_story(office)
    with office.reading() as connection:
        (report,) = issued_reports(connection, opened.id)
        frozen = snapshots(connection, opened.id)[-1]
        data = canonical_snapshot(connection, frozen.digest)
    pdf = office.files.get(report.pdf_digest)
    auditor = signed_in(Role.AUDITOR)
    page = checked(auditor, pdf)
    assert "Genuine RA-0001" in page.words
    assert "The log Agrees" in page.words
    assert "No report has these bytes" in checked(auditor, pdf + b"%").words
    assert "The log Agrees" in checked(auditor, bytes(data)).words
    assert "The log Agrees" in checked(auditor, str(make_checkpoint(office)).encode()).words


def test_a_log_that_was_rewritten_with_its_tree_disagrees_with_the_report(
    office: Office, signed_in: SignedIn
) -> None:
    adopt_key(office)
    opened = a_whole_story(office)
    with office.reading() as connection:
        (report,) = issued_reports(connection, opened.id)
    pdf = office.files.get(report.pdf_digest)
    with unguarded(office.database, "log_entry", "log_node") as connection:
        put_body(connection, 3, reword(body_of(connection, 3), roles=["auditor"]))
        rebuild_tree(connection)
    page = checked(signed_in(Role.AUDITOR), pdf)
    assert "Disagrees" in page.words
    assert "does not begin with what the document has seen" in page.words


def test_what_is_no_document_of_ours_says_so(office: Office, signed_in: SignedIn, tmp_path: Path) -> None:
    auditor = signed_in(Role.AUDITOR)
    auditor.get(ADDRESS)
    assert auditor.post(ADDRESS, {}, status=422).problems == ["Choose the document"]
    assert "The document" in checked(auditor, b"%PDF-1.7 nothing", status=422).problems[0]
    adopt_key(office)
    key = Keyring(tmp_path / "other", lambda: "ab" * 20).signing_key()
    said = Checkpoint(key.verifier.name, 1, bytes(32)).text()
    page = checked(auditor, str(SignedNote(said, (key.sign(said),))).encode())
    assert "No key of this log signed" in page.words
    assert "does not begin with what the document has seen, 1 entry." in page.words
