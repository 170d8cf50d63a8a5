"""Rubric and answer files for tests."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
RUBRICS = Path(__file__).resolve().parents[2] / "rubrics"
DOCS = Path(__file__).resolve().parents[2] / "docs"
SMALL = DATA / "rubrics" / "small.yaml"


def write(folder: Path, text: str, name: str = "file.yaml") -> Path:
    """A file with this text."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with each first passage replaced by the second; the first must be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
