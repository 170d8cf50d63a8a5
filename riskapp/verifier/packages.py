"""An exported log, or an auditor's package: what is in it, and whether it agrees with itself."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from riskapp.domain.ledger import Frontier, leaf_digest
from riskapp.verifier.log_index import Entry, LogIndex, Newer, reference_of
from riskapp.verifier.notes import Keys
from riskapp.verifier.refusal import Refused

LOG, KEYS, CHECKPOINTS, MANIFEST = "log.jsonl", "keys.txt", "checkpoints/", "manifest.json"
_UNREADABLE = (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, KeyError)


class Package:
    """An exported ZIP, or the folder that it was unpacked to."""

    def __init__(self, path: Path) -> None:
        """Open it; raises Refused where there is no log in it."""
        self.name = path.resolve().name
        self.folder = path if path.is_dir() else None
        try:
            self.archive = None if self.folder else zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise Refused(f"{path} is neither a folder nor a ZIP that can be read") from error
        if LOG not in self.names():
            raise Refused(f"{path} holds no {LOG}; packed reports are verified with --log")

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
        """Return a small file as text; raises Refused."""
        try:
            with self.lines(name) as lines:
                return b"".join(lines).decode()
        except (UnicodeDecodeError, *_UNREADABLE) as error:
            raise Refused(f"{name} cannot be read") from error

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file in hexadecimal."""
        found = hashlib.sha256()
        with self.lines(name) as lines:
            for line in lines:
                found.update(line)
        return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be believed and looked up while a package is read, beside what lies in it.

    `keys` are those of the caller, none for the package's own; `sizes` and `numbers` say of which beginnings
    the roots, and of which entries the leaf hashes are kept.
    """

    keys: tuple[str, ...] = ()
    checkpoints: tuple[tuple[str, str], ...] = ()
    sizes: frozenset[int] = frozenset()
    numbers: frozenset[int] = frozenset()


Claims = dict[int, list[tuple[bytes, str]]]
"""What signed checkpoints say: roots and where they are from, by size."""

_NAMED = ("sheet.", "consensus.submitted", "assessment.decided", "snapshot.", "report.issued", "evidence.")


@dataclass(slots=True)
class PackedLog:
    """A package as read: its log, what disagrees in it, and what was looked at."""

    words: str
    keys: Keys
    faults: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    index: LogIndex = field(default_factory=LogIndex)
    size: int = 0
    roots: dict[int, bytes] = field(default_factory=dict)
    leaves: dict[int, bytes] = field(default_factory=dict)

    def root(self, size: int) -> bytes | None:
        """Return the root over the first entries, None where it has fewer or was not asked to keep it."""
        return self.roots.get(size)

    def leaf(self, number: int) -> bytes | None:
        """Return the leaf hash of an entry, None for none, or where it was not asked to keep it."""
        return self.leaves.get(number)

    def frozen(self, digest: str) -> Entry | None:
        """Return the entry that names a snapshot, by its digest or the beginning of it."""
        return self.index.snapshot(digest)

    def frozen_after(self, number: int) -> Entry | None:
        """Return the first entry after a number that names a snapshot, or None."""
        return next((each for each in self.index.snapshots.values() if each.number > number), None)

    def file(self, digest: str) -> Entry | None:
        """Return the entry that names a file: a report, a paper, packed reports, a package."""
        return self.index.files.get(digest)

    def issued(self, snapshot: str) -> Entry | None:
        """Return the entry that names the report that was issued from a snapshot."""
        return self.index.by_snapshot.get(snapshot)

    def certificates(self) -> frozenset[str]:
        """Return the fingerprints of the certificates that seals were adopted with."""
        return frozenset(self.index.adopted)

    def decision(self, frozen: Entry) -> Entry | None:
        """Return the entry of the decision that a snapshot was frozen with."""
        return self.index.decision(frozen)

    def newer(self, frozen: Entry) -> Newer | None:
        """Return the decision that took the place of that of a snapshot, or None."""
        return self.index.newer(frozen)

    def reference(self, assessment: str) -> str:
        """Return how an assessment is called."""
        return reference_of(self.index.opened.get(assessment))

    def lapses(self, assessment: str) -> None:
        """Return None: a log alone does not tell what else ends an approval."""
        del assessment


def read_package(path: Path, wanted: Wanted) -> PackedLog:
    """Return an exported log, compared with its checkpoints and manifest; raises Refused."""
    package = Package(path)
    inside = package.text(KEYS).splitlines() if KEYS in package.names() else []
    found = PackedLog(words=f"the log in {package.name}", keys=Keys(wanted.keys or inside))
    try:
        claims = _claims(package, wanted, found)
        count = sum(len(each) for each in claims.values())
        _check_manifest(package, found)
        root = _read_log(package, claims, wanted, found=found)
        if MANIFEST in package.names():
            _check_records(package, found)
    except _UNREADABLE as error:
        raise Refused(f"{path} is damaged and cannot be read to its end") from error
    found.said.append(f"{found.size} entries, root {root.hex()}, {count} signed checkpoints")
    if not count:
        found.faults.append("no signed checkpoint was found, so nothing confirms these entries")
    if not wanted.keys:
        found.said.append(
            f"The keys are the package's own. Compare them with the key ids that you know: {found.keys}"
        )
    return found


def _claims(package: Package, wanted: Wanted, found: PackedLog) -> Claims:
    """Return what signed checkpoints say; what is not signed goes to the faults."""
    notes = [(package.text(name), name) for name in package.names() if name.startswith(CHECKPOINTS)]
    claims: Claims = {}
    for note, source in (*notes, *wanted.checkpoints):
        try:
            signed = found.keys.opened(note, source)
        except Refused as fault:
            found.faults.append(str(fault))
        else:
            claims.setdefault(signed.size, []).append((signed.root, source))
    return claims


def _read_log(package: Package, claims: Claims, wanted: Wanted, *, found: PackedLog) -> bytes:
    """Read every entry, compare the tree with the claims, and return its root."""
    tree, before, confirmed = Frontier(), "", 0
    with package.lines(LOG) as lines:
        for line in lines:
            number, entry = tree.size + 1, line.rstrip(b"\n")
            held_back = _withheld(entry, number)
            if held_back is None:
                before = _take(entry, number, before, found=found)
            leaf = leaf_digest(entry) if held_back is None else held_back
            tree.append(leaf)
            if number in wanted.numbers:
                found.leaves[number] = leaf
            if number in wanted.sizes:
                found.roots[number] = tree.root()
            for root, source in claims.pop(number, []):
                if root == tree.root():
                    confirmed = number
                else:
                    found.faults.append(
                        f"the first {number} entries are not those of {source}; confirmed up to {confirmed}"
                    )
    found.size = tree.size
    for size, others in sorted(claims.items()):
        found.faults += [
            f"the log ends at entry {tree.size}, and {source} holds {size}" for _, source in others
        ]
    return tree.root()


def _withheld(line: bytes, number: int) -> bytes | None:
    """Return the leaf hash that stands in the place of a withheld entry, None where the entry itself does."""
    words = line.split(b" ")
    if words[0] != b"withheld" or words[1:2] != [str(number).encode()]:
        return None
    try:
        return bytes.fromhex(words[2].decode())
    except (IndexError, ValueError):
        return None


def _take(line: bytes, number: int, before: str, *, found: PackedLog) -> str:
    """Note what an entry says, check its number and instant, and return the instant."""
    try:
        body: dict[str, Any] = json.loads(line)
        seq, at = body["seq"], str(body["at"])
        if body["action"].startswith(_NAMED) and isinstance(body["details"], dict):
            found.told[body["subject"]["id"]] = body["details"]
        found.index.take(Entry(number, body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        found.faults.append(f"line {number} is no entry of a log")
        return before
    if seq != number:
        found.faults.append(f"line {number} holds entry {seq}: an entry is missing or out of order")
    if at < before:
        found.faults.append(f"entry {seq} is dated before the one ahead of it")
    return max(at, before)


def _check_manifest(package: Package, found: PackedLog) -> None:
    """Compare every file with the manifest, where there is one; what disagrees goes to the faults."""
    names = set(package.names())
    if MANIFEST not in names:
        return
    try:
        told = {str(each["path"]): each["sha256"] for each in json.loads(package.text(MANIFEST))["files"]}
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"{MANIFEST} cannot be read") from error
    found.faults += [f"{name} is not in the manifest" for name in sorted(names - set(told) - {MANIFEST})]
    for name, digest in sorted(told.items()):
        if name not in names:
            found.faults.append(f"{name} is in the manifest and not in the package")
        elif package.digest(name) != digest:
            found.faults.append(f"{name} is not the file of the manifest")
    found.said.append(f"{len(told)} files in the manifest")


def _check_records(package: Package, found: PackedLog) -> None:
    """Compare sheets, decisions, snapshots, reports and evidence with the log, which names them."""
    digests = set(found.told) | {
        value for each in found.told.values() for value in each.values() if isinstance(value, str)
    }
    for name in package.names():
        if name.endswith("/record.json"):
            found.faults += _record_faults(package, name, found, digests=digests)
        elif name.startswith("assessments/") and ("/evidence/" in name or name.endswith(".pdf")):
            found.faults += [] if package.digest(name) in digests else [f"{name} is not named in the log"]
    found.said.append(
        "Compared with the log: sheets, decisions, snapshots, reports, evidence. Other tables repeat these."
    )


def _record_faults(package: Package, name: str, found: PackedLog, *, digests: set[str]) -> Iterator[str]:
    try:
        rows = json.loads(package.text(name))
        made = [(kind, row["canonical"].encode()) for kind in ("sheet", "snapshot") for row in rows[kind]]
        decisions = [(row["id"], row["ordinal"], row) for row in rows["decision"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"{name} cannot be read") from error
    for kind, canonical in made:
        if hashlib.sha256(canonical).hexdigest() not in digests:
            yield f"{name}: a {kind} is not the one of the log"
    for decision_id, ordinal, row in decisions:
        told = found.told.get(decision_id, {})
        if any(row.get(key) != told.get(key) for key in ("outcome", "reason", "expires_on")):
            yield f"{name}: decision {ordinal} is not the one of the log"
