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


def verifier_sources() -> tuple[tuple[str, Path], ...]:
    """Return the modules that verify documents and logs with nothing but Python, by name in the package."""
    chosen = ["__init__.py", "domain/__init__.py"]
    chosen += [f"domain/{name}.py" for name in ("ledger", "shown", "signed_note")]
    chosen += sorted(f"verifier/{path.name}" for path in (_PACKAGE / "verifier").glob("*.py"))
    return tuple((f"{_PACKAGE.name}/{name}", _PACKAGE / name) for name in chosen)


def _folder(name: str) -> Path:
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
