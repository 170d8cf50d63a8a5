"""Erasing the name of a person on lawful request: the form that asks for the reason, and the act."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError
from riskapp.services.name_erasure import erase_name
from riskapp.storage.users import user
from riskapp.web import product
from riskapp.web.access import for_roles

blueprint = Blueprint("name_erasures", __name__, url_prefix="/users/<user_id>/erase")

administrators = for_roles(Role.ADMINISTRATOR)


@blueprint.get("")
@administrators
def form(user_id: str) -> ResponseReturnValue:
    """Say what erasing does and leaves, and ask for the reason."""
    return _form(user_id, reason="", errors={})


def _form(user_id: str, *, reason: str, errors: dict[str, str]) -> str:
    person = user(product.reading(), user_id)
    return render_template("administration/erase.html", person=person, reason=reason, errors=errors)


@blueprint.post("")
@administrators
def erase(user_id: str) -> ResponseReturnValue:
    """Erase the name."""
    reason = request.form.get("reason", "")
    try:
        shown = erase_name(product.office(), product.actor(), user_id, reason)
    except InvalidError as refusal:
        return _form(user_id, reason=reason, errors=refusal.fields), 422
    flash(f"The name is erased. Pages say “{shown}” from now on.", "success")
    return redirect(url_for("administration.person", user_id=user_id), 303)
