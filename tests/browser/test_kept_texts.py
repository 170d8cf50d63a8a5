"""What was typed outlives a lost line, a lapsed sign-in and a closed tab, in the browser of who typed it."""

import json

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import insert

from riskapp.domain.authority import Role
from riskapp.services.sheets import submit_sheet
from riskapp.services.users import add_user
from riskapp.services.work import Office
from riskapp.storage.sheets import drafts
from riskapp.storage.tables import assignment
from tests.assessment_builders import FULL, Opened, actor_called, save
from tests.browser.conftest import PASSWORD, OpenWindow, sign_in
from tests.browser.inspection import faults_in_browser
from tests.browser.test_sheets import ASSESSOR, SESSION, residency, sit_down, typed
from tests.builders import new_user

UNSAVED = "1 criterion is not saved"


def write(page: Page, text: str) -> None:
    residency(page).get_by_label("Rationale").fill(text)
    residency(page).get_by_label("Rationale").press("Tab")


def lose_the_line(page: Page, text: str) -> None:
    """Type offline until the page says that it is not saved, and close the tab."""
    page.context.set_offline(True)
    write(page, text)
    expect(page.locator("#sheet-state")).to_contain_text(UNSAVED)


def let_sign_in_lapse(context: BrowserContext) -> None:
    context.clear_cookies(name=SESSION)


def kept_in(page: Page) -> list[str]:
    stored: str = page.evaluate("JSON.stringify(Object.values(localStorage))")
    return [str(each) for each in json.loads(stored)]


def also_assign(office: Office, opened: Opened, name: str) -> None:
    """Give a second person a sheet of their own in the same assessment."""
    user_id = add_user(office, None, new_user(name, Role.ASSESSOR, password=PASSWORD))
    with office.work(None) as unit:
        row = {"assessment_id": opened.id, "user_id": user_id, "assigned_at": unit.at}
        unit.connection.execute(insert(assignment), row | {"assigned_by": opened.lead.id})
        unit.record("test.assigned", subject=("assessment", opened.id))
        unit.commit()


def test_a_tab_that_was_closed_offline_gives_its_text_back_and_saves_it(
    window: OpenWindow, office: Office
) -> None:
    page, opened = sit_down(window, office)
    lose_the_line(page, "Typed on a train.")
    address = page.url
    page.close()
    again = page.context.new_page()
    again.context.set_offline(False)
    again.goto(address.replace("security", "cost"))
    waiting = again.get_by_role("region", name="Not saved")
    expect(waiting).to_be_visible()
    assert not faults_in_browser(again)
    waiting.get_by_role("link", name="Data residency").click()
    expect(residency(again).get_by_label("Rationale")).to_have_value("Typed on a train.")
    expect(again.locator("#sheet-state")).to_have_text("Everything is saved")
    assert typed(office, opened)["rationale"] == "Typed on a train."
    assert kept_in(again) == []


def test_a_reload_after_the_sign_in_lapsed_loses_nothing(window: OpenWindow, office: Office) -> None:
    page, opened = sit_down(window, office)
    address = page.url
    let_sign_in_lapse(page.context)
    write(page, "Typed after lunch.")
    expect(residency(page).get_by_role("status")).to_contain_text("you are signed out")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    other = page.context.new_page()
    sign_in(other, ASSESSOR)
    other.goto(address)
    expect(other.locator("#sheet-state")).to_have_text("Everything is saved")
    assert typed(office, opened)["rationale"] == "Typed after lunch."


def test_whoever_else_signs_in_on_the_same_browser_sees_nothing_of_it(
    window: OpenWindow, office: Office
) -> None:
    page, opened = sit_down(window, office)
    also_assign(office, opened, "bert")
    let_sign_in_lapse(page.context)
    write(page, "Ada's secret.")
    expect(residency(page).get_by_role("status")).to_contain_text("you are signed out")
    other = page.context.new_page()
    sign_in(other, "bert")
    other.goto(page.url)
    expect(residency(other).get_by_label("Rationale")).to_have_value("")
    assert "secret" not in other.content()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(residency(page).get_by_role("status")).to_contain_text("Somebody else has signed in")
    with office.reading() as connection:
        bert = actor_called(office, "bert")
        assert drafts(connection, opened.id, bert.id) == {}
    other.goto("/account")
    other.get_by_role("button", name="Sign out").click()
    sign_in(other, ASSESSOR)
    other.goto(page.url)
    expect(other.locator("#sheet-state")).to_have_text("Everything is saved")
    assert typed(office, opened)["rationale"] == "Ada's secret."


def test_two_tabs_that_lost_the_line_come_back_as_a_choice_with_both_texts(
    window: OpenWindow, office: Office
) -> None:
    page, opened = sit_down(window, office)
    address = page.url
    second = page.context.new_page()
    second.goto(address)
    lose_the_line(page, "The first tab says so.")
    write(second, "The second tab says no.")
    expect(second.locator("#sheet-state")).to_contain_text(UNSAVED)
    page.close()
    second.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(address)
    conflict = residency(again).get_by_role("group", name="was changed elsewhere")
    expect(conflict).to_contain_text("The first tab says so.")
    expect(conflict).to_contain_text("The second tab says no.")
    expect(conflict.locator("del").first).to_contain_text("first")
    assert not faults_in_browser(again)
    conflict.get_by_role("button", name="Take what was saved").click()
    expect(again.locator("#sheet-state")).to_have_text("Everything is saved")
    assert typed(office, opened)["rationale"] == "The first tab says so."
    assert kept_in(again) == []


def test_a_kept_text_never_overwrites_what_was_saved_meanwhile(window: OpenWindow, office: Office) -> None:
    page, opened = sit_down(window, office)
    address = page.url
    lose_the_line(page, "From the train.")
    page.close()
    save(office, opened, "residency", {"rationale": "From the phone."})
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(address)
    conflict = residency(again).get_by_role("group", name="was changed elsewhere")
    expect(conflict).to_contain_text("From the phone.")
    assert typed(office, opened)["rationale"] == "From the phone."
    conflict.get_by_role("button", name="Keep what is here").click()
    expect(again.locator("#sheet-state")).to_have_text("Everything is saved")
    assert typed(office, opened)["rationale"] == "From the train."


def test_a_text_that_came_too_late_for_its_sheet_can_still_be_copied(
    window: OpenWindow, office: Office
) -> None:
    page, opened = sit_down(window, office)
    lose_the_line(page, "Too late by an hour.")
    page.close()
    save(office, opened, "residency", FULL["residency"])
    submit_sheet(office, opened.assessor, opened.id)
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(f"/assessments/{opened.id}/sheet/security")
    late = again.get_by_role("region", name="Not saved")
    expect(late).to_contain_text("Too late by an hour.")
    assert not faults_in_browser(again)
    late.get_by_role("button", name="Remove them from this browser").click()
    expect(late).to_be_hidden()
    assert kept_in(again) == []
