"""The report on an assessment beside its issued PDF: on screen, as a draft, on one page, and to be edited."""

from io import BytesIO

from flask import Blueprint, send_file, url_for
from flask.typing import ResponseReturnValue

from riskapp.reporting.page import Link
from riskapp.reporting.word import word_document
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.renderings import own_turn
from riskapp.services.report_forms import frozen_content, one_page_content
from riskapp.services.reports import draft_content
from riskapp.storage.reports import issued_reports
from riskapp.web import product
from riskapp.web.access import signed_in
from riskapp.web.papers import made, on_screen, to_make
from riskapp.web.reports import file_name

blueprint = Blueprint("report_pages", __name__, url_prefix="/assessments/<assessment_id>")

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/report")
@signed_in
def report(assessment_id: str) -> ResponseReturnValue:
    """Show the report on a decided assessment, word for word as it was frozen."""
    found, content = frozen_content(product.reading(), product.actor(), assessment_id)
    papers = [
        Link(url_for(".one_page", assessment_id=assessment_id), "On one page"),
        Link(url_for(".editable", assessment_id=assessment_id), "Editable copy (DOCX)"),
    ]
    if issued_reports(product.reading(), assessment_id):
        papers.insert(0, Link(url_for("reports.issued", assessment_id=assessment_id), "Download the PDF"))
    return on_screen(content, back=_back(found), papers=papers)


@blueprint.get("/draft")
@signed_in
def draft(assessment_id: str) -> ResponseReturnValue:
    """Show the report as it would be now; nothing is kept."""
    found = seen_dossier(product.reading(), product.actor(), assessment_id)
    product.close_reading()
    content = draft_content(product.office(), product.actor(), assessment_id)
    printed = Link(url_for("reports.draft", assessment_id=assessment_id), "Download the draft (PDF)")
    return on_screen(content, back=_back(found), papers=[printed])


@blueprint.get("/one-page")
@signed_in
def one_page(assessment_id: str) -> ResponseReturnValue:
    """Show the decision on one page."""
    found, content = one_page_content(product.reading(), product.actor(), assessment_id)
    papers = [
        to_make(url_for(".one_page_paper", assessment_id=assessment_id), "Download the page (PDF)"),
        Link(url_for(".report", assessment_id=assessment_id), "The full report"),
    ]
    return on_screen(content.canonical, back=_back(found), papers=papers)


@blueprint.post("/one-page.pdf")
@signed_in
def one_page_paper(assessment_id: str) -> ResponseReturnValue:
    """Answer with the decision on one page of A4, made and sealed now; the log says so."""
    found, content = one_page_content(product.reading(), product.actor(), assessment_id)
    return made(content, file_name(found, "one-page"))


@blueprint.get("/report.docx")
@signed_in
def editable(assessment_id: str) -> ResponseReturnValue:
    """Answer with a copy of the report that can be edited, and that says on every page that it is a copy."""
    found, content = frozen_content(product.reading(), product.actor(), assessment_id)
    product.close_reading()
    with own_turn(product.actor()):
        document = word_document(content)
    name = file_name(found, "editable").removesuffix(".pdf") + ".docx"
    return send_file(BytesIO(document), mimetype=WORD, as_attachment=True, download_name=name)


def _back(found: Dossier) -> Link:
    return Link(
        url_for("assessments.show", assessment_id=found.stored.id), f"Back to {found.stored.reference}"
    )
