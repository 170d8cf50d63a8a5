"""The report in its other forms: on screen, as a draft, on one page, and as a copy to be edited."""

import json
from io import BytesIO

import docx
from pypdf import PdfReader

from riskapp.domain.authority import Role
from riskapp.services.decisions import decide
from riskapp.services.work import Office
from riskapp.storage.reports import snapshots
from tests.assessment_builders import FULL, a_submitted_assessment, an_assessment, save
from tests.builders import person
from tests.papers import words_of
from tests.services.test_decisions import CONDITIONAL
from tests.web.conftest import SignedIn
from tests.web.page_client import PageClient
from tests.web.test_reports import an_issued_report


def test_a_decided_report_is_read_on_screen_as_it_was_frozen(office: Office, signed_in: SignedIn) -> None:
    opened, issued = an_issued_report(office)
    buyer = signed_in(Role.PROCUREMENT)
    page = buyer.get(buyer.get(f"/assessments/{opened.id}").link("Read the report on screen"))

    assert page.heading == "Risk assessment of DeepSeek-R1"
    assert "The declared tokens at the list price." in page.words
    assert issued.snapshot_digest in page.words
    assert page.link("Download the PDF") == f"/assessments/{opened.id}/report.pdf"
    assert page.link("Back to RA-0001") == f"/assessments/{opened.id}"
    assert page.link("Skip to the content") == "#main"


def test_the_decision_on_one_page_names_the_report_that_it_is_taken_from(
    office: Office, signed_in: SignedIn
) -> None:
    opened, issued = an_issued_report(office)
    auditor = signed_in(Role.AUDITOR)
    page = auditor.get(f"/assessments/{opened.id}/one-page")
    assert page.heading == "Decision on DeepSeek-R1"
    answer = auditor.post(page.action("Download the page (PDF)"), status=200).response
    reader = PdfReader(BytesIO(answer.get_data()))
    said = words_of(answer.get_data())

    assert len(reader.pages) == 1
    for words in (page.words, said):
        assert "Approve with conditions" in words
        assert issued.pdf_digest in words
        assert issued.snapshot_digest in words
    attached = json.loads(reader.attachments["one-page.json"][0])
    assert attached["full"]["pdf"] == issued.pdf_digest
    assert answer.headers["Content-Disposition"] == "attachment; filename=RA-0001-deepseek-r1-one-page.pdf"


def test_a_copy_to_be_edited_says_which_record_it_was_taken_from(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office)
    decide(office, person(office, "ines", Role.APPROVER), opened.id, CONDITIONAL)
    buyer = signed_in(Role.PROCUREMENT)
    answer = buyer.get(
        buyer.get(f"/assessments/{opened.id}").link("Editable copy, not the record (DOCX)")
    ).response
    copy = docx.Document(BytesIO(answer.get_data()))
    with office.reading() as connection:
        digest = snapshots(connection, opened.id)[-1].digest

    section = copy.sections[0]
    assert section.header.paragraphs[0].text == "Editable copy, not the record"
    assert section.footer.paragraphs[0].text == f"The record is RA-0001, snapshot {digest}"
    assert answer.headers["Content-Disposition"] == "attachment; filename=RA-0001-deepseek-r1-editable.docx"


def test_before_the_decision_there_is_a_draft_on_screen_and_nothing_else(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    approver = signed_in(Role.APPROVER)
    page = approver.get(approver.get(f"/assessments/{opened.id}").link("Draft report"))
    assert page.heading == "DRAFT: Risk assessment of DeepSeek-R1"
    assert "Draft: nothing here is decided, and it may change." in page.words
    for form in ("report", "one-page", "report.docx"):
        refused = approver.get(f"/assessments/{opened.id}/{form}", status=409)
        assert "RA-0001 is not decided. Its report is issued with the decision." in refused.words


def test_no_form_of_a_report_tells_anybody_what_is_not_open_to_them(
    office: Office, signed_in: SignedIn
) -> None:
    opened = an_assessment(office)
    save(office, opened, "run-cost", FULL["run-cost"])
    for role in (Role.PROCUREMENT, Role.APPROVER, Role.RUBRIC_OWNER):
        client = signed_in(role)
        for form in ("report", "draft", "one-page", "report.docx", "questions/paper"):
            client.get(f"/assessments/{opened.id}/{form}", status=403)
    page = signed_in(Role.AUDITOR).get(f"/assessments/{opened.id}/draft", status=409)
    assert "drafts are open to their assessors only" in page.words


def test_styles_and_fonts_of_papers_are_served_to_anybody_and_nothing_beside_them(
    visitor: PageClient,
) -> None:
    style = visitor.get("/papers/screen.css").response
    assert (style.mimetype, style.headers["Cache-Control"]) == ("text/css", "public, no-cache")
    kept = visitor.get("/papers/screen.css", status=304, headers={"If-None-Match": style.headers["ETag"]})
    assert not kept.response.get_data()
    assert visitor.get("/papers/fonts/PublicSans-Regular.woff2").response.get_data().startswith(b"wOF2")
    for name in ("assessment.html", "fonts/fonts.conf", "../pyproject.toml", "fonts", "parts/words.html"):
        assert visitor.get(f"/papers/{name}", status=404).response.headers["Cache-Control"] == "no-store"
