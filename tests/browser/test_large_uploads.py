"""A file that is too large is told so where it is noticed: in the browser, by its page, or by the server."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from waitress import wasyncore

from riskapp.cli.server import listen
from riskapp.domain.authority import Role
from riskapp.services.work import Office
from riskapp.settings import Settings
from riskapp.web.app import create_app
from riskapp.web.product import Product
from tests.assessment_builders import an_assessment
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import faults_in_browser
from tests.cli.test_serve import free_port

LIMIT = 100_000
FOR_ITS_PAGE = 150_000
FOR_THE_SERVER = 9_000_000


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def address(office: Office, tmp_path: Path, port: int) -> Iterator[str]:
    """Return the address of the service, taken in as `riskapp serve` takes in."""
    settings = Settings(data=tmp_path, database_url="set by the office", upload_limit=LIMIT, port=port)
    app = create_app(Product(office, settings), secret_key="a key for tests")
    sockets: dict[int, object] = {}
    server = listen(app, settings, port=port, sockets=sockets)
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            wasyncore.loop(timeout=0.1, map=sockets, count=1)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    stop.set()
    thread.join()
    server.task_dispatcher.shutdown()
    wasyncore.close_all(sockets)


def fill_in(window: OpenWindow, office: Office, *, size: int, scripts: bool) -> Page:
    """Open the form for a file as a lead, type a title and choose a text of this size."""
    opened = an_assessment(office)
    page = window(Role.LEAD_ASSESSOR, scripts=scripts)
    page.goto(f"/assessments/{opened.id}/evidence/new?form=file")
    expect(page.get_by_text("Up to 100 kB")).to_be_visible()
    page.get_by_label("Title").fill("Model card")
    file = FilePayload(name="large.txt", mimeType="text/plain", buffer=b"x" * size)
    page.get_by_label("File").set_input_files(file)
    return page


def test_the_browser_names_it_before_it_travels(window: OpenWindow, office: Office) -> None:
    page = fill_in(window, office, size=FOR_THE_SERVER, scripts=True)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    expect(page.get_by_role("alert")).to_have_text(
        "“large.txt” is larger than 100 kB; choose a smaller file, or its main part"
    )
    page.get_by_role("button", name="Add").click()
    assert not faults_in_browser(page)
    assert "POST" not in sent
    expect(page.get_by_label("Title")).to_have_value("Model card")


def test_its_page_refuses_it_with_what_was_typed(window: OpenWindow, office: Office) -> None:
    page = fill_in(window, office, size=FOR_ITS_PAGE, scripts=False)
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#error-summary")).to_contain_text("is larger than 100 kB")
    expect(page.get_by_label("Title")).to_have_value("Model card")


def test_the_server_takes_it_to_its_end_so_that_the_answer_is_read(
    window: OpenWindow, office: Office
) -> None:
    page = fill_in(window, office, size=FOR_THE_SERVER, scripts=False)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("That is too large")
    expect(page.get_by_text("take a file of at most 100 kB")).to_be_visible()


def test_the_connection_goes_on_after_a_body_that_was_thrown_away(address: str, port: int) -> None:
    assert address.endswith(str(port))
    head = f"POST /sign-in HTTP/1.1\r\nHost: here\r\nContent-Length: {FOR_THE_SERVER}\r\n"
    after = b"GET /sign-in HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n")
        line.sendall(b"x" * FOR_THE_SERVER + after)
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    refused, welcomed = answer.split(b"HTTP/1.1 ")[1:]
    assert refused.startswith(b"413")
    assert b"That is too large" in refused
    assert welcomed.startswith(b"200")


def test_enter_adds_and_another_form_keeps_what_was_typed(window: OpenWindow, office: Office) -> None:
    opened = an_assessment(office)
    page = window(Role.LEAD_ASSESSOR, scripts=False)
    page.goto(f"/assessments/{opened.id}/evidence/new")
    page.get_by_label("Title").fill("A look")
    page.get_by_label("Who says it").select_option("own_test")
    page.get_by_role("button", name="A note").click()
    expect(page.get_by_role("button", name="A note")).to_have_attribute("aria-current", "page")
    page.get_by_label("Note", exact=True).fill("Seen.")
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("“A look”, is added")
