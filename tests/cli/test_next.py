"""`riskapp next` as a pipeline calls it."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from riskapp.cli import main
from tests.rubric_files.files import DATA, SMALL, changed, write

ANSWERS = (DATA / "answers.yaml").read_text(encoding="utf-8")
CONTEXT = ("--context", DATA / "context.yaml")
DATED = changed(
    ANSWERS,
    ("answers:\n", 'evidence:\n  - {id: prices, title: Prices, as_of: "2026-01-02"}\nanswers:\n'),
    ("high: 80, confidence: high", "high: 80, confidence: high, evidence: [prices]"),
)


def ask(answers: Path, *arguments: str | Path) -> Result:
    given = ["next", "--rubric", SMALL, "--answers", answers, *arguments]
    return CliRunner().invoke(main, [str(each) for each in given])


def result(answers: Path, *arguments: str | Path) -> dict[str, Any]:
    found = ask(answers, *arguments, "--json")
    assert found.exit_code == 0, found.output
    read: dict[str, Any] = json.loads(found.stdout)
    return read


def unknown_residency(folder: Path) -> Path:
    return write(folder, changed(ANSWERS, ("level: inside, confidence: high", "unknown: No reply.")))


def test_the_question_that_can_change_most_stands_first_with_what_its_answers_bring(tmp_path: Path) -> None:
    found = result(unknown_residency(tmp_path), *CONTEXT)
    assert (found["recommendation"], found["profile"]) == ("escalate", "general")
    assert found["if_all_are_answered"] == {"at_worst": "reject", "at_best": "approve"}
    first, second = found["questions"]
    assert (first["criterion"], first["gaps"], first["swing"]) == ("residency", ["unknown"], 56.25)
    assert first["changes_recommendation"] == 1
    assert [each["words"] for each in first["changes"]] == [
        "Foreign: reject",
        "Mixed: reject",
        "Inside: approve",
    ]
    assert first["question"] == "Where are prompts processed?"
    assert first["how"] == "Read the contract and the list of subprocessors."
    assert first["changes_winner"] is None
    assert (second["criterion"], second["gaps"]) == ("documents", ["open-statements"])


def test_evidence_grows_stale_with_the_day(tmp_path: Path) -> None:
    dated = write(tmp_path, DATED)
    fresh = result(dated, *CONTEXT, "--on", "2026-04-02")
    stale = result(dated, *CONTEXT, "--on", "2026-04-03")
    assert [each["criterion"] for each in fresh["questions"]] == ["documents"]
    assert {each["criterion"]: each["gaps"] for each in stale["questions"]} == {
        "run-cost": ["stale"],
        "documents": ["open-statements"],
    }


def test_against_a_rival_it_is_said_what_changes_who_comes_first(tmp_path: Path) -> None:
    found = result(unknown_residency(tmp_path), *CONTEXT, "--against", DATA / "answers.yaml")
    assert found["questions"][0]["changes_winner"] == 0.3
    assert found["questions"][0]["changes"][-1]["comes_first"] is True


def test_a_version_that_is_retired_on_the_day_stays_rejected_whatever_is_answered(tmp_path: Path) -> None:
    candidate = ("--candidate", DATA / "candidate.yaml", "--on", "2026-06-30")
    found = result(unknown_residency(tmp_path), *CONTEXT, *candidate)
    assert found["if_all_are_answered"] == {"at_worst": "reject", "at_best": "reject"}


def test_without_json_a_person_can_read_it(tmp_path: Path) -> None:
    lines = ask(unknown_residency(tmp_path), *CONTEXT, "--against", DATA / "answers.yaml").stdout.splitlines()
    assert lines[0] == (
        "Recommendation now: escalate. With everything below found out: reject at worst, approve at best."
    )
    assert lines[2] == "1. Data residency (Security): unknown"
    assert lines[3] == (
        "   Swings the total by 56.3 points. Changes the recommendation: 100 %. "
        "Changes who comes first: 30 %. "
        "With all else at its best, still keeps the recommendation from it: 70 %."
    )
    assert "   If Inside: approve, first." in lines
    assert lines[7] == (
        "   Ask: Where are prompts processed? Read the contract and the list of subprocessors. "
        "Evidence that counts: contract; list of subprocessors."
    )


def test_nothing_left_to_find_out_is_said(tmp_path: Path) -> None:
    known = changed(ANSWERS, ("not_met: [bounty]", "not_met: [bounty, incidents]"))
    assert "Nothing is left to find out." in ask(write(tmp_path, known), *CONTEXT).stdout


def test_errors_in_a_file_end_with_2_and_name_file_and_line(tmp_path: Path) -> None:
    wrong = write(tmp_path, changed(ANSWERS, ("level: inside", "level: outside")))
    found = ask(wrong)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(f"{wrong}:6: answers.residency.level: 'outside' is not a level here")
    missing = ask(DATA / "answers.yaml", "--against", "nowhere.yaml")
    assert (missing.exit_code, missing.stderr[:40]) == (2, "nowhere.yaml: no such file or directory;")
