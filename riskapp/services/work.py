"""The unit of work: one use case, one transaction, its log entry inside; no commit, no change."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role
from riskapp.domain.signed_note import Checkpoint, SignedNote
from riskapp.reporting.house import PLAIN, House
from riskapp.sealing.seal import Seal
from riskapp.services.passwords import Passwords
from riskapp.storage.checkpoints import insert_checkpoint, latest_checkpoint
from riskapp.storage.database import Database
from riskapp.storage.files import FileStore
from riskapp.storage.jobs import NewJob, add_job
from riskapp.storage.keyring import Keyring, SigningKey
from riskapp.storage.log import NewEntry, Turn, append_entry, take_turn
from riskapp.storage.log_tree import log_size, root_at
from riskapp.storage.row_check import ADOPTED
from riskapp.storage.row_digests import forget_noted, has_noted, told_rows

SEALED = frozenset(
    {
        "sheet.submitted",
        "sheet.handed-in",
        "consensus.submitted",
        "dissent.recorded",
        "assessment.decided",
        "snapshot.frozen",
        "report.issued",
        "paper.made",
        "seal.certificate-adopted",
        "log.key-adopted",
        "log.key-rotated",
        ADOPTED,
    }
)
"""The acts whose transaction ends with a signed checkpoint of the log."""

SEAL_EVERY = 1_000
"""How many entries there are at most between two checkpoints."""


class UnitOfWork:
    """An open write transaction with its instant, its actor and its source of ids."""

    def __init__(
        self,
        connection: Connection,
        *,
        office: "Office",
        actor: Actor | None,
        in_turn: bool,
        settle: Callable[[], None],
    ) -> None:
        """Wrap an open transaction that `settle` makes hold; `Office.work` says what the others mean."""
        self.connection = connection
        self._settle = settle
        forget_noted(connection)
        self.alone = in_turn or office.database.is_sqlite
        """Whether nobody else has written since this unit began: what it read at first still holds."""
        self._turn = take_turn(connection) if self.alone else None
        self.at = _not_before(self._turn, office.now())
        self.new_id = office.new_id
        self.organisation = office.organisation
        self.house = office.house
        self._new_salt = office.new_secret
        self.files = office.files
        self.keyring = office.keyring
        self._actor = actor
        self._bell = office.bell
        self._recorded = self._asked = False
        self._to_seal = self._sealed = False

    @property
    def actor_id(self) -> str | None:
        """Return the id of the acting person, or None for the service itself."""
        return self._actor.id if self._actor else None

    def record(
        self,
        action: str,
        *,
        subject: tuple[str, str],
        assessment_id: str | None = None,
        acts_as: Role | None = None,
        told: Mapping[str, Any] | None = None,
        **details: Any,  # noqa: ANN401 (JSON)
    ) -> int:
        """Append the log entry of a change and return its number.

        It tells of every row that was inserted into an insert-only table since the entry before. `action`
        reads noun.verb, `subject` is (kind, id), `details` are JSON values, and so are those in `told`, which
        may have any name. `acts_as` is the role that the act needs: where the person stands in for another
        in it, the entry says for whom.
        """
        principal = self._actor.principal(acts_as) if self._actor and acts_as else None
        if principal is not None:
            details = {**details, "for": principal.id}
        details = {**details, **(told or {})}
        turn = self._turn or take_turn(self.connection)
        salt = self._new_salt()
        new = NewEntry(
            at=self.at,
            actor_id=self.actor_id,
            action=action,
            subject=subject,
            assessment_id=assessment_id,
            details=details,
            salt=salt,
            rows=told_rows(self.connection, salt),
        )
        self._turn = append_entry(self.connection, turn, new)
        self._recorded = True
        self._to_seal |= action in SEALED or self._turn.seq % SEAL_EVERY == 0
        return self._turn.seq

    def ask(self, new: NewJob) -> None:
        """Put a job in the queue in this transaction: whoever changes what causes it cannot lose it."""
        add_job(self.connection, new)
        self._asked = True

    def seal(self, successor: SigningKey | None = None) -> SignedNote:
        """Sign and keep a checkpoint over the log as it stands in this transaction, and return it.

        A successor of the key signs with it. Nobody sees the note before the commit: a checkpoint of what
        never came to be would be a fork.
        """
        key = self.keyring.signing_key()
        size = log_size(self.connection)
        text = Checkpoint(key.verifier.name, size, root_at(self.connection, size)).text()
        keys = (key,) if successor is None else (key, successor)
        note = SignedNote(text, tuple(each.sign(text) for each in keys))
        newest = latest_checkpoint(self.connection)
        if newest is None or newest.note != str(note):
            insert_checkpoint(self.connection, self.new_id(), note, self.at)
        self._to_seal, self._sealed = False, True
        return note

    def commit(self) -> None:
        """Make the change and its entry durable; a change without an entry is a mistake in the program.

        A checkpoint alone is no change: it says nothing that the log does not say.
        """
        if not (self._recorded or self._sealed):
            message = "a use case must record what it changed before it commits"
            raise RuntimeError(message)
        if has_noted(self.connection):
            message = "a use case must insert before it records: no entry tells of its last rows"
            raise RuntimeError(message)
        if self._to_seal:
            self.seal()
        self._settle()
        if self._asked:
            self._bell.set()


def _not_before(turn: Turn | None, now: datetime) -> datetime:
    """Return the instant of a unit: where the clock was set back, that of the newest entry in the log."""
    return now if turn is None or turn.at is None else max(now, turn.at)


@dataclass(frozen=True, slots=True)
class Office:
    """What every use case is handed: where things are kept, the clock and the source of ids.

    `whole` is the transaction that everything is a part of inside `as_one`; `organisation` is the name that
    reports bear, `house` their look; `bell` rings in this process when a job was asked for.
    """

    database: Database
    files: FileStore
    keyring: Keyring
    seal: Seal
    passwords: Passwords
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_secret: Callable[[], str]
    session_length: timedelta = timedelta(hours=12)
    organisation: str = ""
    house: House = PLAIN
    whole: Connection | None = None
    bell: threading.Event = field(default_factory=threading.Event, compare=False)

    @contextmanager
    def work(self, actor: Actor | None, *, in_turn: bool = True) -> Iterator[UnitOfWork]:
        """Open a unit of work for an actor, who is None for what the service does by itself.

        Units follow one another: what one reads still holds when it commits. With `in_turn=False` they run
        side by side on PostgreSQL up to their first entry; that is for work done often, whose own statements
        see to it that no update is lost.
        """
        if self.whole is None:
            with self.database.writing() as connection:
                yield UnitOfWork(
                    connection, office=self, actor=actor, in_turn=in_turn, settle=connection.commit
                )
            return
        part = self.whole.begin_nested()
        try:
            yield UnitOfWork(self.whole, office=self, actor=actor, in_turn=in_turn, settle=part.commit)
        finally:
            if part.is_active:
                part.rollback()

    def reading(self) -> AbstractContextManager[Connection]:
        """Open one consistent read transaction."""
        return self.database.reading() if self.whole is None else nullcontext(self.whole)

    @contextmanager
    def operating(self) -> Iterator[Connection]:
        """Open a write transaction for the state of jobs, and commit it at the end; an exception undoes it.

        It needs no entry in the log, for where a job stands is no part of the record. Only
        `riskapp.services.jobs` opens one, and it writes the table of the jobs alone; tests hold both.
        """
        with self.database.writing() as connection:
            yield connection
            connection.commit()

    @contextmanager
    def as_one(self) -> Iterator["Office"]:
        """Yield an office whose units of work are parts of one transaction: all of them hold, or none.

        It is for one thread. What it reads is what its units have written; an exception undoes them.
        """
        with self.database.writing() as connection:
            yield replace(self, whole=connection)
            connection.commit()
