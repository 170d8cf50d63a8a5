"""From a comparison to other weights and to what to ask next, with a keyboard, a phone and without script."""

import pytest
from playwright.sync_api import expect

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, listen
from tests.web.test_comparisons import three


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
def test_a_comparison_leads_to_other_weights_and_to_questions_without_script(
    window: OpenWindow, office: Office, size: tuple[int, int]
) -> None:
    three(office)
    inspected = window(Role.LEAD_ASSESSOR, size=size)
    complaints = listen(inspected)
    page = window(Role.LEAD_ASSESSOR, size=size, scripts=False)
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", name="How far the order holds")).to_be_visible()
    addresses = [page.url]
    page.get_by_role("textbox", name="Cost").fill("90")
    page.get_by_role("textbox", name="Security").fill("10")
    page.locator("form", has=page.get_by_role("textbox", name="Cost")).get_by_role("button").click()
    first = page.locator("#trial tbody tr").first
    expect(first).to_contain_text("Cheap")
    addresses.append(page.url)
    page.get_by_role("link", name="Comparison", exact=True).click()
    page.get_by_role("link", name="Questions about Dark").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What to find out next about Dark")
    addresses.append(page.url)
    for address in addresses:
        inspected.goto(address)
        for each in inspected.locator("details").all():
            each.evaluate("element => { element.open = true; }")
        assert not faults_in_browser(inspected)
    assert not complaints


def test_with_script_the_order_follows_what_is_typed_and_the_link_holds_it(
    window: OpenWindow, office: Office
) -> None:
    three(office)
    page = window(Role.LEAD_ASSESSOR)
    complaints = listen(page)
    page.goto("/compare")
    page.get_by_role("textbox", name="Security").fill("0.5")
    expect(page.locator("#trial tbody tr").first).to_contain_text("Cheap")
    assert not faults_in_browser(page)
    page.goto(page.url)
    expect(page.get_by_role("textbox", name="Security")).to_have_value("0.5")
    expect(page.locator("#trial tbody tr").first).to_contain_text("Cheap")
    assert not complaints
