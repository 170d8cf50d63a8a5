"""The verifier as one file, which an outsider runs with nothing but Python: `python3 -I verify.pyz`."""

import io
import zipfile
from functools import cache

from riskapp import paths

NAME = "verify.pyz"

_ENTRANCE = (
    '"""Starts the verifier; `unzip -p verify.pyz riskapp/verifier/judgement.py` reads a part of it."""\n'
)
_START = "from riskapp.verifier import __main__\n"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)


@cache
def verifier_file() -> bytes:
    """Return the file: a ZIP of the modules as they are, without dates, so that its bytes repeat."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        _put(archive, "__main__.py", (_ENTRANCE + _START).encode())
        for name, path in paths.verifier_sources():
            _put(archive, name, path.read_bytes())
    return target.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _FIRST_DATE)
    info.create_system, info.external_attr = 3, 0o644 << 16  # as on Unix, wherever it is made
    archive.writestr(info, content)
