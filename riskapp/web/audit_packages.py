"""Taking a package away from the desk: of some assessments, a sample, a period, or everything."""

import tempfile
from typing import IO, cast

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError
from riskapp.services import log_keys
from riskapp.services.audit_package import make_package
from riskapp.services.moments import assessment_called
from riskapp.services.package_scope import Scope, numbers_in, refuse_what_takes_long
from riskapp.storage.assessments import assessment
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.desk_filters import day_asked
from riskapp.web.requests import number_of

blueprint = Blueprint("audit_packages", __name__, url_prefix="/audit/packages")

auditors = for_roles(Role.AUDITOR)

FIELDS = ("references", "sample", "since", "until")
_IN_MEMORY = 8 * 2**20


@blueprint.get("")
@auditors
def form() -> ResponseReturnValue:
    """Show the form that asks what the package is to hold."""
    return _form({}, {})


def _form(typed: dict[str, str], errors: dict[str, str]) -> str:
    return render_template("audit/package.html", typed=typed, errors=errors)


@blueprint.post("")
@auditors
def make() -> ResponseReturnValue:
    """Make the package and answer with it; the log says who took what."""
    typed = {name: request.form.get(name, "").strip()[:2_000] for name in FIELDS}
    try:
        numbers = _numbers(typed)
    except InvalidError as refusal:
        return _form(typed, refusal.fields), 422
    except ConflictError as refusal:
        return _form(typed, {"references": str(refusal)}), 409
    product.close_reading()
    office = product.office()
    log_keys.make_checkpoint(office)
    log_keys.publish_checkpoint(office, product.settings().checkpoints)
    stream = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    packed = make_package(office, cast("IO[bytes]", stream), numbers, actor=product.actor())
    stream.seek(0)
    name = f"riskapp-package-{packed.manifest[:12]}.zip"
    return send_file(
        cast("IO[bytes]", stream), mimetype="application/zip", as_attachment=True, download_name=name
    )


def _numbers(typed: dict[str, str]) -> frozenset[int] | None:
    """Return the numbers that the form asks for, None for all.

    Raises InvalidError by field, and ConflictError for what takes longer than a page may.
    """
    connection, errors = product.reading(), dict[str, str]()
    chosen: set[int] = set()
    for each in typed["references"].replace(",", " ").split():
        try:
            chosen.add(assessment(connection, assessment_called(connection, each)).number)
        except NotFoundError:
            errors["references"] = f"No assessment is called {each[:20]}; write it like RA-0007"
    scope = Scope(
        numbers=frozenset(chosen),
        sample=number_of(typed["sample"]),
        since=day_asked(typed["since"], "since", errors),
        until=day_asked(typed["until"], "until", errors),
    )
    if errors:
        raise InvalidError(errors)
    numbers = numbers_in(connection, scope)
    words = " ".join(f"--{name} {typed[name]}" for name in ("sample", "since", "until") if typed[name])
    references = " ".join(f"RA-{each:04d}" for each in sorted(chosen))
    command = " ".join(filter(None, ("riskapp audit package", references, words, "-o package.zip")))
    refuse_what_takes_long(connection, numbers, command)
    return numbers
