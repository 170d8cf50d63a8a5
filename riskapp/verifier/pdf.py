"""A small reader of PDF files: cross-references with their additions, streams, enclosed files (ISO 32000-2).

It reads what riskapp's reports need and refuses the rest; whatever it is given, it raises Refused and nothing
else, and unpacks no more than a bound.
"""

import re
import zlib
from dataclasses import dataclass
from typing import Any

from riskapp.verifier.pdf_objects import Reference, Scanner
from riskapp.verifier.refusal import Refused

MOST_UNPACKED = 96 * 1024 * 1024
"""Bytes that the streams of one document are unpacked to at most."""

_MOST_PREDICTED = 4 * 1024 * 1024
"""Bytes of one document that predictors are undone for: more than its cross-references need."""

_MOST_READ = 4 * 1024 * 1024
"""Bytes of objects that are read, streams aside: pages are not looked at, and a report needs some 100 KB."""

_PIECE = 1024 * 1024

_MOST_OBJECTS = 500_000
_MOST_NODES = 1_000
_MOST_SECTIONS = 64
_MOST_FILES = 64
_DEEPEST = 16
_START = re.compile(rb"startxref[\x00\t\n\f\r ]+(\d{1,12})")
_TABLE_LINE = re.compile(rb"[\x00\t\n\f\r ]*(\d{10}) (\d{5}) ([nf])")
_PNG = 10


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: its dictionary, and its bytes as they stand in the file."""

    told: dict[str, Any]
    raw: bytes


Place = tuple[int, int, int]
"""Where an object is: (1, offset, generation), (2, number of the stream that holds it, index), (0, 0, 0)."""


def inflated(raw: bytes, most: int) -> tuple[bytes | None, int]:
    """Return what a stream that was packed by Flate holds, and how many bytes were made in finding out.

    It is None for one that is broken, cut off, or holds more than `most`.
    """
    packer, pieces, made, rest = zlib.decompressobj(), [], 0, raw
    try:
        while not packer.eof and made <= most:
            pieces.append(packer.decompress(rest, _PIECE))
            made += len(pieces[-1])
            if not pieces[-1] and rest == packer.unconsumed_tail:
                break
            rest = packer.unconsumed_tail
    except zlib.error:
        return None, made + _PIECE
    whole = packer.eof and not packer.unused_data.strip() and made <= most
    return (b"".join(pieces) if whole else None), made


class Pdf:
    """A PDF file whose objects are read when they are asked for."""

    def __init__(self, data: bytes) -> None:
        """Read the cross-references; raises Refused where they cannot be."""
        self.data = data
        self._left = MOST_UNPACKED
        self._counted = 0
        self._predicted = 0
        self._read = 0
        self._known: dict[int, Any] = {}
        self._open: set[int] = set()
        self._nodes = 0
        self._places: dict[int, Place] = {}
        self._packed: dict[int, list[tuple[int, bytes, int]]] = {}
        self.trailer: dict[str, Any] = {}
        self._read_sections()
        if "Encrypt" in self.trailer:
            raise Refused("is encrypted")

    # Cross-references (7.5.4, 7.5.8)

    def _read_sections(self) -> None:
        found = _START.search(self.data, max(0, self.data.rfind(b"startxref")))
        if found is None:
            raise Refused("ends before a PDF does: it was cut short, or is none")
        at: object = int(found[1])
        seen: set[int] = set()
        while isinstance(at, int):
            if at in seen or len(seen) == _MOST_SECTIONS or not 0 <= at < len(self.data):
                raise Refused("has cross-references that cannot be followed")
            seen.add(at)
            told = self._section(at)
            self.trailer = self.trailer or told
            at = told.get("Prev")

    def _section(self, at: int) -> dict[str, Any]:
        scanner = Scanner(self.data, at)
        if scanner.takes(b"xref"):
            return self._table(scanner)
        stream = self._object(at, None)
        if not isinstance(stream, Stream) or stream.told.get("Type") != "XRef":
            raise Refused("has no cross-references where it says")
        self._read_entries(stream)
        return stream.told

    def _table(self, scanner: Scanner) -> dict[str, Any]:
        while not scanner.takes(b"trailer"):
            first, count = scanner.whole(), scanner.whole()
            self._count(first, count)
            for number in range(first, first + count):
                line = _TABLE_LINE.match(self.data, scanner.at)
                if line is None:
                    raise Refused("has a line of cross-references that cannot be read")
                scanner.at = line.end()
                place = (1, int(line[1]), int(line[2])) if line[3] == b"n" else (0, 0, 0)
                self._places.setdefault(number, place)
        told = scanner.value()
        if not isinstance(told, dict):
            raise Refused("has a trailer that cannot be read")
        return told

    def _read_entries(self, stream: Stream) -> None:
        widths = _numbers(stream.told.get("W"))
        index = _numbers(stream.told.get("Index", [0, stream.told.get("Size")]))
        if len(widths) != 3 or len(index) % 2 or max(widths) > 8 or not sum(widths):  # noqa: PLR2004
            raise Refused("has cross-references of a shape that cannot be read")
        content = self.unpacked(stream)
        at = 0
        for first, count in zip(index[::2], index[1::2], strict=True):
            self._count(first, count)
            if at + count * sum(widths) > len(content):
                raise Refused("has fewer cross-references than it says")
            for number in range(first, first + count):
                fields = []
                for width in widths:
                    fields.append(int.from_bytes(content[at : at + width]))
                    at += width
                kind = fields[0] if widths[0] else 1
                self._places.setdefault(number, (kind, fields[1], fields[2]) if kind in {1, 2} else (0, 0, 0))

    def _count(self, first: int, count: int) -> None:
        """Count objects that are listed; raise Refused where the whole document lists too many."""
        self._counted += count
        if first < 0 or count < 0 or max(first, self._counted) > _MOST_OBJECTS:
            raise Refused("has cross-references to too many objects")

    # Objects

    def resolved(self, value: Any) -> Any:  # noqa: ANN401 (whatever object is there)
        """Return an object, or the one that a reference points to; raises Refused."""
        for _ in range(_DEEPEST):
            if not isinstance(value, Reference):
                return value
            value = self._at_place(value[0])
        raise Refused("has references that go round")

    def dictionary(self, value: Any) -> dict[str, Any]:  # noqa: ANN401 (as above)
        """Return a dictionary, or the one that a reference points to; raises Refused."""
        found = self.resolved(value)
        if not isinstance(found, dict):
            raise Refused("has no dictionary where one belongs")
        return found

    def items(self, value: Any) -> list[Any]:  # noqa: ANN401 (as above)
        """Return a list, or the one that a reference points to, empty for none; raises Refused."""
        found = self.resolved(value)
        if found is None:
            return []
        if not isinstance(found, list):
            raise Refused("has no list where one belongs")
        return found

    def _at_place(self, number: int) -> Any:  # noqa: ANN401 (as above)
        if number not in self._known:
            if number in self._open or len(self._open) == _DEEPEST:
                raise Refused("has references that go round")
            self._open.add(number)
            try:
                self._known[number] = self._found(number)
            finally:
                self._open.remove(number)
        return self._known[number]

    def _found(self, number: int) -> Any:  # noqa: ANN401 (as above)
        kind, place, detail = self._places.get(number, (0, 0, 0))
        if kind == 1:
            return self._object(place, number)
        return self._packed_object(place, detail, number) if kind else None

    def _object(self, at: int, number: int | None) -> Any:  # noqa: ANN401 (as above)
        scanner = Scanner(self.data, at)
        found = scanner.whole()
        scanner.whole()
        scanner.expect(b"obj")
        if number is not None and found != number:
            raise Refused(f"has object {found} where object {number} belongs")
        value = self._value(scanner)
        if isinstance(value, dict) and scanner.takes(b"stream"):
            return self._stream(value, scanner)
        return value

    def _value(self, scanner: Scanner) -> Any:  # noqa: ANN401 (as above)
        """Return the next object, charged for: some could overlap, and be read over and over."""
        start = scanner.at
        try:
            return scanner.value()
        finally:
            self._read += scanner.at - start
            if self._read > _MOST_READ:
                raise Refused("has more in its objects than is read")

    def _stream(self, told: dict[str, Any], scanner: Scanner) -> Stream:
        start = scanner.at + (2 if self.data.startswith(b"\r\n", scanner.at) else 1)
        length = self.resolved(told.get("Length"))
        if not isinstance(length, int) or not 0 <= length <= len(self.data) - start:
            raise Refused("has a stream without a length that fits")
        scanner.at = start + length
        scanner.expect(b"endstream")
        return Stream(told, self.data[start : start + length])

    def unpacked(self, stream: Stream) -> bytes:
        """Return the content of a stream, packed by Flate or not at all; raises Refused."""
        filters = self.resolved(stream.told.get("Filter"))
        if isinstance(filters, list):
            filters = filters[0] if len(filters) == 1 else filters or None
        if filters is None:
            self._left -= len(stream.raw)
            if self._left < 0:
                raise Refused("has streams that hold too much")
            return stream.raw
        if filters != "FlateDecode":
            raise Refused("has a stream that is packed in a way that is not read here")
        content, made = inflated(stream.raw, self._left)
        self._left -= made
        if content is None:
            raise Refused("has a stream that cannot be unpacked, is cut off, or holds too much")
        how = self._parameters(stream.told.get("DecodeParms"))
        if how.get("Predictor", 1) == 1:
            return content
        self._predicted += len(content)
        if self._predicted > _MOST_PREDICTED:
            raise Refused("has more cross-references than it can need")
        return _unfiltered(content, how)

    def _parameters(self, value: Any) -> dict[str, Any]:  # noqa: ANN401 (as above)
        """Return the one dictionary of parameters that a stream has, empty for none; raises Refused."""
        found = self.resolved(value)
        if isinstance(found, list):
            found = self.resolved(found[0]) if len(found) == 1 else None
        return found if isinstance(found, dict) else {}

    def _packed_object(self, holder: int, index: int, number: int) -> Any:  # noqa: ANN401 (as above)
        if holder not in self._packed:
            self._packed[holder] = self._unpack_holder(holder)
        entries = self._packed[holder]
        if index >= len(entries) or entries[index][0] != number:
            raise Refused(f"does not have object {number} where it says")
        _, content, at = entries[index]
        return self._value(Scanner(content, at))

    def _unpack_holder(self, number: int) -> list[tuple[int, bytes, int]]:
        stream = self._at_place(number) if self._places.get(number, (0, 0, 0))[0] == 1 else None
        if not isinstance(stream, Stream):
            raise Refused("has no stream of objects where it says")
        count, first = stream.told.get("N"), stream.told.get("First")
        if not (isinstance(count, int) and isinstance(first, int)):
            raise Refused("has a stream of objects that cannot be read")
        self._count(0, count)
        content = self.unpacked(stream)
        scanner = Scanner(content)
        found = [(scanner.whole(), scanner.whole()) for _ in range(count)]
        return [(each, content, first + offset) for each, offset in found]

    # What a report needs

    def root(self) -> dict[str, Any]:
        """Return the catalogue of the document; raises Refused."""
        return self.dictionary(self.trailer.get("Root"))

    def identifier(self) -> bytes:
        """Return the first identifier of the file, empty for none; raises Refused."""
        found = self.items(self.trailer.get("ID"))
        return bytes(found[0]) if found and isinstance(found[0], bytes) else b""

    def enclosed(self) -> dict[str, bytes | None]:
        """Return the files that the document encloses, by name, None for a damaged one; raises Refused."""
        names = self.resolved(self.root().get("Names"))
        tree = names.get("EmbeddedFiles") if isinstance(names, dict) else None
        found: dict[str, bytes | None] = {}
        if tree is not None:
            self._collect(tree, found, 0)
        return found

    def _collect(self, tree: Any, found: dict[str, bytes | None], depth: int) -> None:  # noqa: ANN401 (as above)
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise Refused("encloses files in too large a tree")
        node = self.dictionary(tree)
        pairs = self.items(node.get("Names"))
        for each in pairs[1::2]:
            name, content = self._file(each)
            if name in found or len(found) == _MOST_FILES:
                raise Refused(f"encloses {name} twice, or too many files")
            found[name] = content
        kids = self.items(node.get("Kids"))
        if kids and depth == _DEEPEST:
            raise Refused("encloses files in too deep a tree")
        for kid in kids:
            self._collect(kid, found, depth + 1)

    def _file(self, value: Any) -> tuple[str, bytes | None]:  # noqa: ANN401 (as above)
        told = self.dictionary(value)
        name = self.resolved(told.get("UF", told.get("F")))
        held = self.dictionary(told.get("EF"))
        if not isinstance(name, bytes):
            raise Refused("encloses a file without a name")
        try:
            stream = self.resolved(held.get("F", held.get("UF")))
            return _text(name), self.unpacked(stream) if isinstance(stream, Stream) else None
        except Refused:
            return _text(name), None


def _text(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    return raw.decode("latin-1")


def _numbers(value: object) -> list[int]:
    if not isinstance(value, list) or not all(isinstance(each, int) and each >= 0 for each in value):
        raise Refused("has no list of numbers where one belongs")
    return value


def _unfiltered(content: bytes, how: dict[str, Any]) -> bytes:
    """Undo the PNG predictor “up”, which other writers put over cross-references (7.4.4.4)."""
    predictor, columns = how["Predictor"], how.get("Columns", 1)
    if not isinstance(predictor, int) or predictor < _PNG or not isinstance(columns, int) or columns < 1:
        raise Refused("has a stream that is packed in a way that is not read here")
    found = bytearray()
    above = bytes(columns)
    for at in range(0, len(content), columns + 1):
        row = content[at + 1 : at + 1 + columns]
        if content[at] not in {0, 2} or len(row) != columns:
            raise Refused("has a stream that is packed in a way that is not read here")
        above = bytes(a + b & 0xFF for a, b in zip(row, above, strict=True)) if content[at] else row
        found += above
    return bytes(found)
