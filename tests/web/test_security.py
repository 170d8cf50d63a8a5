import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError, ProductError
from riskapp.sealing.keys import OwnKey
from riskapp.sealing.seal import Seal
from riskapp.services.passwords import Passwords
from riskapp.services.work import Office
from riskapp.settings import Settings
from riskapp.storage.database import UNREACHABLE, Database
from riskapp.storage.files import FileStore
from riskapp.storage.keyring import Keyring
from riskapp.web.access import open_to_all
from riskapp.web.app import create_app
from riskapp.web.candidates import LABELS
from riskapp.web.product import Product
from riskapp.web.security import TOKEN_COOKIE
from tests.assessment_builders import an_assessment
from tests.conftest import Clock, counting
from tests.web.conftest import SignedIn
from tests.web.page_client import PageClient, words_in

HERE = {"Sec-Fetch-Site": "same-origin"}


def test_every_page_carries_the_strict_policy(visitor: PageClient) -> None:
    headers = visitor.get("/sign-in").response.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_are_kept_by_no_cache(visitor: PageClient) -> None:
    assert visitor.get("/sign-in").response.headers["Cache-Control"] == "no-store"
    assert visitor.get("/nowhere", status=404).response.headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_a_year_under_an_address_that_changes_with_them(
    visitor: PageClient,
) -> None:
    sheet = next(
        link.get("href", "")
        for link in visitor.get("/sign-in").all("link", rel="stylesheet")
        if "theme" in link.get("href", "")
    )
    assert "immutable" in visitor.get(sheet).response.headers["Cache-Control"]
    assert "immutable" not in visitor.get("/static/theme.css?v=other").response.headers["Cache-Control"]
    assert visitor.get("/static/none.css", status=404).response.headers["Cache-Control"] == "no-store"


def test_a_form_from_elsewhere_is_refused_and_offers_no_button_to_send_it(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    typed = {"display_name": "Eve", "sign_in_name": "eve"}
    page = client.post(
        "/users/new", typed, token="forged", status=400, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert page.heading == "Please send this again"
    assert not page.all("form", action="/users/new")
    assert "Eve" in page.words


def test_a_form_whose_token_is_stale_keeps_what_was_typed(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    typed = {"display_name": "Grace Hopper", "sign_in_name": "grace", "roles": ["auditor", "approver"]}
    page = client.post("/users/new", typed, token="stale", status=400, headers=HERE)
    assert page.value("display_name") == "Grace Hopper"
    assert [field.get("value") for field in page.all("input", name="roles")] == ["auditor", "approver"]
    assert page.all("form", action="/users/new")


def test_what_is_kept_is_named_as_its_page_names_it(signed_in: SignedIn) -> None:
    client = signed_in(Role.LEAD_ASSESSOR)
    typed = {"retires_on": "2027-06-30", "version": "0528", "seen": "3", "a.rationale": "Because."}
    page = client.post("/candidates/new", typed, token="stale", status=400, headers=HERE)
    names = [words_in(each) for each in page.all("dt")]
    assert names == [LABELS["retires_on"], LABELS["version"], "A: rationale"]
    assert page.value("seen") == "3"


def test_a_refusal_gives_one_reason(signed_in: SignedIn, office: Office) -> None:
    client = signed_in(Role.ASSESSOR)
    bare = client.get("/users", status=403).words
    assert "It needs a role that you do not hold." in bare
    assert "The log keeps that you tried." in bare
    opened = an_assessment(office)
    told = client.get(f"/assessments/{opened.id}", status=403).words
    assert "is not open to you as it stands now" in told
    assert "It needs a role" not in told


def test_a_form_sent_after_the_session_lapsed_keeps_what_was_typed(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    client.client.delete_cookie(TOKEN_COOKIE)
    typed = {"display_name": "Grace Hopper", "sign_in_name": "grace"}
    page = client.post("/users/new", typed, status=401, headers=HERE)
    assert page.heading == "You are signed out"
    assert page.value("display_name") == "Grace Hopper"


def test_passwords_are_never_sent_back(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    typed = {"display_name": "Grace", "password": "a secret that stays here"}
    page = client.post("/users/new", typed, token="stale", status=400, headers=HERE)
    assert "a secret that stays here" not in page.html
    assert "enter them again" in page.words


def test_a_field_that_saves_itself_says_when_nobody_is_signed_in(visitor: PageClient) -> None:
    page = visitor.post("/users/new", {}, status=401, headers={"HX-Request": "true"})
    assert not page.is_whole
    assert "Sign in again in a new tab" in page.html


def test_a_request_that_is_too_large_is_told_so(signed_in: SignedIn, app: Flask) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    page = client.post("/users/new", {"file": (BytesIO(b"x" * 20_000), "large.bin")}, status=413)
    assert page.heading == "That is too large"
    client.client.delete_cookie(TOKEN_COOKIE)
    client.post("/users/new", {"file": (BytesIO(b"x" * 20_000), "large.bin")}, status=413)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_a_method_that_a_page_does_not_know_is_refused(visitor: PageClient, method: str) -> None:
    assert getattr(visitor.client, method)("/sign-in").status_code == 405


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError("candidate", "x1"), 404),
        (ConflictError("The draft was saved by another tab. Open it anew."), 409),
        (InvalidError({"title": "Enter a title"}), 422),
        (ValueError("a mistake in the program"), 500),
    ],
)
def test_errors_become_pages_that_say_what_to_do(app: Flask, error: Exception, status: int) -> None:
    def fail() -> str:
        raise error

    app.add_url_rule("/fails", "fails", open_to_all(fail))
    page = PageClient(app).get("/fails", status=status)
    assert str(error) in page.words or not isinstance(error, ProductError) or status == 422
    if status == 500:
        assert "a mistake in the program" not in page.html
        assert "Reference" in page.words


def test_a_view_that_declares_no_access_is_closed_to_everybody(app: Flask, signed_in: SignedIn) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    PageClient(app).get("/forgotten", status=403)
    signed_in(*Role, name="everything").get("/forgotten", status=403)


@pytest.fixture(params=["sqlite", "postgresql"])
def dead_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Yield an office whose database is down, of either kind."""
    gone = tmp_path / "gone"
    kinds = {
        "sqlite": f"sqlite:///{gone}/riskapp.sqlite",
        "postgresql": "postgresql://nobody@127.0.0.1:1/gone",
    }
    database = Database(kinds[request.param])
    shutil.rmtree(gone, ignore_errors=True)
    yield Office(
        database=database,
        files=FileStore(tmp_path / "files"),
        keyring=Keyring(tmp_path / "log", counting(40)),
        seal=Seal(OwnKey(tmp_path / "log" / "seal.pem", "riskapp", Clock())),
        passwords=Passwords(memory_kib=8, passes=1),
        now=Clock(),
        new_id=counting(32),
        new_secret=counting(40),
    )
    database.dispose()


def test_without_its_database_the_service_says_so_calmly(dead_office: Office, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url="set by the office")
    app = create_app(Product(dead_office, settings), secret_key="a key for tests")
    client = PageClient(app)
    assert client.get("/healthz", status=503).response.get_json()["database"] == "not reachable"
    client.get("/sign-in")
    client.client.set_cookie(TOKEN_COOKIE, "a token")
    sent = {"name": "ada", "password": "four words make one"}
    typed = {"title": "Code", "purpose": "Complete it."}
    kept = client.post("/contexts/new", typed, status=503, headers=HERE)
    assert kept.value("purpose") == "Complete it."
    assert [words_in(each) for each in kept.all("button")][-1] == "Send again"
    for page in (client.get("/assessments", status=503), client.post("/sign-in", sent, status=503), kept):
        assert page.heading == "The service cannot reach its data"
        assert page.response.headers["Retry-After"] == "30"
    client.client.delete_cookie(TOKEN_COOKIE)
    client.get("/sign-in")


def test_without_its_folder_the_writers_of_the_embedded_database_are_told_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/gone/riskapp.sqlite")
    shutil.rmtree(tmp_path / "gone")
    for _ in range(2):
        with pytest.raises(UNREACHABLE), database.writing():
            pass
    database.dispose()
