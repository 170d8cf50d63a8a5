"""An approval notices by itself what comes after it; nothing of that is stored."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from riskapp.domain.authority import Role
from riskapp.domain.errors import ForbiddenError, InvalidError
from riskapp.domain.staleness import Cause
from riskapp.services.candidates import revise_candidate
from riskapp.services.conflicts import DeclareConflict, declare_conflict
from riskapp.services.dossiers import dossier
from riskapp.services.facts import add_fact, correct_fact
from riskapp.services.reports import draft_report
from riskapp.services.staleness import staleness
from riskapp.services.users import change_roles, deactivate_user
from riskapp.services.work import Office
from tests.assessment_builders import CANDIDATE, a_submitted_assessment, an_assessment, publish
from tests.builders import person
from tests.conftest import Clock
from tests.lapse_builders import PRICE, an_approval, causes_of, dearer, next_release, reasons_of
from tests.papers import words_of


def test_an_approval_of_today_needs_no_other_look_and_ages_by_itself(office: Office, clock: Clock) -> None:
    approved = an_approval(office)
    assert causes_of(office, approved.id) == []
    clock.advance(days=31)
    assert causes_of(office, approved.id) == [Cause.CONDITION_OVERDUE]
    clock.advance(days=60)
    assert causes_of(office, approved.id) == [Cause.CONDITION_OVERDUE, Cause.ANSWER_EXPIRED]
    clock.advance(days=100)
    assert causes_of(office, approved.id) == [
        Cause.APPROVAL_EXPIRED,
        Cause.CONDITION_OVERDUE,
        Cause.VERSION_RETIRES,
        Cause.ANSWER_EXPIRED,
    ]


def test_a_newer_fact_and_a_correction_are_noticed(office: Office) -> None:
    approved = an_approval(office)
    add_fact(office, None, replace(PRICE, publisher="Another source"))
    add_fact(office, None, dearer(metric="price of output"))
    assert causes_of(office, approved.id) == []
    add_fact(office, None, dearer())
    (reason,) = reasons_of(office, approved.id)
    assert (reason.cause, reason.criterion_id) == (Cause.CONTRADICTED, "run-cost")
    assert "says 0.70 USD/1M tokens" in reason.text
    correct_fact(office, None, approved.fact_id, replace(PRICE, value="0.56"), reason="A slip.")
    assert causes_of(office, approved.id) == [Cause.CONTRADICTED, Cause.CORRECTED]


def test_a_new_revision_and_a_new_release_are_noticed(office: Office, tmp_path: Path) -> None:
    approved = an_approval(office)
    with office.reading() as connection:
        candidate_id = dossier(connection, approved.id).candidate.candidate_id
    revised = replace(CANDIDATE, retires_on=date(2026, 11, 1))
    revise_candidate(office, None, candidate_id, revised, seen=1)
    publish(office, next_release(tmp_path))
    assert causes_of(office, approved.id) == [
        Cause.VERSION_RETIRED,
        Cause.CANDIDATE_REVISED,
        Cause.RUBRIC_RELEASED,
    ]


def test_an_approver_who_left_or_has_a_conflict_is_noticed(office: Office) -> None:
    approved = an_approval(office)
    admin = person(office, "root", Role.ADMINISTRATOR)
    conflict = DeclareConflict(
        user_id=approved.approver.id, party="DeepSeek", nature="Shares.", since=date(2026, 1, 1)
    )
    declare_conflict(office, approved.approver, replace(conflict, party="own machines"))
    declare_conflict(office, admin, conflict)
    change_roles(office, admin, approved.approver.id, frozenset())
    assert causes_of(office, approved.id) == [
        Cause.APPROVER_LEFT,
        Cause.CONFLICT_OF_INTEREST,
        Cause.CONFLICT_OF_INTEREST,
    ]
    deactivate_user(office, admin, approved.approver.id)
    assert reasons_of(office, approved.id)[0].text.endswith("has no account here any more.")


def test_a_conflict_is_declared_for_oneself_and_with_somebody_who_exists(office: Office) -> None:
    approved = an_approval(office)
    other = person(office, "otto", Role.APPROVER)
    command = DeclareConflict(
        user_id=approved.approver.id, party="DeepSeek", nature="Shares.", since=date(2026, 1, 1)
    )
    with pytest.raises(ForbiddenError, match="your own conflicts"):
        declare_conflict(office, other, command)
    wrong = DeclareConflict(user_id=other.id, party="Nobody", nature="", since=date(2027, 1, 1))
    with pytest.raises(InvalidError) as refusal:
        declare_conflict(office, other, wrong)
    assert set(refusal.value.fields) == {"party", "nature", "since"}


def test_what_has_no_sheet_or_was_withdrawn_needs_no_look(office: Office, clock: Clock) -> None:
    opened = an_assessment(office)
    submitted = a_submitted_assessment(office)
    clock.advance(days=400)
    assert causes_of(office, opened.id) == []
    assert Cause.ANSWER_EXPIRED in causes_of(office, submitted.id)


def test_the_number_of_queries_does_not_grow_with_the_list(office: Office) -> None:
    ids = [an_approval(office).id for _ in range(3)]
    today = office.now().date()

    def queries(wanted: list[str]) -> int:
        counted: list[str] = []

        def count(*call: object) -> None:
            counted.append(str(call[2]))

        event.listen(office.database.engine, "before_cursor_execute", count)
        with office.reading() as connection:
            staleness(connection, wanted, today)
        event.remove(office.database.engine, "before_cursor_execute", count)
        return len([each for each in counted if each.startswith("SELECT")])

    queries(ids)
    assert queries(ids) == queries(ids[:1])
    assert 0 < queries(ids) <= 12


def test_a_draft_of_the_next_report_says_what_needs_another_look(office: Office, clock: Clock) -> None:
    submitted = a_submitted_assessment(office)
    clock.advance(days=100)
    report = draft_report(office, submitted.assessor, submitted.id)
    text = words_of(report.pdf)
    assert "What needs another look on 4 March 2027" in text
    assert "The answer to “Run cost against the budget” held until 22 February 2027." in text
