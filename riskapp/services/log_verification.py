"""Verifying the log: its entries, its tree, every checkpoint that anybody holds, and what it tells of."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection

from riskapp.domain.log_check import Claim, Disagreement, Fault, LogCheck, RawEntry
from riskapp.domain.signed_note import NoteError, SignedNote, VerifierKey, parse_checkpoint, parse_note
from riskapp.services.work import Office
from riskapp.storage.checkpoints import CheckpointFile, StoredCheckpoint, checkpoints, verifier_keys
from riskapp.storage.guards import faulty_guards
from riskapp.storage.keyring import valid_signatures
from riskapp.storage.listing_check import misled_lists
from riskapp.storage.log_scan import raw_batches
from riskapp.storage.record_check import disagreeing_files, told_records, untold_records
from riskapp.storage.role_check import RoleCheck
from riskapp.storage.row_check import RowCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a verification found: how much was looked at, and what disagrees, in words and in number."""

    entries: int
    root: bytes
    checkpoints: int
    confirmed: int
    disagreements: tuple[Disagreement, ...]
    count: int

    @property
    def agrees(self) -> bool:
        """Return whether everything agrees."""
        return self.count == 0


@dataclass(frozen=True, slots=True)
class Held:
    """A signed note that somebody holds outside the database, and where it comes from."""

    note: SignedNote
    source: str


def verify_log(office: Office, *, held: Sequence[Held] = (), records: bool = True) -> Verdict:
    """Read the whole log once, in bounded memory, and return what disagrees.

    `held` are checkpoints from outside: files, or reports in other hands. With `records`, what the log
    tells of is compared as well: every row of the insert-only tables, the roles of people, and the files.
    """
    check, rows, roles = LogCheck(), RowCheck(), RoleCheck()
    with office.reading() as connection:
        check_guards(check, connection)
        keys = known_keys(office, connection)
        claims = sorted(
            chain(stored_claims(check, connection, keys), outside_claims(check, held, keys)),
            key=lambda each: each.size,
        )
        left = deque(claims)
        for batch in raw_batches(connection):
            take_batch(check, batch, left)
            if records:
                roles.take(batch)
                say_all(check, told_records(connection, batch))
                say_all(check, rows.take(connection, batch))
        check.end(left)
        if records:
            say_all(check, untold_records(connection))
            say_all(check, rows.end(connection))
            say_all(check, roles.end(connection))
            say_all(check, misled_lists(connection))
            say_all(check, disagreeing_files(connection, office.files))
    return Verdict(
        entries=check.seq,
        root=check.root,
        checkpoints=len(claims),
        confirmed=check.confirmed,
        disagreements=tuple(check.found),
        count=check.count,
    )


def take_batch(check: LogCheck, batch: Iterable[RawEntry], claims: deque[Claim]) -> None:
    """Check entries in order, and compare what they make with the claims, the smallest first."""
    for entry in batch:
        check.take(entry)
        while claims and claims[0].size <= entry.seq:
            check.compare([claims.popleft()])


def say_all(check: LogCheck, found: Iterable[Disagreement]) -> None:
    """Count disagreements that were found elsewhere."""
    for each in found:
        check.say(each.fault, each.seq, each.words)


def check_guards(check: LogCheck, connection: Connection) -> None:
    """Say where the schema is not what the migrations made."""
    for words in faulty_guards(connection):
        check.say(Fault.GUARD, None, words)


def known_keys(office: Office, connection: Connection) -> tuple[VerifierKey, ...]:
    """Return the keys whose signatures count: the one in the key file, and those adopted before it."""
    return (office.keyring.signing_key().verifier, *verifier_keys(connection))


def stored_claims(
    check: LogCheck,
    connection: Connection,
    keys: Sequence[VerifierKey],
    *,
    after: int = 0,
    up_to: int | None = None,
) -> Iterator[Claim]:
    """Yield what the stored checkpoints claim; say which of them are not signed by a known key."""
    for stored in checkpoints(connection, after=after, up_to=up_to):
        claim = stored_claim(stored, keys)
        if claim is None:
            words = f"the stored checkpoint {stored.id} over {stored.size} entries is not as it was signed"
            check.say(Fault.SIGNATURE, stored.size, words)
        else:
            yield claim


def stored_claim(stored: StoredCheckpoint, keys: Sequence[VerifierKey]) -> Claim | None:
    """Return what a stored checkpoint claims, or None where it is not as it was signed."""
    try:
        note = parse_note(stored.note)
        signed = parse_checkpoint(note.text)
    except NoteError:
        return None
    if signed.size != stored.size or not valid_signatures(note, keys):
        return None
    return Claim(signed.size, signed.root, "the stored checkpoints")


def outside_claims(check: LogCheck, held: Iterable[Held], keys: Sequence[VerifierKey]) -> Iterator[Claim]:
    """Yield what checkpoints from outside claim; say which are not signed by a key of this log."""
    for each in held:
        signed = parse_checkpoint(each.note.text)
        if valid_signatures(each.note, keys):
            yield Claim(signed.size, signed.root, each.source)
        else:
            check.say(Fault.SIGNATURE, None, f"{each.source} is not signed by a key of this log")


def published(files: Iterable[CheckpointFile]) -> list[Held]:
    """Return what checkpoint files hold; raises NoteError for a file that holds none."""
    found = []
    for each in files:
        note = parse_note(each.path.read_text(encoding="utf-8"))
        parse_checkpoint(note.text)
        found.append(Held(note, f"the checkpoint file {each.path.name}"))
    return found
