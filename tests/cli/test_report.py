"""`riskapp report` as a pipeline calls it."""

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from click.testing import CliRunner, Result
from pypdf import PdfReader

from riskapp.cli import main
from tests.papers import words_of
from tests.rubric_files.files import DATA, SMALL


def report(folder: Path, *more: str, answers: Path = DATA / "answers.yaml") -> tuple[Result, Path]:
    output = folder / "out.pdf"
    given = ["report", "--rubric", SMALL, "--answers", answers, "--candidate", DATA / "candidate.yaml"]
    given += ["--context", DATA / "context.yaml", "-o", output]
    return CliRunner().invoke(main, [*(str(each) for each in given), *more]), output


def test_the_report_on_files_carries_its_content_as_data(tmp_path: Path) -> None:
    done, output = report(tmp_path, "--on", "2026-03-01")
    assert done.exit_code == 0, done.output
    pdf = PdfReader(BytesIO(output.read_bytes()))
    assert f"{len(pdf.pages)} pages" in done.output
    text = words_of(output.read_bytes())
    assert "Acme Large" in text
    assert "Letters to customers" in text
    content = json.loads(pdf.attachments["assessment.json"][0])
    assert content["candidate"]["name"] == "Acme Large (large-2025-08-01) on Cloud of Example"
    assert content["total"]["point"]["shown"] == "87.5"
    assert set(pdf.attachments) == {"assessment.json", "rubric.json"}
    assert sha256(pdf.attachments["rubric.json"][0]).hexdigest() == content["rubric"]["digest"]


def test_the_same_files_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    first, output = report(tmp_path, "--on", "2026-03-01")
    before = output.read_bytes()
    second, _ = report(tmp_path, "--on", "2026-03-01")
    assert first.output == second.output
    assert output.read_bytes() == before


def test_answers_that_do_not_fit_leave_no_pdf_and_say_where(tmp_path: Path) -> None:
    wrong = tmp_path / "answers.yaml"
    wrong.write_text("answers:\n  residency: {level: on-the-moon}\n", encoding="utf-8")
    done, output = report(tmp_path, answers=wrong)
    assert done.exit_code == 2
    assert f"{wrong}:2: answers.residency.level" in done.output
    assert not output.exists()


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    done, _ = report(tmp_path, "-o", str(tmp_path / "no-such-folder" / "out.pdf"))
    assert done.exit_code == 2
    assert "choose another place with -o" in done.output
