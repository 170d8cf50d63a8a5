"""The one place that turns what went wrong into an answer: what happened, to which thing, what to do next."""

import logging
import sys
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, ProductError
from riskapp.reporting.render import ReportError
from riskapp.services.access import record_refusal
from riskapp.storage.database import UNREACHABLE
from riskapp.web import product
from riskapp.web.access import SignInNeededError
from riskapp.web.security import came_from_here
from riskapp.web.words import sentence, size, words

NEVER_REPEATED = frozenset({"csrf_token", "password", "present", "repeated"})

NEVER_SHOWN = frozenset(
    {
        "act",
        "changes",
        "compared_with",
        "fact_id",
        "form",
        "next",
        "person",
        "seen",
        "sheet",
        "state",
    }
)
"""What the fields carry that nobody typed: it is sent again, and not shown."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    """What a page about a refusal says; `what` is the heading, `then` what to do next."""

    what: str
    then: str


WORDS = {
    400: Words(
        "The request could not be read",
        "Go back, check what you entered and send it again. If it happens again, tell an administrator.",
    ),
    401: Words("You are signed out", "Sign in and try again."),
    403: Words(
        "You may not open this page",
        "It needs a role that you do not hold. Ask an administrator if you need it.",
    ),
    404: Words(
        "There is no such page",
        "Check the address, or find what you are looking for through the navigation.",
    ),
    405: Words(
        "This page does not answer that kind of request",
        "Open the page through the navigation and use the buttons that it shows.",
    ),
    409: Words("That is not possible as things stand", "Open the thing anew and look at what it says now."),
    413: Words(
        "That is too large",
        "Nothing was saved. Go back, take a file of at most {limit} or shorten the text, and send it anew.",
    ),
    422: Words("Something that was entered does not fit", "Go back, correct it and send it again."),
    429: Words("Too many attempts", "Wait a few minutes and try again."),
    503: Words("The report could not be made", "Try again in a minute."),
    500: Words(
        "Something went wrong on our side",
        "Nothing was changed. Try again; if it happens again, give an administrator the reference below.",
    ),
}

NO_DATABASE = Words(
    "The service cannot reach its data",
    "Nothing was changed. Wait a minute, then try again. If it lasts, tell an administrator: the page "
    "/healthz says what is missing.",
)


def answer_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(CSRFError, _ask_again)
    app.register_error_handler(SignInNeededError, _ask_to_sign_in)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ProductError, _refused)
    for kind in UNREACHABLE:
        app.register_error_handler(kind, _unreachable)
    app.register_error_handler(Exception, _broken)


def refusal(error: ProductError) -> tuple[int, str]:
    """Return the status and the message that a refusal of the domain stands for."""
    match error:
        case NotFoundError():
            return 404, str(error)
        case ForbiddenError():
            return 403, str(error)
        case ConflictError():
            return 409, str(error)
        case ReportError():
            return 503, str(error)
        case InvalidError():
            return 422, " ".join(error.fields.values())
        case _:
            return 400, str(error)


def _page(
    status: int, message: str | None = None, reference: str | None = None, *, words: Words | None = None
) -> Response:
    words = words or WORDS.get(status, WORDS[400])
    template = "errors/fragment.html" if "HX-Request" in request.headers else "errors/page.html"
    body = render_template(
        template, heading=words.what, message=message, then=words.then, reference=reference, status=status
    )
    return make_response(body, status)


def _refused(error: ProductError) -> Response:
    status, message = refusal(error)
    if status == HTTPStatus.FORBIDDEN:
        _log_refusal()
    answer = _page(status, message)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "30"
    return answer


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    if error.code == HTTPStatus.FORBIDDEN:
        _log_refusal()
    answer = _page(error.code, words=_too_large() if isinstance(error, RequestEntityTooLarge) else None)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    return answer


def _too_large() -> Words:
    words = WORDS[413]
    return Words(words.what, words.then.format(limit=size(product.settings().upload_limit)))


def _broken(error: Exception) -> Response:
    reference = product.office().new_id()[:12]
    logger.error("%s %s failed, reference %s", request.method, request.path, reference, exc_info=error)
    return _page(500, reference=reference)


def _unreachable(error: Exception) -> Response:
    """Answer calmly where the database is down; what only looks like it is a mistake in the program."""
    if type(error) not in UNREACHABLE:
        return _broken(error)
    logger.error("%s %s found no database: %s", request.method, request.path, error)
    sent = request.method == "POST" and "HX-Request" not in request.headers
    answer = _resend(503, NO_DATABASE.what) if sent else _page(503, words=NO_DATABASE)
    answer.headers["Retry-After"] = "30"
    return answer


def _log_refusal() -> None:
    actor = g.get("actor")
    if actor is not None:
        record_refusal(product.office(), actor, place=request.endpoint or "unknown", path=request.path)


def _ask_again(error: CSRFError) -> Response:
    del error
    return _resend(400, "Please send this again")


def _ask_to_sign_in(error: SignInNeededError) -> Response:
    del error
    if "HX-Request" in request.headers:
        return make_response(render_template("errors/signed_out_fragment.html"), 401)
    return _resend(401, "You are signed out")


def _is_carried(name: str) -> bool:
    return name in NEVER_SHOWN or name.endswith(".version")


def _label(name: str) -> str:
    """Return what a page calls a field, or its name in words: part of a sheet is `Residency: rationale`."""
    view = current_app.view_functions.get(request.endpoint or "")
    labels: dict[str, str] = getattr(sys.modules.get(getattr(view, "__module__", "")), "LABELS", {})
    return labels.get(name) or sentence(words(name.replace(".", ": ")))


def _resend(status: int, heading: str) -> Response:
    """Answer with everything that was typed, and with a button to send it again if a page of ours sent it."""
    if "HX-Request" in request.headers:
        return _page(status)
    try:
        fields = list(request.form.lists())
    except RequestEntityTooLarge as error:
        return _http(error)
    typed = [(name, value) for name, values in fields if name not in NEVER_REPEATED for value in values]
    files = [upload.filename for upload in request.files.values() if upload.filename]
    body = render_template(
        "errors/resend.html",
        heading=heading,
        status=status,
        typed=typed,
        shown=[(_label(name), value) for name, value in typed if value and not _is_carried(name)],
        files=files,
        secret=any(name in request.form for name in NEVER_REPEATED - {"csrf_token"}),
        repeatable=came_from_here() and request.method == "POST",
        address=request.full_path.rstrip("?"),
    )
    return make_response(body, status)
