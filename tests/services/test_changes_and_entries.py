"""No change without its entry, no entry without its change, in whatever use case and whatever happens."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import event

from riskapp import ambient
from riskapp.domain.authority import Role
from riskapp.domain.findings import FollowUp
from riskapp.services.audit_notes import WriteNote, write_note
from riskapp.services.decisions import decide, send_back
from riskapp.services.findings import FollowUpFinding, follow_up, raise_finding
from riskapp.services.log_keys import adopt_key, rotate_key
from riskapp.services.log_verification import verify_log
from riskapp.services.name_erasure import erase_name
from riskapp.services.reports import ask_for_report, issue_report
from riskapp.services.revealed_drafts import reveal_drafts
from riskapp.services.sessions import sign_in, sign_out
from riskapp.services.users import change_roles, deactivate_user, set_password
from riskapp.services.work import Office
from riskapp.worked_example import load
from tests.assessment_builders import Opened, a_submitted_assessment
from tests.builders import PASSWORD, person
from tests.finding_builders import a_wish
from tests.reports_made import quickly_made, work_off
from tests.services.killed_at_every_statement import TABLES
from tests.services.test_decisions import CONDITIONAL

ROOT = Path(__file__).resolve().parents[2]
PROOF = ("log_entry", "log_node", "log_checkpoint")


class Transactions:
    """Counts what each committed transaction wrote: changes to the record, and entries of the log."""

    def __init__(self, office: Office) -> None:
        self.committed: list[Counter[str]] = []
        self._open: Counter[str] = Counter()
        engine = office.database.engine
        event.listen(engine, "before_cursor_execute", self._note)
        event.listen(engine, "commit", self._commit)
        event.listen(engine, "rollback", self._rollback)

    def _note(self, *call: Any) -> None:  # noqa: ANN401 (SQLAlchemy passes what it passes)
        words = str(call[2]).replace('"', "").split()
        if words[0] in {"INSERT", "UPDATE", "DELETE"}:
            table = words[1] if words[0] == "UPDATE" else words[2]
            self._open[table] += 1
        elif words[0] == "WITH":
            self._open.update(table for table in PROOF if f"INTO {table}" in " ".join(words))

    def _commit(self, *call: object) -> None:
        del call
        self.committed.append(self._open)
        self._open = Counter()

    def _rollback(self, *call: object) -> None:
        del call
        self._open = Counter()


def live_through_everything(office: Office) -> None:
    """Go through the use cases of a whole life, each in a transaction of its own."""
    adopt_key(office)
    opened = a_submitted_assessment(office)
    approver = person(office, "ines", Role.APPROVER)
    send_back(office, approver, opened.id, "Read the contract.")
    keeper = person(office, "root", Role.ADMINISTRATOR)
    other = person(office, "otto", Role.AUDITOR)
    token = sign_in(office, "otto", PASSWORD, address="192.0.2.1")
    sign_out(office, token)
    change_roles(office, keeper, other.id, frozenset({Role.ASSESSOR}))
    set_password(office, keeper, other.id, "another four words here")
    audit(office, opened)
    fresh = a_submitted_assessment(office)
    decide(office, approver, fresh.id, CONDITIONAL)
    with quickly_made(broken=1):
        work_off(office)
        ask_for_report(office, approver, fresh.id)
        work_off(office)
    deactivate_user(office, keeper, other.id)
    erase_name(office, keeper, other.id, "A request, case 12.")
    rotate_key(office)


def audit(office: Office, opened: Opened) -> None:
    """Do what an auditor does, and what its answer is."""
    auditor = person(office, "august", Role.AUDITOR)
    found = raise_finding(office, auditor, a_wish(opened, opened.assessor))
    answer = FollowUpFinding(number=found.number, act=FollowUp.RESPONDED, text="Done.", position="agreed")
    follow_up(office, opened.assessor, answer)
    write_note(office, auditor, WriteNote(found.content.subject, "Look again."))
    reveal_drafts(office, auditor, opened.id, "A complaint.")


def test_every_transaction_that_changes_something_has_an_entry_and_its_place_in_the_tree(
    office: Office,
) -> None:
    transactions = Transactions(office)
    live_through_everything(office)
    writing = [each for each in transactions.committed if each]
    assert len(writing) > 20
    of_jobs = [each for each in writing if set(each) == {"job"}]
    assert len(of_jobs) > 2, "where a job stands is no part of the record"
    for wrote in (each for each in writing if each not in of_jobs):
        assert wrote["log_entry"] == wrote["log_node"] >= 1, wrote
        assert any(table not in PROOF for table in wrote), f"an entry without a change: {wrote}"
    assert verify_log(office).agrees


def test_the_worked_example_and_its_reports_agree_with_their_log(office: Office) -> None:
    load(office, new_secret=ambient.new_secret)
    with office.reading() as connection:
        decided = connection.exec_driver_sql("SELECT assessment_id FROM decision LIMIT 1").scalar_one()
    issue_report(office, None, decided)
    verdict = verify_log(office)
    assert verdict.disagreements == ()
    assert verdict.entries == verdict.confirmed > 100


def test_only_the_unit_of_work_writes() -> None:
    """A use case has no other way to a write transaction than the one that asks for an entry.

    Migrations and the statistics of the embedded database change no record.
    """
    openers = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "riskapp").rglob("*.py"))
        if ".writing()" in path.read_text(encoding="utf-8")
    ]
    assert openers == [
        "riskapp/services/work.py",
        "riskapp/storage/database.py",
        "riskapp/storage/migrations.py",
    ]


def test_only_the_state_of_jobs_is_changed_without_an_entry() -> None:
    openers = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "riskapp").rglob("*.py"))
        if ".operating()" in path.read_text(encoding="utf-8")
    ]
    assert openers == ["riskapp/services/jobs.py"]


def test_a_process_killed_at_any_statement_of_a_decision_leaves_all_of_it_or_nothing(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    adopt_key(office)
    opened = a_submitted_assessment(office)
    approver = person(office, "ines", Role.APPROVER)
    command = [sys.executable, "-m", "tests.services.killed_at_every_statement"]
    done = subprocess.run(
        [*command, database_url, str(tmp_path), opened.id, approver.id],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    *killed, finished = [[int(each) for each in line.split()] for line in done.stdout.splitlines()]
    assert len(killed) > 20
    nothing = killed[0]
    assert killed == [nothing] * len(killed)
    grown = dict(
        zip(TABLES, (now - before for now, before in zip(finished, nothing, strict=True)), strict=True)
    )
    assert grown == {
        "decision": 1,
        "decision_condition": 1,
        "snapshot": 1,
        "job": 1,
        "log_entry": 2,
        "log_node": 2,
        "log_checkpoint": 2,
    }
    assert verify_log(office).agrees
