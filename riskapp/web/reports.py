"""Reports: the issued PDF as it was stored, how far its making is, and drafts."""

import re
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.job import JobStatus
from riskapp.domain.life_cycle import Stage
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.jobs import queue_standing
from riskapp.services.reports import (
    REPORT_MAKERS,
    ask_for_report,
    draft_report,
    issued_report,
    making_of_report,
)
from riskapp.storage.jobs import Job, place_in_queue
from riskapp.storage.reports import IssuedReport, issued_reports
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in
from riskapp.web.requests import text_asked

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How far the report of a decided assessment is: issued, or with the job that makes it, if any.

    `ahead` is how many jobs go before it, and `stands_still` whether nothing works them off.
    """

    report: IssuedReport | None
    job: Job | None
    ahead: int = 0
    stands_still: bool = False

    @property
    def state(self) -> str:
        """Return what tells this state from another: a page that shows it already needs no other."""
        if self.report is not None or self.job is None:
            return "issued" if self.report else "none"
        return f"{self.job.status}-{self.job.tries}-{self.ahead}-{self.stands_still:d}"

    @property
    def goes_on(self) -> bool:
        """Return whether the state will change by itself."""
        return self.report is None and self.job is not None and self.job.is_open


def making_of(assessment_id: str) -> Making:
    """Return how far the report of an assessment is."""
    connection = product.reading()
    if issued := issued_reports(connection, assessment_id):
        return Making(report=issued[-1], job=None)
    job = making_of_report(connection, assessment_id)
    if job is None or job.status is not JobStatus.WAITING:
        return Making(report=None, job=job)
    standing = queue_standing(connection, product.office().now())
    return Making(report=None, job=job, ahead=place_in_queue(connection, job), stands_still=standing.alarm)


@blueprint.get("/report/making")
@signed_in
def making(assessment_id: str) -> ResponseReturnValue:
    """Answer with how far the report is, for the page that shows it; 204 where it shows that already."""
    found = seen_dossier(product.reading(), product.actor(), assessment_id)
    state = making_of(assessment_id)
    if found.stored.stage is not Stage.DECIDED or text_asked("seen") == state.state:
        return "", 204
    return render_template("reports/making.html", stored=found.stored, making=state)


@blueprint.post("/report")
@for_roles(*REPORT_MAKERS)
def make(assessment_id: str) -> ResponseReturnValue:
    """Have the report of a decided assessment made, where that has failed or waits for its next try."""
    product.close_reading()
    ask_for_report(product.office(), product.actor(), assessment_id)
    flash("The report is being made.", "success")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


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
