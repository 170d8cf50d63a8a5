"""Comments beside the criteria: written, read, and found through a mention."""

import pytest

from riskapp.domain.authority import Role
from riskapp.domain.comments import LONGEST_COMMENT
from riskapp.services.comments import NewComment, add_comment
from riskapp.services.rounds import add_assessor, close_round
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from riskapp.storage.paging import PAGE_SIZE
from tests.assessment_builders import FULL, a_submitted_assessment, actor_called, save
from tests.builders import person
from tests.web.conftest import SignedIn
from tests.web.page_client import words_in
from tests.web.sheet_pages import sit_down

COMMENTS = "criteria/residency/comments"


def test_a_comment_stands_beside_its_criterion_and_on_the_assessment(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    lead = signed_in(Role.LEAD_ASSESSOR, name="lena")
    path = f"/assessments/{opened.id}/{COMMENTS}"
    lead.get(path)
    added = lead.post(path, {"text": "Is <b>that</b> so?\r\nSee https://example.org/a."})
    page = lead.follow(added)
    assert page.notices == ["The comment is added."]
    assert "Lena" in page.words
    assert not page.all("b")
    link = page.all("a", href="https://example.org/a")[0]
    assert link.get("rel") == "noopener noreferrer nofollow"
    assessment = lead.get(f"/assessments/{opened.id}")
    assert "1 comment" in assessment.words
    assert "Is <b>that</b> so?" in assessment.words


def test_whoever_is_mentioned_finds_it_on_the_first_page_until_they_open_it(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office)
    lead = signed_in(Role.LEAD_ASSESSOR, name="lena")
    approver = signed_in(Role.APPROVER, name="omar")
    path = f"/assessments/{opened.id}/{COMMENTS}"
    lead.get(path)
    lead.post(path, {"text": "Please look at this, @Omar."})
    home = approver.get("/")
    assert "You are mentioned" in home.words
    assert "Please look at this" in home.words
    form = next(each for each in home.all("form") if "/mentions/" in each.get("action", ""))
    opening = str(form.get("action"))
    lead.get("/")
    lead.post(opening, status=404)
    page = approver.follow(approver.post(opening))
    assert page.heading == "Comments on “Data residency”"
    assert "You are mentioned" not in approver.get("/").words
    approver.post(opening)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The comment is missing"),
        ("x" * (LONGEST_COMMENT + 1), "shorten it to 4,000"),
        ("Ask @nobody-at-all", "Nobody who may see this assessment signs in as @nobody-at-all"),
        ("Ask @olga", "Nobody who may see this assessment signs in as @olga"),
    ],
)
def test_what_is_no_comment_comes_back_as_it_was_typed(
    office: Office, signed_in: SignedIn, text: str, said: str
) -> None:
    opened = a_submitted_assessment(office)
    signed_in(Role.RUBRIC_OWNER, name="olga")
    lead = signed_in(Role.LEAD_ASSESSOR)
    path = f"/assessments/{opened.id}/{COMMENTS}"
    lead.get(path)
    page = lead.post(path, {"text": text}, status=422)
    assert said in page.problems[0]
    assert page.value("text") == text


def test_what_an_assessor_says_while_scoring_is_found_by_nobody_else_until_it_is_over(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    lead = signed_in(Role.LEAD_ASSESSOR, name="lena")
    opened = sitting.opened
    add_assessor(office, opened.lead, opened.id, person(office, "bert", Role.ASSESSOR).id)
    sitting.client.get(sitting.path(COMMENTS))
    sitting.client.post(sitting.path(COMMENTS), {"text": "A secret for @lena."})
    assert "A secret" in sitting.client.get(sitting.path("sheet/security")).words
    pages = (sitting.path(COMMENTS), f"/assessments/{sitting.opened.id}", "/")
    for path in pages:
        page = lead.get(path)
        assert "A secret" not in page.html
        assert "1 comment" not in page.html
    with office.reading() as connection:
        entry = latest_entry(connection)
        assert entry is not None
        assert entry.action == "comment.added"
        assert b"A secret" not in entry.leaf
    save(office, opened, "residency", FULL["residency"])
    submit_sheet(office, opened.assessor, opened.id)
    close_round(office, opened.lead, opened.id, "Bert is ill.")
    for path in pages:
        assert "A secret" in lead.get(path).words


def test_whoever_may_not_see_the_assessment_neither_reads_nor_writes_comments(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    approver = signed_in(Role.APPROVER)
    approver.get(sitting.path(COMMENTS), status=403)
    approver.get("/")
    approver.post(sitting.path(COMMENTS), {"text": "Let me in."}, status=403)
    sitting.client.get(sitting.path("criteria/nothing/comments"), status=404)


def test_many_comments_are_read_page_by_page(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office)
    lead = signed_in(Role.LEAD_ASSESSOR, name="lena")
    for number in range(PAGE_SIZE + 1):
        new = NewComment(assessment_id=opened.id, criterion_id="residency", text=f"Comment {number}.")
        add_comment(office, actor_called(office, "lena"), new)
    first = lead.get(f"/assessments/{opened.id}/{COMMENTS}")
    second = lead.get(first.link("Older"))
    assert "Comment 25." in first.words
    assert [words_in(each) for each in second.all("p", class_="typed comment__text")] == ["Comment 0."]
    assert "Comment 25." in lead.get(second.link("Newer")).words
