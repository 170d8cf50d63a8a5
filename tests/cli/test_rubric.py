"""`riskapp rubric`: lint, show and schema."""

import json
import shutil
from pathlib import Path

import pytest
from click import Context
from click.testing import CliRunner, Result

from riskapp.cli import COMMANDS, main
from riskapp.rubric_files.loader import load_rubric
from tests.rubric_files.files import RUBRICS, SMALL, changed, write

INDEX = RUBRICS / "fmti" / "2025.12.0.yaml"


def rubric(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["rubric", *[str(each) for each in arguments]])


def test_rubrics_in_order_are_named_with_their_digest() -> None:
    found = rubric("lint", SMALL, INDEX)
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        f"{SMALL}: small 1.0.0 is in order, SHA-256 {load_rubric(SMALL).digest}",
        f"{INDEX}: fmti 2025.12.0 is in order, SHA-256 {load_rubric(INDEX).digest}",
    ]
    assert found.stderr == ""


def test_errors_end_with_1_and_name_file_line_and_field(tmp_path: Path) -> None:
    text = SMALL.read_text(encoding="utf-8")
    wrong = write(tmp_path, changed(text, ("value: 50}", "value: 500}"), ("weight: 2", "wieght: 2")))
    found = rubric("lint", wrong, SMALL)
    assert found.exit_code == 1
    place = "dimensions[cost].criteria"
    assert found.stdout.splitlines()[:2] == [
        f"{wrong}:31: {place}[run-cost].wieght: is not a field here; remove it, or check how it is spelled",
        f"{wrong}:48: {place}[exit-cost].levels[some].value: is 500; give a number up to 100",
    ]
    assert "small 1.0.0 is in order" in found.stdout


@pytest.mark.parametrize("place", ["other/1.0.0.yaml", "model-risk/1.0.1.yaml"])
def test_a_release_lies_where_its_id_and_version_say(tmp_path: Path, place: str) -> None:
    (tmp_path / "published.json").write_text("[]")
    right, wrong = tmp_path / "model-risk/1.0.0.yaml", tmp_path / place
    draft = tmp_path / "model-risk/next.yaml"
    for file in (right, wrong, draft):
        file.parent.mkdir(exist_ok=True)
        shutil.copy(RUBRICS / "model-risk" / "1.0.0.yaml", file)
    assert rubric("lint", right, draft).exit_code == 0
    found = rubric("lint", wrong)
    assert found.exit_code == 1
    assert f"{wrong}: id and version: the file says model-risk 1.0.0; move it to" in found.stdout
    (tmp_path / "published.json").unlink()
    assert rubric("lint", wrong).exit_code == 0


def test_a_missing_file_ends_with_1() -> None:
    found = rubric("lint", "nowhere.yaml")
    assert found.exit_code == 1
    assert found.stdout.startswith("nowhere.yaml: no such file or directory")


def test_a_changed_copy_of_a_published_release_is_warned_about(tmp_path: Path) -> None:
    edited = write(tmp_path, changed(INDEX.read_text(encoding="utf-8"), ("name: Upstream", "name: Sources")))
    found = rubric("lint", edited)
    assert found.exit_code == 0
    assert "warning: fmti 2025.12.0 is published with the digest" in found.stderr
    assert "give your changes a new version" in found.stderr


def test_a_published_release_is_shown_as_json_with_its_digest() -> None:
    found = json.loads(rubric("show", "fmti", "2025.12.0", "--json").stdout)
    assert (found["id"], found["version"]) == ("fmti", "2025.12.0")
    assert found["digest"] == load_rubric(INDEX).digest
    assert [each["id"] for each in found["dimensions"]] == ["upstream", "model", "downstream"]


def test_a_published_release_is_shown_for_reading() -> None:
    found = rubric("show", "fmti", "2025.12.0")
    assert found.stdout.startswith(
        "Foundation Model Transparency Index, December 2025 (fmti 2025.12.0)\nSHA-256 "
    )
    assert "  crawling" not in found.stdout
    assert "  data-acquisition: Where does the training data come from" in found.stdout


def test_a_release_that_is_not_published_ends_with_2() -> None:
    found = rubric("show", "fmti", "1.0.0")
    assert found.exit_code == 2
    assert "There is no published rubric 'fmti 1.0.0'; published are fmti 2025.12.0, " in found.stderr


def test_the_schema_is_the_published_one() -> None:
    printed = rubric("schema").stdout
    assert printed == (RUBRICS / "rubric.schema.json").read_text(encoding="utf-8")


def test_help_names_every_command_without_importing_any() -> None:
    found = CliRunner().invoke(main, ["--help"])
    assert all(f"  {name}" in found.stdout for name in COMMANDS)
    assert main.list_commands(Context(main)) == list(COMMANDS)


def test_an_unknown_command_is_refused() -> None:
    found = CliRunner().invoke(main, ["frobnicate"])
    assert found.exit_code == 2
    assert "No such command 'frobnicate'" in found.stderr
