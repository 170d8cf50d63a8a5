"""Signing in and out, and the account of whoever is signed in."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.errors import ForbiddenError, InvalidError
from riskapp.services import sessions
from riskapp.storage import users as stored
from riskapp.web import product
from riskapp.web.access import open_to_all, signed_in
from riskapp.web.roles import ROLE_WORK
from riskapp.web.security import (
    TOKEN_COOKIE,
    drop_token,
    keep_device,
    keep_token,
    known_device,
    local_address,
    renew_csrf,
)
from riskapp.web.words import spoken

blueprint = Blueprint("sign_in", __name__)

LABELS = {"present": "This", "password": "The new password"}


@blueprint.get("/sign-in")
@open_to_all
def form() -> ResponseReturnValue:
    """Show the form, or go on where somebody is signed in already."""
    onward = local_address(request.args.get("next"))
    if product.visitor() is not None:
        return redirect(onward or url_for("pages.home"))
    return render_template("sign_in/form.html", next=onward, name="", errors={})


@blueprint.post("/sign-in")
@open_to_all
def enter() -> ResponseReturnValue:
    """Sign in and go on to the page that was asked for."""
    name = request.form.get("name", "").strip()
    password = request.form.get("password", "")
    onward = local_address(request.form.get("next"))
    errors = {}
    if not name:
        errors["name"] = "Enter your sign-in name"
    if not password:
        errors["password"] = "Enter your password"  # noqa: S105 (a message)
    if not errors:
        device = known_device(name)
        address = request.remote_addr or "unknown"
        try:
            token = sessions.sign_in(product.office(), name, password, address=address, device=device)
        except ForbiddenError as refusal:
            errors["name"] = str(refusal)
        else:
            renew_csrf()
            answer = make_response(redirect(onward or url_for("pages.home"), 303))
            keep_token(answer, token, product.settings())
            keep_device(answer, name, device or product.office().new_secret(), product.settings())
            return answer
    return render_template("sign_in/form.html", next=onward, name=name, errors=errors), 422


@blueprint.post("/sign-out")
@open_to_all
def leave() -> ResponseReturnValue:
    """Sign out here; signing out twice is no mistake."""
    token = request.cookies.get(TOKEN_COOKIE)
    if token:
        sessions.sign_out(product.office(), token)
    session.clear()
    flash("You are signed out.", "success")
    answer = make_response(redirect(url_for("sign_in.form"), 303))
    drop_token(answer, product.settings())
    return answer


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Show who is signed in, with which roles."""
    return _account({})


def _account(errors: dict[str, str]) -> str:
    held = product.actor().roles
    roles = [(role.value, work) for role, work in ROLE_WORK.items() if role in held]
    user = stored.user(product.reading(), product.actor().id)
    return render_template("sign_in/account.html", roles=roles, sign_in_name=user.sign_in_name, errors=errors)


@blueprint.post("/account/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Set an own new password after proving the present one."""
    present, new, repeated = (request.form.get(name, "") for name in ("present", "password", "repeated"))
    errors = {}
    if not present:
        errors["present"] = "Enter your present password"
    if new != repeated:
        errors["repeated"] = "The two new passwords differ; enter the same one twice"
    if not errors:
        try:
            token = request.cookies.get(TOKEN_COOKIE)
            sessions.change_own_password(
                product.office(), product.actor(), present=present, new=new, token=token
            )
        except InvalidError as refusal:
            errors = spoken(refusal.fields, LABELS)
        else:
            flash("Your password is changed.", "success")
            return redirect(url_for("sign_in.account"), 303)
    return _account(errors), 422
