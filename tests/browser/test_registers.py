"""The pages of candidates, contexts, facts and rubrics as people meet them, on every screen."""

import pytest
from playwright.sync_api import Page, expect

from riskapp.domain.authority import Role
from riskapp.domain.candidate import Route
from riskapp.services.candidates import add_candidate, revise_candidate
from riskapp.services.contexts import add_context
from riskapp.services.facts import correct_fact, import_facts
from riskapp.services.rubrics import publish_shipped
from riskapp.services.work import Office
from riskapp.storage.rubrics import release_summaries
from tests.browser.conftest import OpenWindow
from tests.browser.inspection import DESKTOP, NARROW, faults_in_browser, listen
from tests.registers import candidate, context, fact

LONG = (
    "Prefill on 4 nodes with 32 GPUs each; https://an.example/address-without-any-place-to-break-" + "x" * 60
)


def filled(office: Office) -> list[str]:
    """Fill the registers and return the addresses of their pages."""
    publish_shipped(office)
    candidate_id = add_candidate(office, None, candidate(version="sha256-" + "0f" * 32))
    revise_candidate(office, None, candidate_id, candidate(note=LONG), seen=1)
    context_id = add_context(office, None, context(purpose=LONG))
    here = {"route": Route.CLOUD_HOST, "host": "Example Cloud", "dimension": "cost"}
    rows = [
        fact(),
        fact(value="61.2", source_title="Independent test"),
        fact(**here, metric="Hardware", value=LONG, unit="text"),
        fact(**here, metric="Price", value="3", as_of="2024-12..2025-02", url=""),
    ]
    first, *_ = import_facts(office, None, rows, source="a list")
    fact_id = correct_fact(office, None, first, fact(value="66", note=LONG), reason="Misread.")
    with office.reading() as connection:
        rubrics = [f"/rubrics/{each.id}" for each in release_summaries(connection)]
    return [
        *(f"/{kind}" for kind in ("candidates", "contexts", "facts", "rubrics")),
        *(f"/{kind}/new" for kind in ("candidates", "contexts", "facts")),
        f"/candidates/{candidate_id}",
        f"/candidates/{candidate_id}/edit",
        f"/contexts/{context_id}",
        f"/facts/{fact_id}",
        f"/facts/{fact_id}/correct",
        *rubrics,
    ]


@pytest.mark.parametrize("size", [DESKTOP, NARROW])
def test_the_registers_are_open_to_everybody_at_every_size(
    window: OpenWindow, office: Office, size: tuple[int, int]
) -> None:
    page = window(*Role, size=size)
    complaints = listen(page)
    for path in filled(office):
        page.goto(path)
        assert not faults_in_browser(page), path
    assert not complaints


def fill_candidate(page: Page) -> None:
    for label, text in (
        ("Developer", "DeepSeek"),
        ("Country of the developer", "cn"),
        ("Model", "DeepSeek-R1"),
        ("Exact version", "2025-01-20"),
        ("Licence or terms", "MIT"),
        ("Host", "own machines"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Open", exact=True).check()


def test_a_candidate_is_added_on_a_phone_without_scripts(window: OpenWindow) -> None:
    page = window(Role.LEAD_ASSESSOR, size=NARROW, scripts=False)
    page.goto("/candidates")
    page.get_by_role("link", name="Add a candidate").click()
    fill_candidate(page)
    page.get_by_role("button", name="Add candidate").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("Model", exact=True)).to_have_value("DeepSeek-R1")
    page.get_by_label("Self-hosted").check()
    page.get_by_role("button", name="Add candidate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("DeepSeek-R1 (2025-01-20) on own machines")


def test_a_reader_of_a_rubric_is_led_from_the_contents_to_a_criterion(
    window: OpenWindow, office: Office
) -> None:
    publish_shipped(office)
    page = window(Role.ASSESSOR)
    page.goto("/rubrics")
    page.get_by_role("link", name="Risk of buying or hosting a language model").click()
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Jailbreak resistance").click()
    expect(page.get_by_role("heading", name="Jailbreak resistance")).to_be_in_viewport()


def test_a_clash_of_two_revisions_shows_both_and_loses_nothing(window: OpenWindow, office: Office) -> None:
    candidate_id = add_candidate(office, None, candidate())
    page = window(Role.LEAD_ASSESSOR)
    page.goto(f"/candidates/{candidate_id}/edit")
    page.get_by_label("Licence or terms").fill("Mine of 2026")
    revise_candidate(office, None, candidate_id, candidate(licence="Theirs of 2026"), seen=1)
    page.get_by_role("button", name="Save revision").click()
    clash = page.get_by_role("alert")
    expect(clash).to_contain_text("Somebody else has saved in the meantime")
    expect(clash.get_by_role("row", name="Licence or terms")).to_contain_text("Theirs of 2026")
    expect(page.get_by_label("Licence or terms")).to_have_value("Mine of 2026")
    assert not faults_in_browser(page)
    page.get_by_role("button", name="Save revision").click()
    expect(page.get_by_role("status")).to_contain_text("Revision 3 is recorded.")
