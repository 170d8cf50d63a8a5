"""The objects of PDF files (ISO 32000-2, 7.3), read one at a time and within bounds."""

import re
from typing import Any

from riskapp.verifier.refusal import Refused

WHITE = b"\x00\t\n\f\r "
_SKIPPED = re.compile(rb"(?:[\x00\t\n\f\r ]++|%[^\r\n]*+)*+")
_REGULAR = re.compile(rb"[^\x00\t\n\f\r ()<>\[\]{}/%]{0,200}")
_REFERENCE = re.compile(
    rb"(\d{1,10})[\x00\t\n\f\r ]+(\d{1,5})[\x00\t\n\f\r ]+R(?![^\x00\t\n\f\r ()<>\[\]{}/%])"
)
_WHOLE, _REAL = re.compile(rb"[+-]?\d{1,30}"), re.compile(rb"[+-]?(?:\d{1,30}\.\d{0,30}|\.\d{1,30})")
_HEX = re.compile(rb"<([0-9A-Fa-f\x00\t\n\f\r ]*)>")
_PLAIN = re.compile(rb"[^()\\]+")
_OCTAL = re.compile(rb"[0-7]{1,3}")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_WORDS = {b"true": True, b"false": False, b"null": None}
_DEEPEST = 60
_MOST_ITEMS = 200_000
_MOST_MARKS = 100_000


class Name(str):
    """A name; it compares as its text."""

    __slots__ = ()


class Hexadecimal(bytes):
    """A string that was written in hexadecimal; `at` is where in the file it begins."""

    at: int = -1


class Reference(tuple[int, int]):
    """Number and generation of an object elsewhere."""

    __slots__ = ()


class Scanner:
    """Reads objects from bytes, from a place onwards; raises Refused for what is none."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        """Begin at a place."""
        self.data = data
        self.at = at
        self._items = 0

    def skip(self) -> None:
        """Pass over white space and comments."""
        found = _SKIPPED.match(self.data, self.at)
        self.at = found.end() if found else self.at

    def takes(self, word: bytes) -> bool:
        """Return whether a word comes next, and pass over it if so."""
        self.skip()
        if not self.data.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def expect(self, word: bytes) -> None:
        """Pass over a word that has to come next."""
        if not self.takes(word):
            raise Refused(f"has no “{word.decode()}” where one belongs, at byte {self.at}")

    def whole(self) -> int:
        """Return a whole number that has to come next."""
        self.skip()
        found = _WHOLE.match(self.data, self.at)
        if found is None:
            raise Refused(f"has no number where one belongs, at byte {self.at}")
        self.at = found.end()
        return int(found[0])

    def value(self, depth: int = 0) -> Any:  # noqa: ANN401 (whatever object comes next)
        """Return the next object."""
        self.skip()
        self._items += 1
        if depth > _DEEPEST or self._items > _MOST_ITEMS:
            raise Refused("nests or holds too many objects")
        start = self.data[self.at : self.at + 2]
        if start == b"<<":
            return self._dictionary(depth)
        match start[:1]:
            case b"/":
                return self._name()
            case b"(":
                return self._string()
            case b"<":
                return self._hexadecimal()
            case b"[":
                return self._list(depth)
            case _:
                return self._word()

    def _dictionary(self, depth: int) -> dict[str, Any]:
        self.at += 2
        found: dict[str, Any] = {}
        while not self.takes(b">>"):
            if self.data[self.at : self.at + 1] != b"/":
                raise Refused(f"has a dictionary that cannot be read, at byte {self.at}")
            name = self._name()
            found[name] = self.value(depth + 1)
        return found

    def _list(self, depth: int) -> list[Any]:
        self.at += 1
        found = []
        while not self.takes(b"]"):
            found.append(self.value(depth + 1))
        return found

    def _name(self) -> Name:
        found = _REGULAR.match(self.data, self.at + 1)
        raw = found[0] if found else b""
        self.at += 1 + len(raw)
        plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda each: bytes.fromhex(each[1].decode()), raw)
        return Name(plain.decode("latin-1"))

    def _hexadecimal(self) -> Hexadecimal:
        found = _HEX.match(self.data, self.at)
        if found is None:
            raise Refused(f"has a string that cannot be read, at byte {self.at}")
        digits = found[1].translate(None, WHITE)
        made = Hexadecimal(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()))
        made.at = self.at
        self.at = found.end()
        return made

    def _string(self) -> bytes:
        parts = []
        self.at += 1
        depth = 1
        for _ in range(_MOST_MARKS):
            if plain := _PLAIN.match(self.data, self.at):
                parts.append(plain[0])
                self.at = plain.end()
            mark = self.data[self.at : self.at + 1]
            self.at += 1
            if mark == b"\\":
                parts.append(self._escaped())
                continue
            depth += {b"(": 1, b")": -1}.get(mark, 0)
            if not depth:
                return b"".join(parts)
            if not mark:
                break
            parts.append(mark)
        raise Refused("has a string that does not end")

    def _escaped(self) -> bytes:
        if octal := _OCTAL.match(self.data, self.at):
            self.at = octal.end()
            return bytes([int(octal[0], 8) & 0xFF])
        mark = self.data[self.at : self.at + 1]
        self.at += 1
        if mark in b"\r\n":
            self.at += self.data.startswith(b"\n", self.at) and mark == b"\r"
            return b""
        return _ESCAPES.get(mark, mark)

    def _word(self) -> int | float | bool | Reference | None:
        if reference := _REFERENCE.match(self.data, self.at):
            self.at = reference.end()
            return Reference((int(reference[1]), int(reference[2])))
        found = _REGULAR.match(self.data, self.at)
        word = found[0] if found else b""
        self.at += len(word)
        if word in _WORDS:
            return _WORDS[word]
        if _WHOLE.fullmatch(word):
            return int(word)
        if _REAL.fullmatch(word):
            return float(word)
        raise Refused(f"has something that is no object, at byte {self.at}")
