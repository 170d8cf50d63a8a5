"""The auditor's page of unsubmitted drafts, and the entries of the log that tell of them."""

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.assessment_builders import FULL, an_assessment, save
from tests.conftest import Clock
from tests.web.conftest import SignedIn


def test_drafts_are_revealed_by_a_form_with_a_reason_and_close_again(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    opened = an_assessment(office)
    save(office, opened, "run-cost", FULL["run-cost"])
    with office.reading() as connection:
        saved = latest_entry(connection)
    assert saved is not None
    auditor = signed_in(Role.AUDITOR)
    address = f"/audit/assessments/{opened.id}/drafts"
    page = auditor.get(address)
    typed = "The declared tokens at the list price."
    assert typed not in page.html
    entry = auditor.get(f"/audit/log/{saved.seq}")
    assert typed not in entry.html
    assert "Withheld" in entry.words
    refused = auditor.post(address, {"reason": ""}, status=422)
    assert refused.problems == ["The reason is missing; enter 1 to 2,000 characters"]
    shown = auditor.follow(auditor.post(address, {"reason": "A complaint."}))
    assert "Revealed to you until 24 November 2026" in shown.words
    assert typed in shown.words
    assert typed in auditor.get(f"/audit/log/{saved.seq}").html
    assert typed not in signed_in(Role.AUDITOR, name="otto").get(address).html
    clock.advance(hours=2)
    assert typed not in auditor.get(address).html
    auditor.get("/audit/assessments/nothing/drafts", status=404)
