"""Reports: the issued PDF as it was stored, making it where that failed, and drafts."""

import re
from base64 import b64encode
from io import BytesIO

from flask import Blueprint, flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from riskapp.reporting.render import ReportError
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.reports import REPORT_MAKERS, draft_report, issue_report, issued_report
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in

blueprint = Blueprint("reports", __name__, url_prefix="/assessments/<assessment_id>")

PDF = "application/pdf"


@blueprint.get("/report.pdf")
@signed_in
def issued(assessment_id: str) -> ResponseReturnValue:
    """Answer with the bytes of the issued report, checked against their digest."""
    found, report = issued_report(product.reading(), product.actor(), assessment_id)
    answer = send_file(
        BytesIO(product.office().files.get(report.pdf_digest)),
        mimetype=PDF,
        as_attachment=True,
        download_name=file_name(found),
        etag=report.pdf_digest,
        last_modified=report.issued_at,
        conditional=True,
    )
    answer.headers["Repr-Digest"] = f"sha-256=:{_base64(report.pdf_digest)}:"
    return answer


def _base64(digest: str) -> str:
    return b64encode(bytes.fromhex(digest)).decode()


def file_name(found: Dossier, suffix: str = "") -> str:
    """Return the name under which a report is saved: `RA-0007-deepseek-r1.pdf`."""
    model = re.sub(r"[^a-z0-9.]+", "-", found.candidate.candidate.model.lower()).strip("-.")
    return "-".join(filter(None, (found.stored.reference, model, suffix))) + ".pdf"


@blueprint.post("/report")
@for_roles(*REPORT_MAKERS)
def make(assessment_id: str) -> ResponseReturnValue:
    """Make the report of a decided assessment, where that failed with the decision."""
    issue(assessment_id)
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


def issue(assessment_id: str) -> None:
    """Issue the report, and tell the visitor what came of it."""
    product.close_reading()
    try:
        report = issue_report(product.office(), product.actor(), assessment_id)
    except ReportError as failure:
        flash(f"The decision stands. {failure} Until then there is a button to make the report.", "warning")
    else:
        flash(f"The report is issued: {report.pages} pages.", "success")


@blueprint.get("/draft.pdf")
@signed_in
def draft(assessment_id: str) -> ResponseReturnValue:
    """Make a draft of the report as it would be now; nothing is kept."""
    found = seen_dossier(product.reading(), product.actor(), assessment_id)
    product.close_reading()
    report = draft_report(product.office(), product.actor(), assessment_id)
    return send_file(
        BytesIO(report.pdf), mimetype=PDF, as_attachment=True, download_name=file_name(found, "draft")
    )
