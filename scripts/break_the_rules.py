"""Break each boundary on purpose, in a copy of the code, and expect its guard to catch it.

A contract that has never been seen to fail proves nothing.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LEFT_OUT = shutil.ignore_patterns("__pycache__", "static", "fonts")
COPIED = ("riskapp", "migrations", "tests/house", "pyproject.toml")


@dataclass(frozen=True)
class Breach:
    """A line that breaks a rule when it is appended to a file, and the guard that must then fail."""

    rule: str
    file: str
    line: str
    guard: tuple[str, ...]
    says: str


IMPORTS = (str(BIN / "lint-imports"), "--no-logo", "--no-cache")
LINT = (str(BIN / "ruff"), "check", "--no-cache")
TYPES = (str(BIN / "mypy"), "riskapp/domain", "--cache-dir", "mypy-cache")

BREACHES = (
    Breach(
        "floors", "riskapp/services/work.py", "import riskapp.web.product", IMPORTS, "Imports run downwards"
    ),
    Breach(
        "floors", "riskapp/domain/errors.py", "import riskapp.storage.log", IMPORTS, "Imports run downwards"
    ),
    Breach("exhaustive floors", "riskapp/attic.py", "", IMPORTS, "attic"),
    Breach(
        "siblings",
        "riskapp/storage/log.py",
        "import riskapp.rubric_files",
        IMPORTS,
        "do not know one another",
    ),
    Breach(
        "pure domain", "riskapp/domain/errors.py", "import pydantic", IMPORTS, "domain knows no framework"
    ),
    Breach("SQL in storage", "riskapp/reporting/charts.py", "import sqlalchemy", IMPORTS, "SQLAlchemy stays"),
    Breach("Flask in pages", "riskapp/services/work.py", "import flask", IMPORTS, "Flask stays"),
    Breach("numpy", "riskapp/domain/scoring.py", "import numpy", IMPORTS, "numpy stays in the draws BROKEN"),
    Breach("DOCX", "riskapp/web/product.py", "import docx", IMPORTS, "python-docx stays"),
    Breach("WeasyPrint", "riskapp/web/product.py", "import weasyprint", IMPORTS, "WeasyPrint stays"),
    Breach(
        "pyHanko", "riskapp/services/work.py", "import pyhanko", IMPORTS, "pyHanko stays in the seal BROKEN"
    ),
    Breach(
        "no cycles",
        "riskapp/storage/columns.py",
        "import riskapp.storage.log",
        IMPORTS,
        "No cycles among the modules",
    ),
    Breach(
        "no clock", "riskapp/domain/errors.py", "import datetime\nX = datetime.datetime.now()", LINT, "TID251"
    ),
    Breach("no ids", "riskapp/domain/errors.py", "import uuid\nX = uuid.uuid4()", LINT, "TID251"),
    Breach("no environment", "riskapp/services/work.py", "import os\nX = os.environ", LINT, "TID251"),
    Breach(
        "strict types", "riskapp/domain/errors.py", "def untyped(x):\n    return x", TYPES, "no-untyped-def"
    ),
    Breach(
        "exhaustive match",
        "riskapp/domain/answers.py",
        "def f(c: Confidence) -> None:\n    match c:\n        case Confidence.HIGH:\n            pass",
        TYPES,
        "exhaustive-match",
    ),
)


def caught(breach: Breach, copy: Path) -> bool:
    """Return whether the guard failed, and for the right reason."""
    target = copy / breach.file
    before = target.read_text(encoding="utf-8") if target.exists() else None
    target.write_text((before or "") + "\n" + breach.line + "\n", encoding="utf-8")
    outcome = subprocess.run(breach.guard, cwd=copy, capture_output=True, text=True, check=False)
    if before is None:
        target.unlink()
    else:
        target.write_text(before, encoding="utf-8")
    said = " ".join((outcome.stdout + outcome.stderr).split())
    return outcome.returncode != 0 and breach.says in said


def main() -> int:
    """Return 0 where every guard caught its breach, else 1."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            source = ROOT / name
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=LEFT_OUT)
            else:
                shutil.copy(source, target)
        missed = [breach for breach in BREACHES if not caught(breach, copy)]
    for breach in missed:
        print(f"not caught: {breach.rule} ({breach.line.splitlines()[-1] if breach.line else breach.file})")
    print(f"{len(BREACHES) - len(missed)} of {len(BREACHES)} guards caught the breach made for them")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
