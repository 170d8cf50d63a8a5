"""A database that is in use is upgraded with what is in it."""

from sqlalchemy import Connection, select

from riskapp.domain.authority import Role
from riskapp.services.decisions import send_back
from riskapp.services.evidence import NewEvidence, add_evidence
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.assessments import assessment
from riskapp.storage.evidence import evidence_items
from riskapp.storage.migrations import differences, downgrade, newest_revision, revision_of, upgrade
from riskapp.storage.sheets import latest_sheet
from riskapp.storage.team_tables import put_forward
from tests.assessment_builders import FULL, Opened, a_submitted_assessment, an_assessment, save
from tests.builders import person

BEFORE_TEAMS = "0005"
NOTE = NewEvidence(form="note", source_type="computed", title="A note", excerpt="It says so.")


def test_sheets_of_before_there_were_teams_are_those_that_were_put_forward(office: Office) -> None:
    waiting = a_submitted_assessment(office)
    corrected = twice_submitted(office)
    open_still = an_assessment(office)
    add_evidence(office, open_still.assessor, open_still.id, NOTE)
    with office.reading() as connection:
        before = {each.id: told(connection, each) for each in (waiting, corrected, open_still)}
    downgrade(office.database, BEFORE_TEAMS)
    upgrade(office.database)
    assert revision_of(office.database) == newest_revision()
    assert differences(office.database) == []
    with office.reading() as connection:
        after = {each.id: told(connection, each) for each in (waiting, corrected, open_still)}
        forward = connection.execute(select(put_forward.c.assessment_id)).scalars().all()
        (item,) = evidence_items(connection, open_still.id)
    assert after == before
    assert sorted(forward) == sorted([waiting.id, corrected.id, corrected.id])
    assert not item.by_assessor, "what was open to all before stays so"


def twice_submitted(office: Office) -> Opened:
    opened = a_submitted_assessment(office)
    send_back(office, person(office, "omar", Role.APPROVER), opened.id, "The residency is unclear.")
    save(office, opened, "residency", {**FULL["residency"], "choice": "level:foreign"}, expected=1)
    submit_sheet(office, opened.assessor, opened.id)
    return opened


def told(connection: Connection, opened: Opened) -> tuple[object, ...]:
    stored, sheet = assessment(connection, opened.id), latest_sheet(connection, opened.id)
    return stored, sheet and (sheet.ordinal, sheet.digest)
