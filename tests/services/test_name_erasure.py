"""A name is taken out on lawful request: nothing that can change holds it any more, and the log agrees."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from riskapp.cli import main
from riskapp.domain.authority import Role
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.services.attempts import FAILURES_PER_PLACE
from riskapp.services.decisions import decide
from riskapp.services.log_keys import adopt_key
from riskapp.services.log_verification import verify_log
from riskapp.services.name_erasure import erase_name
from riskapp.services.sessions import sign_in
from riskapp.services.users import deactivate_user
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from riskapp.storage.tables import MUTABLE, log_entry, metadata
from riskapp.storage.users import user
from tests.assessment_builders import a_submitted_assessment
from tests.builders import PASSWORD, person
from tests.services.test_decisions import CONDITIONAL

REASON = "A request under Article 17, case 12."


def texts_that_can_change(office: Office) -> str:
    with office.reading() as connection:
        rows = [row for name in sorted(MUTABLE) for row in connection.execute(select(metadata.tables[name]))]
    return " ".join(str(value) for row in rows for value in row).lower()


def test_the_name_leaves_the_service_and_the_log_stays_verifiable(office: Office) -> None:
    adopt_key(office)
    keeper = person(office, "root", Role.ADMINISTRATOR)
    approver = person(office, "zebedee", Role.APPROVER)
    decide(office, approver, a_submitted_assessment(office).id, CONDITIONAL)
    for device in (None, "a browser of hers"):
        for _ in range(FAILURES_PER_PLACE + 1):
            with pytest.raises(ForbiddenError):
                sign_in(office, "zebedee", "not the password", address="192.0.2.1", device=device)
    deactivate_user(office, keeper, approver.id)
    shown = erase_name(office, keeper, approver.id, REASON)
    left = texts_that_can_change(office)
    assert "zebedee" not in left
    assert sha256_hex(b"zebedee") not in left
    assert "address:192.0.2.1" in left, "what others did from there is no business of hers"
    with office.reading() as connection:
        assert user(connection, approver.id).display_name == shown
        bodies = connection.execute(select(log_entry.c.body)).scalars()
        assert not [each for each in bodies if b"zebedee" in bytes(each).lower()]
        entry = latest_entry(connection)
    assert entry is not None
    assert (entry.action, entry.subject_id, entry.body["details"]) == (
        "user.name-erased",
        approver.id,
        {"reason": REASON},
    )
    verdict = verify_log(office)
    assert verdict.agrees, verdict.disagreements
    with pytest.raises(ForbiddenError):
        sign_in(office, "zebedee", PASSWORD, address="192.0.2.1")


def test_only_who_has_left_is_erased_once_and_for_a_reason_that_does_not_name_them(office: Office) -> None:
    keeper = person(office, "root", Role.ADMINISTRATOR)
    leaver = person(office, "zebedee", Role.APPROVER)
    with pytest.raises(ConflictError, match="Deactivate the account first"):
        erase_name(office, keeper, leaver.id, REASON)
    deactivate_user(office, keeper, leaver.id)
    with pytest.raises(ForbiddenError, match="erase the name"):
        erase_name(office, person(office, "otto", Role.AUDITOR), leaver.id, REASON)
    for reason, says in (("", "The reason is missing"), ("Asked by Zebedee himself", "leave the name out")):
        with pytest.raises(InvalidError, match=says):
            erase_name(office, keeper, leaver.id, reason)
    erase_name(office, keeper, leaver.id, REASON)
    with pytest.raises(ConflictError, match="erased already"):
        erase_name(office, keeper, leaver.id, REASON)


def test_an_operator_erases_a_name_from_the_command_line(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    keeper = person(office, "root", Role.ADMINISTRATOR)
    leaver = person(office, "zebedee", Role.APPROVER)
    deactivate_user(office, keeper, leaver.id)
    environment = {"RISKAPP_DATA": str(tmp_path), "RISKAPP_DATABASE_URL": database_url}
    words = ["user", "erase-name", "zebedee", "--reason", REASON]
    done = CliRunner().invoke(main, words, env=environment)
    assert done.exit_code == 0, done.output
    assert "(name erased)" in done.output
    again = CliRunner().invoke(main, words, env=environment)
    assert (again.exit_code, "There is no user 'zebedee'" in again.output) == (2, True)
