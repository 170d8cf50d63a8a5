"""Users and roles: who may sign in, and to do what."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.services.seals import certificates_to_hand_out, seal_standing
from riskapp.services.users import (
    NewUser,
    add_user,
    change_roles,
    correct_name,
    deactivate_user,
    set_password,
)
from riskapp.storage import users as stored
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.roles import choices
from riskapp.web.words import spoken

blueprint = Blueprint("administration", __name__, url_prefix="/users")

LABELS = {
    "display_name": "The name",
    "sign_in_name": "The sign-in name",
    "password": "The password",
}

administrators = for_roles(Role.ADMINISTRATOR)


@blueprint.get("")
@administrators
def index() -> ResponseReturnValue:
    """List everybody, and say which certificate seals what leaves the house."""
    return render_template(
        "administration/index.html",
        people=stored.users(product.reading()),
        seal=seal_standing(product.office()),
    )


@blueprint.get("/seal-certificates.pem")
@administrators
def seal_certificates() -> ResponseReturnValue:
    """Answer with the certificates that people outside need to check a seal."""
    answer = make_response("".join(certificates_to_hand_out(product.office())))
    answer.mimetype = "application/x-pem-file"
    answer.headers["Content-Disposition"] = "attachment; filename=seal-certificates.pem"
    return answer


@blueprint.get("/new")
@administrators
def new() -> ResponseReturnValue:
    """Show the form for a new user."""
    return _new_form(typed={}, roles=[], errors={})


def _new_form(*, typed: dict[str, str], roles: list[str], errors: dict[str, str]) -> str:
    return render_template(
        "administration/new.html", typed=typed, chosen=roles, choices=choices(), errors=errors
    )


@blueprint.post("/new")
@administrators
def add() -> ResponseReturnValue:
    """Add a user."""
    names = request.form.getlist("roles")
    typed = {name: request.form.get(name, "").strip() for name in ("sign_in_name", "display_name")}
    try:
        user_id = add_user(
            product.office(),
            product.actor(),
            NewUser(
                sign_in_name=typed["sign_in_name"],
                display_name=typed["display_name"],
                roles=_roles(names),
                password=request.form.get("password", ""),
            ),
        )
    except InvalidError as refusal:
        return _new_form(typed=typed, roles=names, errors=spoken(refusal.fields, LABELS)), 422
    flash(f"{typed['display_name']} is added and can sign in as {typed['sign_in_name']}.", "success")
    return redirect(url_for("administration.person", user_id=user_id), 303)


@blueprint.get("/<user_id>")
@administrators
def person(user_id: str) -> ResponseReturnValue:
    """Show a user with the forms that change them."""
    return _person(user_id, {})


def _person(
    user_id: str, errors: dict[str, str], *, roles: list[str] | None = None, name: str | None = None
) -> str:
    user = stored.user(product.reading(), user_id)
    held = [role.value for role in user.roles]
    return render_template(
        "administration/person.html",
        person=user,
        chosen=held if roles is None else roles,
        choices=choices(),
        name=user.display_name if name is None else name,
        errors=errors,
    )


@blueprint.post("/<user_id>/name")
@administrators
def name(user_id: str) -> ResponseReturnValue:
    """Correct the name under which others see a user."""
    typed = request.form.get("display_name", "")
    try:
        correct_name(product.office(), product.actor(), user_id, typed)
    except InvalidError as refusal:
        return _person(user_id, spoken(refusal.fields, LABELS), name=typed), 422
    flash("The name is corrected. Reports that are issued already keep the name they bear.", "success")
    return redirect(url_for("administration.person", user_id=user_id), 303)


@blueprint.post("/<user_id>/roles")
@administrators
def roles(user_id: str) -> ResponseReturnValue:
    """Give a user exactly the roles that are ticked."""
    names = request.form.getlist("roles")
    try:
        change_roles(product.office(), product.actor(), user_id, _roles(names))
    except InvalidError as refusal:
        return _person(user_id, spoken(refusal.fields, LABELS), roles=names), 422
    name = stored.user(product.reading(), user_id).display_name
    flash(f"The roles of {name} are now: {', '.join(sorted(names)).replace('-', ' ') or 'none'}.", "success")
    return redirect(url_for("administration.person", user_id=user_id), 303)


@blueprint.post("/<user_id>/password")
@administrators
def password(user_id: str) -> ResponseReturnValue:
    """Set a new password for a user."""
    try:
        set_password(product.office(), product.actor(), user_id, request.form.get("password", ""))
    except InvalidError as refusal:
        return _person(user_id, spoken(refusal.fields, LABELS)), 422
    name = stored.user(product.reading(), user_id).display_name
    flash(
        f"The new password of {name} is set. Hand it over in person or by a channel that you trust.",
        "success",
    )
    return redirect(url_for("administration.person", user_id=user_id), 303)


@blueprint.get("/<user_id>/deactivate")
@administrators
def confirm_deactivation(user_id: str) -> ResponseReturnValue:
    """Ask before a user is shut out."""
    user = stored.user(product.reading(), user_id)
    return render_template("administration/deactivate.html", person=user)


@blueprint.post("/<user_id>/deactivate")
@administrators
def deactivate(user_id: str) -> ResponseReturnValue:
    """Shut a user out: no sign-in any more, and every open session ends."""
    name = stored.user(product.reading(), user_id).display_name
    deactivate_user(product.office(), product.actor(), user_id)
    flash(f"{name} can no longer sign in.", "success")
    return redirect(url_for("administration.index"), 303)


def _roles(names: list[str]) -> frozenset[Role]:
    known = {role.value for role in Role}
    strange = [name for name in names if name not in known]
    if strange:
        raise InvalidError({"roles": f"{strange[0]!r} is not a role; choose from the list"})
    return frozenset(Role(name) for name in names)
