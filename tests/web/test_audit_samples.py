from sqlalchemy import text

from riskapp.domain.authority import Role
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.assessment_builders import FULL, a_submitted_assessment, an_assessment, save
from tests.tampering import unguarded
from tests.web.conftest import SignedIn

WANTED = {"size": "2", "reason": "Few, because the population is small.", "seed": "public figures"}


def test_an_auditor_draws_a_sample_that_can_be_drawn_again(office: Office, signed_in: SignedIn) -> None:
    a_submitted_assessment(office)
    later = an_assessment(office)
    an_assessment(office)
    auditor = signed_in(Role.AUDITOR)
    auditor.get("/audit/samples")
    page = auditor.follow(auditor.post("/audit/samples", WANTED))
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry is not None
    assert page.heading == f"Sample of log entry {entry.seq}"
    assert entry.body["details"]["seed"] == "public figures"
    assert entry.body["details"]["population"] == {"in-progress": 2, "in-review": 1}
    assert [len(ids) for ids in entry.body["details"]["drawn"].values()] == [1, 1]
    assert "2 drawn of 3" in page.words
    for criterion, payload in FULL.items():
        save(office, later, criterion, payload)
    submit_sheet(office, later.assessor, later.id)
    again = auditor.get(page.link("Draw it again from the assessments as they stood then"))
    assert "Gives the same sample." in again.words
    assert f"Sample of log entry {entry.seq}" in auditor.get("/audit/samples").words


def test_a_sample_from_what_was_changed_by_hand_cannot_be_drawn_again(
    office: Office, signed_in: SignedIn
) -> None:
    a_submitted_assessment(office)
    auditor = signed_in(Role.AUDITOR)
    auditor.get("/audit/samples")
    page = auditor.follow(auditor.post("/audit/samples", WANTED))
    with unguarded(office.database, "stage_change") as connection:
        connection.execute(text("UPDATE stage_change SET stage = 'withdrawn'"))
    again = auditor.get(page.link("Draw it again from the assessments as they stood then"))
    assert "Gives another sample" in again.words


def test_what_does_not_fit_is_kept_and_named(office: Office, signed_in: SignedIn) -> None:
    auditor = signed_in(Role.AUDITOR)
    auditor.get("/audit/samples")
    page = auditor.post("/audit/samples", {"size": "501", "reason": " ", "seed": "x" * 61}, status=422)
    assert page.value("size") == "501"
    for says in ("Draw 1 to 500", "Say why this many", "Use 60 printable characters at most"):
        assert says in page.words
    page = auditor.post("/audit/samples", {"size": "many", "reason": "So."}, status=422)
    assert "is not a whole number" in page.words
    assert "There is no assessment to draw yet" in auditor.post("/audit/samples", WANTED, status=422).words
    an_assessment(office)
    auditor.get("/audit/samples/1", status=404)
