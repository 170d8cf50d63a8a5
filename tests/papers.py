"""What a PDF says, as poppler reads it: in a tenth of the time that a reader in Python takes."""

import subprocess
from functools import cache


@cache
def pages_of(pdf: bytes) -> tuple[str, ...]:
    """Return the words of each page, with one space between them and without offers of a line break."""
    command = ["pdftotext", "-enc", "UTF-8", "-", "-"]
    said = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    plain = said.replace("\N{ZERO WIDTH SPACE}", "")
    return tuple(" ".join(page.split()) for page in plain.split("\f")[:-1])


def words_of(pdf: bytes) -> str:
    """Return the words of all pages."""
    return " ".join(pages_of(pdf))
