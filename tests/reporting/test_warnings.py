"""A report about which the renderer warns is not issued: what it left out, nobody would see."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from riskapp import ambient, paths
from tests.reporting.builders import sample

PROGRAM = """
import sys
from pathlib import Path
from riskapp import paths
folder = Path(sys.argv[1])
paths.reports = lambda: folder
from riskapp.reporting.document import DocumentError, make_document
try:
    print(make_document(sys.stdin.buffer.read()).pages, "pages")
except DocumentError as refused:
    print(refused)
"""


@pytest.mark.parametrize(
    ("style", "says"), [("", "pages\n"), ("p { no-such-property: 1px }", "the renderer complained, ")]
)
def test_a_report_about_which_the_renderer_warns_is_refused(tmp_path: Path, style: str, says: str) -> None:
    folder = tmp_path / "reports"
    shutil.copytree(paths.reports(), folder)
    with (folder / "report.css").open("a", encoding="utf-8") as sheet:
        sheet.write(style)
    surroundings = {
        **ambient.environment(),
        "FONTCONFIG_FILE": str(folder / "fonts" / "fonts.conf"),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        input=sample(),
        env=surroundings,
        capture_output=True,
        check=True,
    )
    assert says in done.stdout.decode()
