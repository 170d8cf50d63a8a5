"""CSV files of what several observers said: what is read, and what is said of a file that is wrong."""

from fractions import Fraction
from pathlib import Path

import pytest

from riskapp.domain.agreement import Level
from riskapp.rubric_files.documents import InputFileError
from riskapp.rubric_files.observations import MOST_VALUES, read_observations
from tests.rubric_files.files import write


def observations(folder: Path, text: str) -> Path:
    return write(folder, text, "observations.csv")


def refusal(folder: Path, text: str, level: Level = Level.ORDINAL) -> list[str]:
    with pytest.raises(InputFileError) as refused:
        read_observations(observations(folder, text), level)
    return [line.removeprefix(f"{folder}/observations.csv") for line in refused.value.lines()]


def test_rows_are_observers_columns_are_units_and_an_empty_cell_is_missing(tmp_path: Path) -> None:
    found = read_observations(observations(tmp_path, "1, 2.5 ,\r\n\r\n,-3,1e2\r\n"), Level.INTERVAL)
    assert found.observers == 2
    assert found.units == ([Fraction(1)], [Fraction("2.5"), Fraction(-3)], [Fraction(100)])


def test_nominal_values_are_texts_as_they_stand(tmp_path: Path) -> None:
    found = read_observations(observations(tmp_path, '"a, b",1\n"a, b",1.0\n'), Level.NOMINAL)
    assert found.units == (["a, b", "a, b"], ["1", "1.0"])


def test_every_error_is_named_by_line_and_column(tmp_path: Path) -> None:
    assert refusal(tmp_path, "1,two,3\n\n1,2\n1,2,9e999\n") == [
        ":1: column 2: 'two' is no number; leave a missing value empty, or use --level nominal for texts",
        ":3: has 2 cells and the first row has 3; leave a missing value empty",
        ":4: column 3: '9e999' is no number; leave a missing value empty, or use --level nominal for texts",
    ]


@pytest.mark.parametrize("cell", ["nan", "inf", "1/3", "1_000", "0x10", "."])
def test_what_looks_like_a_number_to_python_alone_is_none(tmp_path: Path, cell: str) -> None:
    assert "is no number" in refusal(tmp_path, f"{cell}\n1\n")[0]


def test_a_ratio_cannot_be_below_zero(tmp_path: Path) -> None:
    assert refusal(tmp_path, "1,-2\n1,2\n", Level.RATIO) == [
        ":1: column 2: '-2' is below 0, which a ratio cannot be; use --level interval"
    ]


def test_a_file_that_is_empty_or_too_large_or_no_csv_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, "\n") == [": is empty; write one row for each observer"]
    wide = ",".join("1" * MOST_VALUES)
    assert refusal(tmp_path, f"{wide}\n{wide}\n") == [
        ": holds 40000 cells; at most 20000 are read, so take a sample of the units"
    ]
    assert ":2: is not well-formed CSV" in refusal(tmp_path, '1\n"2\n')[0]


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InputFileError, match=r"nowhere\.csv: no such file or directory"):
        read_observations(Path("nowhere.csv"), Level.ORDINAL)
