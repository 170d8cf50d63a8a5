"""The pages of the contexts of use: found, read, added, revised."""

from riskapp.domain.authority import Role
from riskapp.domain.context import DataClass
from riskapp.services.contexts import add_context, revise_context
from riskapp.services.work import Office
from tests.registers import context
from tests.web.conftest import SignedIn

TYPED = {
    "title": "Letters to customers",
    "purpose": "Draft letters that a person reads before they are sent.",
    "data_class": "personal",
    "exposure": "customers",
    "buyer": "enterprise",
    "jurisdictions": ["eu", "uk"],
    "languages": "DE, en zh-Hans",
    "input_tokens_per_month": "1,500,000",
    "output_tokens_per_month": "300 000",
    "budget_per_month": "",
}


def test_a_lead_adds_a_context_with_numbers_as_people_write_them(signed_in: SignedIn) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get("/contexts/new")
    address = lead.post("/contexts/new", TYPED).location
    page = lead.get(address)
    assert page.heading == "Letters to customers"
    for told in (
        "1,500,000",
        "300,000",
        "European Union, United Kingdom",
        "None declared",
        "de, en, zh-Hans",
    ):
        assert told in page.words
    form = lead.get(f"{address}/edit")
    ticked = [box.get("value") for box in form.all("input", name="jurisdictions", checked="")]
    assert ticked == ["eu", "uk"]


def test_what_is_wrong_with_a_context_is_said_with_advice_and_nothing_typed_is_lost(
    signed_in: SignedIn,
) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR)
    lead.get("/contexts/new")
    typed = TYPED | {
        "title": "",
        "data_class": "secret",
        "jurisdictions": ["eu", "atlantis"],
        "languages": "German",
        "input_tokens_per_month": "1.5 million",
        "output_tokens_per_month": "",
    }
    page = lead.post("/contexts/new", typed, status=422)
    assert page.problems == [
        "Title is missing; enter 1 to 120 characters",
        "'secret' is not a choice here; choose from the list",
        "'atlantis' is not a choice here; choose from the list",
        "'German' is no language code; use BCP 47, such as en, de or zh-Hans",
        "“1.5 million” is not a whole number; write digits only, such as 1,500,000",
        "Output tokens a month is missing; enter a whole number, 0 if there are none",
    ]
    assert page.value("input_tokens_per_month") == "1.5 million"
    assert [box.get("value") for box in page.all("input", name="jurisdictions", checked="")] == ["eu"]


def test_contexts_are_found_by_words_data_and_buyer(signed_in: SignedIn, office: Office) -> None:
    add_context(office, None, context())
    add_context(office, None, context(title="Code", data_class=DataClass.CONFIDENTIAL))
    client = signed_in(Role.PROCUREMENT)
    assert "2 contexts" in client.get("/contexts").words
    for query, there, away in (
        ("text=code", "Code", "Letters to customers"),
        ("data_class=personal", "Letters to customers", "Code"),
        ("text=letters&buyer=enterprise&data_class=confidential", "Code", "Letters to customers"),
    ):
        words = client.get(f"/contexts?{query}").words
        assert there in words, query
        assert away not in words, query
    assert "No context fits" in client.get("/contexts?buyer=us-federal").words


def test_a_late_revision_of_a_context_shows_both_versions(signed_in: SignedIn, office: Office) -> None:
    context_id = add_context(office, None, context())
    lead = signed_in(Role.LEAD_ASSESSOR)
    seen = lead.get(f"/contexts/{context_id}/edit").value("seen")
    revise_context(office, None, context_id, context(budget_per_month=9_000), seen=1)
    mine = TYPED | {"jurisdictions": ["eu"], "budget_per_month": "4,000", "seen": seen}
    clash = lead.post(f"/contexts/{context_id}/edit", mine, status=409)
    assert "Budget a month 9,000 US dollars 4,000 US dollars" in clash.words
    assert clash.value("budget_per_month") == "4,000"
    saved = lead.follow(lead.post(f"/contexts/{context_id}/edit", mine | {"seen": clash.value("seen")}))
    assert saved.notices == ["Revision 3 is recorded."]
    assert "9,000 US dollars → 4,000 US dollars" in saved.words


def test_a_context_that_is_not_there_is_not_found(signed_in: SignedIn) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR)
    for path in ("/contexts/nothing", "/contexts/nothing/edit"):
        lead.get(path, status=404)
