"""The verdict on a document in other hands, by the log of this service; nothing is kept of the document."""

from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.domain.errors import ConflictError, NotFoundError
from riskapp.domain.life_cycle import may_see
from riskapp.domain.staleness import Cause
from riskapp.services.log_verification import known_keys
from riskapp.services.staleness import staleness
from riskapp.services.work import Office
from riskapp.storage.assessments import assessment
from riskapp.storage.document_entries import (
    assessment_of_file,
    assessment_of_snapshot,
    entries_on_documents,
    entries_on_subject,
    first_entry_after,
    heirs_of,
    leaf_of,
)
from riskapp.storage.log import LogEntry
from riskapp.storage.log_tree import log_size, root_at
from riskapp.verifier.command import unreadable
from riskapp.verifier.documents import read_document
from riskapp.verifier.judgement import Trust, judge
from riskapp.verifier.log_index import (
    BATCH,
    CERTIFICATE,
    FROZEN,
    PACKAGE,
    PAPER,
    Entry,
    LogIndex,
    Newer,
    reference_of,
)
from riskapp.verifier.notes import Keys
from riskapp.verifier.refusal import Refused
from riskapp.verifier.verdict import Verdict

_ENDS_AN_APPROVAL = frozenset({Cause.VERSION_RETIRED})
"""What ends an approval beside its day and a newer decision; the other causes ask for another look only."""


@dataclass(slots=True)
class RecordedLog:
    """The log in the database, asked for the entries that a document needs and no others."""

    connection: Connection
    keys: Keys
    on: date
    words: str = "the log of this service"
    index: LogIndex = field(default_factory=LogIndex)
    loaded: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        """Return how many entries it has."""
        return log_size(self.connection)

    def root(self, size: int) -> bytes | None:
        """Return the root over its first entries, None where it has fewer, or has lost it."""
        try:
            return root_at(self.connection, size) if 0 < size <= self.size else None
        except ConflictError:
            return None

    def leaf(self, number: int) -> bytes | None:
        """Return the leaf hash of an entry, None for none."""
        return leaf_of(self.connection, number) if 0 < number <= self.size else None

    def frozen(self, digest: str) -> Entry | None:
        """Return the entry that names a snapshot, by its digest or the beginning of it."""
        self._load(assessment_of_snapshot(self.connection, digest))
        return self.index.snapshot(digest)

    def frozen_after(self, number: int) -> Entry | None:
        """Return the first entry after a number that names a snapshot, or None."""
        found = first_entry_after(self.connection, FROZEN, number)
        return None if found is None else self.frozen(found.subject_id)

    def file(self, digest: str) -> Entry | None:
        """Return the entry that names a file: a report, a paper, packed reports, a package."""
        self._load(assessment_of_file(self.connection, digest))
        for action in (PAPER, BATCH, PACKAGE):
            for made in entries_on_subject(self.connection, action, digest):
                self.index.take(_entry(made))
        return self.index.files.get(digest)

    def issued(self, snapshot: str) -> Entry | None:
        """Return the entry that names the report that was issued from a snapshot."""
        self.frozen(snapshot)
        return self.index.by_snapshot.get(snapshot)

    def certificates(self) -> frozenset[str]:
        """Return the fingerprints of the certificates that seals were adopted with."""
        for adopted in entries_on_subject(self.connection, CERTIFICATE):
            self.index.take(_entry(adopted))
        return frozenset(self.index.adopted)

    def decision(self, frozen: Entry) -> Entry | None:
        """Return the entry of the decision that a snapshot was frozen with."""
        return self.index.decision(frozen)

    def newer(self, frozen: Entry) -> Newer | None:
        """Return the decision that took the place of that of a snapshot, or None."""
        for heir in heirs_of(self.connection, frozen.assessment or ""):
            self._load(heir)
        return self.index.newer(frozen)

    def reference(self, assessment: str) -> str:
        """Return how an assessment is called."""
        self._load(assessment)
        return reference_of(self.index.opened.get(assessment))

    def lapses(self, assessment: str) -> tuple[str, ...]:
        """Return, in sentences, what else ended the approval."""
        reasons = staleness(self.connection, [assessment], self.on).get(assessment, ())
        return tuple(each.text for each in reasons if each.cause in _ENDS_AN_APPROVAL)

    def _load(self, assessment: str | None) -> None:
        if assessment is None or assessment in self.loaded:
            return
        self.loaded.add(assessment)
        for each in entries_on_documents(self.connection, assessment):
            self.index.take(_entry(each))


def _entry(stored: LogEntry) -> Entry:
    return Entry(stored.seq, stored.body)


def verdict_by_record(office: Office, connection: Connection, content: bytes) -> Verdict:
    """Return the verdict on a document by the log of this service, without reading all of it."""
    try:
        document = read_document(content)
    except Refused as refusal:
        return unreadable(content, refusal)
    on = office.now().date()
    keys = Keys(dict.fromkeys(str(key) for key in known_keys(office, connection)))
    return judge(document, Trust(today=on, log=RecordedLog(connection, keys, on)))


def told_to(connection: Connection, actor: Actor, verdict: Verdict) -> Verdict:
    """Return what a person may be told of a verdict: all of it, or the word alone.

    The word is for everybody; about an assessment that is not open to them nothing else is said.
    """
    if verdict.assessment is None:
        return verdict
    try:
        stored = assessment(connection, verdict.assessment)
    except NotFoundError:
        return verdict
    if may_see(actor, stored.standing):
        return verdict
    words = "The assessment that it is about is not open to you, so nothing else is said here."
    return replace(
        verdict,
        reasons=(words,),
        checked=(),
        open=(),
        assessment=None,
        reference=None,
        superseded_by=None,
    )
