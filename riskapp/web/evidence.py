"""Evidence of an assessment: the list, one item, and the forms that add and correct."""

from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError
from riskapp.domain.fact import ClaimType
from riskapp.domain.life_cycle import bar_to_filling, bar_to_own_sheet, may_add_evidence, may_fill
from riskapp.domain.report import Finding
from riskapp.domain.text_rules import even_lines
from riskapp.domain.upload import KINDS
from riskapp.services.blindness import seen_evidence, seen_evidence_item
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.evidence import (
    EvidenceForm,
    NewEvidence,
    Upload,
    add_evidence,
    citations,
    replace_evidence,
)
from riskapp.storage.evidence import EvidenceItem
from riskapp.storage.fact_lists import FactFilters, fact_groups
from riskapp.storage.facts import stored_fact
from riskapp.storage.paging import part_of
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in
from riskapp.web.choices import filter_options
from riskapp.web.requests import page_asked, text_asked
from riskapp.web.words import size, spoken

blueprint = Blueprint("evidence", __name__)

adders = for_roles(Role.ASSESSOR, Role.LEAD_ASSESSOR)

ITEMS_A_PAGE = 50

LABELS = {
    "form": "What it is",
    "fact_id": "The fact",
    "upload": "The file",
    "url": "The address",
    "title": "The title",
    "source_type": "Who says it",
    "publisher": "The publisher",
    "as_of": "The date of the source",
    "excerpt": "What it says",
    "compared_with": "The better source",
    "finding": "The finding",
    "finding_note": "How to read the two together",
}
"""The fields of the form, in its order, as messages name them."""

FORMS = (
    (EvidenceForm.LINK, "A link"),
    (EvidenceForm.FILE, "A file"),
    (EvidenceForm.NOTE, "A note"),
    (EvidenceForm.FACT, "A fact of the register"),
)
FINDINGS = (
    (Finding.CONFIRMS.value, "Confirms it", ""),
    (Finding.QUALIFIES.value, "Qualifies it", "True, and not the whole of it."),
    (Finding.CONTRADICTS.value, "Contradicts it", ""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The assessment that evidence belongs to, and what the visitor may do about it."""

    dossier: Dossier
    adds: bool
    fills: bool


def _place(assessment_id: str) -> _Place:
    found = seen_dossier(product.reading(), product.actor(), assessment_id)
    standing = found.stored.standing
    actor = product.actor()
    fills = may_fill(actor, standing) and bar_to_own_sheet(actor.id, standing) is None
    return _Place(dossier=found, adds=may_add_evidence(actor, standing), fills=fills)


def _item(evidence_id: str) -> EvidenceItem:
    """Return an item that the visitor sees now."""
    return seen_evidence_item(product.reading(), product.actor().id, evidence_id)


@blueprint.get("/assessments/<assessment_id>/evidence")
@signed_in
def index(assessment_id: str) -> ResponseReturnValue:
    """List the items of an assessment, a page at a time, each claim beside what checks it."""
    place = _place(assessment_id)
    connection = product.reading()
    items = seen_evidence(connection, product.actor().id, place.dossier.stored)
    page = part_of(items, page_asked(), size=ITEMS_A_PAGE)
    return render_template(
        "evidence/index.html",
        place=place,
        page=page,
        by_id={each.id: each for each in items},
        cited_by=citations(connection, product.actor(), place.dossier),
        names=user_names(connection, (each.added_by for each in page.items)),
    )


@blueprint.get("/evidence/<evidence_id>")
@signed_in
def show(evidence_id: str) -> ResponseReturnValue:
    """Show one item with its source, its corrections and the answers that cite it."""
    connection = product.reading()
    item = _item(evidence_id)
    place = _place(item.assessment_id)
    items = seen_evidence(connection, product.actor().id, place.dossier.stored)
    return render_template(
        "evidence/show.html",
        place=place,
        item=item,
        by_id={each.id: each for each in items},
        checks=[each for each in items if each.compared_with == item.id],
        fact=stored_fact(connection, item.fact_id) if item.fact_id else None,
        cited_by=citations(connection, product.actor(), place.dossier).get(item.id, ()),
        names=user_names(connection, [item.added_by]),
    )


@blueprint.get("/evidence/<evidence_id>/file")
@signed_in
def download(evidence_id: str) -> ResponseReturnValue:
    """Hand out the file of an item as it was put in: to be kept, never to be shown by the browser."""
    item = _item(evidence_id)
    _place(item.assessment_id)
    if item.file_digest is None:
        raise NotFoundError("file", evidence_id)
    answer = send_file(
        BytesIO(product.office().files.get(item.file_digest)),
        mimetype=item.media_type,
        as_attachment=True,
        download_name=item.file_name,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@blueprint.get("/assessments/<assessment_id>/evidence/new")
@adders
def new(assessment_id: str) -> ResponseReturnValue:
    """Show the form for a new item; what it is stands in the address."""
    place = _open_place(assessment_id)
    if isinstance(place, ConflictError):
        flash(str(place), "warning")
        return redirect(url_for("evidence.index", assessment_id=assessment_id))
    form = request.args.get("form", "")
    typed = {"form": form if form in set(EvidenceForm) else EvidenceForm.LINK.value}
    return _form(place, typed=typed, errors={})


def _open_place(assessment_id: str) -> _Place | ConflictError:
    """Return the place, or why evidence no longer changes there."""
    place = _place(assessment_id)
    bar = bar_to_filling(place.dossier.stored.stage)
    return place if bar is None else ConflictError(bar)


def _form(
    place: _Place, *, typed: dict[str, str], errors: dict[str, str], corrected: EvidenceItem | None = None
) -> str:
    connection = product.reading()
    items = seen_evidence(connection, product.actor().id, place.dossier.stored)
    others = [
        each for each in items if each.replaced_by is None and (not corrected or each.id != corrected.id)
    ]
    searches = typed["form"] == EvidenceForm.FACT and corrected is None
    model = place.dossier.candidate.candidate.model
    text = text_asked("text") if "text" in request.values else model
    return render_template(
        "evidence/form.html",
        place=place,
        typed=typed,
        errors=errors,
        corrected=corrected,
        forms=FORMS,
        sources=filter_options(ClaimType, "Choose one"),
        findings=FINDINGS,
        others=[("", "No other source"), *((each.id, f"{each.number} {each.title}") for each in others)],
        kinds=KINDS,
        most=product.settings().upload_limit,
        limit=size(product.settings().upload_limit),
        text=text,
        facts=fact_groups(connection, FactFilters(text=text), page_asked()) if searches else None,
    )


@blueprint.post("/assessments/<assessment_id>/evidence/new")
@adders
def add(assessment_id: str) -> ResponseReturnValue:
    """Add an item; or go on to another form, or search the facts, with everything typed so far."""
    typed = _typed()
    switch = request.form.get("switch", "")
    if switch in set(EvidenceForm):
        return _form(_place(assessment_id), typed=typed | {"form": switch}, errors={})
    try:
        evidence_id = add_evidence(product.office(), product.actor(), assessment_id, _command(typed))
    except InvalidError as refusal:
        return _form(_place(assessment_id), typed=typed, errors=_spoken(refusal)), 422
    except ConflictError as refusal:
        return _form(_place(assessment_id), typed=typed, errors={"form": str(refusal)}), 409
    product.close_reading()
    item = _item(evidence_id)
    flash(f"Item {item.number}, “{item.title}”, is added. Answers can cite it now.", "success")
    page = -(-item.number // ITEMS_A_PAGE)
    address = url_for("evidence.index", assessment_id=assessment_id, page=page if page > 1 else None)
    return redirect(address, 303)


@blueprint.get("/evidence/<evidence_id>/correct")
@adders
def correction(evidence_id: str) -> ResponseReturnValue:
    """Show the form that corrects an item; one that has been corrected leads to its correction."""
    item = _item(evidence_id)
    place = _open_place(item.assessment_id)
    if isinstance(place, ConflictError):
        flash(str(place), "warning")
        return redirect(url_for("evidence.show", evidence_id=evidence_id))
    if item.replaced_by is not None:
        return redirect(url_for("evidence.correction", evidence_id=item.replaced_by))
    typed = {name: str(getattr(item, name, None) or "") for name in LABELS}
    return _form(place, typed=typed, errors={}, corrected=item)


@blueprint.post("/evidence/<evidence_id>/correct")
@adders
def correct(evidence_id: str) -> ResponseReturnValue:
    """Put a corrected item beside the one that it replaces."""
    item = _item(evidence_id)
    typed = _typed() | {"form": item.form, "fact_id": item.fact_id or ""}
    try:
        new_id = replace_evidence(product.office(), product.actor(), evidence_id, _command(typed))
    except InvalidError as refusal:
        page = _form(_place(item.assessment_id), typed=typed, errors=_spoken(refusal), corrected=item)
        return page, 422
    except ConflictError as refusal:
        errors = {"form": str(refusal)}
        return _form(_place(item.assessment_id), typed=typed, errors=errors, corrected=item), 409
    flash("The correction is added. What it replaces stays readable.", "success")
    return redirect(url_for("evidence.show", evidence_id=new_id), 303)


def _typed() -> dict[str, str]:
    return {name: even_lines(request.form.get(name, "")) for name in LABELS}


def _spoken(refusal: InvalidError) -> dict[str, str]:
    said = spoken(refusal.fields, LABELS)
    return {name: said[name] for name in [*LABELS, *said] if name in said}


def _command(typed: dict[str, str]) -> NewEvidence:
    """Return what the form says; raises InvalidError for a file that is too large."""
    finding = typed["finding"]
    return NewEvidence(
        form=typed["form"],
        source_type=typed["source_type"],
        title=typed["title"],
        publisher=typed["publisher"],
        url=typed["url"],
        as_of=typed["as_of"],
        excerpt=typed["excerpt"],
        fact_id=typed["fact_id"] or None,
        upload=_upload(),
        compared_with=typed["compared_with"] or None,
        finding=Finding(finding) if finding in set(Finding) else None,
        finding_note=typed["finding_note"],
        today=product.office().now().date(),
    )


def _upload() -> Upload | None:
    given = request.files.get("upload")
    if given is None or not given.filename:
        return None
    limit = product.settings().upload_limit
    with given.stream as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        message = f"“{given.filename}” is larger than {size(limit)}; choose a smaller file, or its main part"
        raise InvalidError({"upload": message})
    return Upload(given.filename, content)
