"""Findings: who raises, answers and closes one, that the record stays as it is, and the log holds all."""

import pytest
from sqlalchemy import text

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.findings import FollowUp, State, Subject, SubjectKind
from riskapp.services.audit_notes import WriteNote, write_note
from riskapp.services.audit_subjects import place_of
from riskapp.services.findings import follow_up, raise_finding, seen_finding
from riskapp.services.log_verification import verify_log
from riskapp.services.samples import DrawSample, draw_sample
from riskapp.services.work import Office
from riskapp.storage.findings import FindingFilters, findings, waiting_for
from riskapp.storage.log import latest_entry
from riskapp.storage.record_rows import rows_of_assessment
from riskapp.storage.sheets import latest_sheet
from tests.assessment_builders import a_submitted_assessment
from tests.builders import person
from tests.conftest import Clock
from tests.finding_builders import Raised, a_finding, a_wish, an_act
from tests.tampering import unguarded


def waiting(office: Office, raised: Raised) -> tuple[int, int]:
    """Return how many findings wait for the owner and for the auditor."""
    with office.reading() as connection:
        return len(waiting_for(connection, raised.owner, 6)), len(waiting_for(connection, raised.auditor, 6))


def state(office: Office, raised: Raised) -> State:
    with office.reading() as connection:
        return seen_finding(connection, raised.auditor, raised.finding.number).state


def test_a_finding_is_answered_closed_and_opened_again_and_the_record_stays(office: Office) -> None:
    raised = a_finding(office)
    with office.reading() as connection:
        record = rows_of_assessment(connection, raised.opened.id)
    assert (raised.finding.reference, waiting(office, raised)) == ("F-0001", (1, 0))
    follow_up(office, raised.owner, an_act(raised, FollowUp.RESPONDED))
    assert (state(office, raised), waiting(office, raised)) == (State.RESPONDED, (0, 1))
    follow_up(office, raised.auditor, an_act(raised, FollowUp.CLOSED))
    assert (state(office, raised), waiting(office, raised)) == (State.CLOSED, (0, 0))
    again = follow_up(office, raised.auditor, an_act(raised, FollowUp.REOPENED))
    assert (again.state, waiting(office, raised)) == (State.OPEN, (1, 0))
    with office.reading() as connection:
        assert rows_of_assessment(connection, raised.opened.id) == record
        entry = latest_entry(connection)
    assert entry is not None
    assert (entry.action, entry.body["details"]["act"]) == ("finding.followed-up", "reopened")
    assert verify_log(office).agrees


def test_what_does_not_fit_is_named_by_field(office: Office) -> None:
    raised = a_finding(office)
    wish = a_wish(
        raised.opened, raised.auditor, classification="awful", title="", text=" ", due_on="2020-01-01"
    )
    with pytest.raises(InvalidError) as refusal:
        raise_finding(office, raised.auditor, wish)
    assert set(refusal.value.fields) == {"classification", "title", "text", "owner", "due_on"}
    with pytest.raises(InvalidError) as refusal:
        follow_up(office, raised.owner, an_act(raised, FollowUp.RESPONDED, text="", position="perhaps"))
    assert set(refusal.value.fields) == {"text", "position"}
    with pytest.raises(NotFoundError, match="no finding"):
        follow_up(office, raised.owner, an_act(raised, FollowUp.RESPONDED, number=9))


def test_each_does_only_what_is_theirs(office: Office) -> None:
    raised = a_finding(office)
    stranger = person(office, "stan", Role.PROCUREMENT)
    with pytest.raises(ForbiddenError, match="raise a finding"):
        raise_finding(office, raised.owner, a_wish(raised.opened, stranger))
    with pytest.raises(ForbiddenError, match="open to auditors"):
        follow_up(office, stranger, an_act(raised, FollowUp.RESPONDED))
    with pytest.raises(ForbiddenError, match="management response"):
        follow_up(office, raised.auditor, an_act(raised, FollowUp.RESPONDED))
    with pytest.raises(ForbiddenError, match="closes a finding"):
        follow_up(office, raised.owner, an_act(raised, FollowUp.CLOSED))
    follow_up(office, raised.opened.lead, an_act(raised, FollowUp.RESPONDED))
    other = person(office, "otto", Role.AUDITOR)
    own = raise_finding(office, raised.auditor, a_wish(raised.opened, other))
    with pytest.raises(ForbiddenError, match="another auditor has to close it"):
        follow_up(office, other, an_act(raised, FollowUp.CLOSED, number=own.number))
    both = person(office, "bea", Role.AUDITOR, Role.LEAD_ASSESSOR)
    follow_up(office, both, an_act(raised, FollowUp.RESPONDED))
    with pytest.raises(ForbiddenError, match="You gave the management response to this finding"):
        follow_up(office, both, an_act(raised, FollowUp.CLOSED))
    assert follow_up(office, other, an_act(raised, FollowUp.CLOSED)).state is State.CLOSED


def test_a_finding_that_stands_otherwise_than_it_was_seen_is_a_conflict(office: Office) -> None:
    raised = a_finding(office)
    follow_up(office, raised.owner, an_act(raised, FollowUp.RESPONDED, seen=0))
    with pytest.raises(ConflictError, match="Somebody else did something about it"):
        follow_up(office, raised.auditor, an_act(raised, FollowUp.CLOSED, seen=0))
    follow_up(office, raised.auditor, an_act(raised, FollowUp.CLOSED, seen=1))
    with pytest.raises(ConflictError, match="The finding is closed now"):
        follow_up(office, raised.owner, an_act(raised, FollowUp.RESPONDED))


def test_a_finding_speaks_of_any_part_of_the_record(office: Office) -> None:
    opened = a_submitted_assessment(office)
    seq = draw_sample(office, None, DrawSample("1", "All there is."))
    with office.reading() as connection:
        sheet = latest_sheet(connection, opened.id)
        assert sheet is not None
        said = {
            place_of(connection, each).words
            for each in (
                Subject(SubjectKind.ANSWER, sheet.id, "run-cost"),
                Subject(SubjectKind.LOG_ENTRY, "1"),
                Subject(SubjectKind.SAMPLE_ITEM, str(seq), opened.id),
            )
        }
        assert said == {
            "RA-0001, score sheet 1, Run cost against the budget",
            "Log entry 1, user.added",
            f"RA-0001 in the sample of log entry {seq}",
        }
        for wrong in (
            Subject(SubjectKind.ANSWER, sheet.id, "nothing"),
            Subject(SubjectKind.DECISION, "nothing"),
            Subject(SubjectKind.LOG_ENTRY, "99999999999"),
            Subject(SubjectKind.SAMPLE_ITEM, str(seq), "nothing"),
        ):
            with pytest.raises(NotFoundError):
                place_of(connection, wrong)


def test_the_follow_up_list_narrows_and_shows_each_what_they_may_read(office: Office, clock: Clock) -> None:
    raised = a_finding(office)
    raise_finding(
        office,
        raised.auditor,
        a_wish(raised.opened, raised.opened.assessor, subject=Subject(SubjectKind.LOG_ENTRY, "1")),
    )
    clock.advance(days=40)
    today = clock.instant.date()
    follow_up(office, raised.owner, an_act(raised, FollowUp.RESPONDED))

    def seen(actor: object, **filters: object) -> list[int]:
        with office.reading() as connection:
            page = findings(connection, actor, FindingFilters(**filters), 1)  # type: ignore[arg-type]
            return [each.number for each in page.items]

    assert seen(raised.auditor) == [1, 2]
    assert (seen(raised.owner), seen(raised.opened.lead), seen(raised.opened.assessor)) == ([1], [1], [2])
    assert seen(raised.auditor, state="responded") == [1]
    assert seen(raised.auditor, state="open", overdue_on=today) == [2]
    assert seen(raised.auditor, text="UNDATED", owner_id=raised.owner.id) == [1]
    assert seen(raised.auditor, assessment_id=raised.opened.id, classification="major-nonconformity") == []


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        ("audit_finding", "UPDATE audit_finding SET text = 'All is well.'", "says otherwise than was raised"),
        ("audit_finding", "UPDATE audit_finding SET due_on = '2030-01-01'", "says otherwise than was raised"),
        ("finding_act", "UPDATE finding_act SET act = 'closed'", "says otherwise than was recorded"),
        ("finding_act", "DELETE FROM finding_act", "is gone"),
        ("audit_note", "UPDATE audit_note SET text = 'Nothing.'", "says otherwise than was written"),
    ],
)
def test_a_finding_or_note_changed_by_hand_is_found(
    office: Office, table: str, change: str, says: str
) -> None:
    raised = a_finding(office)
    follow_up(office, raised.owner, an_act(raised, FollowUp.RESPONDED))
    write_note(office, raised.auditor, WriteNote(Subject(SubjectKind.LOG_ENTRY, "2"), "Ask Ines."))
    with unguarded(office.database, table) as connection:
        connection.execute(text(change))
    assert [
        each.words.partition(" (entry")[0].rpartition(" ")[2] for each in verify_log(office).disagreements
    ]
    assert says in verify_log(office).disagreements[0].words


def test_notes_are_for_auditors(office: Office) -> None:
    opened = a_submitted_assessment(office)
    about = Subject(SubjectKind.ASSESSMENT, opened.id)
    with pytest.raises(ForbiddenError, match="keep notes"):
        write_note(office, opened.lead, WriteNote(about, "Mine."))
    with pytest.raises(InvalidError, match="The note is missing"):
        write_note(office, person(office, "august", Role.AUDITOR), WriteNote(about, " "))
