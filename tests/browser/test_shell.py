import pytest
from playwright.sync_api import expect

from riskapp.domain.authority import Role
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, PHONE, ZOOMED, faults_in_browser, listen

PAGES = ("/", "/account", "/users", "/users/new")


@pytest.mark.parametrize("size", [DESKTOP, ZOOMED, PHONE, NARROW])
def test_the_pages_of_the_shell_are_open_to_everybody_at_every_size(
    window: OpenWindow, size: tuple[int, int]
) -> None:
    page = window(*Role, size=size)
    complaints = listen(page)
    for path in PAGES:
        page.goto(path)
        assert not faults_in_browser(page), path
    assert not complaints


def test_the_page_that_asks_to_sign_in_is_open_to_everybody(window: OpenWindow) -> None:
    for size in (DESKTOP, NARROW):
        page = window(size=size)
        page.goto("/")
        assert not faults_in_browser(page)


def test_a_form_with_problems_takes_the_reader_to_their_list_and_on_to_the_field(window: OpenWindow) -> None:
    page = window(Role.ADMINISTRATOR)
    page.goto("/users/new")
    page.get_by_label("Sign-in name").fill("grace")
    page.get_by_role("button", name="Add user").click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert not faults_in_browser(page)
    page.locator("#error-summary a").first.click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.get_by_label("Sign-in name")).to_have_value("grace")


def test_the_menu_folds_on_a_phone_and_says_so(window: OpenWindow) -> None:
    page = window(Role.ADMINISTRATOR, size=PHONE)
    menu = page.get_by_role("button", name="Menu")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#navigation")).to_be_hidden()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Users").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Users")


def test_everything_works_without_scripts(window: OpenWindow) -> None:
    page = window(Role.ADMINISTRATOR, size=PHONE, scripts=False)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Users").click()
    page.get_by_role("link", name="Add a user").click()
    page.get_by_label("Name", exact=True).fill("Grace Hopper")
    page.get_by_label("Sign-in name").fill("grace")
    page.get_by_label("Auditor").check()
    page.get_by_label("First password").fill("a long first pass phrase")
    page.get_by_role("button", name="Add user").click()
    expect(page.get_by_role("status")).to_contain_text("Grace Hopper is added")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_keyboard_reaches_the_content_first(window: OpenWindow) -> None:
    page = window(Role.ADMINISTRATOR)
    page.goto("/users")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
