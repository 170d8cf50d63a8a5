from datetime import timedelta

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.assessment_builders import a_submitted_assessment, actor_called
from tests.conftest import START
from tests.web.conftest import SignedIn

TODAY = START.date()


def test_an_approver_names_a_substitute_who_then_decides_for_them(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    zoe = signed_in(Role.PROCUREMENT, name="zoe")
    zoe.get(f"/assessments/{opened.id}/decision", status=403)
    ines = signed_in(Role.APPROVER, name="ines")
    ines.get(ines.get("/account").link("Who acts for you, and for whom you act"))
    refused = ines.post("/substitutions", {"reason": "On leave.", "last_day": "soon"}, status=422)
    assert refused.value("reason") == "On leave."
    assert "“soon” is no date; write it as 2027-01-31" in refused.problems
    named = {
        "role": "approver",
        "substitute": actor_called(office, "zoe").id,
        "first_day": TODAY.isoformat(),
        "last_day": (TODAY + timedelta(7)).isoformat(),
        "reason": "On leave.",
    }
    page = ines.follow(ines.post("/substitutions", named))
    assert "Zoe for Ines, as approver" in page.words
    assert "You act for Ines as approver." in zoe.get("/account").words
    page = zoe.get(f"/assessments/{opened.id}/decision")
    assert "You decide in your own name, for Ines." in page.words
    page = zoe.get("/substitutions")
    end = next(each.get("action", "") for each in page.all("form") if "/end" in each.get("action", ""))
    assert "The substitution is ended." in " ".join(zoe.follow(zoe.post(end)).notices)
    zoe.get(f"/assessments/{opened.id}/decision", status=403)
