"""The pages of the candidates: found, read, added, revised."""

from datetime import date

import pytest

from riskapp.domain.authority import Role
from riskapp.domain.candidate import Route
from riskapp.domain.fact import Fact
from riskapp.services.candidates import add_candidate, revise_candidate
from riskapp.services.dossiers import dossier
from riskapp.services.facts import import_facts
from riskapp.services.work import Office
from tests.assessment_builders import a_submitted_assessment
from tests.registers import candidate, fact
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, PageClient, words_in

TYPED = {
    "developer": "Acme",
    "developer_country": "US",
    "model": "Acme Large",
    "version": "2025-08-01",
    "weights": "closed",
    "licence": "Terms of service of 2025",
    "route": "cloud-host",
    "host": "Example Cloud",
    "hosting_countries": "us; DE",
    "retires_on": "2027-01-31",
    "note": "Two lines.\r\nThe second.",
}


def rows(page: Page) -> list[str]:
    return [words_in(link) for row in page.all("tbody") for head in row.iter("th") for link in head.iter("a")]


def section(page: Page, name: str) -> str:
    """Return the words of the table that follows a heading of this id, or "" where there is none."""
    tables = {words_in(table.findall("caption")[0]): words_in(table) for table in page.all("table")}
    return tables.get(name, "")


def test_a_lead_adds_a_candidate_that_everybody_can_read(signed_in: SignedIn) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get("/candidates/new")
    address = lead.post("/candidates/new", TYPED).location
    page = lead.get(address)
    assert page.heading == "Acme Large (2025-08-01) on Example Cloud"
    assert page.notices == ["Acme Large (2025-08-01) on Example Cloud is in the register."]
    for told in ("Acme (US)", "US, DE", "31 January 2027", "Two lines. The second.", "Lead-Assessor"):
        assert told.lower().replace("-", " ") in page.words.lower().replace("-", " ")
    reader = signed_in(Role.PROCUREMENT)
    assert "Revise" not in reader.get(address).words
    assert rows(reader.get("/candidates")) == ["Acme Large"]


def test_everything_that_is_wrong_with_a_candidate_is_said_at_once_and_nothing_typed_is_lost(
    signed_in: SignedIn,
) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get("/candidates/new")
    typed = TYPED | {"model": " ", "developer_country": "usa", "route": "", "retires_on": "31.1.2027"}
    page = lead.post("/candidates/new", typed, status=422)
    assert page.problems == [
        "'usa' is no country; use a lower-case ISO 3166-1 code such as 'de', or 'eu'",
        "Model is missing; enter 1 to 120 characters",
        "Route is missing; choose one",
        "'31.1.2027' is not a day; write it like 2026-12-31",
    ]
    empty = lead.post("/candidates/new", TYPED | {"developer_country": ""}, status=422)
    assert empty.problems == [
        "Country of the developer is missing; enter a lower-case ISO 3166-1 code such as 'de', or 'eu'"
    ]
    assert page.value("host") == "Example Cloud"
    assert page.value("retires_on") == "31.1.2027"
    assert "The second." in page.value("note")


@pytest.mark.parametrize("version", ["latest", "Latest", "chatgpt-4o-latest", "r1:latest", "main", " stable"])
def test_a_name_that_floats_is_no_exact_version(signed_in: SignedIn, version: str) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get("/candidates/new")
    (problem,) = lead.post("/candidates/new", TYPED | {"version": version}, status=422).problems
    assert "names another version tomorrow; give the exact one" in problem


def test_a_candidate_is_found_by_words_developer_route_weights_and_status(
    signed_in: SignedIn, office: Office
) -> None:
    add_candidate(office, None, candidate())
    add_candidate(office, None, candidate(model="Zeta_1", developer="Zeta", route=Route.SELF_HOSTED))
    add_candidate(office, None, candidate(version="old", retires_on=date(2026, 1, 1)))
    client = signed_in(Role.AUDITOR)
    for query, found in (
        ("", ["Acme Large", "Acme Large", "Zeta_1"]),
        ("?text=zeta_", ["Zeta_1"]),
        ("?text=ZETA", ["Zeta_1"]),
        ("?text=%25", []),
        ("?developer=Zeta", ["Zeta_1"]),
        ("?route=self-hosted", ["Zeta_1"]),
        ("?weights=open", []),
        ("?status=retired", ["Acme Large"]),
        ("?status=current&developer=Acme", ["Acme Large"]),
        ("?text=zeta%09&page=-3&status=none", ["Zeta_1"]),
    ):
        assert rows(client.get(f"/candidates{query}")) == found, query


def test_a_long_list_comes_in_pages_and_a_page_beyond_the_end_is_the_last(
    signed_in: SignedIn, office: Office
) -> None:
    for number in range(30):
        add_candidate(office, None, candidate(version=f"v{number:02}"))
    client = signed_in(Role.AUDITOR)
    first = client.get("/candidates?developer=Acme")
    assert "30 candidates" in first.words
    assert "Page 1 of 2" in first.words
    second = client.get(first.link("Next page"))
    assert len(rows(second)) == 5
    assert len(rows(client.get(second.link("Previous page")))) == 25
    assert "Page 2 of 2" in client.get("/candidates?page=2147483647").words
    assert "Page 2 of 2" in client.get("/candidates?page=77").words


def test_an_empty_register_says_what_to_do(signed_in: SignedIn) -> None:
    assert "Add the first one" in signed_in(Role.LEAD_ASSESSOR).get("/candidates").words
    assert "A lead assessor adds them" in signed_in(Role.AUDITOR).get("/candidates").words


def revise(client: PageClient, address: str, *, status: int = 303, **changed: str) -> Page:
    form = client.get(f"{address}/edit")
    typed = TYPED | {"retires_on": "", "note": "", "hosting_countries": "us, de"} | changed
    return client.post(f"{address}/edit", {"seen": form.value("seen"), **typed}, status=status)


def test_a_revision_shows_what_it_changed_and_who_made_it(signed_in: SignedIn, office: Office) -> None:
    address = f"/candidates/{add_candidate(office, None, candidate())}"
    lead = signed_in(Role.LEAD_ASSESSOR)
    page = lead.follow(revise(lead, address, licence="Terms of 2026"))
    assert page.notices == ["Revision 2 is recorded."]
    assert "Terms of service of 2025 → Terms of 2026" in page.words
    assert "set up by the service" in page.words
    assert lead.follow(revise(lead, address, licence="Terms of 2026")).notices == ["Nothing was changed."]
    assert len(revise(lead, address, licence="", status=422).problems) == 1


def test_whoever_is_late_sees_both_versions_and_can_save_over_the_newest(
    signed_in: SignedIn, office: Office
) -> None:
    candidate_id = add_candidate(office, None, candidate())
    address = f"/candidates/{candidate_id}"
    lead = signed_in(Role.LEAD_ASSESSOR)
    form = lead.get(f"{address}/edit")
    revise_candidate(office, None, candidate_id, candidate(licence="Theirs"), seen=1)
    mine = TYPED | {"licence": "Mine", "retires_on": "", "note": "", "seen": form.value("seen")}
    clash = lead.post(f"{address}/edit", mine, status=409)
    assert "Somebody else has saved in the meantime" in clash.words
    assert "Licence or terms Theirs Mine" in clash.words
    assert clash.value("licence") == "Mine"
    assert clash.value("seen") == "2"
    page = lead.follow(lead.post(f"{address}/edit", mine | {"seen": "2"}))
    assert page.notices == ["Revision 3 is recorded."]


def facts() -> list[Fact]:
    here = {
        "route": Route.CLOUD_HOST,
        "host": "Example Cloud",
        "dimension": "cost",
        "metric": "Price",
        "unit": "USD",
    }
    general = {"model": "Acme Large", "version": None}
    return [
        fact(**here, value="3", source_title="Price list"),
        fact(**here, value="4", source_title="Reseller"),
        fact(**(here | {"host": "Other Cloud"}), value="99"),
        fact(metric="GPQA", value="65"),
        fact(metric="MMLU", value="88", **general),
        fact(metric="Transparency", value="32", model=None, version=None, subject="Acme"),
        fact(metric="GPQA", value="12", version="2020"),
    ]


def test_what_is_known_of_the_exact_version_stands_apart_from_the_model_and_its_developer(
    signed_in: SignedIn, office: Office
) -> None:
    address = f"/candidates/{add_candidate(office, None, candidate())}"
    assert "no fact on this version" in signed_in(Role.AUDITOR).get(address).words
    import_facts(office, None, facts(), source="a list")
    page = signed_in(Role.ASSESSOR).get(address)
    on_route = section(page, "This version on this route")
    assert "2 sources disagree" in on_route
    assert "3 USD" in on_route
    assert "4 USD" in on_route
    assert "99" not in page.words
    assert "65 %" in section(page, "This version, wherever it runs")
    assert "88 %" in section(page, "The model in general")
    assert "32 %" in section(page, "The developer")
    assert "12 %" not in page.words
    begun = signed_in(Role.LEAD_ASSESSOR).get(page.link("Add a fact"))
    assert (begun.value("model"), begun.value("version")) == ("Acme Large", "2025-08-01")


def test_a_candidate_lists_the_assessments_that_the_viewer_may_see(
    signed_in: SignedIn, office: Office
) -> None:
    opened = a_submitted_assessment(office)
    with office.reading() as connection:
        candidate_id = dossier(connection, opened.id).candidate.candidate_id
    reader = signed_in(Role.APPROVER).get(f"/candidates/{candidate_id}")
    assert reader.link("RA-0001") == f"/assessments/{opened.id}"
    assert "In review" in reader.words
    assert "None that you may see" in signed_in(Role.PROCUREMENT).get(f"/candidates/{candidate_id}").words


@pytest.mark.parametrize("path", ["/candidates/nothing", "/candidates/%00", "/candidates/nothing/edit"])
def test_a_candidate_that_is_not_there_is_not_found(signed_in: SignedIn, path: str) -> None:
    assert signed_in(Role.LEAD_ASSESSOR).get(path, status=404).heading == "There is no such page"


def test_a_text_that_no_database_can_keep_is_refused_and_breaks_nothing(signed_in: SignedIn) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR)
    assert lead.get("/candidates?text=%00", status=400).heading == "The request could not be read"
    lead.get("/candidates/new")
    lead.post("/candidates/new", TYPED | {"note": "a\0b"}, status=400)
    assert rows(lead.get("/candidates")) == []
