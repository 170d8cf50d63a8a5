"""A log that nobody touched agrees; one that was tampered with by hand says where it first disagrees."""

from pathlib import Path

import pytest
from sqlalchemy import text

from riskapp.domain.authority import Role
from riskapp.domain.log_check import MOST_SHOWN, Fault
from riskapp.domain.signed_note import NoteError, parse_note
from riskapp.services.decisions import decide
from riskapp.services.log_keys import adopt_key, make_checkpoint, publish_checkpoint, rotate_key
from riskapp.services.log_verification import Held, Verdict, published, verify_log
from riskapp.services.moderation import record_dissent
from riskapp.services.substitutions import NewSubstitution, name_substitute
from riskapp.services.witnesses import witness_in
from riskapp.services.work import Office
from riskapp.storage.checkpoints import checkpoint_files
from riskapp.storage.database import Database
from riskapp.storage.reports import canonical_snapshot, snapshots
from tests.assessment_builders import a_submitted_assessment
from tests.builders import person
from tests.services.test_decisions import CONDITIONAL
from tests.services.ways_of_tampering import WAYS, Tamper, erase_the_newest, fork, rewrite_with_its_tree
from tests.tampering import sha256, unguarded
from tests.teams import a_team_in_moderation, settle


def a_decided_assessment(office: Office) -> str:
    """Return the id of an assessment that went the whole way, in a log with a key and checkpoints."""
    adopt_key(office)
    opened = a_submitted_assessment(office)
    decide(office, person(office, "ines", Role.APPROVER), opened.id, CONDITIONAL)
    return opened.id


def record(office: Office, count: int = 1) -> None:
    for _ in range(count):
        with office.work(None) as unit:
            unit.record("thing.made", subject=("thing", "one"), words="as it was")
            unit.commit()


def faults(verdict: Verdict) -> set[Fault]:
    return {each.fault for each in verdict.disagreements}


def test_a_log_that_nobody_touched_agrees_with_everything(office: Office, tmp_path: Path) -> None:
    assessment_id = a_decided_assessment(office)
    rotate_key(office)
    record(office)
    make_checkpoint(office)
    publish_checkpoint(office, tmp_path / "elsewhere")
    with office.reading() as connection:
        (frozen,) = snapshots(connection, assessment_id)
        report = canonical_snapshot(connection, frozen.digest)
    held = [*published(checkpoint_files(tmp_path / "elsewhere")), Held(witness_in(report), "the report")]
    verdict = verify_log(office, held=held)
    assert verdict.disagreements == ()
    assert verdict.agrees
    assert verdict.entries == verdict.confirmed > 10
    assert verdict.checkpoints > len(held)


def test_an_empty_log_agrees(office: Office) -> None:
    assert verify_log(office).agrees


@pytest.mark.parametrize("name", WAYS)
def test_each_way_of_tampering_is_found_and_named(office: Office, name: str) -> None:
    a_decided_assessment(office)
    way = WAYS[name]
    way.act(office.database)
    verdict = verify_log(office)
    found = [each for each in verdict.disagreements if each.fault is way.fault and way.says in each.words]
    assert found, verdict.disagreements
    assert way.seq in {None, found[0].seq}


def test_tampering_with_what_a_team_did_is_found_and_named(office: Office) -> None:
    team = a_team_in_moderation(office)
    settle(office, team)
    record_dissent(office, team.ada, team.id, "residency", "I do not think so.")
    both = (person(office, "ines", Role.APPROVER), person(office, "noor", Role.ASSESSOR))
    today = office.now().date()
    named = NewSubstitution(
        substitute_id=both[1].id, role=Role.APPROVER, first_day=today, last_day=today, reason="On leave."
    )
    name_substitute(office, both[0], named)
    assert verify_log(office).disagreements == ()
    tables = ("moderation_reason", "moderated_sheet", "dissent", "substitution")
    with unguarded(office.database, *tables) as connection:
        connection.execute(text("UPDATE moderation_reason SET reason = 'none'"))
        connection.execute(text("UPDATE dissent SET text = 'I agree.'"))
        connection.execute(text("UPDATE substitution SET last_day = '2099-01-01'"))
        connection.execute(
            text("DELETE FROM moderated_sheet WHERE sheet_id = (SELECT max(sheet_id) FROM moderated_sheet)")
        )
    said = " ".join(each.words for each in verify_log(office).disagreements)
    for words in (
        "rests on other score sheets than when it was submitted",
        "has other reasons than were given",
        "says otherwise than was recorded",
        "says otherwise than was named: last day",
    ):
        assert words in said


def forge_everything(database: Database) -> None:
    """Rewrite an entry and its tree, and remove every checkpoint from the database."""
    rewrite_with_its_tree(database)
    with unguarded(database, "log_checkpoint") as connection:
        connection.execute(text("DELETE FROM log_checkpoint"))


@pytest.mark.parametrize("act", [forge_everything, erase_the_newest, fork])
def test_whoever_rewrites_the_whole_database_is_caught_by_a_file_or_a_report(
    office: Office, tmp_path: Path, act: Tamper
) -> None:
    assessment_id = a_decided_assessment(office)
    publish_checkpoint(office, tmp_path / "elsewhere")
    with office.reading() as connection:
        (frozen,) = snapshots(connection, assessment_id)
        report = canonical_snapshot(connection, frozen.digest)
    act(office.database)
    files = verify_log(office, held=published(checkpoint_files(tmp_path / "elsewhere")), records=False)
    assert faults(files) & {Fault.CHECKPOINT, Fault.ERASED}
    assert any("the checkpoint file" in each.words for each in files.disagreements)
    witness = Held(witness_in(report), "report RA-0001")
    if act is not fork:  # the fork lies behind the entry that the report witnesses
        verdict = verify_log(office, held=[witness], records=False)
        assert any("report RA-0001" in each.words for each in verdict.disagreements)


def test_a_checkpoint_of_another_log_is_refused(office: Office) -> None:
    adopt_key(office)
    note = parse_note(str(make_checkpoint(office)).replace("riskapp-log", "another-log"))
    verdict = verify_log(office, held=[Held(note, "the file x")])
    assert [each.words for each in verdict.disagreements] == ["the file x is not signed by a key of this log"]


def test_what_disagrees_is_counted_when_it_is_too_much_to_say(office: Office) -> None:
    record(office, MOST_SHOWN + 10)
    with unguarded(office.database, "log_entry") as connection:
        connection.execute(text("UPDATE log_entry SET subject_id = 'other'"))
    verdict = verify_log(office)
    assert verdict.count == MOST_SHOWN + 10
    assert len(verdict.disagreements) == MOST_SHOWN


def test_a_missing_file_of_evidence_or_report_is_found(office: Office) -> None:
    a_decided_assessment(office)
    with office.database.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO issued_report SELECT 'r', assessment_id, digest, :pdf, 1, 1, 'none', frozen_at, "
                "NULL, NULL, NULL FROM snapshot"
            ),
            {"pdf": sha256("lost")},
        )
        connection.commit()
    words = [each.words for each in verify_log(office).disagreements]
    assert words[0] == "there are 1 rows in issued_report, and the log tells of 0"
    assert words[1].startswith("the row r of issued_report was added by hand")
    assert "There is no file" in words[2]


@pytest.mark.parametrize("document", [b"%PDF-1.7 nothing", b'{"log":{"seq":1}}', b"\xff\xfe", b"words"])
def test_a_document_without_a_checkpoint_is_no_witness(document: bytes) -> None:
    with pytest.raises(NoteError):
        witness_in(document)
