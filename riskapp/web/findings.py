"""Findings of auditors: the follow-up list, the form that raises one, and each with what was done."""

from collections.abc import Iterable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.findings import (
    Classification,
    FollowUp,
    Position,
    State,
    Subject,
    bar_to,
    bar_to_closing,
    may_respond,
)
from riskapp.domain.life_cycle import may_see
from riskapp.domain.spreadsheet import spreadsheet
from riskapp.services.audit_subjects import place_of, standing_of
from riskapp.services.findings import (
    FollowUpFinding,
    RaiseFinding,
    follow_up,
    raise_finding,
    seen_finding,
)
from riskapp.storage.assessments import references
from riskapp.storage.findings import (
    FindingFilters,
    StoredFinding,
    every_finding,
    findings,
    waiting_for,
)
from riskapp.storage.users import user_names, users
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in
from riskapp.web.choices import choices, filter_options
from riskapp.web.desk_filters import assessment_asked
from riskapp.web.requests import number_sent, page_asked, text_asked
from riskapp.web.subjects import address_of, subject_asked
from riskapp.web.words import spoken

blueprint = Blueprint("findings", __name__, url_prefix="/findings")

auditors = for_roles(Role.AUDITOR)

LABELS = {
    "classification": "Classification",
    "title": "In one line",
    "text": "What was found",
    "recommendation": "Recommendation",
    "owner": "Answered for by",
    "due_on": "Due",
}
FIELDS = ("text", "state", "classification", "owner", "assessment", "overdue")
MOST_IN_TABLE = 10_000
SHOWN_WAITING = 6


def _filters(errors: dict[str, str]) -> tuple[FindingFilters, dict[str, str]]:
    """Return what the address narrows the list to, and what of it a link has to repeat."""
    asked = {name: text_asked(name) for name in FIELDS}
    filters = FindingFilters(
        text=asked["text"],
        state=asked["state"] if asked["state"] in set(State) else "",
        classification=asked["classification"],
        owner_id=asked["owner"],
        assessment_id=assessment_asked(asked["assessment"], errors),
        overdue_on=product.office().now().date() if asked["overdue"] else None,
    )
    return filters, {name: value for name, value in asked.items() if value}


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List the findings that the visitor may read, the first due first."""
    errors: dict[str, str] = {}
    filters, kept = _filters(errors)
    connection = product.reading()
    page = findings(connection, product.actor(), filters, page_asked())
    return render_template(
        "findings/index.html",
        page=page,
        kept=kept,
        errors=errors,
        active=filters.active,
        today=product.office().now().date(),
        states=filter_options(State, "Every state"),
        classes=filter_options(Classification, "Every classification"),
        people=[("", "Everybody"), *((each.id, each.display_name) for each in users(connection))],
        **_named(page.items),
    )


def _named(shown: Iterable[StoredFinding]) -> dict[str, dict[str, str]]:
    """Return the names of people and assessments in findings, looked up for all at once."""
    items = tuple(shown)
    people = {each.content.owner_id for each in items} | {each.raised_by for each in items}
    people |= {act.done_by for each in items for act in each.acts}
    connection = product.reading()
    called = references(connection, {each.assessment_id for each in items})
    return {"names": user_names(connection, people), "references": called}


@blueprint.get("/table.csv")
@signed_in
def table() -> ResponseReturnValue:
    """Answer with the follow-up list as a table for spreadsheets."""
    filters, _ = _filters({})
    shown = tuple(every_finding(product.reading(), product.actor(), filters, MOST_IN_TABLE))
    named = _named(shown)
    header = ("Finding", "State", "Classification", "In one line", "Assessment", "Owner", "Due", "Raised")
    rows = [header, *(_cells(each, **named) for each in shown)]
    return Response(
        spreadsheet(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="findings.csv"'},
    )


def _cells(each: StoredFinding, *, names: dict[str, str], references: dict[str, str]) -> tuple[str, ...]:
    content = each.content
    return (
        each.reference,
        each.state.value,
        content.classification.value,
        content.title,
        references.get(each.assessment_id or "", ""),
        names[content.owner_id],
        content.due_on.isoformat(),
        each.raised_at.isoformat(),
    )


@blueprint.get("/new")
@auditors
def new() -> ResponseReturnValue:
    """Show the form that raises a finding about what the address names."""
    return _form(subject_asked(request.args), typed={}, errors={})


def _form(subject: Subject, *, typed: dict[str, str], errors: dict[str, str]) -> str:
    connection = product.reading()
    place = place_of(connection, subject)
    own = product.actor().id
    people = [each for each in users(connection) if each.active and each.id != own]
    return render_template(
        "findings/form.html",
        subject=subject,
        place=place,
        address=address_of(subject, place.assessment_id),
        typed=typed,
        errors=errors,
        labels=LABELS,
        classes=choices(Classification),
        people=[("", "Choose a person"), *((each.id, each.display_name) for each in people)],
    )


@blueprint.post("/new")
@auditors
def add() -> ResponseReturnValue:
    """Raise a finding."""
    typed = {name: request.form.get(name, "") for name in LABELS}
    subject = subject_asked(request.form)
    command = RaiseFinding(
        subject=subject,
        classification=typed["classification"],
        title=typed["title"],
        text=typed["text"],
        recommendation=typed["recommendation"],
        owner_id=typed["owner"],
        due_on=typed["due_on"],
    )
    try:
        found = raise_finding(product.office(), product.actor(), command)
    except InvalidError as refusal:
        return _form(subject, typed=typed, errors=spoken(refusal.fields, LABELS)), 422
    flash(f"{found.reference} is raised, and its owner sees it on their first page.", "success")
    return redirect(url_for("findings.show", number=found.number), 303)


@blueprint.get("/<int(max=2147483647):number>")
@signed_in
def show(number: int) -> ResponseReturnValue:
    """Show a finding with everything that was done about it, and what the visitor may do."""
    return _page(number, typed={}, errors={})


def _page(number: int, *, typed: dict[str, str], errors: dict[str, str]) -> str:
    connection, actor = product.reading(), product.actor()
    found = seen_finding(connection, actor, number)
    standing = standing_of(connection, found.assessment_id)
    place = place_of(connection, found.content.subject)
    responds = may_respond(actor, found.content, standing) and not bar_to(FollowUp.RESPONDED, found.state)
    return render_template(
        "findings/show.html",
        finding=found,
        content=found.content,
        place=place,
        address=address_of(found.content.subject, place.assessment_id)
        if standing is None or may_see(actor, standing)
        else None,
        today=product.office().now().date(),
        responds=responds,
        judges=bar_to_closing(actor, found.content, found.answered_by) is None,
        positions=choices(Position),
        typed=typed,
        errors=errors,
        **_named([found]),
    )


@blueprint.post("/<int(max=2147483647):number>")
@signed_in
def act(number: int) -> ResponseReturnValue:
    """Respond to a finding, close it or open it again, as the button says."""
    asked = request.form.get("act", "")
    typed = {name: request.form.get(name, "") for name in ("text", "position")} | {"act": asked}
    command = FollowUpFinding(
        number=number,
        act=FollowUp(asked) if asked in set(FollowUp) else FollowUp.RESPONDED,
        text=typed["text"],
        position=typed["position"],
        seen=number_sent("seen"),
    )
    try:
        found = follow_up(product.office(), product.actor(), command)
    except InvalidError as refusal:
        return _page(number, typed=typed, errors=_under(command.act, refusal.fields)), 422
    except ConflictError as refusal:
        product.close_reading()
        return _page(number, typed=typed, errors={"history": str(refusal)}), 409
    flash(f"{found.reference} is {found.state.value} now.", "success")
    return redirect(url_for("findings.show", number=number), 303)


def _under(act: FollowUp, fields: dict[str, str]) -> dict[str, str]:
    """Return the messages under the ids of the fields of the form that was sent."""
    return {f"{act.value}-{name}": message for name, message in fields.items()}


def waiting_findings() -> tuple[StoredFinding, ...]:
    """Return the findings that wait for the visitor, the first due first."""
    return waiting_for(product.reading(), product.actor(), SHOWN_WAITING)
