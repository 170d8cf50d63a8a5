import base64
import time
from hashlib import sha256

import pytest
from sqlalchemy import delete

from riskapp.domain.authority import Role
from riskapp.domain.errors import ForbiddenError
from riskapp.reporting.render import turn
from riskapp.services.decisions import decide
from riskapp.services.log_verification import verify_log
from riskapp.services.renderings import own_turn
from riskapp.services.reports import ask_for_report, issue_report
from riskapp.services.work import Office
from riskapp.storage.job_tables import job
from riskapp.storage.reports import IssuedReport, insert_report, snapshots
from tests.assessment_builders import FULL, Opened, a_submitted_assessment, actor_called, an_assessment, save
from tests.builders import person
from tests.services.test_decisions import CONDITIONAL
from tests.web.conftest import SignedIn


def an_issued_report(office: Office) -> tuple[Opened, IssuedReport]:
    opened = a_submitted_assessment(office)
    approver = person(office, "ines", Role.APPROVER)
    decide(office, approver, opened.id, CONDITIONAL)
    return opened, issue_report(office, approver, opened.id)


def test_an_issued_report_is_served_as_it_was_stored(office: Office, signed_in: SignedIn) -> None:
    opened, issued = an_issued_report(office)
    buyer = signed_in(Role.PROCUREMENT)
    address = f"/assessments/{opened.id}/report.pdf"
    answer = buyer.get(address).response
    content = answer.get_data()
    digest = sha256(content)
    assert digest.hexdigest() == issued.pdf_digest
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=RA-0001-deepseek-r1.pdf"
    assert answer.headers["ETag"] == f'"{issued.pdf_digest}"'
    assert answer.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    kept = buyer.get(address, status=304, headers={"If-None-Match": f'"{issued.pdf_digest}"'})
    assert not kept.response.get_data()


def test_a_report_from_before_there_was_a_seal_is_served_as_it_was_and_agrees_with_the_log(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    decide(office, person(office, "ines", Role.APPROVER), opened.id, CONDITIONAL)
    old = b"%PDF-1.7 without a seal"
    with office.work(None) as unit:
        (frozen,) = snapshots(unit.connection, opened.id)
        issued = IssuedReport(
            id=unit.new_id(),
            assessment_id=opened.id,
            snapshot_digest=frozen.digest,
            pdf_digest=office.files.put(old),
            size=len(old),
            pages=1,
            toolchain="an older one",
            issued_at=unit.at,
        )
        insert_report(unit.connection, issued)
        told = {"snapshot": frozen.digest, "pdf": issued.pdf_digest, "size": issued.size, "pages": 1}
        unit.record("report.issued", subject=("report", issued.id), assessment_id=opened.id, told=told)
        unit.commit()
    answer = signed_in(Role.AUDITOR).get(f"/assessments/{opened.id}/report.pdf").response
    assert answer.get_data() == old
    assert issue_report(office, None, opened.id) == issued
    assert verify_log(office).agrees


def test_a_report_that_is_damaged_in_the_store_is_not_served(office: Office, signed_in: SignedIn) -> None:
    opened, issued = an_issued_report(office)
    office.files.path(issued.pdf_digest).write_bytes(b"%PDF-1.7 forged")
    page = signed_in(Role.AUDITOR).get(f"/assessments/{opened.id}/report.pdf", status=409)
    assert "is damaged in the store. Restore it from a backup." in page.words


def test_before_the_decision_there_is_a_draft_for_those_who_may_see_it(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    page = approver.get(f"/assessments/{opened.id}/report.pdf", status=409)
    assert "RA-0001 is not decided. Its report is issued with the decision." in page.words
    answer = approver.get(f"/assessments/{opened.id}/draft.pdf").response
    assert answer.headers["Content-Disposition"] == "attachment; filename=RA-0001-deepseek-r1-draft.pdf"
    assert answer.get_data().startswith(b"%PDF-")


def test_a_draft_is_made_at_once_or_the_page_says_when_to_ask_again(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER, name="ines")
    address = f"/assessments/{opened.id}/draft.pdf"
    with turn(0), turn(0):
        before = time.monotonic()
        page = approver.get(address, status=503)
        assert time.monotonic() - before < 5
    assert "Try again in half a minute." in page.words
    assert page.link("Try again") == address
    assert page.response.headers["Retry-After"] == "30"
    with own_turn(actor_called(office, "ines")):
        page = approver.get(address, status=503)
        assert "Something that you asked for is still being worked on." in page.words
        page = approver.post(f"/assessments/{opened.id}/questions/paper.pdf", status=503)
    approver.get(address)


def test_who_only_reads_has_no_report_made(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office)
    approver = person(office, "ines", Role.APPROVER)
    decide(office, approver, opened.id, CONDITIONAL)
    with office.operating() as connection:
        connection.execute(delete(job))
    auditor = signed_in(Role.AUDITOR)
    page = auditor.get(f"/assessments/{opened.id}")
    assert "Its report has not been made yet." in page.words
    assert "Make the report" not in page.words
    auditor.post(f"/assessments/{opened.id}/report", status=403)
    with pytest.raises(ForbiddenError, match="have a report made"):
        ask_for_report(office, person(office, "aud", Role.AUDITOR), opened.id)


def test_nobody_has_a_report_of_what_is_not_open_to_them(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    save(office, opened, "run-cost", FULL["run-cost"])
    for role in (Role.PROCUREMENT, Role.APPROVER, Role.RUBRIC_OWNER):
        client = signed_in(role)
        client.get(f"/assessments/{opened.id}/report.pdf", status=403)
        client.get(f"/assessments/{opened.id}/draft.pdf", status=403)
        client.post(f"/assessments/{opened.id}/report", status=403)
    page = signed_in(Role.AUDITOR).get(f"/assessments/{opened.id}/draft.pdf", status=409)
    assert "drafts are open to their assessors only" in page.words
