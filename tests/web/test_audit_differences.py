"""The auditor's pages of differences: between two moments, two candidates, two releases."""

from pathlib import Path

from riskapp.domain.authority import Role
from riskapp.services.blindness import NOBODY
from riskapp.services.work import Office
from riskapp.storage.log_lists import entries_about
from tests.assessment_builders import a_submitted_assessment, publish
from tests.lapse_builders import next_release
from tests.web.conftest import SignedIn
from tests.web.test_audit import a_whole_story, numbers


def test_what_came_between_two_moments_is_shown_with_the_answers(office: Office, signed_in: SignedIn) -> None:
    opened = a_whole_story(office)
    auditor = signed_in(Role.AUDITOR)
    asked = auditor.get(
        auditor.get(f"/audit/assessments/{opened.id}").link("What came to it between two moments")
    )
    assert not numbers(asked)
    with office.reading() as connection:
        about = entries_about(connection, opened.id, 100, viewer_id=NOBODY)
    sent_back = next(each.seq for each in about if each.action == "assessment.sent-back")
    address = f"/audit/assessments/{opened.id}/changes"
    page = auditor.get(f"{address}?since={sent_back}")
    assert "score sheet 2, after score sheet 1" in page.words
    assert "62.5 per cent of the budget" in page.words
    assert "64 per cent of the budget" in page.words
    assert numbers(page) == [each.seq for each in about if each.seq > sent_back]
    first = auditor.get(f"{address}?since={about[0].seq}&until={sent_back}")
    assert "Ask for the price of next year." in first.words
    assert "1: Price list" in first.words
    assert "Nothing was recorded" in auditor.get(f"{address}?since={about[-1].seq}").words
    assert auditor.get(f"{address}?since=9&until=soon").problems
    exchanged = auditor.get(f"{address}?since={about[-1].seq}&until={about[0].seq}")
    assert exchanged.problems == ["The second moment lies before the first; exchange the two"]
    auditor.get(f"{address}?since=1", status=404)


def test_two_candidates_and_two_releases_are_shown_beside_one_another(
    office: Office, signed_in: SignedIn, tmp_path: Path
) -> None:
    a_whole_story(office)
    a_submitted_assessment(office)
    auditor = signed_in(Role.AUDITOR)
    page = auditor.get("/audit/differences?first=RA-0001&second=2")
    assert "64 per cent of the budget" in page.words
    assert "Nothing differs." in auditor.get("/audit/differences?first=1&second=1").words
    assert auditor.get("/audit/differences?first=1&second=77").problems == [
        "No assessment is called 77; write it like RA-0007"
    ]
    before = publish(office)
    changed = ("How hard is it to change", "How costly is it to change")
    after = publish(office, next_release(tmp_path, changed))
    releases = auditor.get(f"/audit/differences?before={before}&after={after}")
    assert "Criterion: Exit cost" in releases.words
    assert "How costly is it to change" in releases.words
    auditor.get("/audit/differences?before=x&after=y", status=404)
