"""Reports: frozen with the decision, issued once, served unchanged; and drafts that nothing keeps."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from riskapp.domain.authority import Actor, Role
from riskapp.domain.errors import ConflictError, ForbiddenError, NotFoundError
from riskapp.reporting.render import RenderedReport, ReportError, render_pdf
from riskapp.services.decisions import decide
from riskapp.services.report_enclosures import report_enclosures
from riskapp.services.reports import ask_for_report, draft_report, issue_report
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from riskapp.storage.moderation import put_sheet_forward
from riskapp.storage.reports import canonical_snapshot, issued_reports, snapshots
from riskapp.storage.sheets import NewSheet, insert_sheet, latest_sheet
from riskapp.storage.tables import log_entry, user_account
from tests.assessment_builders import FULL, Opened, a_submitted_assessment, an_assessment, save
from tests.builders import person
from tests.papers import pages_of, words_of
from tests.services.snapshots import snapshot_of
from tests.services.test_decisions import CONDITIONAL


def a_decided_assessment(office: Office) -> tuple[Opened, Actor]:
    opened = a_submitted_assessment(office)
    approver = person(office, "ines", Role.APPROVER)
    decide(office, approver, opened.id, CONDITIONAL)
    return opened, approver


def entries_so_far(office: Office) -> int:
    with office.reading() as connection:
        newest = latest_entry(connection)
    return newest.seq if newest else 0


def test_a_report_is_issued_once_and_its_bytes_are_kept(office: Office) -> None:
    opened, approver = a_decided_assessment(office)
    issued = issue_report(office, approver, opened.id)
    content = office.files.get(issued.pdf_digest)
    assert (len(content), issued.pages) == (issued.size, len(pages_of(content)))
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    assert (entry.action, entry.subject_id, entry.assessment_id) == ("report.issued", issued.id, opened.id)
    assert entry.body["details"]["pdf"] == issued.pdf_digest
    assert issue_report(office, None, opened.id) == issued
    assert entries_so_far(office) == entry.seq
    with office.reading() as connection:
        assert issued_reports(connection, opened.id) == (issued,)


def test_two_who_ask_for_a_report_at_once_get_the_same_one(office: Office) -> None:
    opened, approver = a_decided_assessment(office)
    before = entries_so_far(office)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda actor: issue_report(office, actor, opened.id), (approver, None))
    assert first == second
    assert entries_so_far(office) == before + 2, "the certificate of the seal and the report, each once"
    assert len(list(office.files.path(first.pdf_digest).parent.parent.rglob("*"))) == 2


def test_what_changes_after_the_decision_changes_nothing_of_the_report(office: Office) -> None:
    opened, approver = a_decided_assessment(office)
    with office.reading() as connection:
        (frozen,) = snapshots(connection, opened.id)
        canonical = canonical_snapshot(connection, frozen.digest)
        enclosures = report_enclosures(office, connection, frozen)
    expected = render_pdf(canonical, enclosures=enclosures)
    with office.work(None) as unit:
        renamed = update(user_account).where(user_account.c.id == approver.id)
        unit.connection.execute(renamed.values(display_name="Somebody Else"))
        unit.record("user.renamed", subject=("user", approver.id))
        unit.commit()
    issued = issue_report(office, approver, opened.id)
    assert issued.unsealed_digest == expected.sha256
    assert "Somebody Else" not in words_of(office.files.get(issued.pdf_digest))


def test_a_report_that_cannot_be_made_leaves_the_decision_and_can_be_made_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, approver = a_decided_assessment(office)
    before = entries_so_far(office)
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        with pytest.raises(ReportError, match="without a word"):
            issue_report(office, approver, opened.id)
    assert entries_so_far(office) == before
    assert issue_report(office, approver, opened.id).pages


def test_the_snapshot_says_who_took_part_and_what_they_did(office: Office) -> None:
    opened, approver = a_decided_assessment(office)
    said = snapshot_of(office, opened.id)
    assert said["people"] == [
        {"name": opened.lead.name, "role": "lead assessor"},
        {"name": opened.assessor.name, "role": "assessor"},
        {"name": approver.name, "role": "approver"},
    ]
    assert [(each["who"], each["did"]) for each in said["events"]] == [
        (opened.lead.name, "opened the assessment"),
        (opened.assessor.name, "submitted the score sheet"),
        (approver.name, "decided: approve with conditions"),
    ]
    assert (said["draft"], said["stage"], said["reference"]) == (False, "Decided", "RA-0001")
    with office.reading() as connection:
        numbers = {each["seq"] for each in said["events"]}
        found = connection.execute(select(log_entry.c.action).where(log_entry.c.seq.in_(numbers))).scalars()
        assert set(found) == {"assessment.opened", "sheet.submitted", "assessment.decided"}


def test_a_report_bears_the_name_of_the_organisation(office: Office) -> None:
    opened, _ = a_decided_assessment(replace(office, organisation="Ministry of Examples"))
    assert snapshot_of(office, opened.id)["organisation"] == "Ministry of Examples"


def test_only_what_is_decided_and_open_to_a_person_is_issued_to_them(office: Office) -> None:
    opened = a_submitted_assessment(office)
    with pytest.raises(NotFoundError, match="decision"):
        ask_for_report(office, opened.lead, opened.id)
    with pytest.raises(ForbiddenError):
        ask_for_report(office, person(office, "bo", Role.PROCUREMENT), opened.id)


def drafted(office: Office, actor: Actor, opened: Opened) -> RenderedReport:
    before = entries_so_far(office)
    report = draft_report(office, actor, opened.id)
    assert entries_so_far(office) == before
    assert all("DRAFT" in page for page in pages_of(report.pdf))
    return report


def test_an_assessor_has_a_draft_of_what_is_entered_so_far(office: Office) -> None:
    opened = an_assessment(office)
    save(office, opened, "run-cost", FULL["run-cost"])
    save(office, opened, "exit-cost", {"choice": "level:free"})
    text = words_of(drafted(office, opened.assessor, opened).pdf)
    assert "The declared tokens at the list price." in text
    assert "Nobody has answered this question yet" in text


def test_drafts_of_answers_are_for_their_assessor_only(office: Office) -> None:
    opened = an_assessment(office)
    save(office, opened, "run-cost", FULL["run-cost"])
    for actor in (opened.lead, person(office, "otto", Role.AUDITOR)):
        with pytest.raises(ConflictError, match="No score sheet of RA-0001 has been submitted"):
            draft_report(office, actor, opened.id)


def test_an_approver_has_a_draft_of_what_was_submitted(office: Office) -> None:
    opened = a_submitted_assessment(office)
    text = words_of(drafted(office, person(office, "ines", Role.APPROVER), opened).pdf)
    assert "No decision has been taken" in text
    with pytest.raises(ForbiddenError):
        draft_report(office, person(office, "bo", Role.PROCUREMENT), opened.id)


def test_a_decided_assessment_has_a_report_and_no_draft(office: Office) -> None:
    opened, approver = a_decided_assessment(office)
    with pytest.raises(ConflictError, match="is decided"):
        draft_report(office, approver, opened.id)


def test_a_sheet_whose_frozen_scores_no_longer_follow_from_its_answers_is_not_decided_on(
    office: Office,
) -> None:
    opened = a_submitted_assessment(office)
    with office.work(None) as unit:
        sheet = latest_sheet(unit.connection, opened.id)
        assert sheet
        odd = NewSheet(
            id=unit.new_id(),
            assessment_id=opened.id,
            assessor_id=opened.assessor.id,
            submitted_at=unit.at,
            digest=sheet.digest,
            canonical="{}",
            result={**sheet.result, "because": ["Because an older engine said so."]},
        )
        insert_sheet(unit.connection, odd, sheet.answers)
        put_sheet_forward(unit.connection, opened.id, odd.id, at=unit.at)
        unit.record("sheet.submitted", subject=("sheet", odd.id))
        unit.commit()
    approver = person(office, "ines", Role.APPROVER)
    with pytest.raises(ConflictError, match="scores the sheet of RA-0001 otherwise"):
        decide(office, approver, opened.id, CONDITIONAL)
