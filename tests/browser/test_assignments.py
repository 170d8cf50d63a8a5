"""Assigning several assessments in a real browser, with the keyboard alone."""

import pytest
from playwright.sync_api import expect

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.assessment_builders import an_assessment
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, follow, listen
from tests.builders import person


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
def test_several_assessments_are_assigned_at_once(
    window: OpenWindow, office: Office, size: tuple[int, int]
) -> None:
    page = window(Role.LEAD_ASSESSOR, size=size)
    bert = person(office, "bert", Role.ASSESSOR)
    an_assessment(office, assessor=bert)
    an_assessment(office)
    an_assessment(office)
    complaints = listen(page)
    page.goto("/assessments")
    follow(page.get_by_role("link", name="Assign several at once"))
    assert not faults_in_browser(page)
    for reference in ("RA-0003", "RA-0002"):
        page.get_by_role("checkbox", name=reference).focus()
        page.keyboard.press("Space")
    page.get_by_label("Assessor", exact=True).focus()
    page.keyboard.type("Bert")
    page.get_by_role("button", name="Assign what is ticked").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Assigned: RA-0003, RA-0002.")
    page.get_by_role("checkbox", name="RA-0001").check()
    page.get_by_label("Assessor", exact=True).select_option("Bert")
    page.get_by_role("button", name="Assign what is ticked").click()
    expect(page.get_by_role("row", name="RA-0001")).to_contain_text("one of its assessors already")
    assert not faults_in_browser(page)
    assert not [each for each in complaints if "409" not in each]
