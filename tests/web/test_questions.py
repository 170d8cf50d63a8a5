import csv
import json
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from pypdf import PdfReader

from riskapp.cli import main
from riskapp.domain.authority import Role
from riskapp.services.questions import question_content, question_list
from riskapp.services.seals import issue_paper
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.assessment_builders import (
    CANDIDATE,
    CONTEXT,
    FULL,
    SMALL,
    a_submitted_assessment,
    an_assessment,
    save,
)
from tests.papers import words_of
from tests.web.conftest import SignedIn
from tests.web.page_client import Page, words_in
from tests.web.test_comparisons import CHEAP, OPEN, beside, files

OPEN_SHEET = {**FULL, **OPEN}


def rows(page: Page) -> list[dict[str, str]]:
    text = page.response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def told(answers: Path, *options: str) -> dict[str, Any]:
    arguments = ["next", "--rubric", str(SMALL), "--answers", str(answers), "--profile", "general", *options]
    result = CliRunner().invoke(main, [*arguments, "--on", "2026-11-24", "--json"])
    assert result.exit_code == 0, result.output
    read: dict[str, Any] = json.loads(result.stdout)
    return read


def surroundings(folder: Path) -> list[str]:
    """The candidate and the context of the builders as files of the pipeline."""
    candidate = {
        name: getattr(CANDIDATE, name)
        for name in ("developer", "developer_country", "model", "version", "host", "licence")
    }
    candidate |= {"route": CANDIDATE.route.value, "weights": CANDIDATE.weights.value}
    candidate |= {"hosting_countries": ["own"], "retires_on": "2027-06-30"}
    context = {
        name: getattr(CONTEXT, name)
        for name in ("title", "purpose", "input_tokens_per_month", "output_tokens_per_month")
    }
    context |= {"data_class": CONTEXT.data_class.value, "exposure": CONTEXT.exposure.value}
    context |= {"buyer": CONTEXT.buyer.value, "jurisdictions": ["eu"], "languages": ["en"]}
    options = []
    for name, content in (("candidate", candidate), ("context", context)):
        path = folder / f"{name}.json"
        path.write_text(json.dumps(content))
        options += [f"--{name}", str(path)]
    return options


def words(page: Page) -> tuple[str, dict[str, list[bytes]]]:
    pdf = page.response.get_data()
    return words_of(pdf), dict(PdfReader(BytesIO(pdf)).attachments)


def test_what_is_unknown_is_listed_with_what_it_could_change(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office, OPEN_SHEET)
    lead = signed_in(Role.LEAD_ASSESSOR)
    page = lead.get(lead.get(f"/assessments/{opened.id}").link("What to find out next"))
    first = next(page.all("tbody")[0].iter("tr"))
    assert [words_in(cell) for cell in first][:2] == ["1. Data residencySecurity", "Unknown"]
    assert "Where are prompts processed? Read the contract and the list of subprocessors." in page.words
    assert "Evidence that counts: contract; list of subprocessors." in page.words
    assert "A list of questions, not a record" in page.words


def test_the_figures_are_those_of_the_command_line(
    office: Office, signed_in: SignedIn, tmp_path: Path
) -> None:
    first = a_submitted_assessment(office, OPEN_SHEET)
    other = beside(office, first, "Cheap", CHEAP)
    answers, rival = files(office, [first.id, other], tmp_path)
    asked = told(answers, "--against", str(rival), *surroundings(tmp_path))["questions"]
    table = rows(signed_in(Role.LEAD_ASSESSOR).get(f"/assessments/{first.id}/questions/table.csv"))
    assert [each["Criterion"] for each in table] == [each["name"] for each in asked]
    for row, each in zip(table, asked, strict=True):
        assert abs(float(row["Swing in the total"]) - each["swing"]) <= 0.05
        for column, name in (
            ("Changes the recommendation", "changes_recommendation"),
            ("Changes who comes first", "changes_winner"),
        ):
            assert abs(int(row[column].removesuffix(" %")) - 100 * each[name]) <= 1
        assert (row["Question"], row["How to find out"]) == (each["question"], each["how"])


def test_the_letter_to_the_vendor_gives_nothing_away(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office, OPEN_SHEET)
    lead = signed_in(Role.LEAD_ASSESSOR)
    letter, attached = words(
        lead.post(f"/assessments/{opened.id}/questions/paper.pdf", {"for": "vendor"}, status=200)
    )
    assert "This is a list of questions, not a record" in letter
    assert "Where are prompts processed?" in letter
    for told_to_nobody in ("recommend", "Swing", "escalate", "Internal coding assistant"):
        assert told_to_nobody not in letter + attached["questions.json"][0].decode()
    assert json.loads(attached["questions.json"][0])["figures"] is None
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    assert (entry.action, entry.assessment_id) == ("paper.made", opened.id)
    details = entry.body["details"]
    assert (details["kind"], details["about"]) == (
        "questions",
        {"assessments": ["RA-0001"], "figures": False},
    )
    assert details["data"] == sha256(attached["questions.json"][0]).hexdigest()


def test_the_list_on_paper_has_the_figures_too(office: Office, signed_in: SignedIn) -> None:
    opened = a_submitted_assessment(office, OPEN_SHEET)
    paper = signed_in(Role.LEAD_ASSESSOR).post(f"/assessments/{opened.id}/questions/paper.pdf", status=200)
    text, attached = words(paper)
    assert "Changes the recommendation" in text
    assert "The rules recommend now: escalate" in text
    assert json.loads(attached["questions.json"][0])["figures"]["recommendation"] == "escalate"
    name = "RA-0001-deepseek-r1-questions.pdf"
    assert paper.response.headers["Content-Disposition"] == f"attachment; filename={name}"


def test_before_submission_the_list_is_open_to_the_assessor_alone(
    office: Office, signed_in: SignedIn
) -> None:
    opened = an_assessment(office)
    save(office, opened, "residency", FULL["residency"])
    refused = signed_in(Role.LEAD_ASSESSOR).get(f"/assessments/{opened.id}/questions", status=409)
    assert "No score sheet of RA-0001 has been submitted yet" in refused.words
    signed_in(Role.PROCUREMENT).get(f"/assessments/{opened.id}/questions", status=403)
    with office.reading() as connection:
        listed = question_list(connection, opened.assessor, opened.id, at=office.now(), compares=False)
        before = latest_entry(connection)
    draft = issue_paper(office, opened.assessor, question_content(listed, figures=True))
    assert b"/ByteRange" not in draft
    with office.reading() as connection:
        assert latest_entry(connection) == before, "a list that rests on drafts is a draft"


def test_rivals_are_named_to_those_who_may_compare(office: Office, signed_in: SignedIn) -> None:
    first = a_submitted_assessment(office, OPEN_SHEET)
    beside(office, first, "Cheap", CHEAP)
    page = signed_in(Role.LEAD_ASSESSOR).get(f"/assessments/{first.id}/questions")
    assert "who comes first is judged beside Cheap" in page.words
    with office.reading() as connection:
        alone = question_list(connection, first.assessor, first.id, at=office.now(), compares=False)
    assert (alone.heading.rivals, alone.found.questions[0].first_turns) == ((), None)
