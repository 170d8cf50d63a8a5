"""Unsubmitted drafts are closed to auditors until one asks with a reason, and close again by themselves."""

import pytest

from riskapp.domain.authority import Actor, Role
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.services.decisions import send_back
from riskapp.services.revealed_drafts import is_withheld, reveal_drafts, shown_drafts
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.assessment_builders import FULL, Opened, a_submitted_assessment, an_assessment, save
from tests.builders import person
from tests.conftest import Clock


def readable(office: Office, actor: Actor, opened: Opened) -> list[str]:
    """Return the criteria whose drafts the person reads now."""
    with office.reading() as connection:
        shown = shown_drafts(connection, actor, opened.id, at=office.now())
    return sorted(name for each in shown.drafts.values() for name in each)


def test_a_reason_opens_the_drafts_for_an_hour_and_stands_in_the_log(office: Office, clock: Clock) -> None:
    opened = an_assessment(office)
    save(office, opened, "run-cost", FULL["run-cost"])
    auditor = person(office, "august", Role.AUDITOR)
    other = person(office, "otto", Role.AUDITOR)
    assert readable(office, auditor, opened) == []
    with pytest.raises(InvalidError, match="The reason is missing"):
        reveal_drafts(office, auditor, opened.id, " ")
    reveal_drafts(office, auditor, opened.id, "A complaint about the round.")
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry is not None
    assert (entry.action, entry.actor_id) == ("drafts.revealed", auditor.id)
    assert entry.body["details"]["reason"] == "A complaint about the round."
    assert readable(office, auditor, opened) == ["run-cost"]
    assert readable(office, other, opened) == []
    clock.advance(minutes=61)
    assert readable(office, auditor, opened) == []


def test_who_scores_or_does_not_audit_has_nothing_revealed(office: Office) -> None:
    both = person(office, "both", Role.AUDITOR, Role.ASSESSOR)
    opened = an_assessment(office, assessor=both)
    with pytest.raises(ForbiddenError, match="You score this assessment"):
        reveal_drafts(office, both, opened.id, "I am curious.")
    with pytest.raises(ForbiddenError, match="role auditor"):
        reveal_drafts(office, opened.lead, opened.id, "I lead it.")


def test_the_drafts_of_a_round_that_is_over_are_history(office: Office) -> None:
    opened = a_submitted_assessment(office)
    auditor = person(office, "august", Role.AUDITOR)
    assert readable(office, auditor, opened) == sorted(FULL)
    with pytest.raises(ConflictError, match="is over"):
        reveal_drafts(office, auditor, opened.id, "To be sure.")


def test_an_entry_about_a_draft_of_the_open_round_is_withheld_and_one_of_the_round_before_is_not(
    office: Office,
) -> None:
    opened = a_submitted_assessment(office)
    auditor = person(office, "august", Role.AUDITOR)
    with office.reading() as connection:
        newest = latest_entry(connection)
    assert newest is not None
    send_back(office, person(office, "ines", Role.APPROVER), opened.id, "Once more.")
    save(office, opened, "run-cost", {**FULL["run-cost"], "value": "64"}, expected=1)
    with office.reading() as connection:
        now = latest_entry(connection)
        assert now is not None
        assert is_withheld(connection, auditor, now, at=office.now())
        assert not is_withheld(connection, opened.assessor, now, at=office.now())
        assert not is_withheld(connection, auditor, newest, at=office.now())
    reveal_drafts(office, auditor, opened.id, "To compare.")
    with office.reading() as connection:
        assert not is_withheld(connection, auditor, now, at=office.now())
