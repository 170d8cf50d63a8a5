"""The example files that docs/formats.md names are those of the worked example, and they score."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from riskapp.cli import main
from riskapp.worked_example.content import FOLDER

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
RUBRIC = ROOT / "rubrics" / "model-risk" / "1.0.0.yaml"


@pytest.mark.parametrize(
    ("example", "content"),
    [
        ("answers.yaml", "assessments/r1-on-own-machines.yaml"),
        ("context.yaml", "contexts/internal-coding-assistant.yaml"),
        ("candidate.yaml", "candidates/deepseek-r1-self-hosted.yaml"),
    ],
)
def test_an_example_is_the_file_of_the_worked_example_under_a_line_for_editors(
    example: str, content: str
) -> None:
    head = f"# yaml-language-server: $schema=../schemas/{example.removesuffix('.yaml')}.schema.json\n"
    same = (EXAMPLES / example).read_bytes() == head.encode() + (FOLDER / content).read_bytes()
    assert same, f"copy riskapp/worked_example/data/{content} to docs/examples/{example}, under: {head}"


def test_the_example_scores_as_its_documentation_calls_it() -> None:
    arguments = ["--rubric", RUBRIC, "--answers", EXAMPLES / "answers.yaml"]
    arguments += ["--context", EXAMPLES / "context.yaml", "--candidate", EXAMPLES / "candidate.yaml"]
    outcome = CliRunner().invoke(main, ["score", *(str(each) for each in arguments), "--json"])
    assert outcome.exit_code == 0
    found = json.loads(outcome.stdout)
    assert found["recommendation"] == "approve-with-conditions"
    assert all(dimension["rating"] == "rated" for dimension in found["dimensions"].values())
    assert found["total"]["low"] < found["total"]["point"] < found["total"]["high"]


def test_without_context_and_candidate_the_example_escalates() -> None:
    arguments = ["score", "--rubric", str(RUBRIC), "--answers", str(EXAMPLES / "answers.yaml"), "--json"]
    outcome = CliRunner().invoke(main, arguments)
    assert outcome.exit_code == 0
    assert json.loads(outcome.stdout)["recommendation"] == "escalate"
