"""Whether a picture may stand on a cover: nothing in it runs, fetches or is larger than it says."""

import re
import struct
from collections.abc import Iterator
from xml.etree import ElementTree as ET

MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}

MOST_PIXELS = 4_000_000
MOST_ELEMENTS = 2_000

_PNG = b"\x89PNG\r\n\x1a\n"
_DRAWN = frozenset(
    (
        *("svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline"),
        *("polygon", "text", "tspan", "linearGradient", "radialGradient", "stop", "clipPath", "use"),
    )
)
_DECLARATION = re.compile(r"\s*<\?xml [^?]*\?>")
_REFERENCE = re.compile(
    r"url\(\s*+(?![\"']?#)|(?:image|image-set|cross-fade|element|paint|src)\s*\(", re.IGNORECASE
)


def logo_fault(media_type: str, content: bytes) -> str | None:
    """Return what keeps a picture from a cover, in words that follow its name, or None."""
    return _png_fault(content) if media_type == "image/png" else _svg_fault(content)


def _png_fault(content: bytes) -> str | None:
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or len(content) < 24:  # noqa: PLR2004 (ISO 15948)
        return "is no PNG"
    width, height = struct.unpack(">II", content[16:24])
    if width * height > MOST_PIXELS:
        return f"has {width} by {height} pixels; make it smaller"
    return None


def _svg_fault(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return "is not text in UTF-8"
    text = _DECLARATION.sub("", text, count=1)
    if "<!" in text.replace("<!--", "") or "<?" in text or "\0" in text:
        return "holds a document type or a section that is not drawn; save it as plain SVG"
    try:
        root = ET.fromstring(text)  # noqa: S314 (no document type, so no entities)
    except ET.ParseError as error:
        return f"is no SVG: {error}"
    return next(_faults(root), None)


def _faults(root: ET.Element) -> Iterator[str]:
    elements = list(root.iter())
    if _plain(root.tag) != "svg":
        yield "is no SVG"
    if len(elements) > MOST_ELEMENTS:
        yield f"has {len(elements):,} elements; {MOST_ELEMENTS:,} is the most"
    for each in elements:
        name = _plain(each.tag)
        if name not in _DRAWN:
            yield f"holds the element {name}, which is not taken; draw with paths"
        for attribute, value in each.attrib.items():
            if _plain(attribute).startswith("on"):
                yield f"holds the attribute {attribute}, which runs something"
            if _plain(attribute) in {"href", "src"} and not value.startswith("#"):
                yield "refers to something outside itself"
            if _REFERENCE.search(value) or "\\" in value or "@import" in value:
                yield "refers to something outside itself"


def _plain(name: str) -> str:
    """Return the name of an element or an attribute without its namespace."""
    return name.rpartition("}")[2]
