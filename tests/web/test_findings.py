"""Pages of findings and notes: raised from the desk, answered from the first page, followed up in a list."""

import csv
import io

from riskapp.domain.authority import Role
from riskapp.domain.findings import FollowUp
from riskapp.services.findings import follow_up
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.assessment_builders import actor_called
from tests.finding_builders import DUE, a_finding, an_act
from tests.web.conftest import SignedIn
from tests.web.test_audit import a_whole_story


def test_an_auditor_raises_a_finding_and_its_owner_answers_it_from_the_first_page(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_whole_story(office)
    owner = signed_in(Role.PROCUREMENT, name="olga")
    auditor = signed_in(Role.AUDITOR)
    desk = auditor.get(f"/audit/assessments/{opened.id}")
    form = auditor.get(desk.link("Raise a finding about decision 1"))
    assert "About RA-0001, decision 1" in form.words
    hidden = {name: form.value(name) for name in ("kind", "subject", "part")}
    typed = {**hidden, "title": "No second reader", "owner": actor_called(office, "olga").id}
    refused = auditor.post("/findings/new", typed, status=422)
    assert refused.value("title") == "No second reader"
    assert "Choose a classification" in refused.problems
    whole = typed | {
        "classification": "major-nonconformity",
        "text": "One person decided.",
        "recommendation": "Let two decide.",
        "due_on": DUE.isoformat(),
    }
    page = auditor.follow(auditor.post("/findings/new", whole))
    assert page.heading == "F-0001: No second reader"
    assert auditor.get("/audit/log?action=finding.raised").link("finding F-0001") == "/findings/1"
    assert "F-0001: No second reader" in auditor.get(f"/audit/assessments/{opened.id}").words
    home = owner.get("/")
    assert "You answer for it; due 24 December 2026" in home.words
    mine = owner.get(home.link("F-0001: No second reader"))
    assert "RA-0001, decision 1" in mine.words
    answer = {"act": "responded", "seen": "0", "position": "partly-agreed", "text": "From January on."}
    kept = owner.post("/findings/1", {**answer, "position": ""}, status=422)
    assert "From January on." in kept.words
    done = owner.follow(owner.post("/findings/1", answer))
    assert "Olga responded, partly agreed: From January on." in done.words
    assert "Findings of auditors" not in owner.get("/").words
    assert "Its owner has responded" in auditor.get("/").words
    late = auditor.post("/findings/1", {"act": "closed", "seen": "0", "text": "Seen."}, status=409)
    assert "Somebody else did something about it" in late.words
    closed = auditor.follow(auditor.post("/findings/1", {"act": "closed", "seen": "1", "text": "Seen."}))
    assert closed.notices == ["F-0001 is closed now."]


def test_the_past_shows_a_finding_as_it_stood_then(office: Office, signed_in: SignedIn) -> None:
    raised = a_finding(office)
    with office.reading() as connection:
        newest = latest_entry(connection)
    assert newest is not None
    follow_up(office, raised.auditor, an_act(raised, FollowUp.CLOSED))
    auditor = signed_in(Role.AUDITOR)
    address = f"/audit/assessments/{raised.opened.id}"
    assert "F-0001: The price list is undated Closed" in auditor.get(address).words
    assert "F-0001: The price list is undated Open" in auditor.get(f"{address}?entry={newest.seq}").words
    assert "No finding speaks of" in auditor.get(f"{address}?entry={newest.seq - 1}").words


def test_the_follow_up_list_is_filtered_and_handed_out_as_a_table(
    office: Office, signed_in: SignedIn
) -> None:
    a_finding(office, title="=1+1")
    auditor = signed_in(Role.AUDITOR)
    page = auditor.get("/findings?state=open&assessment=ra-1")
    assert "F-0001" in page.words
    assert "No finding fits" in auditor.get("/findings?overdue=1").words
    assert auditor.get("/findings?assessment=RA-0077").problems == [
        "No assessment is called RA-0077; write it like RA-0007"
    ]
    table = auditor.get(page.link("As a table (CSV)")).response.get_data().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["Finding"], row["In one line"], row["Due"]) == ("F-0001", "'=1+1", DUE.isoformat())
    stranger = signed_in(Role.APPROVER)
    assert "No finding has been raised that you may read." in stranger.get("/findings").words
    stranger.get("/findings/1", status=403)
    auditor.get("/findings/9", status=404)
    auditor.get("/findings/new?kind=weather&subject=1", status=404)


def test_a_note_is_kept_and_seen_by_auditors_only(office: Office, signed_in: SignedIn) -> None:
    opened = a_whole_story(office)
    auditor = signed_in(Role.AUDITOR)
    desk = auditor.get(f"/audit/assessments/{opened.id}")
    form = auditor.get(desk.link("Note on RA-0001"))
    hidden = {name: form.value(name) for name in ("kind", "subject", "part")}
    assert auditor.post("/audit/notes/new", hidden, status=422).problems
    page = auditor.follow(auditor.post("/audit/notes/new", {**hidden, "note": "Ask Ines why."}))
    assert "Ask Ines why." in page.words
    assert "Ask Ines why." in auditor.get("/audit/notes?assessment=RA-0001").words
    assert "No note has been kept" in auditor.get("/audit/notes?assessment=RA-0002").words
    entry = auditor.get("/audit/log?action=note.written")
    assert "Ask Ines" not in auditor.get(entry.all("th", scope="row")[0].find("a").get("href")).html  # type: ignore[union-attr, arg-type]
