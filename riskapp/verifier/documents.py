"""What a document in other hands holds: a paper as PDF, its data alone, packed reports, or a checkpoint."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from riskapp.verifier.pdf import Pdf, inflated
from riskapp.verifier.pdf_objects import Scanner
from riskapp.verifier.refusal import Refused
from riskapp.verifier.seal import FileChanged, Seal, seal_of

RUBRIC, ENTRY, PROOF, KEYS = "rubric.json", "log-entry.json", "log-proof.txt", "log-keys.txt"
MOST_BYTES = 64 * 1024 * 1024
"""A document that is larger is not read."""

MANIFEST_OF_REPORTS = "manifest of packed reports"
_KINDS = {
    "assessment.json": "report",
    "comparison.json": "comparison",
    "questions.json": "list of questions",
    "portfolio.json": "portfolio",
    "one-page.json": "decision on one page",
}
_FORMATS = {
    "riskapp-report": "data of a report",
    "riskapp-comparison-report": "data of a comparison",
    "riskapp-questions": "data of a list of questions",
    "riskapp-portfolio": "data of a portfolio",
    "riskapp-one-page": "data of a decision on one page",
    "riskapp-report-batch": MANIFEST_OF_REPORTS,
    "riskapp-package": "manifest of an audit package",
}
_END_OF_ZIP, _LONGEST_END = b"PK\x05\x06", 65_557
_ZIP = (b"PK\x03\x04", _END_OF_ZIP)
_ASSESSMENT = "assessment.json"
_OURS = b'"format":"riskapp-'
_IDENTIFIER = re.compile(rb"/ID[\x00\t\n\f\r ]*\[[\x00\t\n\f\r ]*(?=[(<])")
_LEAST_TO_SALVAGE = 1_000
_SIGNED = "\n\n\u2014 "
_PROOF_HEAD = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that a log holds an entry: its index, the hashes from the leaf upwards, a signed checkpoint."""

    index: int
    steps: tuple[bytes, ...]
    note: str


@dataclass(slots=True, kw_only=True)
class Document:
    """What was taken out of a document.

    `data` are the bytes of what it says, `content` their values. `enclosed` are the files in it,
    `damaged` the names of those that could not be unpacked. `seal` is there only where it is right;
    `seal_fault` and `file_fault` say what is wrong with seal and file.
    """

    kind: str
    digest: str
    raw: bytes
    is_pdf: bool = False
    data: bytes | None = None
    content: dict[str, Any] = field(default_factory=dict)
    identifier: str = ""
    enclosed: dict[str, bytes] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    seal: Seal | None = None
    seal_fault: str = ""
    file_fault: str = ""
    note: str = ""
    is_zip: bool = False

    @property
    def size(self) -> int:
        """Return how many bytes it has."""
        return len(self.raw)

    @property
    def data_digest(self) -> str:
        """Return the SHA-256 of its data in hexadecimal, empty for none."""
        return "" if self.data is None else digest_of(self.data)

    @property
    def is_ours(self) -> bool:
        """Return whether it looks like a document of riskapp."""
        named = {_ASSESSMENT, ENTRY, PROOF} & {*self.enclosed, *self.damaged}
        return bool(named) or str(self.content.get("format", "")).startswith("riskapp-")

    @property
    def is_editable(self) -> bool:
        """Return whether it is a copy of a report to edit."""
        return self.is_zip and b"word/document.xml" in self.raw

    @property
    def is_draft(self) -> bool:
        """Return whether it says itself that it is a draft."""
        return self.content.get("draft") is True

    def at(self, *path: str) -> Any:  # noqa: ANN401 (JSON)
        """Return a value of what it says, by the names on the way to it; None for none."""
        found: Any = self.content
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found


def kind_of_paper(name: str) -> str:
    """Return what a paper is called, by its kind in the log: its data bear the same name."""
    return _KINDS.get(f"{name}.json", name.replace("-", " "))


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_document(raw: bytes) -> Document:
    """Return what a document holds; raises Refused where it is nothing of riskapp's."""
    if len(raw) > MOST_BYTES:
        raise Refused(f"is larger than {MOST_BYTES // 2**20} MB, and no document of riskapp's is")
    found = Document(kind="", digest=digest_of(raw), raw=raw)
    if raw.startswith(_ZIP) and _END_OF_ZIP in raw[-_LONGEST_END:]:
        found.is_zip = True
        found.kind = "copy to edit" if found.is_editable else "ZIP"
    elif raw[:5] == b"%PDF-" or b"startxref" in raw[-2048:]:
        _read_pdf(found)
    elif raw.lstrip()[:1] == b"{":
        found.data, found.content = raw, _values(raw)
        if not found.content:
            raise Refused("is no JSON that can be read")
        if part := _part(found.content):
            raise Refused(f"is {part}, as a report encloses one; verify the PDF of the report")
        found.kind = _FORMATS.get(str(found.at("format")).partition("/")[0], "JSON")
    elif raw.startswith(_PROOF_HEAD.encode()):
        raise Refused("is a proof, as a report encloses one; verify the PDF of the report")
    else:
        found.kind, found.note = "checkpoint", raw.decode("utf-8", "replace")
        if _SIGNED not in found.note:
            raise Refused("is neither a PDF nor data of a report, packed reports or a checkpoint")
    return found


def _part(content: dict[str, Any]) -> str:
    """Return what a JSON is that reports enclose beside their data, empty for something else."""
    if {"seq", "action", "details", "subject"} <= content.keys():
        return "an entry of a log"
    return "a rubric release" if {"bands", "dimensions", "gates", "profiles"} <= content.keys() else ""


def _read_pdf(found: Document) -> None:
    found.kind, found.is_pdf = "PDF", True
    try:
        pdf = Pdf(found.raw)
        found.identifier = pdf.identifier().hex()
    except Refused as refusal:
        found.file_fault = f"the file {refusal}"
        _salvage(found)
        return
    try:
        files = pdf.enclosed()
    except Refused as refusal:
        found.file_fault = f"the file {refusal}"
        _salvage(found)
    else:
        found.damaged = tuple(name for name, content in files.items() if content is None)
        found.enclosed = {name: content for name, content in files.items() if content is not None}
        _take_data(found)
    try:
        found.seal = seal_of(pdf)
    except FileChanged as refusal:
        found.file_fault = str(refusal)
    except Refused as refusal:
        found.seal_fault = str(refusal)


def _take_data(found: Document) -> None:
    for name in (*found.enclosed, *found.damaged):
        if name.endswith(".json") and name not in {RUBRIC, ENTRY}:
            found.kind = kind_of_paper(name.removesuffix(".json"))
            content = found.enclosed.get(name)
            if content is None:
                continue
            found.data, found.content = content, _values(content)
            if name == _ASSESSMENT:
                break


def _salvage(found: Document) -> None:
    """Take out of a damaged PDF what names its snapshot, without following its structure."""
    if identifier := _IDENTIFIER.search(found.raw):
        try:
            value = Scanner(found.raw, identifier.end()).value()
        except Refused:
            value = b""
        found.identifier = value.hex() if isinstance(value, bytes) else ""
    left = MOST_BYTES
    for packed in _streams(found.raw):
        if len(packed) < _LEAST_TO_SALVAGE or left <= 0:
            continue
        content, made = inflated(packed, left)
        left -= made
        if content is None:
            continue
        if _OURS in content[:10_000_000] and content[:1] == b"{" and (values := _values(content)):
            found.kind, found.data, found.content = "report", content, values
            return


def _streams(raw: bytes) -> Iterator[bytes]:
    """Yield what stands between the words for the beginning and the end of a stream."""
    at = 0
    while (start := raw.find(b"stream", at)) >= 0 and (end := raw.find(b"endstream", start + 6)) >= 0:
        yield raw[start + 6 : end].lstrip(b"\r\n")
        at = end + 9


def _values(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def proof_in(text: bytes) -> Proof:
    """Return the proof in a C2SP tlog-proof; raises Refused."""
    head, gap, note = text.decode("utf-8", "replace").partition("\n\n")
    lines = head.split("\n")
    name, _, index = lines[1].partition(" ") if len(lines) > 1 else ("", "", "")
    if not gap or lines[0] != _PROOF_HEAD or name != "index" or not _is_number(index):
        raise Refused(f"its {PROOF} holds no proof of an entry")
    try:
        steps = tuple(base64.b64decode(each, validate=True) for each in lines[2:])
    except (binascii.Error, ValueError) as error:
        raise Refused(f"its {PROOF} holds a hash that is not Base64") from error
    canonical = [base64.b64encode(each).decode() for each in steps] == lines[2:]
    if not canonical or any(len(each) != 32 for each in steps):  # noqa: PLR2004 (SHA-256)
        raise Refused(f"its {PROOF} holds a hash that is none")
    return Proof(int(index), steps, note)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16 and str(int(text)) == text  # noqa: PLR2004


def entry_in(raw: bytes) -> dict[str, Any]:
    """Return what an enclosed entry says; raises Refused."""
    found = _values(raw)
    if not isinstance(found.get("subject"), dict) or not isinstance(found.get("details"), dict):
        raise Refused(f"its {ENTRY} holds no entry of a log")
    return found
