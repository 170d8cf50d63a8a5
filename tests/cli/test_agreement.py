"""`riskapp agreement` as a pipeline calls it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from riskapp.cli import main
from tests.rubric_files.files import DATA, write

EXAMPLE = json.loads((DATA / "worked_examples.json").read_text(encoding="utf-8"))["krippendorff_2011_C"]


def agreement(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["agreement", *map(str, arguments)])


@pytest.fixture
def example(tmp_path: Path) -> Path:
    rows = [",".join("" if cell is None else str(cell) for cell in row) for row in EXAMPLE["data"]]
    return write(tmp_path, "\n".join(rows), "example.csv")


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_the_published_example_comes_out_at_every_level(example: Path, level: str) -> None:
    found = json.loads(agreement(example, "--level", level, "--json").stdout)
    assert found["alpha"] == pytest.approx(EXAMPLE["expected"][level], abs=1e-12)
    assert found["low"] < found["alpha"] < found["high"]
    assert (found["units"], found["pairable"], found["observers"]) == (12, 40, 4)


def test_the_level_is_ordinal_unless_another_is_named(example: Path) -> None:
    assert agreement(example, "--json").stdout == agreement(example, "--level", "ordinal", "--json").stdout


def test_without_json_a_person_can_read_it(example: Path) -> None:
    first, second = agreement(example, "--level", "ratio").stdout.splitlines()
    assert first.startswith("alpha 0.797 (")
    assert first.endswith("between 0.667 and 0.800: tentative conclusions only")
    assert second == "4 observers, 12 units, 40 pairable values, ratio"


@pytest.mark.parametrize(
    ("text", "why"), [("1,2\n", "no unit has two values"), ("1,1\n1,1\n", "all pairable values are alike")]
)
def test_an_undefined_alpha_is_null_and_says_why(tmp_path: Path, text: str, why: str) -> None:
    file = write(tmp_path, text, "file.csv")
    assert json.loads(agreement(file, "--json").stdout)["alpha"] is None
    assert f"alpha is undefined: {why}" in agreement(file).stdout


def test_errors_in_the_file_end_with_2_and_name_line_and_column(tmp_path: Path) -> None:
    file = write(tmp_path, "1,2\n1,x\n", "file.csv")
    found = agreement(file)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(f"{file}:2: column 2: 'x' is no number")
