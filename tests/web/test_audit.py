import json
from hashlib import sha256

from riskapp.domain.authority import Role
from riskapp.services.decisions import decide, send_back
from riskapp.services.evidence import NewEvidence, add_evidence
from riskapp.services.reports import issue_report
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.assessment_builders import FULL, Opened, an_assessment, save
from tests.builders import person
from tests.conftest import Clock
from tests.services.test_decisions import CONDITIONAL
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, words_in


def a_whole_story(office: Office) -> Opened:
    """Return an assessment that was filled in, sent back, corrected, decided and reported."""
    opened = an_assessment(office)
    price = NewEvidence(
        form="link", source_type="vendor_claim", title="Price list", url="https://prices.example.org/"
    )
    cited = add_evidence(office, opened.assessor, opened.id, price)
    for criterion, payload in FULL.items():
        save(office, opened, criterion, {**payload, "evidence": [cited]})
    submit_sheet(office, opened.assessor, opened.id)
    approver = person(office, "ines", Role.APPROVER)
    send_back(office, approver, opened.id, "Ask for the price of next year.")
    save(office, opened, "run-cost", {**FULL["run-cost"], "value": "64"}, expected=1)
    submit_sheet(office, opened.assessor, opened.id)
    decide(office, approver, opened.id, CONDITIONAL)
    issue_report(office, approver, opened.id)
    return opened


def numbers(page: Page) -> list[int]:
    """Return the numbers of the log entries that the table of a page lists."""
    heads = [head for head in page.all("th", scope="row") if words_in(head).isdecimal()]
    return [int(words_in(head)) for head in heads]


def test_an_auditor_finds_every_step_of_an_assessment_with_its_log_entry(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_whole_story(office)
    auditor = signed_in(Role.AUDITOR)
    assert "RA-0001" in auditor.get("/audit").words
    page = auditor.get(f"/audit/assessments/{opened.id}")
    said = page.words
    for step in ("Score sheet 1", "Score sheet 2", "Decision 1", "Price list", "Platform team"):
        assert step in said
    assert said.count("Ask for the price of next year.") == 1
    assert "5 saves of draft answers are left out here" in said
    assert "no log entry" not in said
    behind = {link.get("href") for link in page.all("a") if words_in(link).startswith("log entry")}
    actions = {auditor.get(str(address)).heading.partition(": ")[2] for address in behind}
    assert actions == {
        "assessment.opened",
        "assessment.sent-back",
        "assessment.decided",
        "evidence.added",
        "report.issued",
        "sheet.submitted",
        "snapshot.frozen",
    }


def test_an_assessment_in_progress_is_open_to_auditors_too(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    auditor = signed_in(Role.AUDITOR)
    page = auditor.get(f"/audit/assessments/{opened.id}")
    assert "No score sheet has been submitted." in page.words
    auditor.get("/audit/assessments/nothing", status=404)
    assert "No assessment fits" in auditor.get("/audit?stage=decided").words
    assert "RA-0001" in auditor.get("/audit?text=deepseek&stage=in-progress").words


def test_an_entry_shows_its_bytes_with_their_digest_and_leaf_hash(
    office: Office, signed_in: SignedIn
) -> None:
    opened = an_assessment(office)
    save(office, opened, "run-cost", FULL["run-cost"])
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    for criterion, payload in FULL.items():
        save(office, opened, criterion, payload, expected=int(criterion == "run-cost"))
    submit_sheet(office, opened.assessor, opened.id)
    page = signed_in(Role.AUDITOR).get(f"/audit/log/{entry.seq}")
    (bytes_shown,) = page.all("pre")
    text = "".join(bytes_shown.itertext())
    assert text.encode() == entry.leaf
    assert json.loads(text)["details"]["payload"]["value"] == "62.5"
    assert sha256(entry.leaf).hexdigest() in page.words
    assert sha256(b"\x00" + entry.leaf).hexdigest() in page.words


def test_an_entry_that_does_not_exist_is_not_found(signed_in: SignedIn) -> None:
    auditor = signed_in(Role.AUDITOR)
    for number in ("0", "999999", "9" * 30):
        auditor.get(f"/audit/log/{number}", status=404)


def test_the_log_is_read_from_the_newest_down_and_up_again(office: Office, signed_in: SignedIn) -> None:
    for number in range(60):
        person(office, f"person-{number}")
    auditor = signed_in(Role.AUDITOR)
    first = auditor.get("/audit/log")
    second = auditor.get(first.link("Older"))
    third = auditor.get(second.link("Older"))
    seen = numbers(first) + numbers(second) + numbers(third)
    assert seen == list(range(62, 0, -1))
    assert numbers(auditor.get(third.link("Newer"))) == numbers(second)
    assert numbers(auditor.get(third.link("Newest"))) == numbers(first)


def test_the_log_narrows_to_a_person_an_action_an_assessment_and_days(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    opened = a_whole_story(office)
    clock.advance(days=3)
    auditor = signed_in(Role.AUDITOR)
    assert len(numbers(auditor.get("/audit/log?action=draft.saved&assessment=ra-1"))) == 5
    entries = auditor.get(f"/audit/log?person={opened.assessor.id}&action=sheet.submitted")
    assert len(numbers(entries)) == 2
    assert "RA-0001" in entries.words
    late = numbers(auditor.get("/audit/log?since=2026-11-25"))
    early = numbers(auditor.get("/audit/log?until=2026-11-24&action=assessment.decided"))
    assert len(late) == 2
    assert len(early) == 1
    assert "No entry fits" in auditor.get("/audit/log?since=2027-01-01").words
    page = auditor.get("/audit/log?assessment=RA-0099&since=soon")
    assert page.problems == [
        "No assessment is called RA-0099; write it like RA-0007",
        "“soon” is no date; write it as 2027-01-31",
    ]


def test_nobody_but_an_auditor_reads_the_log(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    everybody = signed_in(*(role for role in Role if role is not Role.AUDITOR), name="everybody")
    for address in ("/audit", "/audit/log", "/audit/log/1", f"/audit/assessments/{opened.id}"):
        everybody.get(address, status=403)
