import pytest

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, words_in
from tests.web.test_comparisons import three


def order(page: Page) -> list[str]:
    table = page.all("table")[0]
    return [words_in(each) for each in table.iter("th") if each.get("scope") == "row"]


def test_without_a_setting_the_order_is_that_of_the_profile(office: Office, signed_in: SignedIn) -> None:
    three(office)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare/what-if")
    assert page.value("weight-security") == "75.0"
    assert "The order under the weights of the profile" in page.words
    assert order(page) == ["DeepSeek-R1RA-0001", "CheapRA-0002", "DarkRA-0003"]


def test_other_weights_change_the_order_and_the_flip_points_and_nothing_that_is_stored(
    office: Office, signed_in: SignedIn
) -> None:
    three(office)
    client = signed_in(Role.LEAD_ASSESSOR)
    with office.reading() as connection:
        before = latest_entry(connection)
    page = client.get("/compare/what-if?weight-cost=90&weight-security=10")
    assert order(page)[:2] == ["CheapRA-0002", "DeepSeek-R1RA-0001"]
    assert "As shares of 1: cost 0.90, security 0.10." in page.words
    assert "Cheap and DeepSeek-R1 change places if the weight of Cost falls below" in page.words
    assert "place 1, " in page.words
    with office.reading() as connection:
        assert latest_entry(connection) == before


def test_the_form_of_the_comparison_leads_to_the_same_page(office: Office, signed_in: SignedIn) -> None:
    three(office)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare")
    form = next(each for each in page.all("form") if each.get("action") == "/compare/what-if")
    names = [each.get("name") for each in form.iter("input")]
    assert names == ["frame", "weight-cost", "weight-security"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("weight-cost=much", "The weight of Cost is 'much'; enter 0 to 1,000 in digits, such as 12.5"),
        ("weight-cost=-1", "The weight of Cost is '-1'; enter 0 to 1,000 in digits, such as 12.5"),
        ("weight-cost=", "The weight of Cost is missing; enter 0 if it is not to weigh"),
        ("weight-cost=1001", "The weight of Cost is 1001; enter 0 to 1,000"),
        (
            "weight-cost=0&weight-security=0",
            "The weight of Cost is 0 like all others; one weight has to be above 0",
        ),
    ],
)
def test_what_is_no_weight_is_told_and_kept(
    office: Office, signed_in: SignedIn, typed: str, message: str
) -> None:
    three(office)
    page = signed_in(Role.LEAD_ASSESSOR).get(f"/compare/what-if?{typed}", status=422)
    assert page.problems == [message]
    assert page.value("weight-cost") == typed.split("&", maxsplit=1)[0].partition("=")[2]


def test_one_dimension_alone_may_carry_all_the_weight(office: Office, signed_in: SignedIn) -> None:
    three(office)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare/what-if?weight-cost=100&weight-security=0")
    assert "No weight of Cost changes the order." in page.words


def test_with_nothing_to_compare_there_is_nothing_to_try(signed_in: SignedIn) -> None:
    client = signed_in(Role.PROCUREMENT)
    assert client.get("/compare/what-if", status=302).location == "/compare"
