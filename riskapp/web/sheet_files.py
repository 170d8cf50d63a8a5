"""The score sheet as a spreadsheet: taken home, and brought back after a look at what it would change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.drafts import Payload
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.services.blindness import seen_evidence
from riskapp.services.sheet_files import (
    ImportAnswers,
    ImportPreview,
    export_sheet,
    import_answers,
    preview_import,
)
from riskapp.services.sheets import own_dossier
from riskapp.spreadsheets.reading import LARGEST_FILE
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.sheet_forms import Difference, differences

blueprint = Blueprint("sheet_files", __name__, url_prefix="/assessments/<assessment_id>/sheet-file")

assessors = for_roles(Role.ASSESSOR, Role.LEAD_ASSESSOR)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@assessors
def show(assessment_id: str) -> ResponseReturnValue:
    """Offer the export and ask for a file to import."""
    return _page(assessment_id, {})


def _page(assessment_id: str, errors: dict[str, str]) -> str:
    found = own_dossier(product.reading(), product.actor(), assessment_id)
    return render_template("sheet_files/show.html", dossier=found, errors=errors)


@blueprint.get("/export")
@assessors
def export(assessment_id: str) -> ResponseReturnValue:
    """Hand out the visitor's own sheet as an XLSX file."""
    try:
        made = export_sheet(product.reading(), product.actor(), assessment_id)
    except InvalidError as refusal:
        return _page(assessment_id, {"upload": " ".join(refusal.fields.values())}), 422
    return send_file(BytesIO(made.content), MEDIA_TYPE, as_attachment=True, download_name=made.name)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """What an import would change under one criterion."""

    name: str
    differences: Sequence[Difference]


@blueprint.post("/preview")
@assessors
def preview(assessment_id: str) -> ResponseReturnValue:
    """Show what a file would change; nothing is changed."""
    upload = request.files.get("upload")
    if upload is None or not upload.filename:
        return _page(assessment_id, {"upload": "Choose the file to import"}), 422
    content = upload.stream.read(LARGEST_FILE + 1)
    try:
        found = preview_import(product.reading(), product.actor(), assessment_id, content)
    except InvalidError as refusal:
        return _page(assessment_id, refusal.fields), 422
    return render_template(
        "sheet_files/preview.html",
        dossier=found.dossier,
        found=found,
        changes=_shown(found),
        carried=json.dumps({each.criterion.id: each.payload for each in found.changes}),
    )


def _shown(found: ImportPreview) -> list[ShownChange]:
    items = seen_evidence(product.reading(), product.actor().id, found.dossier.stored)
    return [
        ShownChange(each.criterion.name, differences(each.criterion, each.before, each.payload, items=items))
        for each in found.changes
    ]


@blueprint.post("/import")
@assessors
def take_over(assessment_id: str) -> ResponseReturnValue:
    """Make the changes that were looked at."""
    try:
        command = ImportAnswers(
            assessment_id=assessment_id,
            payloads=_payloads(request.form.get("changes", "")),
            seen=request.form.get("state", ""),
        )
        changed = import_answers(product.office(), product.actor(), command)
    except InvalidError as refusal:
        product.close_reading()
        return _page(assessment_id, {"upload": " ".join(refusal.fields.values())}), 422
    except ConflictError as refusal:
        product.close_reading()
        return _page(assessment_id, {"upload": str(refusal)}), 409
    flash(f"{changed} {'criterion' if changed == 1 else 'criteria'} changed by the import.", "success")
    return redirect(url_for("sheets.review", assessment_id=assessment_id), 303)


def _payloads(carried: str) -> dict[str, Payload]:
    """Return what the page of the preview carried; raises InvalidError where it was tampered with."""
    try:
        said = json.loads(carried)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not all(_is_payload(each) for each in said.values()):
        raise InvalidError({"upload": "What the page carried cannot be read; import the file again"})
    return said


def _is_payload(said: object) -> bool:
    return isinstance(said, dict) and all(
        isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))
        for value in said.values()
    )


@blueprint.errorhandler(ConflictError)
def closed(error: ConflictError) -> ResponseReturnValue:
    """Say that the sheet no longer changes, where the assessment stands now."""
    flash(str(error), "warning")
    assessment_id = (request.view_args or {}).get("assessment_id", "")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)
