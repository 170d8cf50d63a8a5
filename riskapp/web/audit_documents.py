"""Checking a document in other hands against the log: an issued report as PDF or as data, or a checkpoint."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.services.document_check import CheckedDocument, check_document
from riskapp.storage.assessments import references
from riskapp.web import product
from riskapp.web.access import for_roles

blueprint = Blueprint("audit_documents", __name__, url_prefix="/audit/documents")

auditors = for_roles(Role.AUDITOR)


@blueprint.get("")
@auditors
def form() -> ResponseReturnValue:
    """Ask for the document."""
    return _page(None, "", {})


def _page(found: CheckedDocument | None, name: str, errors: dict[str, str]) -> str:
    report = found.report if found else None
    called = references(product.reading(), [report.assessment_id]) if report else {}
    return render_template("audit/document.html", found=found, name=name, called=called, errors=errors)


@blueprint.post("")
@auditors
def check() -> ResponseReturnValue:
    """Say whether the log agrees with the document; nothing is kept of it."""
    given = request.files.get("document")
    if given is None or not given.filename:
        return _page(None, "", {"document": "Choose the document"}), 422
    try:
        found = check_document(product.office(), product.reading(), given.read())
    except InvalidError as refusal:
        return _page(None, "", refusal.fields), 422
    return _page(found, given.filename[:100], {})
