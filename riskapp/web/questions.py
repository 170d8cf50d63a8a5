"""What to find out next: the questions on a page, as a table for spreadsheets, and on paper."""

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.sensitivity.question_list import question_list_json, question_rows
from riskapp.domain.spreadsheet import spreadsheet
from riskapp.reporting.page import Link
from riskapp.services.questions import QuestionList, question_content, question_list
from riskapp.web import product
from riskapp.web.access import may_open, signed_in
from riskapp.web.papers import made, shown, to_make
from riskapp.web.reports import file_name

blueprint = Blueprint("questions", __name__, url_prefix="/assessments/<assessment_id>/questions")


@blueprint.get("")
@signed_in
def show(assessment_id: str) -> ResponseReturnValue:
    """Show what to find out next, those questions first that can change most."""
    listed = _listed(assessment_id)
    says = question_list_json(listed.heading, listed.found, figures=True)
    return render_template("questions/show.html", dossier=listed.dossier, says=says)


@blueprint.get("/table.csv")
@signed_in
def table(assessment_id: str) -> ResponseReturnValue:
    """Answer with the list and its figures as a table."""
    listed = _listed(assessment_id)
    answer = make_response(spreadsheet(question_rows(listed.found)))
    answer.mimetype = "text/csv"
    name = file_name(listed.dossier, "questions").removesuffix(".pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.csv"
    return answer


@blueprint.post("/paper.pdf")
@signed_in
def paper(assessment_id: str) -> ResponseReturnValue:
    """Answer with the list on paper, sealed unless it rests on drafts; `for=vendor` leaves figures out."""
    listed = _listed(assessment_id)
    name = file_name(listed.dossier, "questions-to-vendor" if _for_vendor() else "questions")
    return made(question_content(listed, figures=not _for_vendor()), name)


@blueprint.get("/paper")
@signed_in
def on_page(assessment_id: str) -> ResponseReturnValue:
    """Show the list as its paper says it; `for=vendor` leaves every figure out."""
    listed = _listed(assessment_id)
    printed = url_for(".paper", assessment_id=assessment_id)
    return shown(
        question_content(listed, figures=not _for_vendor()),
        back=Link(url_for(".show", assessment_id=assessment_id), "Back to the questions"),
        printed=to_make(f"{printed}?for=vendor" if _for_vendor() else printed, "Download the PDF"),
    )


def _for_vendor() -> bool:
    return request.values.get("for") == "vendor"


def _listed(assessment_id: str) -> QuestionList:
    return question_list(
        product.reading(),
        product.actor(),
        assessment_id,
        at=product.office().now(),
        compares=may_open("comparisons.index"),
    )
