from pathlib import Path

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.assessment_builders import SMALL, a_submitted_assessment, an_assessment, publish
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, words_in


def next_release(office: Office, folder: Path) -> str:
    """Publish the next release of the small rubric: one criterion reworded, one renamed away, one profile."""
    text = SMALL.read_text(encoding="utf-8")
    for old, new in (
        ("version: 1.0.0", "version: 2.0.0"),
        ("How hard is it to change to another model?", "How long does it take to change to another model?"),
        ("id: documents", "id: papers"),
    ):
        assert old in text
        text = text.replace(old, new)
    path = folder / "next.yaml"
    path.write_text(text, encoding="utf-8")
    return publish(office, path)


def row(page: Page, name: str) -> list[str]:
    """The cells of a criterion in the table of criteria."""
    for each in page.all("table")[-1].iter("tr"):
        cells = [words_in(cell) for cell in each]
        if cells[0].startswith(name):
            return cells[1:]
    raise LookupError(name)


def test_answers_carry_over_where_the_criterion_stands_word_for_word(
    office: Office, signed_in: SignedIn, tmp_path: Path
) -> None:
    opened = a_submitted_assessment(office)
    release = next_release(office, tmp_path)
    client = signed_in(Role.LEAD_ASSESSOR)
    with office.reading() as connection:
        before = latest_entry(connection)
    asked = client.get(client.get(f"/assessments/{opened.id}").link("Under other rules"))
    assert "What would change" not in asked.words
    page = client.get(f"/assessments/{opened.id}/rescore?edition={release}/general")
    assert row(page, "Data residency")[:3] == [
        "Carries over",
        "100.0 (100.0 to 100.0)",
        "100.0 (100.0 to 100.0)",
    ]
    assert row(page, "Exit cost")[0] == "Changed: needs an answer"
    assert row(page, "Exit cost")[2] == "Not rated (0.0 to 100.0)"
    assert "2 criteria are new or worded otherwise" in page.words
    fates = [words_in(each) for each in page.all("table")[-1].iter("strong")]
    assert {"New: needs an answer", "No longer asked"} <= set(fates)
    with office.reading() as connection:
        assert latest_entry(connection) == before


def test_another_profile_of_the_same_release_asks_nothing_anew(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office)
    release = publish(office)
    client = signed_in(Role.LEAD_ASSESSOR)
    page = client.get(f"/assessments/{opened.id}/rescore?edition={release}/security-only")
    assert "Every criterion stands there word for word, so every answer carries over." in page.words
    assert row(page, "Run cost against the budget")[3].endswith("→ nothing")


def test_an_edition_that_is_not_there_is_told(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office)
    client = signed_in(Role.LEAD_ASSESSOR)
    page = client.get(f"/assessments/{opened.id}/rescore?edition=nowhere/general", status=422)
    assert page.problems == ["There is no such release. Choose from the list"]
    release = publish(office)
    page = client.get(f"/assessments/{opened.id}/rescore?edition={release}/other", status=422)
    assert page.problems == ["The rubric has no profile 'other'; choose from the list"]


def test_what_is_not_submitted_or_not_open_is_not_scored_again(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    client = signed_in(Role.LEAD_ASSESSOR)
    page = client.get(f"/assessments/{opened.id}/rescore", status=409)
    assert "there is nothing to score again" in page.words
    signed_in(Role.PROCUREMENT).get(f"/assessments/{opened.id}/rescore", status=403)
