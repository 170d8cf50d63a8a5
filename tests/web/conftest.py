"""The application over a fresh database, and visitors of every kind."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from riskapp.domain.authority import Role
from riskapp.services.users import NewUser, add_user
from riskapp.services.work import Office
from riskapp.settings import Settings
from riskapp.web.app import create_app
from riskapp.web.product import Product
from tests.web.page_client import PageClient

PASSWORD = "correct horse battery staple"

SignedIn = Callable[..., PageClient]


@pytest.fixture
def app(office: Office, tmp_path: Path) -> Flask:
    settings = Settings(data=tmp_path, database_url="set by the office")
    return create_app(Product(office, settings), secret_key="a key for tests")


@pytest.fixture
def visitor(app: Flask) -> PageClient:
    """Return the client of somebody who is not signed in."""
    return PageClient(app)


@pytest.fixture
def signed_in(app: Flask, office: Office) -> SignedIn:
    """Return a function that adds a user with these roles and returns their client, signed in."""

    def sign_in(*roles: Role, name: str = "") -> PageClient:
        sign_in_name = name or "-".join(role.value for role in roles) or "nobody"
        add_user(
            office,
            None,
            NewUser(
                sign_in_name=sign_in_name,
                display_name=sign_in_name.replace("-", " ").title(),
                roles=frozenset(roles),
                password=PASSWORD,
            ),
        )
        client = PageClient(app)
        client.get("/sign-in")
        client.post("/sign-in", {"name": sign_in_name, "password": PASSWORD})
        client.get("/account")
        return client

    return sign_in
