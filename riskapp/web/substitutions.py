"""Substitution: who acts for the visitor, and for whom the visitor acts."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.domain.text_rules import even_lines
from riskapp.services.substitutions import ROLES, NewSubstitution, end_substitution, name_substitute
from riskapp.storage.substitutions import substitutions_about
from riskapp.storage.users import user, user_names, users
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in

blueprint = Blueprint("substitutions", __name__, url_prefix="/substitutions")

FIELDS = ("role", "substitute", "first_day", "last_day", "reason")
namers = for_roles(*ROLES)


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List the substitutions of the visitor, with the form that names one."""
    return _page(dict.fromkeys(FIELDS, ""), {})


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    connection, actor = product.reading(), product.actor()
    listed = substitutions_about(connection, actor.id)
    people = [each.principal_id for each in listed]
    own = user(connection, actor.id).roles
    return render_template(
        "sign_in/substitutions.html",
        listed=listed,
        names=user_names(connection, (*people, *(each.substitute_id for each in listed))),
        today=product.office().now().date(),
        roles=[(each.value, each.value) for each in ROLES if each in own],
        people=[
            (each.id, each.display_name)
            for each in users(connection)
            if each.active and each.id != actor.id and Role.AUDITOR not in each.roles
        ],
        typed=typed,
        errors=errors,
    )


@blueprint.post("")
@namers
def name() -> ResponseReturnValue:
    """Name who acts for the visitor."""
    typed = {each: request.form.get(each, "") for each in FIELDS}
    problems: dict[str, str] = {}
    command = NewSubstitution(
        substitute_id=typed["substitute"],
        role=Role(typed["role"]) if typed["role"] in set(Role) else None,
        first_day=_day(typed["first_day"], "first_day", problems),
        last_day=_day(typed["last_day"], "last_day", problems),
        reason=even_lines(typed["reason"]),
    )
    try:
        name_substitute(product.office(), product.actor(), command)
    except InvalidError as refusal:
        said = refusal.fields | problems
        return _page(typed, {each: said[each] for each in FIELDS if each in said}), 422
    flash("The substitution is named and stands in the log.", "success")
    return redirect(url_for("substitutions.index"), 303)


def _day(raw: str, field: str, problems: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(raw.strip()) if raw.strip() else None
    except ValueError:
        problems[field] = f"“{raw[:40]}” is no date; write it as 2027-01-31"
        return None


@blueprint.post("/<substitution_id>/end")
@signed_in
def end(substitution_id: str) -> ResponseReturnValue:
    """End a substitution early."""
    end_substitution(product.office(), product.actor(), substitution_id)
    flash("The substitution is ended.", "success")
    return redirect(url_for("substitutions.index"), 303)
