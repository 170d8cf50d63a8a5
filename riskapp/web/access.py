"""Closed unless declared open: every view states who may use it, and an undeclared one answers 403."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from riskapp.domain.authority import Actor, Role

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a view: anybody, anybody signed in (no roles named), or holders of one of the roles."""

    signed_in: bool
    roles: frozenset[Role] = frozenset()


def open_to_all(view: View) -> View:
    """Declare a view that needs no sign-in."""
    view.access = Access(signed_in=False)  # type: ignore[attr-defined]  # the mark that `guard` reads
    return view


def signed_in(view: View) -> View:
    """Declare a view for everybody who is signed in."""
    view.access = Access(signed_in=True)  # type: ignore[attr-defined]  # the mark that `guard` reads
    return view


def for_roles(*roles: Role) -> Callable[[View], View]:
    """Declare a view for holders of one of the roles."""

    def declare(view: View) -> View:
        view.access = Access(signed_in=True, roles=frozenset(roles))  # type: ignore[attr-defined]  # as above
        return view

    return declare


def access_of(app: Flask, endpoint: str) -> Access | None:
    """Return what a view declares, or None where it declares nothing."""
    return getattr(app.view_functions[endpoint], "access", None)


def allows(access: Access | None, actor: Actor | None) -> bool:
    """Return whether a declaration lets this visitor in; no declaration lets nobody in."""
    if access is None:
        return False
    if not access.signed_in:
        return True
    return actor is not None and (not access.roles or actor.holds(*access.roles))


def may_open(endpoint: str) -> bool:
    """Return whether the visitor may use a view: pages show no link that would be refused."""
    known = endpoint in current_app.view_functions
    return known and allows(access_of(current_app, endpoint), g.get("actor"))


class SignInNeededError(Exception):
    """The view needs somebody who is signed in; `riskapp.web.errors` decides how to ask for it."""


def guard(app: Flask) -> None:
    """Check the declaration of a view before every request."""

    @app.before_request
    def check() -> Response | None:
        if request.endpoint is None:
            return None
        access = access_of(app, request.endpoint)
        if allows(access, g.actor):
            return None
        if access is None or g.actor is not None:
            abort(403)
        if request.method == "GET" and "HX-Request" not in request.headers:
            return redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")))
        raise SignInNeededError

    app.add_template_global(may_open)
