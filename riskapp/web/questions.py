"""What to find out next: the questions on a page, as a table for spreadsheets, and on paper."""

from io import BytesIO

from flask import Blueprint, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from riskapp.domain.sensitivity.question_list import question_list_json, question_rows
from riskapp.domain.spreadsheet import spreadsheet
from riskapp.services.questions import QuestionList, question_list, question_paper
from riskapp.services.renderings import own_turn
from riskapp.web import product
from riskapp.web.access import may_open, signed_in
from riskapp.web.reports import PDF, file_name

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
    product.close_reading()
    to_vendor = request.form.get("for") == "vendor"
    with own_turn(product.actor()):
        made = question_paper(product.office(), product.actor(), listed, figures=not to_vendor)
    name = file_name(listed.dossier, "questions-to-vendor" if to_vendor else "questions")
    return send_file(BytesIO(made), mimetype=PDF, as_attachment=True, download_name=name)


def _listed(assessment_id: str) -> QuestionList:
    return question_list(
        product.reading(),
        product.actor(),
        assessment_id,
        at=product.office().now(),
        compares=may_open("comparisons.index"),
    )
