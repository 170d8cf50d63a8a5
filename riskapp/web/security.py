"""What every answer tells the browser, who the visitor is, and which addresses and files may be kept."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request, session, url_for
from flask_wtf import CSRFProtect
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from riskapp.domain.canonical import sha256_hex
from riskapp.services.sessions import actor_of
from riskapp.settings import Settings
from riskapp.web import product

TOKEN_COOKIE = "riskapp_session"  # noqa: S105 (the name of a cookie)
DEVICE_COOKIE = "riskapp_browser"
STATIC = Path(__file__).resolve().parent / "static"
FORM_TEXT = 4 * 1024 * 1024
FORM_PARTS = 4_000
ANONYMOUS = (None, "static", "papers.file", "pages.health")
YEAR = 31_536_000
DAY = 86_400

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

csrf = CSRFProtect()


def configure(app: Flask, settings: Settings, *, secret_key: str) -> None:
    """Set cookies and limits: an upload as large as the setting says, a form as long as a score sheet."""
    app.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_NAME="riskapp_page",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=settings.body_limit,
        MAX_FORM_MEMORY_SIZE=FORM_TEXT,
        MAX_FORM_PARTS=FORM_PARTS,
    )


def refuse_nul(app: Flask) -> None:
    """Answer 404 for an address with a NUL in it and 400 for a query or a form: no database can keep one."""

    @app.before_request
    def check() -> None:
        if "\0" in request.path:
            abort(HTTPStatus.NOT_FOUND)
        if any("\0" in value for value in (*_values(request.args), *_values(request.form))):
            abort(HTTPStatus.BAD_REQUEST)


def _values(typed: MultiDict[str, str]) -> Iterator[str]:
    for _, values in typed.lists():
        yield from values


def identify(app: Flask) -> None:
    """Find out before every request who is signed in, for `guard` and the views: `g.actor`, or None."""

    @app.before_request
    def remember_actor() -> None:
        g.actor = None
        token = request.cookies.get(TOKEN_COOKIE)
        if token and request.endpoint not in ANONYMOUS:
            g.actor = actor_of(product.reading(), token, product.office().now())


def harden(app: Flask) -> None:
    """Send the security headers with every answer; pages are never kept by a cache, static files are."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "papers.file" and response.status_code < HTTPStatus.BAD_REQUEST:
            response.headers["Cache-Control"] = "public, no-cache"
        elif request.endpoint != "static" or response.status_code >= HTTPStatus.BAD_REQUEST:
            response.headers["Cache-Control"] = "no-store"
        elif request.args.get("v") == _fingerprint(request.path.removeprefix("/static/")):
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        else:
            response.headers["Cache-Control"] = f"public, max-age={DAY}"
        return response

    app.add_template_global(asset)


@cache
def _fingerprint(name: str) -> str | None:
    path = STATIC / name
    return sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else None


def asset(name: str) -> str:
    """Return the address of a static file; it changes with the content, so browsers may keep it for a year.

    Fonts go without: the style sheet names them, and their names carry no content.
    """
    if name.startswith("fonts/"):
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=_fingerprint(name))


def local_address(address: str | None) -> str | None:
    """Return the address if it is a path of this site, else None: signing in leads nowhere else."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    if any(character <= " " or character == "\\" for character in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


def came_from_here() -> bool:
    """Return whether the browser says that the request comes from a page of this site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and origin == request.host_url.rstrip("/")


def keep_token(response: Response, token: str, settings: Settings) -> None:
    """Put the sign-in token into the browser: out of reach of scripts and of other sites."""
    response.set_cookie(
        TOKEN_COOKIE,
        token,
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.secure_cookies,
    )


def renew_csrf() -> None:
    """Forget the secret of the forms: what was known of it before a sign-in is worth nothing after it."""
    session.pop("csrf_token", None)


def known_device(sign_in_name: str) -> str | None:
    """Return the name of this browser where somebody has signed in under this name before, else None."""
    try:
        device, digest = _devices().loads(request.cookies.get(DEVICE_COOKIE, ""))
    except (BadSignature, TypeError, ValueError):
        return None
    return str(device) if digest == sha256_hex(sign_in_name.strip().lower().encode()) else None


def keep_device(response: Response, sign_in_name: str, device: str, settings: Settings) -> None:
    """Let this browser prove for a year that this name has signed in here: strangers' failures pass it by."""
    digest = sha256_hex(sign_in_name.strip().lower().encode())
    response.set_cookie(
        DEVICE_COOKIE,
        str(_devices().dumps([device, digest])),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.secure_cookies,
        path=url_for("sign_in.form"),
    )


def _devices() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="riskapp browser")


def drop_token(response: Response, settings: Settings) -> None:
    """Take the sign-in token out of the browser."""
    response.delete_cookie(TOKEN_COOKIE, httponly=True, samesite="Lax", secure=settings.secure_cookies)
