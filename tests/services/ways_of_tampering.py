"""Ways of tampering with a log and its record by hand, with the fault that is found, and in which words."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from riskapp.domain.log_check import Fault
from riskapp.storage.database import Database
from tests.tampering import body_of, put_body, rebuild_tree, reword, unguarded

Tamper = Callable[[Database], None]


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


def by_hand(database: Database, *, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    """Execute and commit what does the same on either database."""
    with database.writing() as connection:
        for statement in sqlite if database.is_sqlite else postgresql:
            connection.exec_driver_sql(statement)
        connection.commit()


def lose_a_guard(database: Database) -> None:
    by_hand(
        database,
        sqlite=("DROP TRIGGER sheet_refuses_update",),
        postgresql=("DROP TRIGGER sheet_refuses_change ON sheet",),
    )


def neuter_a_guard(database: Database) -> None:
    """Put a trigger of the same name in the place of a guard, which lets everything pass."""
    by_hand(
        database,
        sqlite=(
            "DROP TRIGGER decision_refuses_update",
            (
                "CREATE TRIGGER decision_refuses_update BEFORE UPDATE ON decision WHEN 1 = 0 "
                "BEGIN SELECT RAISE(ABORT, 'decision is insert-only: a correction is a new row'); END"
            ),
        ),
        postgresql=(
            "DROP TRIGGER decision_refuses_change ON decision",
            (
                "CREATE TRIGGER decision_refuses_change BEFORE UPDATE OR DELETE ON decision FOR EACH ROW "
                "WHEN (1 = 0) EXECUTE FUNCTION refuse_change()"
            ),
            "ALTER TABLE decision ENABLE ALWAYS TRIGGER decision_refuses_change",
        ),
    )


def hollow_the_guards_out(database: Database) -> None:
    """Let the guards stand, and lose what they guard with: on SQLite, that no number is given twice."""
    by_hand(
        database,
        sqlite=(
            "PRAGMA writable_schema=ON",
            (
                "UPDATE sqlite_master SET sql = replace(sql, 'UNIQUE (number)', 'CHECK (number > 0)') "
                "WHERE name = 'assessment'"
            ),
            "PRAGMA writable_schema=OFF",
        ),
        postgresql=(
            (
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN coalesce(NEW, OLD); END $$"
            ),
        ),
    )


def add_a_trigger(database: Database) -> None:
    by_hand(
        database,
        sqlite=("CREATE TRIGGER helpful AFTER INSERT ON decision BEGIN DELETE FROM draft; END",),
        postgresql=(
            (
                "CREATE TRIGGER helpful AFTER INSERT ON decision FOR EACH ROW "
                "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
            ),
        ),
    )


def let_the_search_do_more(database: Database) -> None:
    """Put something else in the place of what fills the search, under the same name."""
    by_hand(
        database,
        sqlite=(
            "DROP TRIGGER decision_is_searched",
            "CREATE TRIGGER decision_is_searched AFTER INSERT ON decision BEGIN DELETE FROM draft; END",
        ),
        postgresql=(
            (
                "CREATE OR REPLACE FUNCTION search_decision() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN DELETE FROM draft; RETURN NULL; END $$"
            ),
        ),
    )


def add_a_rule(database: Database) -> None:
    """Add what PostgreSQL does beside an insert; SQLite has triggers only."""
    by_hand(
        database,
        sqlite=("CREATE TRIGGER helpful AFTER INSERT ON log_entry BEGIN DELETE FROM draft; END",),
        postgresql=("CREATE RULE helpful AS ON INSERT TO log_entry DO ALSO DELETE FROM draft",),
    )


def loosen_a_constraint(database: Database) -> None:
    by_hand(
        database,
        sqlite=("DROP INDEX ix_assessment_candidate_revision_id",),
        postgresql=("ALTER TABLE assessment DROP CONSTRAINT uq_assessment_number",),
    )


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
    "other search": Way(
        let_the_search_do_more, Fault.GUARD, " decision_is_searched is not as the migrations made it"
    ),
    "added rule": Way(add_a_rule, Fault.GUARD, " helpful was added "),
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
