from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.assessment_builders import a_submitted_assessment
from tests.web.conftest import SignedIn
from tests.web.test_audit import a_whole_story


def test_an_auditor_sees_which_answers_differ_and_what_was_done_in_between(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_whole_story(office)
    auditor = signed_in(Role.AUDITOR)
    page = auditor.get(f"/audit/assessments/{opened.id}")
    compared = auditor.get(page.link("What differs between score sheets 1 and 2"))
    assert compared.heading == "RA-0001: score sheets 1 and 2"
    _, _, answers = compared.words.partition("Answers that differ")
    differing, _, between = answers.partition("In between")
    assert "62.5" in differing
    assert "64" in differing
    assert differing.count("; answer") == 1
    assert "assessment.sent-back" in between
    assert "sheet.submitted" in between
    assert "assessment.decided" not in between


def test_a_sheet_does_not_differ_from_itself(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office)
    auditor = signed_in(Role.AUDITOR)
    page = auditor.get(f"/audit/assessments/{opened.id}/differences?from=1&to=1")
    assert "Both say the same." in page.words
    assert "Nothing but saves of drafts" in page.words
    said = auditor.get(f"/audit/assessments/{opened.id}/differences?from=1&to=2", status=404)
    assert "There is no score sheet '2'" in said.words
