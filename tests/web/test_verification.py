"""A document in other hands is verified on a page, by anybody who is signed in, without asking anybody."""

import io
from pathlib import Path

import pytest

from riskapp.domain.authority import Role
from riskapp.domain.signed_note import Checkpoint, SignedNote
from riskapp.services.log_keys import adopt_key, make_checkpoint
from riskapp.services.work import Office
from riskapp.storage.keyring import Keyring
from riskapp.storage.reports import canonical_snapshot, issued_reports, snapshots
from tests.services.test_seals import quick
from tests.tampering import body_of, put_body, rebuild_tree, reword, unguarded
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, PageClient, words_in
from tests.web.test_audit import a_whole_story

ADDRESS = "/verify"


def verified(client: PageClient, content: bytes, *, status: int = 200) -> Page:
    client.get(ADDRESS)
    return client.post(ADDRESS, {"document": (io.BytesIO(content), "kept.pdf")}, status=status)


def a_kept_story(office: Office) -> tuple[bytes, bytes]:
    """Return the report on a whole story, and its data."""
    adopt_key(office)
    opened = a_whole_story(office)
    with office.reading() as connection:
        (report,) = issued_reports(connection, opened.id)
        frozen = snapshots(connection, opened.id)[-1]
        data = canonical_snapshot(connection, frozen.digest)
    return office.files.get(report.pdf_digest), bytes(data)


def test_a_kept_report_is_genuine_and_current_and_a_changed_one_is_altered(
    office: Office, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    pdf, data = a_kept_story(office)
    buyer = signed_in(Role.PROCUREMENT)
    assert "Verify" in [words_in(link) for link in buyer.get("/").all("a")]
    page = verified(buyer, pdf)
    assert "Verdict Genuine and current Issued on 24 November 2026, byte for byte." in page.words
    assert "on RA-0001" in page.words
    assert "Genuine and current" in verified(buyer, data).words
    assert "Altered: the data" in verified(buyer, data.replace(b"RA-0001", b"RA-0002")).words
    checkpoint = str(make_checkpoint(office)).encode()
    assert "Verdict Genuine A checkpoint over the first" in verified(buyer, checkpoint).words


def test_about_an_assessment_that_is_not_open_to_them_a_person_learns_the_word_alone(
    office: Office, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    pdf, _ = a_kept_story(office)
    page = verified(signed_in(Role.RUBRIC_OWNER), pdf)
    assert "Genuine and current" in page.words
    assert "is not open to you, so nothing else is said here" in page.words
    assert "RA-0001" not in page.words
    assert "byte for byte" not in page.words


def test_a_log_that_was_rewritten_with_its_tree_disagrees_with_the_document(
    office: Office, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    _, data = a_kept_story(office)
    with unguarded(office.database, "log_entry", "log_node") as connection:
        put_body(connection, 3, reword(body_of(connection, 3), roles=["auditor"]))
        rebuild_tree(connection)
    page = verified(signed_in(Role.AUDITOR), data)
    assert "Altered: the log" in page.words
    assert "does not begin with the" in page.words


def test_what_is_no_document_of_ours_says_so(office: Office, signed_in: SignedIn, tmp_path: Path) -> None:
    auditor = signed_in(Role.AUDITOR)
    for content in (b"hello", b"%PDF-1.7 empty", b'{"format":"other"}', b"\xff\xfe"):
        assert "Unknown" in verified(auditor, content).words
    assert "Kind JSON" in verified(auditor, b'{"format":"other"}').words
    assert "is neither a PDF nor data of a report, packed reports or a checkpoint" in (
        verified(auditor, b"<html>\n\n</html>").words
    )
    auditor.get(ADDRESS)
    assert auditor.post(ADDRESS, {}, status=422).problems == ["Choose the document"]
    assert verified(auditor, b"", status=422).problems == ["The document is empty. Choose another one"]
    key = Keyring(tmp_path / "other", office.new_secret).signing_key()
    said = Checkpoint(key.verifier.name, 1, bytes(32)).text()
    foreign = str(SignedNote(said, (key.sign(said),))).encode()
    assert "No key that is believed here signed what it says" in verified(auditor, foreign).words
