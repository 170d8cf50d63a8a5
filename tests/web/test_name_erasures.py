"""The administrator's page that erases the name of somebody who has left."""

from riskapp.domain.authority import Role
from riskapp.services.users import deactivate_user
from riskapp.services.work import Office
from tests.builders import person
from tests.web.conftest import SignedIn


def test_an_administrator_erases_a_name_with_a_reason(office: Office, signed_in: SignedIn) -> None:
    leaver = person(office, "zebedee", Role.APPROVER)
    keeper = signed_in(Role.ADMINISTRATOR)
    refused = keeper.get(f"/users/{leaver.id}/erase")
    keeper.post(f"/users/{leaver.id}/erase", {"reason": "So."}, status=409)
    assert "Zebedee" in refused.heading
    deactivate_user(office, person(office, "root", Role.ADMINISTRATOR), leaver.id)
    form = keeper.get(keeper.get(f"/users/{leaver.id}").link("Erase the name of this person"))
    assert "reports that were issued" in form.words
    kept = keeper.post(f"/users/{leaver.id}/erase", {"reason": "For zebedee"}, status=422)
    assert kept.value("reason") == "For zebedee"
    done = keeper.follow(keeper.post(f"/users/{leaver.id}/erase", {"reason": "Case 12."}))
    assert "(name erased)" in done.heading
    assert "Zebedee" not in keeper.get("/users").words
