"""Checkpoints are signed where it counts, keys can be changed, and what an old key signed stays valid."""

import stat
from pathlib import Path

import pytest

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.domain.ledger import includes, leaf_hash
from riskapp.domain.signed_note import NoteError, parse_checkpoint, parse_note, parse_verifier_key
from riskapp.services.decisions import decide
from riskapp.services.log_keys import adopt_key, make_checkpoint, publish_checkpoint, rotate_key
from riskapp.services.work import SEAL_EVERY, Office
from riskapp.storage.checkpoints import (
    StoredCheckpoint,
    checkpoint_files,
    checkpoints,
    latest_checkpoint,
    verifier_keys,
)
from riskapp.storage.keyring import Keyring, valid_signatures
from riskapp.storage.log import latest_entry
from riskapp.storage.log_lists import log_entry_at
from riskapp.storage.log_tree import log_size, root_at
from tests.assessment_builders import a_submitted_assessment
from tests.builders import person
from tests.services.snapshots import snapshot_of
from tests.services.test_decisions import APPROVAL


def kept(office: Office) -> list[StoredCheckpoint]:
    with office.reading() as connection:
        return list(checkpoints(connection))


def record(office: Office, count: int = 1) -> None:
    with office.work(None) as unit:
        for _ in range(count):
            unit.record("thing.made", subject=("thing", "one"))
        unit.commit()


def test_the_key_is_for_its_owner_alone_and_stays(office: Office, tmp_path: Path) -> None:
    key = adopt_key(office)
    assert adopt_key(office) == key
    path = tmp_path / "log" / "signing-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert Keyring(tmp_path / "log", office.new_secret).signing_key().verifier == key
    assert parse_verifier_key(str(key)) == key


def test_adopting_a_key_is_an_entry_of_the_log_under_a_checkpoint(office: Office) -> None:
    key = adopt_key(office)
    with office.reading() as connection:
        entry = latest_entry(connection)
        assert verifier_keys(connection) == (key,)
        sealed = latest_checkpoint(connection)
        root = root_at(connection, 1)
    assert entry is not None
    assert (entry.action, entry.body["details"]["verifier"]) == ("log.key-adopted", str(key))
    assert sealed is not None
    note = parse_note(sealed.note)
    assert (sealed.size, parse_checkpoint(note.text).root) == (1, root)
    assert valid_signatures(note, [key]) == (key,)


def test_a_checkpoint_is_made_by_command_and_every_so_many_entries(office: Office) -> None:
    adopt_key(office)
    record(office, 3)
    assert parse_checkpoint(make_checkpoint(office).text).size == 4
    record(office, SEAL_EVERY)
    assert [each.size for each in kept(office)] == [1, 4, SEAL_EVERY + 4]


def test_a_decision_is_sealed_and_its_report_witnesses_the_log(office: Office) -> None:
    opened = a_submitted_assessment(office)
    decide(office, person(office, "ines", Role.APPROVER), opened.id, APPROVAL)
    said = snapshot_of(office, opened.id)["log"]
    witnessed = said["checkpoint"]
    note = parse_note(witnessed["note"])
    signed = parse_checkpoint(note.text)
    assert valid_signatures(note, [office.keyring.signing_key().verifier])
    assert (signed.size, signed.root.hex()) == (witnessed["size"], witnessed["root"])
    with office.reading() as connection:
        assert said["entry_hash"] == leaf_hash(log_entry_at(connection, said["seq"], viewer_id="").leaf)
        assert root_at(connection, signed.size) == signed.root
        newest = latest_checkpoint(connection)
        assert newest is not None
        assert newest.size == log_size(connection)
    assert includes(
        leaf=bytes.fromhex(said["entry_hash"]),
        index=said["seq"] - 1,
        size=signed.size,
        root=signed.root,
        proof=tuple(bytes.fromhex(each) for each in witnessed["proof"]),
    )


def test_a_rotation_is_recorded_and_signed_by_both_keys(office: Office, tmp_path: Path) -> None:
    old = adopt_key(office)
    new = rotate_key(office)
    assert new != old
    assert new.name == old.name
    assert office.keyring.signing_key().verifier == new
    assert not (tmp_path / "log" / "signing-key.next").exists()
    with office.reading() as connection:
        entry = latest_entry(connection)
        known = verifier_keys(connection)
    assert known == (old, new)
    assert entry is not None
    assert entry.action == "log.key-rotated"
    assert entry.body["details"] == {"verifier": str(new), "instead_of": str(old)}
    first, both = kept(office)
    assert valid_signatures(parse_note(both.note), known) == (old, new)
    assert valid_signatures(parse_note(first.note), known) == (old,)


def test_a_rotation_that_was_cut_short_is_finished_at_the_next_start(office: Office, tmp_path: Path) -> None:
    adopt_key(office)
    current, following = tmp_path / "log" / "signing-key", tmp_path / "log" / "signing-key.next"
    before = current.read_text()
    new = rotate_key(office)
    following.write_text(current.read_text())
    current.write_text(before)
    office.keyring._known = None  # noqa: SLF001 (as a process that starts)
    assert adopt_key(office) == new
    assert not following.exists()


def test_a_lost_key_is_replaced_by_one_that_says_so(office: Office, tmp_path: Path) -> None:
    lost = adopt_key(office)
    (tmp_path / "log" / "signing-key").unlink()
    office.keyring._known = None  # noqa: SLF001 (as a process that starts)
    assert adopt_key(office) != lost
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry is not None
    assert entry.body["details"]["instead_of"] == str(lost)


def test_a_damaged_key_is_named_with_what_to_do(office: Office, tmp_path: Path) -> None:
    adopt_key(office)
    (tmp_path / "log" / "signing-key").write_text("nonsense")
    office.keyring._known = None  # noqa: SLF001 (as a process that starts)
    with pytest.raises(InvalidError, match="cannot be read as a key of the log; restore it"):
        adopt_key(office)


def test_the_newest_checkpoint_gets_a_file_outside_the_database(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    assert not publish_checkpoint(office, folder)
    adopt_key(office)
    record(office)
    for size in (2, 3):
        make_checkpoint(office)
        assert publish_checkpoint(office, folder)
        assert not publish_checkpoint(office, folder)
        assert [each.size for each in checkpoint_files(folder)][-1] == size
        record(office)
    newest = checkpoint_files(folder)[-1].path.read_text()
    assert newest == kept(office)[-1].note


def test_the_same_checkpoint_is_kept_once(office: Office) -> None:
    adopt_key(office)
    assert make_checkpoint(office) == make_checkpoint(office)
    assert len(kept(office)) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a\n", "no signatures"),
        ("a\n\nb\n", "no signature"),
        ("a\n\n\u2014 name b?b\n", "not Base64"),
    ],
)
def test_what_is_no_signed_note_is_refused(text: str, says: str) -> None:
    with pytest.raises(NoteError, match=says):
        parse_note(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("log\n5\n", "three lines"),
        ("log\n05\nAAAA\n", "no number of entries"),
        ("log\n5\nAAAA\n", "no SHA-256"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, says: str) -> None:
    with pytest.raises(NoteError, match=says):
        parse_checkpoint(text)


def test_a_key_under_another_name_is_refused(office: Office) -> None:
    text = str(adopt_key(office))
    with pytest.raises(NoteError, match="has the key id"):
        parse_verifier_key("other" + text)
    with pytest.raises(NoteError, match="no Ed25519 key"):
        parse_verifier_key("name+00000000+AAAA")


def test_the_published_example_of_a_signed_note_is_read_and_holds() -> None:
    key = parse_verifier_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = parse_note(
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
        "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert valid_signatures(note, [key]) == (key,)
    assert str(parse_note(str(note))) == str(note)
