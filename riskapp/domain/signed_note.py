"""Checkpoints of the log as signed notes (C2SP signed-note and tlog-checkpoint), with Ed25519 keys.

What is here makes and reads the texts; signing and checking signatures is done where the keys are.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

_ED25519 = b"\x01"
_DASH = "\u2014 "
_PUBLIC_SIZE = 32
_ROOT_SIZE = 32
_KEY_ID_SIZE = 4
_LONGEST_SIZE = 18


class NoteError(ValueError):
    """The text is no signed note, no checkpoint or no key; the message says why."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name; its text form is what others keep in order to check notes."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes that name the key in a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_KEY_ID_SIZE]

    def __str__(self) -> str:
        """Return the text form: name, key id in hex, and key in Base64, joined by plus signs."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(_ED25519 + self.public)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature under a note, by the name and id of its key."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text that ends with a line feed, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Return the note as it is written into a file."""
        lines = [f"{_DASH}{each.name} {_base64(each.key_id + each.signature)}\n" for each in self.signatures]
        return f"{self.text}\n{''.join(lines)}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its origin, how many entries it holds, and the root of the tree over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


def parse_verifier_key(text: str) -> VerifierKey:
    """Return the key that a text says; raises NoteError."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _decoded(encoded, "key")
    if not name or raw[:1] != _ED25519 or len(raw) != 1 + _PUBLIC_SIZE:
        raise NoteError("is no Ed25519 key in the form name+id+key")
    key = VerifierKey(name, raw[1:])
    if key.key_id.hex() != key_id:
        raise NoteError(f"has the key id {key_id}, and its key has {key.key_id.hex()}")
    return key


def parse_note(text: str) -> SignedNote:
    """Return the note that a text holds; raises NoteError."""
    body, separator, signed = text.rpartition("\n\n")
    if not separator or not signed.endswith("\n"):
        raise NoteError("has no signatures after an empty line")
    return SignedNote(f"{body}\n", tuple(_signature(line) for line in signed[:-1].split("\n")))


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _decoded(encoded, "signature")
    if not line.startswith(_DASH) or not name or not space or len(raw) <= _KEY_ID_SIZE:
        raise NoteError("has a line below its text that is no signature")
    return Signature(name, raw[:_KEY_ID_SIZE], raw[_KEY_ID_SIZE:])


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that the text of a note holds; raises NoteError."""
    lines = text.split("\n")
    if len(lines) < len(("origin", "size", "root", "end")) or lines[-1] or not lines[0]:
        raise NoteError("is no checkpoint of three lines: origin, size, root")
    origin, size, root = lines[:3]
    number = size.isascii() and size.isdecimal() and len(size) <= _LONGEST_SIZE
    if not number or (size[0] == "0" and size != "0"):
        raise NoteError(f"names {size[:40]!r} as its size, which is no number of entries")
    raw = _decoded(root, "root")
    if len(raw) != _ROOT_SIZE:
        raise NoteError("has a root that is no SHA-256")
    return Checkpoint(origin, int(size), raw)


def signatures_by(note: SignedNote, keys: Iterable[VerifierKey]) -> tuple[tuple[VerifierKey, Signature], ...]:
    """Return each signature of a note that names one of the keys, with that key."""
    known = {(key.name, key.key_id): key for key in keys}
    named = [(known.get((each.name, each.key_id)), each) for each in note.signatures]
    return tuple((key, each) for key, each in named if key is not None)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _decoded(text: str, part: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError(f"has a {part} that is not Base64") from error
