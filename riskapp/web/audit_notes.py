"""Notes of auditors: all of them, or those on one assessment, and the form that keeps one more."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.domain.findings import Subject
from riskapp.services.audit_notes import WriteNote, write_note
from riskapp.services.audit_subjects import place_of
from riskapp.storage.assessments import id_of_reference
from riskapp.storage.audit_notes import notes
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.requests import number_asked, text_asked
from riskapp.web.subjects import address_of, subject_asked

blueprint = Blueprint("audit_notes", __name__, url_prefix="/audit/notes")

auditors = for_roles(Role.AUDITOR)


@blueprint.get("")
@auditors
def index() -> ResponseReturnValue:
    """List the notes, newest first, those on one assessment where the address names it."""
    connection = product.reading()
    asked = text_asked("assessment", 20)
    errors: dict[str, str] = {}
    assessment_id = None
    if asked:
        assessment_id = id_of_reference(connection, asked) or ""
        if not assessment_id:
            errors["assessment"] = f"No assessment is called {asked}; write it like RA-0007"
    window = notes(
        connection, assessment_id=assessment_id, before=number_asked("before"), after=number_asked("after")
    )
    places = {each.id: place_of(connection, each.subject) for each in window.items}
    return render_template(
        "audit/notes.html",
        window=window,
        places=places,
        addresses={each.id: address_of(each.subject, each.assessment_id) for each in window.items},
        names=user_names(connection, {each.author_id for each in window.items}),
        asked=asked,
        kept={"assessment": asked} if asked else {},
        errors=errors,
    )


@blueprint.get("/new")
@auditors
def new() -> ResponseReturnValue:
    """Show the form for a note about what the address names."""
    return _form(subject_asked(request.args), text="", errors={})


def _form(subject: Subject, *, text: str, errors: dict[str, str]) -> str:
    place = place_of(product.reading(), subject)
    return render_template(
        "audit/note.html",
        subject=subject,
        place=place,
        address=address_of(subject, place.assessment_id),
        text=text,
        errors=errors,
    )


@blueprint.post("/new")
@auditors
def add() -> ResponseReturnValue:
    """Keep a note."""
    subject, text = subject_asked(request.form), request.form.get("note", "")
    try:
        write_note(product.office(), product.actor(), WriteNote(subject, text))
    except InvalidError as refusal:
        return _form(subject, text=text, errors=refusal.fields), 422
    flash("The note is kept. Only auditors see it.", "success")
    return redirect(url_for("audit_notes.index"), 303)
