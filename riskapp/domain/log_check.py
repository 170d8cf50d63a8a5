"""Checking the log entry by entry: a stream goes through, and what disagrees is said with its number.

Memory stays the same however long the log is: the tree so far is a handful of hashes.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.ledger import HASH_SIZE, Frontier, leaf_digest

MOST_SHOWN = 50
"""How many disagreements are kept in words; the others are counted."""


class Fault(StrEnum):
    """The ways in which a log, or what it tells of, can disagree."""

    GAP = "gap"
    BYTES = "bytes"
    COLUMNS = "columns"
    TIME = "time"
    TREE = "tree"
    CHECKPOINT = "checkpoint"
    ERASED = "erased"
    SIGNATURE = "signature"
    GUARD = "guard"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that does not agree; `seq` is the number of the entry where it shows, if there is one."""

    fault: Fault
    seq: int | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """An entry as the database holds it, nothing interpreted; `hashes` are the nodes kept with it."""

    seq: int
    at: str
    actor_id: str | None
    action: str
    subject_kind: str
    subject_id: str
    assessment_id: str | None
    body: bytes
    hashes: bytes | None


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody has seen of the log: that its first `size` entries had this root."""

    size: int
    root: bytes
    source: str


class LogCheck:
    """Takes the entries in order and collects what disagrees."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.found: list[Disagreement] = []
        self.count = 0
        self.seq = 0
        self.confirmed = 0
        self._frontier = Frontier()
        self._at = ""
        self._refuted: set[str] = set()
        self._tree_broken = False

    @property
    def root(self) -> bytes:
        """Return the root over the entries so far, computed from their bytes."""
        return self._frontier.root()

    def say(self, fault: Fault, seq: int | None, words: str) -> None:
        """Count a disagreement, and keep its words while there are few; the same one counts once."""
        made = Disagreement(fault, seq, words)
        if made in self.found:
            return
        self.count += 1
        if len(self.found) < MOST_SHOWN:
            self.found.append(made)

    def take(self, entry: RawEntry) -> None:
        """Check the next entry by itself, against the one before and against the nodes kept with it."""
        if entry.seq != self.seq + 1:
            missing = f"entry {self.seq + 1}" if entry.seq == self.seq + 2 else f"entries {self.seq + 1} on"
            self.say(Fault.GAP, entry.seq, f"entry {entry.seq} follows entry {self.seq}: {missing} missing")
        self.seq = entry.seq
        self._check_body(entry)
        if entry.at < self._at:
            words = f"entry {entry.seq} bears {entry.at}, which is before the entry ahead of it ({self._at})"
            self.say(Fault.TIME, entry.seq, words)
        self._at = entry.at
        self._check_nodes(entry, self._frontier.append(leaf_digest(entry.body)))

    def _check_body(self, entry: RawEntry) -> None:
        try:
            body, canonical = _read(entry.body)
        except (ValueError, RecursionError):
            self.say(Fault.BYTES, entry.seq, f"the bytes of entry {entry.seq} are no JSON")
            return
        if canonical != entry.body:
            self.say(Fault.BYTES, entry.seq, f"the bytes of entry {entry.seq} are not canonical JSON")
        differing = [name for name, kept, told in _columns(entry, body) if kept != told]
        if differing:
            names = ", ".join(differing)
            words = f"entry {entry.seq} has other values in its columns than in its bytes: {names}"
            self.say(Fault.COLUMNS, entry.seq, words)

    def _check_nodes(self, entry: RawEntry, made: tuple[bytes, ...]) -> None:
        if entry.hashes is None:
            self.say(Fault.TREE, entry.seq, f"entry {entry.seq} has lost its hashes in the tree")
        elif entry.hashes[:HASH_SIZE] != made[0]:
            words = f"entry {entry.seq} does not have the bytes that were appended: its leaf hash differs"
            self.say(Fault.TREE, entry.seq, words)
        elif entry.hashes != b"".join(made) and not self._tree_broken:
            self.say(Fault.TREE, entry.seq, f"the nodes above entry {entry.seq} differ from its tree")
        else:
            return
        self._tree_broken = True

    def compare(self, claims: Iterable[Claim]) -> None:
        """Compare the tree so far with claims about exactly this many entries.

        Each source is refuted once.
        """
        for claim in claims:
            if claim.root == self._frontier.root() and self._frontier.size == self.seq == claim.size:
                self.confirmed = max(self.confirmed, claim.size)
            elif claim.source not in self._refuted:
                self._refuted.add(claim.source)
                words = (
                    f"the first {claim.size} entries are not those of {claim.source}; "
                    f"up to entry {self.confirmed} the log is confirmed"
                )
                self.say(Fault.CHECKPOINT, claim.size, words)

    def end(self, claims: Iterable[Claim]) -> None:
        """Say which claims are about more entries than the log has."""
        for claim in claims:
            words = (
                f"the log ends at entry {self.seq}, and {claim.source} holds {claim.size}: "
                "the newest entries were erased"
            )
            self.say(Fault.ERASED, self.seq + 1, words)


def _read(body: bytes) -> tuple[dict[str, Any], bytes]:
    """Return what the bytes of an entry say, and their canonical form.

    Python's own writer gives it for ASCII without fractions, four times as fast. Raises ValueError.
    """
    fractions: list[str] = []

    def noted(text: str) -> float:
        fractions.append(text)
        return float(text)

    value = json.loads(body, parse_float=noted)
    if not isinstance(value, dict):
        raise ValueError("an entry is an object")  # noqa: TRY004 (as bad JSON, to one handler)
    if body.isascii() and not fractions:
        return value, json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return value, canonical_bytes(value)


def _columns(entry: RawEntry, body: dict[str, Any]) -> tuple[tuple[str, object, object], ...]:
    subject = body.get("subject")
    told = subject if isinstance(subject, dict) else {}
    return (
        ("number", entry.seq, body.get("seq")),
        ("instant", entry.at, body.get("at")),
        ("actor", entry.actor_id, body.get("actor")),
        ("action", entry.action, body.get("action")),
        ("kind of subject", entry.subject_kind, told.get("kind")),
        ("subject", entry.subject_id, told.get("id")),
        ("assessment", entry.assessment_id, body.get("assessment")),
    )
