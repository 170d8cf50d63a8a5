"""Where the folders of content lie: inside an installed wheel, else beside the package in a clone."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def rubrics() -> Path:
    """Return the folder of published rubric releases, by id and version."""
    return _folder("rubrics")


def reports() -> Path:
    """Return the folder of report templates, styles and fonts."""
    return _folder("reports")


def migrations() -> Path:
    """Return the folder of database migrations."""
    return _folder("migrations")


def verifier() -> Path:
    """Return the file that verifies an exported log with nothing but Python."""
    return _PACKAGE / "verifier.py"


def _folder(name: str) -> Path:
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
