"""The history of a criterion: every version as differences, and an older text used again."""

from riskapp.domain.authority import Role
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.draft_history import HISTORY_SIZE
from riskapp.storage.sheets import drafts
from tests.assessment_builders import FULL, actor_called, an_assessment, save
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, words_in
from tests.web.sheet_pages import Sitting, sit_down

HISTORY = "sheet/security/residency/history"


def write(office: Office, sitting: Sitting, *texts: str) -> None:
    for expected, text in enumerate(texts):
        save(office, sitting.opened, "residency", {"rationale": text}, expected=expected)


def marked(page: Page, tag: str) -> list[str]:
    return [words_in(each) for each in page.all(tag)]


def test_each_version_shows_what_it_changed_in_marks_and_in_words(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    write(office, sitting, "It runs on our machines.", "It runs on their machines.")
    page = sitting.client.get(sitting.path(HISTORY))
    assert page.heading == "History of “Data residency”"
    assert [words_in(each) for each in page.all("h3")] == ["Version 2", "Version 1"]
    assert marked(page, "del") == ["removed: our, end of removed."]
    assert marked(page, "ins") == ["added: their, end of added.", "added: It runs on our machines."]
    assert "No score sheet that you may read has been submitted." in page.words


def test_markup_that_was_typed_stays_text(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    write(office, sitting, "<b>bold</b>", "<script>alert(1)</script>")
    page = sitting.client.get(sitting.path(HISTORY))
    assert not page.all("b")
    assert "added: <b>bold</b>" in marked(page, "ins")
    assert not [each for each in page.all("script") if "src" not in each.attrib]


def test_an_older_text_comes_back_as_a_new_version(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    write(office, sitting, "First thought.", "Second thought.")
    page = sitting.client.get(sitting.path(HISTORY))
    chosen = {"seq": page.value("seq"), "version": page.value("version")}
    done = sitting.client.post(sitting.path(HISTORY), chosen)
    assert done.location.endswith("/sheet/security#criterion-residency")
    assert "stands again" in sitting.client.follow(done).notices[0]
    with office.reading() as connection:
        draft = drafts(connection, sitting.opened.id, sitting.opened.assessor.id)["residency"]
    assert (draft.version, draft.payload) == (3, {"rationale": "First thought."})
    again = sitting.client.get(sitting.path(HISTORY))
    assert [words_in(each) for each in again.all("h3")] == ["Version 3", "Version 2", "Version 1"]


def test_an_older_text_does_not_overwrite_what_was_typed_meanwhile(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    write(office, sitting, "First thought.", "Second thought.")
    page = sitting.client.get(sitting.path(HISTORY))
    chosen = {"seq": page.value("seq"), "version": page.value("version")}
    save(office, sitting.opened, "residency", {"rationale": "From another tab."}, expected=2)
    refused = sitting.client.post(sitting.path(HISTORY), chosen, status=409)
    assert "changed elsewhere after this page was opened" in refused.words
    assert "Version 3" in refused.words


def test_only_own_versions_of_this_criterion_come_back(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    write(office, sitting, "Mine.")
    save(office, sitting.opened, "documents", {"rationale": "Of another criterion."})
    other = sit_down(office, signed_in, name="bert")
    write(office, other, "Bert's.")
    for seq in ("1", "999999", "nonsense", ""):
        sitting.client.get(sitting.path(HISTORY))
        sitting.client.post(sitting.path(HISTORY), {"seq": seq, "version": "1"}, status=404)
    sitting.client.get(other.path(HISTORY), status=403)


def test_a_long_history_is_read_page_by_page(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    write(office, sitting, *(f"Thought {number}." for number in range(2 * HISTORY_SIZE + 1)))
    first = sitting.client.get(sitting.path(HISTORY))
    second = sitting.client.get(first.link("Older"))
    third = sitting.client.get(second.link("Older"))
    shown = [[words_in(each) for each in page.all("h3")] for page in (first, second, third)]
    assert [len(each) for each in shown] == [HISTORY_SIZE, HISTORY_SIZE, 1]
    assert [each for page in shown for each in page][-1] == "Version 1"
    back = sitting.client.get(third.link("Newer"))
    assert [words_in(each) for each in back.all("h3")] == shown[1]
    assert marked(back, "del") == marked(second, "del")


def test_whoever_may_see_the_assessment_reads_what_was_submitted_and_nothing_else(
    office: Office, signed_in: SignedIn
) -> None:
    approver = signed_in(Role.APPROVER)
    opened = an_assessment(office)
    path = f"/assessments/{opened.id}/{HISTORY}"
    save(office, opened, "residency", {"rationale": "A first secret thought."})
    approver.get(path, status=403)
    save(office, opened, "residency", FULL["residency"], expected=1)
    submit_sheet(office, opened.assessor, opened.id)
    page = approver.get(path)
    assert "Score sheet 1" in page.words
    assert "It runs on our machines." in page.words
    assert "secret" not in page.html
    assert "Use this text again" not in page.html


def test_a_lead_reads_no_draft_in_the_history(office: Office, signed_in: SignedIn) -> None:
    lead = signed_in(Role.LEAD_ASSESSOR, Role.ASSESSOR, name="lena")
    opened = an_assessment(office, lead=actor_called(office, "lena"))
    save(office, opened, "residency", {"rationale": "A secret thought."})
    page = lead.get(f"/assessments/{opened.id}/{HISTORY}")
    assert "secret" not in page.html


def test_an_address_of_another_dimension_or_criterion_leads_nowhere(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    sitting.client.get(sitting.path("sheet/cost/residency/history"), status=404)
    sitting.client.get(sitting.path("sheet/cost/nothing/history"), status=404)
