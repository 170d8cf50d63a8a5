"""The pages of the facts: what disagrees stands side by side, and a correction hides nothing."""

import pytest

from riskapp.domain.authority import Role
from riskapp.domain.candidate import Route
from riskapp.domain.fact import ClaimType, Verification
from riskapp.services.facts import add_fact, correct_fact, import_facts
from riskapp.services.rubrics import publish_shipped
from riskapp.services.work import Office
from riskapp.storage.facts import StoredFact, stored_fact
from tests.registers import fact
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, words_in

TYPED = {
    "subject": "Acme Large",
    "developer": "Acme",
    "model": "Acme Large",
    "version": "2025-08-01",
    "route": "",
    "host": "",
    "dimension": "performance",
    "metric": "GPQA-Diamond (pass@1)",
    "value": "65.0",
    "unit": "%",
    "as_of": "2025-08-01",
    "claim_type": "vendor_claim",
    "verification": "primary",
    "source_title": "Acme Large model card",
    "publisher": "Acme",
    "url": "https://acme.example/card",
    "note": "",
}


def groups(page: Page) -> list[str]:
    return [words_in(body) for body in page.all("tbody")]


def kept(office: Office, fact_id: str) -> StoredFact:
    with office.reading() as connection:
        return stored_fact(connection, fact_id)


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.LEAD_ASSESSOR])
def test_assessors_and_leads_add_facts_as_the_source_says_them(
    signed_in: SignedIn, office: Office, role: Role
) -> None:
    publish_shipped(office)
    client = signed_in(role)
    form = client.get("/facts/new")
    dimensions = [option.get("value") for option in form.all("select", name="dimension")[0].iter("option")]
    assert {"", "political-bias", "framework"} <= set(dimensions)
    page = client.follow(client.post("/facts/new", TYPED))
    assert page.heading == "Acme Large: GPQA-Diamond (pass@1)"
    assert page.link("Acme Large model card") == "https://acme.example/card"
    assert kept(office, page.link("Correct").split("/")[2]).fact == fact()


def test_what_is_wrong_with_a_fact_is_said_and_nothing_typed_is_lost(signed_in: SignedIn) -> None:
    client = signed_in(Role.ASSESSOR)
    client.get("/facts/new")
    typed = TYPED | {"model": "", "dimension": "", "as_of": "soon", "claim_type": "", "url": "acme.example"}
    page = client.post("/facts/new", typed, status=422)
    assert page.problems == [
        "Model is missing, but a version is given; enter the model, or leave the version out",
        "Dimension is missing; choose one",
        "'soon' is no date; write 2025-01-22, 2025-01 or 2025, and a span as 2024-12..2025-02",
        "Claim type is missing; choose one",
        "Address is no web address; write it in full, with https:// at its beginning",
    ]
    assert (page.value("value"), page.value("url")) == ("65.0", "acme.example")
    ahead = client.post("/facts/new", TYPED | {"as_of": "2026-12"}, status=422)
    assert ahead.problems == [
        "As of lies in the future; give the day of which the source speaks, 24 November 2026 at the latest"
    ]


def test_sources_that_disagree_stand_side_by_side_and_the_page_says_so(
    signed_in: SignedIn, office: Office
) -> None:
    rows = [
        fact(),
        fact(value="61.2", source_title="Independent test", claim_type=ClaimType.INDEPENDENT),
        fact(metric="MMLU", value="88"),
        fact(metric="MMLU", value="88.0", source_title="Paper"),
        fact(metric="Price", value="1", unit="USD", as_of="2024"),
        fact(metric="Price", value="2", unit="USD", as_of="2025"),
    ]
    import_facts(office, None, rows, source="a list")
    page = signed_in(Role.AUDITOR).get("/facts")
    disagreeing, agreeing, changed = groups(page)
    assert "2 sources disagree" in disagreeing
    assert "65.0 %" in disagreeing
    assert "61.2 %" in disagreeing
    assert "2 sources agree" in agreeing
    assert "1 source, 2 values over time" in changed
    assert changed.index("2 USD") < changed.index("1 USD")


def test_a_filter_finds_groups_and_shows_them_whole(signed_in: SignedIn, office: Office) -> None:
    rows = [
        fact(),
        fact(value="61.2", claim_type=ClaimType.PRESS, verification=Verification.UNVERIFIED),
        fact(metric="Price", dimension="cost", value="1", route=Route.VENDOR_SERVICE, subject="Acme API"),
        fact(metric="Score", model=None, version=None, developer="Zeta", subject="Zeta"),
    ]
    import_facts(office, None, rows, source="a list")
    client = signed_in(Role.PROCUREMENT)
    for query, found in (
        ("claim_type=press", ["61.2 %"]),
        ("verification=unverified", ["65.0 %"]),
        ("dimension=cost", ["1 %"]),
        ("route=vendor-service", ["1 %"]),
        ("developer=Zeta", ["Zeta"]),
        ("text=ACME+api", ["Acme API"]),
        ("model=Acme+Large&route=none", ["65.0 %", "61.2 %"]),
    ):
        tables = groups(client.get(f"/facts?{query}"))
        assert len(tables) == 1, query
        assert all(each in tables[0] for each in found), query
    assert "No fact fits" in client.get("/facts?text=%25").words
    assert client.get("/facts?model=Unknown").value("model") == "Unknown"


def test_facts_come_in_pages_of_whole_groups(signed_in: SignedIn, office: Office) -> None:
    rows = [fact(metric=f"Metric {number:02}", value=value) for number in range(26) for value in ("1", "2")]
    import_facts(office, None, rows, source="a list")
    client = signed_in(Role.AUDITOR)
    first = client.get("/facts")
    assert "26 metrics" in first.words
    assert len(groups(first)) == 25
    (last,) = groups(client.get(first.link("Next page")))
    assert last.count("Metric 25") == 1
    assert "1 source contradicts itself" in last


def test_a_correction_says_why_and_what_it_replaced_stays_readable(
    signed_in: SignedIn, office: Office
) -> None:
    fact_id = add_fact(office, None, fact())
    client = signed_in(Role.ASSESSOR, name="ada")
    client.get(f"/facts/{fact_id}/correct")
    bare = client.post(f"/facts/{fact_id}/correct", TYPED | {"value": "56.0"}, status=422)
    assert bare.problems == ["Reason is missing; enter 1 to 1,000 characters"]
    same = client.post(f"/facts/{fact_id}/correct", TYPED | {"reason": "None."}, status=422)
    assert same.problems == ["Value and all the rest are as they were; change what is wrong"]
    told = TYPED | {"value": "56.0", "reason": "Digits were exchanged."}
    page = client.follow(client.post(f"/facts/{fact_id}/correct", told))
    assert "Digits were exchanged." in page.words
    assert "65.0 → 56.0" in page.words
    assert "Ada" in page.words
    before = client.get(page.link("the fact before"))
    assert "This is what the register said before a correction." in before.words
    assert "56.0 %" in client.get(before.link("See what it says now.")).words
    assert "65.0" not in client.get("/facts").words


def test_a_fact_that_was_corrected_meanwhile_is_not_corrected_twice(
    signed_in: SignedIn, office: Office
) -> None:
    fact_id = add_fact(office, None, fact())
    client = signed_in(Role.LEAD_ASSESSOR)
    client.get(f"/facts/{fact_id}/correct")
    newest = correct_fact(office, None, fact_id, fact(value="56.0"), reason="Misread.")
    mine = TYPED | {"value": "57.0", "reason": "Misread by me."}
    clash = client.post(f"/facts/{fact_id}/correct", mine, status=409)
    assert "has been corrected since you opened it" in clash.words
    assert "Value 56.0 57.0" in clash.words
    assert (clash.value("value"), clash.value("reason")) == ("57.0", "Misread by me.")
    assert clash.all("form", action=f"/facts/{newest}/correct")
    assert client.get(f"/facts/{fact_id}/correct", status=302).location == f"/facts/{newest}/correct"


def test_an_address_that_is_none_of_the_web_is_never_a_link(signed_in: SignedIn, office: Office) -> None:
    fact_id = add_fact(office, None, fact(url="", source_title="<b>Card</b>"))
    client = signed_in(Role.AUDITOR)
    for path in ("/facts", f"/facts/{fact_id}"):
        page = client.get(path)
        assert "<b>Card</b>" in page.words
        assert not [link for link in page.all("a") if "Card" in words_in(link)]


def test_a_fact_that_is_not_there_is_not_found(signed_in: SignedIn) -> None:
    client = signed_in(Role.LEAD_ASSESSOR)
    for path in ("/facts/nothing", "/facts/nothing/correct", "/facts/new?candidate=nothing"):
        client.get(path, status=404)
