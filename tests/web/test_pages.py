import pytest
from flask import Flask

from riskapp.domain.authority import Role
from riskapp.web.navigation import PLACES
from tests.web.conftest import SignedIn
from tests.web.page_client import PageClient, words_in


@pytest.mark.parametrize("role", Role)
def test_the_first_page_greets_every_role_with_what_waits(signed_in: SignedIn, role: Role) -> None:
    assert signed_in(role).get("/").heading == "What waits for you"


@pytest.mark.parametrize("role", Role)
def test_the_navigation_leads_only_where_the_visitor_may_go(signed_in: SignedIn, role: Role) -> None:
    client = signed_in(role)
    navigation = client.get("/").all("nav", aria_label="Main")[0]
    for item in navigation.iter("li"):
        for link in item.iter("a"):
            client.get(link.get("href", ""))


def test_the_present_page_is_marked(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    marked = [link for link in client.get("/users").all("a") if link.get("aria-current")]
    assert [(words_in(link), link.get("aria-current")) for link in marked] == [("Users", "page")]
    marked = [link for link in client.get("/users/new").all("a") if link.get("aria-current")]
    assert [(words_in(link), link.get("aria-current")) for link in marked] == [("Users", "true")]


def test_every_place_of_the_navigation_exists(app: Flask) -> None:
    assert {place.endpoint for place in PLACES} <= set(app.view_functions)


def test_a_visitor_who_is_not_signed_in_sees_no_navigation(visitor: PageClient) -> None:
    assert not visitor.get("/sign-in").all("nav", aria_label="Main")


def test_the_service_says_that_it_is_well(visitor: PageClient) -> None:
    report = visitor.get("/healthz").response.get_json()
    assert report["status"] == "ok"
    assert report["database"] == "reachable"
    assert report["schema"] == "current"
