"""DER (X.690) as in certificates and signatures, read strictly: one value has one encoding."""

from collections.abc import Iterator
from dataclasses import dataclass

from riskapp.verifier.refusal import Refused

INTEGER, BITS, OCTETS, NULL, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31
TEXTS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be"}
"""The string types that names use, with how they are read."""

UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
_LONG, _INDEFINITE = 0x80, 0x80
_HIGH_TAG = 0x1F
_MOST_LENGTH_BYTES = 4
_MOST_CHILDREN = 1_000


@dataclass(frozen=True, slots=True)
class Value:
    """A tagged value: its content, and `raw`, its whole encoding."""

    tag: int
    content: bytes
    raw: bytes

    def children(self) -> list["Value"]:
        """Return the values inside; raises Refused."""
        return list(_values(self.content))

    def of(self, tag: int) -> "Value":
        """Return this value, which has to have a tag; raises Refused."""
        if self.tag != tag:
            raise Refused(f"holds a value of type {self.tag:#x} where one of type {tag:#x} belongs")
        return self

    def number(self) -> int:
        """Return an integer, shortest encoding only; raises Refused."""
        content = self.of(INTEGER).content
        if not content or (
            len(content) > 1 and content[0] in {0, 0xFF} and (content[0] ^ content[1]) < _LONG
        ):
            raise Refused("holds an integer that is not encoded in the shortest way")
        return int.from_bytes(content, signed=True)

    def oid(self) -> str:
        """Return an object identifier with dots; raises Refused."""
        arcs: list[int] = []
        arc = 0
        for byte in self.of(OID).content:
            if arc == 0 and byte == _LONG:
                raise Refused("holds an object identifier that is not encoded in the shortest way")
            arc = arc << 7 | byte & 0x7F
            if byte < _LONG:
                arcs.append(arc)
                arc = 0
        if not arcs or arc or len(arcs) > 30:  # noqa: PLR2004 (no identifier in use is as long)
            raise Refused("holds no object identifier where one belongs")
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))

    def bits(self) -> bytes:
        """Return a bit string of whole bytes; raises Refused."""
        content = self.of(BITS).content
        if content[:1] != b"\x00":
            raise Refused("holds bits that are no whole bytes")
        return content[1:]


def only(raw: bytes) -> Value:
    """Return the one value that bytes encode, with nothing after it; raises Refused."""
    found = list(_values(raw))
    if len(found) != 1:
        raise Refused("does not hold exactly one value")
    return found[0]


def first(raw: bytes) -> Value:
    """Return the first value in bytes, whatever comes after it; raises Refused."""
    for value in _values(raw):
        return value
    raise Refused("holds no value")


def _values(raw: bytes) -> Iterator[Value]:
    at = count = 0
    while at < len(raw):
        count += 1
        if count > _MOST_CHILDREN:
            raise Refused("holds too many values")
        tag = raw[at]
        length, start = _length(raw, at + 1)
        end = start + length
        if tag & _HIGH_TAG == _HIGH_TAG or end > len(raw):
            raise Refused("holds a value that is longer than what holds it")
        yield Value(tag, raw[start:end], raw[at:end])
        at = end


def _length(raw: bytes, at: int) -> tuple[int, int]:
    """Return a length and where the content begins."""
    if at >= len(raw):
        raise Refused("ends inside a value")
    first_byte = raw[at]
    if first_byte < _LONG:
        return first_byte, at + 1
    size = first_byte & 0x7F
    encoded = raw[at + 1 : at + 1 + size]
    if first_byte == _INDEFINITE or size > _MOST_LENGTH_BYTES or len(encoded) != size:
        raise Refused("holds a length that cannot be read")
    length = int.from_bytes(encoded)
    if encoded[0] == 0 or length < _LONG:
        raise Refused("holds a length that is not encoded in the shortest way")
    return length, at + 1 + size
