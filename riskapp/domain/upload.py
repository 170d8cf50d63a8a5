"""What kind of file an upload is, by its name and its content alike; the rest is refused with a reason."""

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from riskapp.domain.errors import InvalidError

LONGEST_NAME = 150
KINDS = "PDF, PNG, JPEG, TXT, MD, CSV, TSV, JSON, JSONL, YAML, XLSX, DOCX or ZIP"

CHECKED = 64 * 1024
"""How much of a long JSON file is parsed, in bytes: enough to know it from something else."""

LONGEST_TOKEN = 64
"""How long a number or a word of JSON is, which the end of the parsed part may have cut."""

MOST_MEMBERS = 10_000
"""How many files an archive holds at most."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(
    r"(?:\s++|<!--(?:[^-]|-(?!->))*+-->)*+<(?:!doctype|html|head|body|script|svg|\?xml|iframe)\b",
    re.IGNORECASE,
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"#!", b"\0asm")
_ENDINGS_OF_CODE = frozenset(
    {
        "bat",
        "cmd",
        "dll",
        "docm",
        "exe",
        "htm",
        "html",
        "jar",
        "js",
        "msi",
        "ps1",
        "py",
        "sh",
        "svg",
        "xlsm",
        "xml",
    }
)


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is kept: its media type, and a check that returns what is wrong, or None."""

    media_type: str
    check: Callable[[bytes], str | None]


def media_type_of(file_name: str, content: bytes) -> str:
    """Return the media type of a file that may be kept; raises InvalidError for `upload` for any other."""
    name = safe_name(file_name)
    _, _, ending = name.rpartition(".")
    ending = ending.lower() if "." in name else ""
    kind = _KINDS.get(ending)
    if not content:
        wrong: str | None = "is empty; choose the file with the content"
    elif ending in _ENDINGS_OF_CODE or content.startswith(_PROGRAMS):
        wrong = f"can carry code, and no such file is kept; choose {KINDS}, for example a PDF print of it"
    elif kind is None:
        wrong = f"is of a kind that is not kept; choose {KINDS}"
    else:
        wrong = kind.check(content)
    if kind is None or wrong is not None:
        raise InvalidError({"upload": f"“{name}” {wrong}"})
    return kind.media_type


def media_type_named(file_name: str) -> str:
    """Return the media type of a file that `media_type_of` has let in, by its name alone."""
    return _KINDS[safe_name(file_name).rpartition(".")[2].lower()].media_type


def safe_name(file_name: str) -> str:
    """Return the name without folders and without characters that deceive or that file systems refuse."""
    base = re.split(r"[/\\]", file_name)[-1]
    spaced = re.sub(r'[<>:"|?*\s]+', " ", base)
    name = "".join(each for each in spaced if unicodedata.category(each)[0] != "C").strip(" .")
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: LONGEST_NAME - 20]}{dot}{ending[:19]}" if dot else name[:LONGEST_NAME]
    return name or "file"


def _begins(*beginnings: bytes) -> Callable[[bytes], str | None]:
    def check(content: bytes) -> str | None:
        if content.startswith(beginnings):
            return None
        return "does not hold what its name says; save it anew in that format, or correct its name"

    return check


def _text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "is not UTF-8 text; save it as UTF-8"
    if _CONTROLS.search(text):
        return "is not plain text; it holds control characters"
    if _MARKUP.match(text):
        return "is a web page or a drawing in code, and no such file is kept; save it as PDF"
    return None


def _json(content: bytes) -> str | None:
    wrong = _text(content)
    return wrong or (None if _looks_like_json(content) else "is not JSON; correct it, or name it .txt")


def _looks_like_json(content: bytes) -> bool:
    """Return whether a file is JSON: of a long one its beginning and end, for parsing stalls the service."""
    if len(content) <= CHECKED:
        return _reads_as_json(content)
    text = content.decode("utf-8-sig").strip()
    if (text[:1], text[-1:]) not in (("{", "}"), ("[", "]")):
        return False
    try:
        json.loads(text[:CHECKED], parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        return error.pos >= CHECKED - LONGEST_TOKEN or _is_open_string(error)
    except RecursionError:
        return False
    return True


def _is_open_string(error: json.JSONDecodeError) -> bool:
    """Return whether the part that was parsed ends within a text: a long one may begin anywhere."""
    return error.msg.startswith("Unterminated string")


def _json_lines(content: bytes) -> str | None:
    wrong = _text(content)
    if wrong:
        return wrong
    ends = content.rfind(b"\n", 0, CHECKED) if len(content) > CHECKED else len(content)
    part = content[:ends].splitlines() if ends > 0 else [content.partition(b"\n")[0]]
    for number, line in enumerate(part, start=1):
        if line.strip() and not _looks_like_json(line):
            return f"is not JSON on line {number}; correct it, or name it .txt"
    return None


def _reads_as_json(content: bytes) -> bool:
    try:
        json.loads(content.decode("utf-8-sig"), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


def _archive(holds: str = "") -> Callable[[bytes], str | None]:
    def check(content: bytes) -> str | None:
        if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return "does not hold what its name says; save it anew in that format, or correct its name"
        if content.count(b"PK\x01\x02") > MOST_MEMBERS:
            return f"holds more than {MOST_MEMBERS:,} files; pack fewer into one"
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return "is damaged; copy or save it anew"
        if holds and holds not in names:
            return "does not hold what its name says; save it anew in that format, or correct its name"
        if holds and any(name.lower().endswith("vbaproject.bin") for name in names):
            return "holds macros, and no such file is kept; save it without them"
        return None

    return check


_PDF = FileKind("application/pdf", _begins(b"%PDF-"))
_JPEG = FileKind("image/jpeg", _begins(b"\xff\xd8\xff"))
_YAML = FileKind("application/yaml", _text)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS = {
    "pdf": _PDF,
    "png": FileKind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "txt": FileKind("text/plain", _text),
    "md": FileKind("text/markdown", _text),
    "csv": FileKind("text/csv", _text),
    "tsv": FileKind("text/tab-separated-values", _text),
    "json": FileKind("application/json", _json),
    "jsonl": FileKind("application/jsonl", _json_lines),
    "yaml": _YAML,
    "yml": _YAML,
    "xlsx": FileKind(f"{_OFFICE}.spreadsheetml.sheet", _archive("xl/workbook.xml")),
    "docx": FileKind(f"{_OFFICE}.wordprocessingml.document", _archive("word/document.xml")),
    "zip": FileKind("application/zip", _archive()),
}
