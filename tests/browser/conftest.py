"""A real browser, one per worker, and the service as it is served, on a port of its own."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress import create_server, wasyncore

from riskapp.domain.authority import Role
from riskapp.services.users import NewUser, add_user
from riskapp.services.work import Office
from riskapp.settings import Settings
from riskapp.web.app import create_app
from riskapp.web.product import Product
from tests.browser.inspection import DESKTOP, follow, open_window

PASSWORD = "correct horse battery staple"

OpenWindow = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the one browser of this worker; run as root it cannot build its sandbox."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine and yield its address."""
    channels: dict[int, object] = {}
    stop = threading.Event()
    server = create_server(app, map=channels, host="127.0.0.1", port=0, threads=4)

    def run() -> None:
        while not stop.is_set():
            wasyncore.loop(timeout=0.1, map=channels, count=1)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        stop.set()
        thread.join()
        server.task_dispatcher.shutdown()
        wasyncore.close_all(channels)


@pytest.fixture
def database_url(sqlite_template: bytes, tmp_path: Path) -> str:
    """Return the address of a fresh embedded database: what the browser sees does not depend on the kind."""
    path = tmp_path / "riskapp.sqlite"
    path.write_bytes(sqlite_template)
    return f"sqlite:///{path}"


@pytest.fixture
def address(office: Office, tmp_path: Path) -> Iterator[str]:
    """Return the address of the service over a fresh database."""
    settings = Settings(data=tmp_path, database_url="set by the office")
    with serving(create_app(Product(office, settings), secret_key="a key for tests")) as served:
        yield served


@pytest.fixture
def window(chromium: Browser, address: str, office: Office) -> Iterator[OpenWindow]:
    """Return a function that opens a window: signed in with these roles, or as nobody."""
    contexts: list[BrowserContext] = []

    def open_for(*roles: Role, size: tuple[int, int] = DESKTOP, scripts: bool = True) -> Page:
        context = open_window(chromium, address, size, scripts=scripts)
        contexts.append(context)
        page = context.new_page()
        if roles:
            name = f"user-{len(contexts)}"
            new = NewUser(
                sign_in_name=name, display_name="Dana Okafor", roles=frozenset(roles), password=PASSWORD
            )
            add_user(office, None, new)
            sign_in(page, name)
        return page

    yield open_for
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Sign in through the form, as people do."""
    page.goto("/sign-in")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(password)
    follow(page.get_by_role("button", name="Sign in"))
