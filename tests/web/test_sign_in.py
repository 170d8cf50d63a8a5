from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from riskapp.settings import Settings
from riskapp.storage.log import entries, latest_entry
from riskapp.storage.tables import log_entry
from riskapp.web.app import create_app
from riskapp.web.product import Product
from riskapp.web.security import DEVICE_COOKIE, TOKEN_COOKIE, local_address
from tests.conftest import Clock
from tests.web.conftest import PASSWORD, SignedIn
from tests.web.page_client import Page, PageClient


def test_whoever_is_not_signed_in_is_asked_to_and_then_led_on(
    visitor: PageClient, signed_in: SignedIn
) -> None:
    signed_in(Role.ADMINISTRATOR, name="ada")
    asked = visitor.get("/users?state=active", status=302)
    form = visitor.follow(asked)
    assert form.heading == "Sign in"
    answer = visitor.post("/sign-in", {"name": "ada", "password": PASSWORD, "next": form.value("next")})
    assert answer.location == "/users?state=active"
    assert visitor.follow(answer).heading == "Users"


def test_what_was_known_of_the_forms_before_a_sign_in_is_worth_nothing_after_it(
    visitor: PageClient, signed_in: SignedIn
) -> None:
    signed_in(Role.ADMINISTRATOR, name="ada")
    before = visitor.get("/sign-in").value("csrf_token")
    visitor.post("/sign-in", {"name": "ada", "password": PASSWORD})
    page = visitor.post("/users/new", {"display_name": "Eve"}, token=before, status=400)
    assert page.heading == "Please send this again"


def test_strangers_cannot_keep_a_person_from_signing_in_where_they_did_before(
    visitor: PageClient, signed_in: SignedIn, app: Flask
) -> None:
    client = signed_in(Role.AUDITOR, name="ada")
    client.post("/sign-out")
    visitor.get("/sign-in")
    for _ in range(5):
        visitor.post("/sign-in", {"name": "ada", "password": "not this one"}, status=422)
    page = visitor.post("/sign-in", {"name": "ada", "password": PASSWORD}, status=422)
    assert page.problems == ["Too many sign-ins have failed. Wait 15 minutes, then try again."]
    forged = PageClient(app)
    forged.client.set_cookie(DEVICE_COOKIE, "WyJ4IiwieSJd.made-up", path="/sign-in")
    forged.get("/sign-in")
    forged.post("/sign-in", {"name": "ada", "password": PASSWORD}, status=422)
    client.get("/sign-in")
    client.post("/sign-in", {"name": "ada", "password": PASSWORD})


def test_signing_in_without_a_destination_leads_to_the_first_page(signed_in: SignedIn) -> None:
    client = signed_in(Role.AUDITOR)
    assert client.get("/").status == 200
    assert client.get("/sign-in", status=302).location == "/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "\\\\example.org",
        "javascript:alert(1)",
        "/\t/example.org",
        "/%0a//x\n//example.org",
        "example.org",
        "",
    ],
)
def test_signing_in_leads_to_no_other_site(visitor: PageClient, signed_in: SignedIn, elsewhere: str) -> None:
    signed_in(Role.ADMINISTRATOR, name="ada")
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", {"name": "ada", "password": PASSWORD, "next": elsewhere})
    assert answer.location == "/"


def test_a_local_address_keeps_its_query() -> None:
    assert local_address("/assessments?page=2&stage=in-review") == "/assessments?page=2&stage=in-review"


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(
    visitor: PageClient, signed_in: SignedIn
) -> None:
    signed_in(Role.ADMINISTRATOR, name="ada")
    visitor.get("/sign-in")
    wrong = visitor.post("/sign-in", {"name": "ada", "password": "not this one"}, status=422)
    unknown = visitor.post("/sign-in", {"name": "eve", "password": "not this one"}, status=422)
    assert wrong.problems
    assert wrong.problems == unknown.problems
    assert wrong.value("name") == "ada"
    assert "not this one" not in wrong.html


def test_an_empty_sign_in_says_which_fields_are_missing(visitor: PageClient) -> None:
    visitor.get("/sign-in")
    page = visitor.post("/sign-in", {"name": " ", "password": ""}, status=422)
    assert page.problems == ["Enter your sign-in name", "Enter your password"]


def test_the_token_is_out_of_reach_of_scripts_and_of_other_sites(signed_in: SignedIn) -> None:
    client = signed_in(Role.ASSESSOR, name="sam")
    client.client.delete_cookie(TOKEN_COOKIE)
    client.get("/sign-in")
    answer = client.post("/sign-in", {"name": "sam", "password": PASSWORD})
    cookie = next(
        value for value in answer.response.headers.getlist("Set-Cookie") if value.startswith(TOKEN_COOKIE)
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_tls_every_cookie_is_for_tls_only(signed_in: SignedIn, office: Office, tmp_path: Path) -> None:
    signed_in(Role.ASSESSOR, name="sam")
    settings = Settings(data=tmp_path, database_url="set by the office", secure_cookies=True)
    client = create_app(Product(office, settings), secret_key="a key for tests").test_client()
    over_tls = {"wsgi.url_scheme": "https"}
    form = client.get("/sign-in", environ_overrides=over_tls)
    typed = {"csrf_token": Page(form).value("csrf_token"), "name": "sam", "password": PASSWORD}
    here = {"Referer": "https://localhost/sign-in"}
    entered = client.post("/sign-in", data=typed, headers=here, environ_overrides=over_tls)
    assert entered.status_code == 303
    cookies = [*form.headers.getlist("Set-Cookie"), *entered.headers.getlist("Set-Cookie")]
    assert {each.partition("=")[0] for each in cookies} == {"riskapp_page", TOKEN_COOKIE, DEVICE_COOKIE}
    assert all({"Secure", "HttpOnly", "SameSite=Lax"} <= set(each.split("; ")) for each in cookies)


def test_signing_out_ends_the_session_on_the_server(signed_in: SignedIn) -> None:
    client = signed_in(Role.AUDITOR)
    kept = client.client.get_cookie(TOKEN_COOKIE)
    assert kept
    client.get("/")
    page = client.follow(client.post("/sign-out"))
    assert page.notices == ["You are signed out."]
    client.client.set_cookie(TOKEN_COOKIE, kept.value)
    assert client.get("/", status=302).location.startswith("/sign-in")


def test_a_refusal_of_a_page_is_in_the_log(signed_in: SignedIn, office: Office) -> None:
    client = signed_in(Role.ASSESSOR)
    page = client.get("/users", status=403)
    assert page.heading == "You may not open this page"
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    assert entry.action == "access.refused"
    assert entry.body["details"]["path"] == "/users"


def test_asking_again_and_again_for_what_is_closed_does_not_fill_the_log(
    signed_in: SignedIn, office: Office, clock: Clock
) -> None:
    client = signed_in(Role.ASSESSOR)

    def refused() -> list[str]:
        with office.reading() as connection:
            query = select(log_entry).where(log_entry.c.action == "access.refused")
            return [each.body["details"]["path"] for each in entries(connection, query)]

    for _ in range(3):
        client.get("/users", status=403)
        client.post("/users/new", status=403)
    assert refused() == ["/users", "/users/new"]
    for number in range(25):
        client.get(f"/users/{number}", status=403)
    assert len(refused()) == 20
    with office.reading() as connection:
        newest = latest_entry(connection)
    assert newest
    assert newest.body["details"]["further"] == "not recorded within the hour"
    clock.advance(hours=1)
    client.get("/users", status=403)
    assert refused()[20:] == ["/users"]


def test_people_change_their_own_password(signed_in: SignedIn, app: Flask) -> None:
    client = signed_in(Role.ASSESSOR, name="sam")
    client.get("/account")
    new = "another long pass phrase"
    page = client.post("/account/password", {"present": PASSWORD, "password": new, "repeated": new})
    assert client.follow(page).notices == ["Your password is changed."]
    again = PageClient(app)
    again.get("/sign-in")
    again.post("/sign-in", {"name": "sam", "password": new})


def test_a_password_is_not_changed_without_the_present_one(signed_in: SignedIn) -> None:
    client = signed_in(Role.ASSESSOR)
    client.get("/account")
    typed = {"present": "", "password": "another long pass phrase", "repeated": "yet another pass phrase"}
    page = client.post("/account/password", typed, status=422)
    assert page.problems == [
        "Enter your present password",
        "The two new passwords differ; enter the same one twice",
    ]
    new = "another long pass phrase"
    client.post("/account/password", {"present": "wrong", "password": new, "repeated": new}, status=422)
