"""`riskapp score` as a pipeline calls it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from riskapp.cli import main
from tests.rubric_files.files import DATA, SMALL, changed, write

ANSWERS = DATA / "answers.yaml"
CONTEXT = DATA / "context.yaml"
CANDIDATE = DATA / "candidate.yaml"


def score(*arguments: str | Path, answers: Path = ANSWERS) -> Result:
    given = ["score", "--rubric", SMALL, "--answers", answers, *arguments]
    return CliRunner().invoke(main, [str(each) for each in given])


def result(*arguments: str | Path, answers: Path = ANSWERS) -> dict[str, Any]:
    found = score(*arguments, "--json", answers=answers)
    read: dict[str, Any] = json.loads(found.stdout)
    return read


def answers_with(folder: Path, *changes: tuple[str, str]) -> Path:
    return write(folder, changed(ANSWERS.read_text(encoding="utf-8"), *changes))


def test_the_result_is_json_with_scores_gates_recommendation_and_contributions() -> None:
    found = result("--context", CONTEXT)
    assert list(found) == [
        "rubric",
        "profile",
        "criteria",
        "dimensions",
        "total",
        "gates",
        "recommendation",
        "because",
        "contributions",
    ]
    for score in (*found["criteria"].values(), *found["dimensions"].values(), found["total"]):
        assert {"point", "low", "high", "coverage", "band"} <= set(score)
    assert found["total"]["point"] == pytest.approx(87.5)
    assert found["total"]["shown"] == {"point": "87.5", "low": "83.1", "high": "92.8"}
    assert found["recommendation"] == "approve"
    assert sum(each["contribution"] for each in found["contributions"]) == pytest.approx(87.5)


def test_a_gate_that_rejects_ends_with_3(tmp_path: Path) -> None:
    abroad = answers_with(tmp_path, ("level: inside", "level: foreign"))
    found = score("--context", CONTEXT, "--json", answers=abroad)
    assert found.exit_code == 3
    assert json.loads(found.stdout)["recommendation"] == "reject"


def test_a_recommendation_against_without_a_gate_ends_with_0(tmp_path: Path) -> None:
    abroad = answers_with(tmp_path, ("level: inside", "level: foreign"))
    assert score("--json", answers=abroad).exit_code == 0


def test_without_a_context_a_gate_that_asks_for_one_is_undecided() -> None:
    found = result()
    assert [gate["state"] for gate in found["gates"]] == ["undecided", "passed", "passed", "passed"]
    assert found["recommendation"] == "escalate"


def test_what_is_not_known_is_null_and_not_zero(tmp_path: Path) -> None:
    silent = write(tmp_path, "answers: {}\n")
    found = result(answers=silent)
    assert found["total"]["point"] is None
    assert (found["total"]["low"], found["total"]["high"], found["total"]["coverage"]) == (0, 100, 0)
    assert found["total"]["band"] is None


def test_gates_see_the_candidate_as_it_stands_on_the_day() -> None:
    before = score("--context", CONTEXT, "--candidate", CANDIDATE, "--on", "2026-06-29")
    after = score("--context", CONTEXT, "--candidate", CANDIDATE, "--on", "2026-06-30")
    assert (before.exit_code, after.exit_code) == (0, 3)


def test_the_first_profile_counts_unless_the_file_or_the_call_names_another(tmp_path: Path) -> None:
    named = write(tmp_path, "profile: security-only\n" + ANSWERS.read_text(encoding="utf-8"))
    assert result()["profile"] == "general"
    assert result(answers=named)["profile"] == "security-only"
    assert result("--profile", "general", answers=named)["profile"] == "general"


def test_without_json_a_person_can_read_it() -> None:
    found = score("--context", CONTEXT)
    assert found.exit_code == 0
    assert "Total                                           87.5   83.1 to 92.8     100 %  Low risk" in (
        found.stdout.splitlines()
    )
    assert "Recommendation: approve" in found.stdout


def test_an_unknown_profile_is_named() -> None:
    found = score("--profile", "nobody")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "has no 'nobody'; use one of general, security-only" in found.stderr


def test_errors_in_a_file_end_with_2_and_name_file_and_line(tmp_path: Path) -> None:
    wrong = answers_with(tmp_path, ("level: inside", "level: outside"), ("documents:", "papers:"))
    found = score(answers=wrong)
    assert (found.exit_code, found.stdout) == (2, "")
    residency = "answers.residency.level"
    assert found.stderr.splitlines() == [
        f"{wrong}:6: {residency}: 'outside' is not a level here; use one of foreign, mixed, inside",
        f"{wrong}:7: answers.papers: is not a criterion of this rubric; check its id",
    ]


@pytest.mark.parametrize("option", ["--context", "--candidate"])
def test_a_missing_file_ends_with_2_and_is_named(option: str) -> None:
    found = score(option, "nowhere.yaml")
    assert found.exit_code == 2
    assert found.stderr.startswith("nowhere.yaml: no such file or directory")


def test_scoring_from_files_imports_neither_database_nor_pages_nor_pdf() -> None:
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from riskapp.cli import main\n"
        f"files = ['--rubric', {str(SMALL)!r}, '--answers', {str(ANSWERS)!r}]\n"
        "found = CliRunner().invoke(main, ['score', *files])\n"
        "assert found.exit_code == 0, found.output\n"
        "print(sorted({'sqlalchemy', 'flask', 'weasyprint', 'alembic', 'jinja2'} & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"
