"""What a log says about documents: the questions that a verdict asks, and their answers from its entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from riskapp.verifier.notes import Keys

FROZEN, PAPER, CERTIFICATE = "snapshot.frozen", "paper.made", "seal.certificate-adopted"
BATCH, PACKAGE = "batch.made", "package.made"
PREFIX_SIZE = 32
"""Hexadecimal digits of a snapshot's digest that a PDF bears as its identifier."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log: its number, and what it says."""

    number: int
    body: Mapping[str, Any]

    @property
    def action(self) -> str:
        """Return what was done."""
        return str(self.body.get("action", ""))

    @property
    def subject(self) -> str:
        """Return the id of what it is about."""
        return str(_mapping(self.body.get("subject")).get("id", ""))

    @property
    def assessment(self) -> str | None:
        """Return the id of the assessment that it belongs to, or None."""
        found = self.body.get("assessment")
        return found if isinstance(found, str) else None

    def detail(self, name: str) -> Any:  # noqa: ANN401 (JSON)
        """Return a value of its details, None for none."""
        return _mapping(self.body.get("details")).get(name)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Newer:
    """What took the place of a decision: the entry of the newer one, and on which assessment."""

    entry: Entry
    reference: str
    reassessed: bool


class Log(Protocol):
    """A log at hand: that of the service, or one that was exported."""

    @property
    def words(self) -> str:
        """Return what it is called in sentences."""

    @property
    def size(self) -> int:
        """Return how many entries it has."""

    @property
    def keys(self) -> Keys:
        """Return the keys whose signatures are believed."""

    def root(self, size: int) -> bytes | None:
        """Return the root over its first entries, None where it has fewer."""

    def leaf(self, number: int) -> bytes | None:
        """Return the leaf hash of an entry, None for none."""

    def frozen(self, digest: str) -> Entry | None:
        """Return the entry that names a snapshot, by its digest or the beginning of it."""

    def frozen_after(self, number: int) -> Entry | None:
        """Return the first entry after a number that names a snapshot, or None."""

    def file(self, digest: str) -> Entry | None:
        """Return the entry that names a file: a report, a paper, packed reports, a package."""

    def issued(self, snapshot: str) -> Entry | None:
        """Return the entry that names the report that was issued from a snapshot."""

    def certificates(self) -> frozenset[str]:
        """Return the fingerprints of the certificates that seals were adopted with."""

    def decision(self, frozen: Entry) -> Entry | None:
        """Return the entry of the decision that a snapshot was frozen with."""

    def newer(self, frozen: Entry) -> Newer | None:
        """Return the decision that took the place of that of a snapshot, or None."""

    def reference(self, assessment: str) -> str:
        """Return how an assessment is called."""

    def lapses(self, assessment: str) -> tuple[str, ...] | None:
        """Return, in sentences, what else ended an approval, None where that is not known here."""


def reference_of(opened: Entry | None) -> str:
    """Return how an assessment is called, by the entry that opened it."""
    number = opened.detail("number") if opened else None
    return f"RA-{number:04d}" if isinstance(number, int) else "an assessment"


@dataclass(slots=True)
class LogIndex:
    """What the entries of a log say about documents, gathered while they are read in order."""

    snapshots: dict[str, Entry] = field(default_factory=dict)
    files: dict[str, Entry] = field(default_factory=dict)
    by_snapshot: dict[str, Entry] = field(default_factory=dict)
    adopted: set[str] = field(default_factory=set)
    decided: dict[str, list[Entry]] = field(default_factory=dict)
    carried: dict[str, list[str]] = field(default_factory=dict)
    opened: dict[str, Entry] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Note what an entry says."""
        about = entry.assessment or ""
        match entry.action:
            case "snapshot.frozen":
                self.snapshots[entry.subject] = entry
            case "report.issued":
                self.files[str(entry.detail("pdf"))] = entry
                self.by_snapshot[str(entry.detail("snapshot"))] = entry
            case "paper.made" | "batch.made" | "package.made":
                self.files[entry.subject] = entry
            case "assessment.decided":
                self.decided.setdefault(about, []).append(entry)
            case "assessment.carried-over":
                self.carried.setdefault(str(entry.detail("of")), []).append(about)
            case "assessment.opened":
                self.opened[about] = entry
            case "seal.certificate-adopted":
                self.adopted.add(str(entry.detail("sha256")))
            case _:
                pass

    def snapshot(self, digest: str) -> Entry | None:
        """Return the entry that names a snapshot, by its digest or the beginning of it."""
        if digest in self.snapshots or len(digest) != PREFIX_SIZE:
            return self.snapshots.get(digest)
        return next((entry for known, entry in self.snapshots.items() if known.startswith(digest)), None)

    def decision(self, frozen: Entry) -> Entry | None:
        """Return the entry of the decision that a snapshot was frozen with."""
        wanted = frozen.detail("decision")
        made = self.decided.get(frozen.assessment or "", [])
        return next((each for each in made if each.subject == wanted), None)

    def newer(self, frozen: Entry) -> Newer | None:
        """Return the newest decision on the same assessment, or on one that re-assesses it, or None."""
        about = frozen.assessment or ""
        mine = self.decision(frozen)
        found = [
            Newer(each, reference_of(self.opened.get(about)), reassessed=False)
            for each in self.decided.get(about, [])
            if each.number > (mine.number if mine else frozen.number)
        ]
        heirs, seen = list(self.carried.get(about, [])), {about}
        while heirs:
            heir = heirs.pop()
            if heir not in seen:
                seen.add(heir)
                heirs += self.carried.get(heir, [])
                found += [
                    Newer(each, reference_of(self.opened.get(heir)), reassessed=True)
                    for each in self.decided.get(heir, [])
                ]
        return max(found, key=lambda each: each.entry.number, default=None)
