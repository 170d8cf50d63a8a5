"""A log that nobody touched agrees; one that was tampered with by hand says where it first disagrees."""

import json
from collections.abc import Callable
from dataclasses import dataclass
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
from tests.tampering import body_of, put_body, rebuild_tree, reword, sha256, unguarded
from tests.teams import a_team_in_moderation, settle

Tamper = Callable[[Database], None]


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


@dataclass(frozen=True)
class Way:
    """One way of tampering by hand, with the fault that is found, where, and in which words."""

    act: Tamper
    fault: Fault
    says: str
    seq: int | None = None


def rewrite(database: Database) -> None:
    with unguarded(database, "log_entry") as connection:
        put_body(connection, 5, reword(body_of(connection, 5), words="as it should have been"))


def rewrite_with_its_tree(database: Database) -> None:
    with unguarded(database, "log_entry", "log_node") as connection:
        put_body(connection, 5, reword(body_of(connection, 5), words="as it should have been"))
        rebuild_tree(connection)


def reorder(database: Database) -> None:
    with unguarded(database, "log_entry", "log_node") as connection:
        fifth, sixth = body_of(connection, 5), body_of(connection, 6)
        put_body(connection, 5, sixth)
        put_body(connection, 6, fifth)
        rebuild_tree(connection)


def erase_the_newest(database: Database) -> None:
    with unguarded(database, "log_entry", "log_node") as connection:
        newest = connection.execute(text("SELECT max(seq) FROM log_entry")).scalar_one()
        for table in ("log_node", "log_entry"):
            connection.execute(text(f"DELETE FROM {table} WHERE seq > :seq"), {"seq": newest - 2})


def fork(database: Database) -> None:
    """Erase the newest entry and write another history in its place."""
    with unguarded(database, "log_entry", "log_node") as connection:
        newest = connection.execute(text("SELECT max(seq) FROM log_entry")).scalar_one()
        put_body(connection, newest, reword(body_of(connection, newest), words="another history"))
        rebuild_tree(connection)


def leave_a_gap(database: Database) -> None:
    with unguarded(database, "log_entry", "log_node") as connection:
        for table in ("log_node", "log_entry"):
            connection.execute(text(f"DELETE FROM {table} WHERE seq = 4"))


def swap_the_payload(database: Database) -> None:
    with unguarded(database, "log_entry") as connection:
        put_body(connection, 7, body_of(connection, 7)[:-1] + b" }")


def change_a_column(database: Database) -> None:
    with unguarded(database, "log_entry") as connection:
        connection.execute(text("UPDATE log_entry SET actor_id = 'somebody' WHERE seq = 6"))


def turn_time_back(database: Database) -> None:
    with unguarded(database, "log_entry", "log_node") as connection:
        said = json.loads(body_of(connection, 8)) | {"at": "2020-01-01T00:00:00.000000Z"}
        put_body(connection, 8, json.dumps(said, sort_keys=True, separators=(",", ":")).encode())
        connection.execute(text("UPDATE log_entry SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 8"))


def lose_a_guard(database: Database) -> None:
    with database.writing() as connection:
        name = "sheet_refuses_update" if database.is_sqlite else "sheet_refuses_change"
        connection.exec_driver_sql(
            f"DROP TRIGGER {name}" if database.is_sqlite else f"DROP TRIGGER {name} ON sheet"
        )
        connection.commit()


def neuter_a_guard(database: Database) -> None:
    """Put a trigger of the same name in the place of a guard, which lets everything pass."""
    with database.writing() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("DROP TRIGGER decision_refuses_update")
            connection.exec_driver_sql(
                "CREATE TRIGGER decision_refuses_update BEFORE UPDATE ON decision WHEN 1 = 0 "
                "BEGIN SELECT RAISE(ABORT, 'decision is insert-only: a correction is a new row'); END"
            )
        else:
            connection.exec_driver_sql("DROP TRIGGER decision_refuses_change ON decision")
            connection.exec_driver_sql(
                "CREATE TRIGGER decision_refuses_change BEFORE UPDATE OR DELETE ON decision FOR EACH ROW "
                "WHEN (1 = 0) EXECUTE FUNCTION refuse_change()"
            )
            connection.exec_driver_sql("ALTER TABLE decision ENABLE ALWAYS TRIGGER decision_refuses_change")
        connection.commit()


def hollow_the_guards_out(database: Database) -> None:
    """Let the guards stand, and lose what they guard with: on SQLite, that no number is given twice."""
    with database.writing() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA writable_schema=ON")
            connection.exec_driver_sql(
                "UPDATE sqlite_master SET sql = replace(sql, 'UNIQUE (number)', 'CHECK (number > 0)') "
                "WHERE name = 'assessment'"
            )
            connection.exec_driver_sql("PRAGMA writable_schema=OFF")
        else:
            connection.exec_driver_sql(
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN coalesce(NEW, OLD); END $$"
            )
        connection.commit()


def add_a_trigger(database: Database) -> None:
    with database.writing() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql(
                "CREATE TRIGGER helpful AFTER INSERT ON decision BEGIN DELETE FROM draft; END"
            )
        else:
            connection.exec_driver_sql(
                "CREATE TRIGGER helpful AFTER INSERT ON decision FOR EACH ROW "
                "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
            )
        connection.commit()


def loosen_a_constraint(database: Database) -> None:
    with database.writing() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("DROP INDEX ix_assessment_candidate_revision_id")
        else:
            connection.exec_driver_sql("ALTER TABLE assessment DROP CONSTRAINT uq_assessment_number")
        connection.commit()


def switch_a_guard_off(database: Database) -> None:
    if database.is_sqlite:
        lose_a_guard(database)
        return
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE sheet DISABLE TRIGGER sheet_refuses_change")
        connection.commit()


def take_a_role(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE user_role SET role = 'administrator' WHERE role = 'approver'"))
        connection.commit()


def replace_a_checkpoint(database: Database) -> None:
    with unguarded(database, "log_checkpoint") as connection:
        connection.execute(text("UPDATE log_checkpoint SET note = replace(note, 'riskapp', 'another')"))


def change_an_answer(database: Database) -> None:
    with unguarded(database, "sheet_answer") as connection:
        connection.execute(text("UPDATE sheet_answer SET rationale = 'we never said that'"))


def change_a_decision(database: Database) -> None:
    with unguarded(database, "decision") as connection:
        connection.execute(text("UPDATE decision SET outcome = 'approve', reason = 'of course'"))


def change_a_snapshot(database: Database) -> None:
    with unguarded(database, "snapshot") as connection:
        connection.execute(text("UPDATE snapshot SET canonical = :other"), {"other": b"{}"})


def slip_a_sheet_in(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO sheet SELECT 'slipped', assessment_id, assessor_id, 99, submitted_at, digest, "
                "canonical, result FROM sheet"
            )
        )
        connection.commit()


def forget_a_node(database: Database) -> None:
    with unguarded(database, "log_node") as connection:
        connection.execute(text("DELETE FROM log_node WHERE seq = 3"))


WAYS = {
    "rewrite": Way(rewrite, Fault.TREE, "entry 5 does not have the bytes that were appended", 5),
    "rewrite with its tree": Way(
        rewrite_with_its_tree, Fault.CHECKPOINT, "are not those of the stored checkpoints; up to entry 1 "
    ),
    "reorder": Way(reorder, Fault.COLUMNS, "entry 5 has other values in its columns than in its bytes", 5),
    "erase the newest": Way(erase_the_newest, Fault.ERASED, "the newest entries were erased"),
    "fork": Way(fork, Fault.CHECKPOINT, "are not those of the stored checkpoints"),
    "gap": Way(leave_a_gap, Fault.GAP, "entry 5 follows entry 3: entry 4 missing", 5),
    "swapped payload": Way(swap_the_payload, Fault.BYTES, "entry 7 are not canonical JSON", 7),
    "changed column": Way(change_a_column, Fault.COLUMNS, "entry 6 has other values", 6),
    "time": Way(turn_time_back, Fault.TIME, "entry 8 bears 2020-01-01", 8),
    "dropped guard": Way(lose_a_guard, Fault.GUARD, "has lost the guard sheet_refuses_"),
    "neutered guard": Way(neuter_a_guard, Fault.GUARD, "e is not as the migrations made it"),
    "hollow guards": Way(hollow_the_guards_out, Fault.GUARD, " is not as the migrations made it"),
    "added trigger": Way(add_a_trigger, Fault.GUARD, "the trigger helpful was added by hand"),
    "loosened constraint": Way(loosen_a_constraint, Fault.GUARD, "the database has lost the "),
    "guard off": Way(switch_a_guard_off, Fault.GUARD, "sheet_refuses_"),
    "taken role": Way(take_a_role, Fault.RECORD, "holds administrator, and entry "),
    "replaced checkpoint": Way(replace_a_checkpoint, Fault.SIGNATURE, "is not as it was signed"),
    "changed answer": Way(
        change_an_answer, Fault.RECORD, "has other answers in its rows than were submitted"
    ),
    "changed decision": Way(
        change_a_decision, Fault.RECORD, "says otherwise than was decided: outcome, reason"
    ),
    "changed snapshot": Way(change_a_snapshot, Fault.RECORD, "has other content than was frozen"),
    "slipped in": Way(slip_a_sheet_in, Fault.RECORD, "there are 2 rows in sheet, and the log tells of 1"),
    "lost node": Way(forget_a_node, Fault.TREE, "entry 3 has lost its hashes in the tree", 3),
}


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
