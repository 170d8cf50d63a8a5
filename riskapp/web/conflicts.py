"""Conflicts of interest: the list, and the form to declare one."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.services.conflicts import DeclareConflict, declare_conflict
from riskapp.storage.conflicts import conflicts, parties
from riskapp.storage.users import user_names, users
from riskapp.web import product
from riskapp.web.access import signed_in
from riskapp.web.requests import page_asked
from riskapp.web.typed import Reading
from riskapp.web.words import spoken

blueprint = Blueprint("conflicts", __name__, url_prefix="/conflicts")

LABELS = {"user": "Person", "party": "Conflict with", "nature": "What the conflict is", "since": "Since"}


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List the declared conflicts that the visitor may see, with the form to declare one."""
    return _page({"user": product.actor().id}, {})


def _page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    connection, actor = product.reading(), product.actor()
    sees_all = actor.holds(Role.ADMINISTRATOR, Role.AUDITOR)
    page = conflicts(connection, page_asked(), user_id=None if sees_all else actor.id)
    people = users(connection) if actor.holds(Role.ADMINISTRATOR) else ()
    return render_template(
        "conflicts/index.html",
        page=page,
        names=user_names(connection, [i for each in page.items for i in (each.user_id, each.declared_by)]),
        sees_all=sees_all,
        people=[(each.id, each.display_name) for each in people],
        parties=[("", "Choose a developer or host"), *((each, each) for each in parties(connection))],
        labels=LABELS,
        typed=typed,
        errors=errors,
    )


@blueprint.post("")
@signed_in
def declare() -> ResponseReturnValue:
    """Declare a conflict."""
    actor = product.actor()
    typed = {name: request.form.get(name, "") for name in LABELS}
    typed["user"] = typed["user"] or actor.id
    reading = Reading(typed)
    command = DeclareConflict(
        user_id=reading.text("user"),
        party=reading.text("party"),
        nature=reading.text("nature"),
        since=reading.day("since"),
    )
    try:
        reading.settle({})
        declare_conflict(product.office(), actor, command)
    except InvalidError as refusal:
        return _page(typed, spoken(refusal.fields, LABELS)), 422
    flash(f"The conflict with {command.party} is declared. Approvals that it touches say so.", "success")
    return redirect(url_for("conflicts.index"), 303)
