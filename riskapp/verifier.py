"""Verify an exported log with nothing but Python: this one file, no network, no other package.

Usage: python -I verify.py [PACKAGE] [--key KEY] [--checkpoint FILE] [--proof FILE]

PACKAGE is the exported ZIP, or the folder it was unpacked to; else the folder that this file lies in.
KEY is a public key of the log that reached you by another way than the package: without one, the keys in
the package are believed. FILE after --checkpoint is a checkpoint that you have from elsewhere. FILE after
--proof is what `riskapp log prove --json` writes: it is checked by itself, without a package.

What is checked: every entry is there once and in order, time does not run backwards, each checkpoint is
signed, and each has the root of the tree over the entries (RFC 6962, Ed25519 of RFC 8032). Exit code 0
means that everything agrees, 1 that something does not, 2 that the question cannot be answered.
"""

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LOG, KEYS, CHECKPOINTS, MANIFEST = "log.jsonl", "keys.txt", "checkpoints/", "manifest.json"
MOST_SHOWN = 20

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)
Point = tuple[int, int, int, int]


class Refused(Exception):  # noqa: N818 (a finding, not a fault of the program)
    """Something does not agree, or cannot be read; the message says what."""


# Ed25519 (RFC 8032, 5.1), written to be read rather than to be fast: it only ever checks public values.


def add(p: Point, q: Point) -> Point:
    """Return the sum of two points in extended coordinates."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar: int, point: Point) -> Point:
    """Return a multiple of a point."""
    found = NEUTRAL
    while scalar:
        if scalar & 1:
            found = add(found, point)
        point = add(point, point)
        scalar >>= 1
    return found


def same(p: Point, q: Point) -> bool:
    """Return whether two points are one."""
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def decoded_point(raw: bytes) -> Point | None:
    """Return the point that 32 bytes encode, or None for none."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = decoded_point((4 * pow(5, -1, P) % P).to_bytes(32, "little")) or NEUTRAL


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature over a message is that of a public key."""
    if len(public) != 32 or len(signature) != 64:  # noqa: PLR2004 (the sizes of Ed25519)
        return False
    key, r = decoded_point(public), decoded_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(times(s, BASE), add(r, times(h, key)))


# The tree (RFC 6962, 2.1)


def leaf(entry: bytes) -> bytes:
    """Return the leaf hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf, as its peaks."""

    def __init__(self) -> None:
        """Begin with the empty tree."""
        self.size = 0
        self.peaks: list[bytes] = []

    def append(self, made: bytes) -> None:
        """Add a leaf hash."""
        self.size += 1
        size = self.size
        while size % 2 == 0:
            made = node(self.peaks.pop(), made)
            size //= 2
        self.peaks.append(made)

    def root(self) -> bytes:
        """Return the root so far."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        found = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            found = node(peak, found)
        return found


def root_by_proof(made: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """Return the root to which a proof leads from a leaf hash (RFC 9162, 2.1.3.2); raises Refused."""
    last = size - 1
    if not 0 <= index <= last:
        raise Refused("the proof is for an entry that its checkpoint does not hold")
    for step in proof:
        if last == 0:
            raise Refused("the proof is longer than its tree is high")
        if index & 1 or index == last:
            made = node(step, made)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            made = node(made, step)
        index, last = index >> 1, last >> 1
    if last:
        raise Refused("the proof is shorter than its tree is high")
    return made


# Signed notes (C2SP signed-note, tlog-checkpoint)


class Keys:
    """Public keys by name and id."""

    def __init__(self, texts: list[str]) -> None:
        """Read keys of the form name+id+key; raises Refused for what is none."""
        self.known: dict[tuple[str, bytes], bytes] = {}
        for text in texts:
            try:
                name, key_id, encoded = text.strip().split("+", 2)
                raw = base64.b64decode(encoded, validate=True)
            except ValueError as error:
                raise Refused(f"{text!r} is no key of the form name+id+key") from error
            expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
            if raw[:1] != b"\x01" or expected.hex() != key_id:
                raise Refused(f"{text!r} is no Ed25519 key with its own id")
            self.known[name, expected] = raw[1:]

    def opened(self, note: str, source: str) -> tuple[int, bytes]:
        """Return size and root of a checkpoint that one of the keys has signed; raises Refused."""
        text, gap, signatures = note.rpartition("\n\n")
        try:
            origin, size, root = text.split("\n")[:3]
            found = int(size), base64.b64decode(root, validate=True)
            lines = [line.split(" ") for line in signatures.splitlines()]
            named = [(name, base64.b64decode(encoded, validate=True)) for _, name, encoded in lines]
        except ValueError as error:
            raise Refused(f"{source} is no signed checkpoint") from error
        for name, raw in named:
            public = self.known.get((name, raw[:4]))
            if public and gap and origin and signed(public, f"{text}\n".encode(), raw[4:]):
                return found
        raise Refused(f"{source} bears no valid signature of a key that is believed")


# The package


class Package:
    """An exported ZIP, or the folder that it was unpacked to."""

    def __init__(self, path: Path) -> None:
        """Open it; raises Refused where there is no log in it."""
        self.folder = path if path.is_dir() else None
        try:
            self.archive = None if self.folder else zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise Refused(f"{path} is neither a folder nor a ZIP that can be read") from error
        if LOG not in self.names():
            raise Refused(f"{path} holds no {LOG}")

    def names(self) -> list[str]:
        """Return the names of the files, sorted."""
        if self.folder:
            return sorted(
                each.relative_to(self.folder).as_posix() for each in self.folder.rglob("*") if each.is_file()
            )
        return sorted(self.archive.namelist()) if self.archive else []

    @contextmanager
    def lines(self, name: str) -> Iterator[Iterator[bytes]]:
        """Yield the lines of a file, one in memory at a time."""
        if self.archive:
            with self.archive.open(name) as stream:
                yield iter(stream)
        else:
            with ((self.folder or Path()) / name).open("rb") as stream:
                yield iter(stream)

    def text(self, name: str) -> str:
        """Return a small file as text."""
        with self.lines(name) as lines:
            return b"".join(lines).decode()


Claims = dict[int, list[tuple[bytes, str]]]


def claims_of(package: Package, keys: Keys, others: list[Path], faults: list[str]) -> Claims:
    """Return what signed checkpoints say, by size; what is not signed goes to the faults."""
    notes = [(package.text(name), name) for name in package.names() if name.startswith(CHECKPOINTS)]
    notes += [(path.read_text(encoding="utf-8"), str(path)) for path in others]
    claims: Claims = {}
    for note, source in notes:
        try:
            size, root = keys.opened(note, source)
        except Refused as fault:
            faults.append(str(fault))
        else:
            claims.setdefault(size, []).append((root, source))
    return claims


NAMED = ("sheet.", "consensus.submitted", "assessment.decided", "snapshot.", "report.issued", "evidence.")
Told = dict[str, dict[str, Any]]
"""What the log tells of the things that a package holds, by their ids."""


def read_log(package: Package, claims: Claims, told: Told, faults: list[str]) -> Tree:
    """Read every entry and compare the tree with the claims; what disagrees goes to the faults."""
    tree, before, confirmed = Tree(), "", 0
    with package.lines(LOG) as lines:
        for line in lines:
            number, entry = tree.size + 1, line.rstrip(b"\n")
            held_back = withheld(entry, number)
            if held_back is None:
                before = check_entry(entry, number, before, told, faults)
            tree.append(leaf(entry) if held_back is None else held_back)
            for root, source in claims.pop(number, []):
                if root == tree.root():
                    confirmed = number
                else:
                    faults.append(
                        f"the first {number} entries are not those of {source}; confirmed up to {confirmed}"
                    )
    for size, found in sorted(claims.items()):
        faults += [f"the log ends at entry {tree.size}, and {source} holds {size}" for _, source in found]
    return tree


def withheld(line: bytes, number: int) -> bytes | None:
    """Return the leaf hash that stands in the place of a withheld entry, None where the entry itself does."""
    words = line.split(b" ")
    if words[0] != b"withheld" or words[1:2] != [str(number).encode()]:
        return None
    try:
        return bytes.fromhex(words[2].decode())
    except (IndexError, ValueError):
        return None


def check_entry(line: bytes, number: int, before: str, told: Told, faults: list[str]) -> str:
    """Check number and instant of an entry and return the instant."""
    try:
        entry: dict[str, Any] = json.loads(line)
        seq, at = entry["seq"], str(entry["at"])
        if entry["action"].startswith(NAMED):
            told[entry["subject"]["id"]] = entry["details"]
    except (ValueError, KeyError, TypeError, AttributeError):
        faults.append(f"line {number} is no entry of a log")
        return before
    if seq != number:
        faults.append(f"line {number} holds entry {seq}: an entry is missing or out of order")
    if at < before:
        faults.append(f"entry {seq} is dated before the one ahead of it")
    return max(at, before)


def check_manifest(package: Package, faults: list[str]) -> None:
    """Compare every file with the manifest, where there is one; what disagrees goes to the faults."""
    names = set(package.names())
    if MANIFEST not in names:
        return
    told = {each["path"]: each["sha256"] for each in json.loads(package.text(MANIFEST))["files"]}
    faults += [f"{name} is not in the manifest" for name in sorted(names - set(told) - {MANIFEST})]
    for name, digest in sorted(told.items()):
        if name not in names:
            faults.append(f"{name} is in the manifest and not in the package")
            continue
        if digest_of(package, name) != digest:
            faults.append(f"{name} is not the file of the manifest")
    say(f"{len(told)} files in the manifest")


def digest_of(package: Package, name: str) -> str:
    """Return the SHA-256 of a file in hex."""
    found = hashlib.sha256()
    with package.lines(name) as lines:
        for line in lines:
            found.update(line)
    return found.hexdigest()


def check_records(package: Package, told: Told, faults: list[str]) -> None:
    """Compare sheets, decisions, snapshots, reports and evidence with the log, which names them."""
    digests = set(told) | {
        value for each in told.values() for value in each.values() if isinstance(value, str)
    }
    for name in package.names():
        if name.endswith("/record.json"):
            rows = json.loads(package.text(name))
            made = [(kind, row) for kind in ("sheet", "snapshot") for row in rows[kind]]
            faults += [
                f"{name}: a {kind} is not the one of the log"
                for kind, row in made
                if hashlib.sha256(row["canonical"].encode()).hexdigest() not in digests
            ]
            faults += [
                f"{name}: decision {row['ordinal']} is not the one of the log"
                for row in rows["decision"]
                if any(
                    row[key] != told.get(row["id"], {}).get(key)
                    for key in ("outcome", "reason", "expires_on")
                )
            ]
        elif name.startswith("assessments/") and ("/evidence/" in name or name.endswith(".pdf")):
            faults += [] if digest_of(package, name) in digests else [f"{name} is not named in the log"]
    say("Compared with the log: sheets, decisions, snapshots, reports, evidence. Other tables repeat these.")


def verify_package(asked: argparse.Namespace) -> list[str]:
    """Return what disagrees in a package, and say what was looked at."""
    package = Package(asked.package)
    faults: list[str] = []
    inside = package.text(KEYS).splitlines() if KEYS in package.names() else []
    keys = Keys(asked.key or inside)
    claims = claims_of(package, keys, asked.checkpoint, faults)
    count = sum(len(each) for each in claims.values())
    check_manifest(package, faults)
    told: Told = {}
    tree = read_log(package, claims, told, faults)
    if MANIFEST in package.names():
        check_records(package, told, faults)
    say(f"{tree.size} entries, root {tree.root().hex()}, {count} signed checkpoints")
    if not count:
        faults.append("no signed checkpoint was found, so nothing confirms these entries")
    if not asked.key:
        say("The keys are the package's own. Compare them with the key ids that you know: " + key_ids(keys))
    return faults


def verify_proof(asked: argparse.Namespace) -> list[str]:
    """Return what disagrees in a proof of one entry."""
    try:
        proof = json.loads(asked.proof.read_text(encoding="utf-8"))
        entry, index = str(proof["entry"]).encode(), int(proof["index"])
        steps = [bytes.fromhex(each) for each in proof["proof"]]
        keys, note = Keys(asked.key or proof["keys"]), str(proof["checkpoint"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{asked.proof} is no proof that can be read") from error
    size, root = keys.opened(note, "the checkpoint of the proof")
    if root_by_proof(leaf(entry), index, size, steps) != root:
        raise Refused(f"the proof does not lead from entry {index + 1} to the root of its checkpoint")
    say(f"Entry {index + 1} is in the log of {size} entries with root {root.hex()}")
    if not asked.key:
        say("The keys are the proof's own. Compare them with the key ids that you know: " + key_ids(keys))
    return []


def key_ids(keys: Keys) -> str:
    """Return the ids of the keys in words."""
    return ", ".join(f"{name} {key_id.hex()}" for name, key_id in keys.known) or "none"


def say(words: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{words}\n")


def main() -> int:
    """Verify what the command line names and return the exit code."""
    parser = argparse.ArgumentParser(description="Verify an exported log with nothing but Python.")
    parser.add_argument("package", type=Path, nargs="?", default=Path(__file__).resolve().parent)
    parser.add_argument("--key", action="append", default=[], help="a public key, from elsewhere")
    parser.add_argument("--checkpoint", action="append", type=Path, default=[], help="a checkpoint you hold")
    parser.add_argument("--proof", type=Path, help="the proof of one entry, as JSON")
    asked = parser.parse_args()
    try:
        faults = verify_proof(asked) if asked.proof else verify_package(asked)
    except Refused as refusal:
        say(f"NOT VERIFIED: {refusal}")
        return 1 if asked.proof else 2
    for fault in faults[:MOST_SHOWN]:
        say(f"DISAGREES: {fault}")
    say(f"{len(faults)} disagreement{'s' if len(faults) > 1 else ''}" if faults else "Everything agrees.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
