"""Reads what several observers said of the same units from a CSV file: rows are observers, columns units."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import StringIO
from pathlib import Path

from riskapp.domain.agreement import Level, Unit, Value
from riskapp.rubric_files.documents import InputFileError, Problem, read_text

MOST_VALUES = 20_000

_NUMBER = re.compile(r"[+-]?([0-9]{1,15}(\.[0-9]{0,15})?|\.[0-9]{1,15})([eE][+-]?[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """How many observers there are, and what they said of each unit; missing values are left out."""

    observers: int
    units: tuple[Unit, ...]


def read_observations(path: Path, level: Level) -> Observations:
    """Return what a file holds; at the nominal level values are texts, else numbers.

    There is no header; an empty cell is missing, and an empty line is no observer. Raises InputFileError
    with every error and its line.
    """
    source = str(path)
    rows = list(_rows(read_text(path), source))
    problems = list(_problems(rows, level))
    if problems:
        raise InputFileError(source, problems)
    width = len(rows[0][1])
    return Observations(
        observers=len(rows),
        units=tuple(
            [_value(row[column], level) for _, row in rows if row[column]] for column in range(width)
        ),
    )


Row = tuple[int, list[str]]
"""A line, from 1, and its cells without the space around them."""


def _rows(text: str, source: str) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if stripped:
                yield reader.line_num, stripped
    except csv.Error as error:
        message = f"is not well-formed CSV: {error}; put a text that holds a comma or a quote in quotes"
        raise InputFileError(source, [Problem(reader.line_num, "", message)]) from error


def _problems(rows: list[Row], level: Level) -> Iterator[Problem]:
    if not rows:
        yield Problem(None, "", "is empty; write one row for each observer")
        return
    width = len(rows[0][1])
    if width * len(rows) > MOST_VALUES:
        cells = width * len(rows)
        message = f"holds {cells} cells; at most {MOST_VALUES} are read, so take a sample of the units"
        yield Problem(None, "", message)
        return
    for line, row in rows:
        if len(row) != width:
            message = f"has {len(row)} cells and the first row has {width}; leave a missing value empty"
            yield Problem(line, "", message)
        for column, cell in enumerate(row, start=1):
            if advice := _advice(cell, level):
                yield Problem(line, f"column {column}", f"{cell[:40]!r} {advice}")


def _advice(cell: str, level: Level) -> str | None:
    if level is Level.NOMINAL or not cell:
        return None
    if not _NUMBER.fullmatch(cell):
        return "is no number; leave a missing value empty, or use --level nominal for texts"
    if level is Level.RATIO and Fraction(cell) < 0:
        return "is below 0, which a ratio cannot be; use --level interval"
    return None


def _value(cell: str, level: Level) -> Value:
    return cell if level is Level.NOMINAL else Fraction(cell)
