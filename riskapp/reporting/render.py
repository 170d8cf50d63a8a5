"""Makes a report's PDF in a child process with limits; this process never loads WeasyPrint."""

import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from riskapp import paths
from riskapp.domain.errors import ProductError
from riskapp.reporting.enclosures import Enclosure, packed
from riskapp.reporting.house import PLAIN, House


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a rendering may use: seconds of processor, seconds by the clock, bytes of memory and of output.

    `turn_seconds` is how long it waits while as many as may are under way.
    """

    processor_seconds: int = 60
    wall_seconds: float = 120.0
    turn_seconds: float = 10.0
    memory: int = 1_500 * 1024 * 1024
    output: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedReport:
    """A PDF with its SHA-256 in hex, its number of pages, and the versions that made it, in one line."""

    pdf: bytes
    sha256: str
    pages: int
    toolchain: str


@dataclass(eq=False)
class ReportError(ProductError):
    """A report could not be made; the message says what happened and what to do."""

    message: str

    def __str__(self) -> str:
        """Return the message as it stands."""
        return self.message


DEFAULT_LIMITS = Limits()

AT_ONCE = 2
"""Reports that one process has made at the same time: each takes a processor and up to 150 MB for seconds."""

_TURNS = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn(seconds: float) -> Iterator[None]:
    """Hold one of the turns at making reports; raises ReportError where none is free in this time."""
    if not _TURNS.acquire(timeout=seconds):
        message = f"{AT_ONCE} other reports are being made at this moment. Try again in half a minute."
        raise ReportError(message)
    try:
        yield
    finally:
        _TURNS.release()


def render_pdf(
    snapshot: bytes,
    *,
    enclosures: Sequence[Enclosure] = (),
    house: House = PLAIN,
    limits: Limits = DEFAULT_LIMITS,
) -> RenderedReport:
    """Return the PDF of a snapshot given as canonical bytes; equal bytes give equal PDFs.

    It carries the snapshot, and beside it the enclosures; templates of the house win over ours.

    Raises ReportError where the child fails, warns, or passes a limit, and where no turn comes in time.
    """
    with turn(limits.turn_seconds), tempfile.TemporaryDirectory(prefix="riskapp-report-") as scratch:
        try:
            done = subprocess.run(  # noqa: S603 - fixed command, no shell; the content goes to its input
                _command(limits),
                input=packed(snapshot, enclosures, house),
                capture_output=True,
                cwd=scratch,
                env=_surroundings(scratch),
                timeout=limits.wall_seconds,
                check=False,
                start_new_session=True,  # Ctrl-C is for the service, which lets it finish
            )
        except subprocess.TimeoutExpired as late:
            message = (
                f"The report took longer than {limits.wall_seconds:g} seconds and was stopped. {_ADVICE}"
            )
            raise ReportError(message) from late
    said = _last_record(done.stderr)
    if done.returncode or said is None or "pages" not in said:
        raise ReportError(_why(done.returncode, said, limits) + _last_words(done.stderr, said))
    return RenderedReport(
        pdf=done.stdout,
        sha256=sha256(done.stdout).hexdigest(),
        pages=int(str(said["pages"])),
        toolchain=str(said["toolchain"]),
    )


_ADVICE = "Nothing was lost; look for very long texts or very many sources in the assessment, then try again."


def _command(limits: Limits) -> list[str]:
    return [
        sys.executable,
        "-P",
        "-s",
        "-m",
        "riskapp.reporting.child",
        str(limits.processor_seconds),
        str(limits.memory),
        str(limits.output),
    ]


def _surroundings(scratch: str) -> dict[str, str]:
    """Return the whole environment of the child: nothing of ours passes but where the package lies."""
    return {
        "PYTHONPATH": str(Path(paths.__file__).resolve().parent.parent),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "HOME": scratch,
        "TMPDIR": scratch,
        "XDG_CACHE_HOME": scratch,
        "FONTCONFIG_FILE": str(paths.reports() / "fonts" / "fonts.conf"),
    }


def _last_record(said: bytes) -> dict[str, object] | None:
    """Return the last line that is a JSON object: what the child reports about itself."""
    for line in reversed(said.decode(errors="replace").splitlines()):
        if line.startswith("{"):
            try:
                record: dict[str, object] = json.loads(line)
            except ValueError:
                continue
            return record
    return None


def _last_words(said: bytes, record: dict[str, object] | None) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return "" if record is not None or not lines else f" Its last words: {lines[-1][:300]}"


def _why(code: int, said: dict[str, object] | None, limits: Limits) -> str:
    if said is not None and "refused" in said:
        return f"The report could not be made: {said['refused']} Nothing was lost."
    if said is not None and "failure" in said:
        return f"The report could not be made: {said['failure']} {_ADVICE}"
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return (
            f"The report used more than {limits.processor_seconds} seconds of processor time "
            f"and was stopped. {_ADVICE}"
        )
    if code in {-signal.SIGINT, -signal.SIGTERM}:
        return "The report was not finished, because its process was told to stop. Make it again."
    if code < 0:
        return (
            f"The report's process ended by signal {-code}, most likely at its limit of "
            f"{limits.memory // 2**20} MB of memory. {_ADVICE}"
        )
    return f"The report's process ended with code {code} and without a word. {_ADVICE}"
