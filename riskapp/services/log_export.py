"""The log for somebody outside: every entry, every checkpoint, the keys, and what verifies them; proofs."""

import base64
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import Connection

from riskapp.domain.errors import ConflictError, NotFoundError
from riskapp.domain.ledger import Proof, leaf_hash
from riskapp.domain.log_check import RawEntry
from riskapp.domain.signed_note import Checkpoint, VerifierKey
from riskapp.services.blindness import NOBODY
from riskapp.services.verifier_file import NAME, verifier_file
from riskapp.services.work import Office
from riskapp.storage.checkpoints import (
    StoredCheckpoint,
    checkpoints,
    file_name,
    latest_checkpoint,
    verifier_keys,
)
from riskapp.storage.log import LogEntry
from riskapp.storage.log_lists import log_entry_at
from riskapp.storage.log_scan import raw_batches
from riskapp.storage.log_tree import log_size, prove_consistency, prove_inclusion, root_at

README = """The log of a riskapp service, exported {at}

log.jsonl     every entry in order, one a line, exactly the bytes that were hashed (UTF-8, RFC 8785)
checkpoints/  what was signed over the log as it grew: origin, number of entries, root, signatures (C2SP)
keys.txt      the public keys that signed, the oldest first
verify.pyz    checks all of it with nothing but Python: python3 -I verify.pyz
              and a report against it: python3 -I verify.pyz REPORT.pdf --log .

The hash of an entry is SHA-256 over a zero byte and its line without the line feed; two hashes are joined
by SHA-256 over a one byte, the left and the right (RFC 6962, section 2.1). A checkpoint or a report that
was in your hands before this export is the best witness: give its checkpoint to verify.pyz.
Entries name people by ids. Entries about drafts hold what was typed: keep this file as you keep those.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    entries: int
    checkpoints: int


def export_log(office: Office, target: IO[bytes], *, at: datetime) -> Exported:
    """Write the log into a ZIP, in bounded memory; entries and checkpoints are those of one moment."""
    with office.reading() as connection, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        entries = 0
        with archive.open("log.jsonl", "w", force_zip64=True) as stream:
            for content in log_lines(connection):
                stream.write(content)
                entries += content.count(b"\n")
        proofs = list(proof_files(connection))
        for name, content in proofs:
            archive.writestr(name, content)
        archive.writestr("README.txt", README.format(at=at.isoformat(timespec="seconds")))
    return Exported(entries, len(proofs) - 2)


def log_lines(
    connection: Connection, withheld: Callable[[RawEntry], bool] = lambda _: False
) -> Iterator[bytes]:
    """Yield every entry as a line of its own, many at a time.

    Of one that is withheld the line holds the number and the leaf hash: enough for the tree.
    """
    for batch in raw_batches(connection):
        yield b"".join(_line(entry, withheld=withheld(entry)) for entry in batch)


def _line(entry: RawEntry, *, withheld: bool) -> bytes:
    if withheld:
        return f"withheld {entry.seq} {leaf_hash(entry.body)}\n".encode()
    return entry.body + b"\n"


def proof_files(connection: Connection) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of what proves the lines: the checkpoints, the keys and the verifier."""
    for stored in checkpoints(connection):
        yield f"checkpoints/{file_name(stored)}", stored.note.encode()
    yield "keys.txt", "".join(f"{key}\n" for key in verifier_keys(connection)).encode()
    yield NAME, verifier_file()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenEntry:
    """An entry with the proof that the log of a signed checkpoint holds it."""

    seq: int
    entry: bytes
    proof: Proof
    note: str
    signed: Checkpoint
    keys: tuple[str, ...]

    def tlog_proof(self) -> str:
        """Return the proof as a C2SP tlog-proof, which holds the checkpoint and not the entry."""
        steps = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.proof)
        return f"c2sp.org/tlog-proof@v1\nindex {self.seq - 1}\n{steps}\n{self.note}"

    def as_json(self) -> Mapping[str, object]:
        """Return it as JSON values, as `verify.pyz --proof` reads them."""
        return {
            "entry": self.entry.decode(),
            "index": self.seq - 1,
            "proof": [each.hex() for each in self.proof],
            "checkpoint": self.note,
            "keys": list(self.keys),
        }


def prove_entry(office: Office, seq: int) -> ProvenEntry:
    """Return an entry with its proof in the newest checkpoint.

    Raises NotFoundError for no such entry, ConflictError where no checkpoint covers it yet.
    """
    with office.reading() as connection:
        entry = log_entry_at(connection, seq, viewer_id=NOBODY)
        newest = latest_checkpoint(connection)
        if newest is None or newest.size < seq:
            raise ConflictError(f"No checkpoint covers entry {seq} yet. Run: riskapp log checkpoint")
        return proven_by(connection, entry, newest, keys=verifier_keys(connection))


def proven_by(
    connection: Connection, entry: LogEntry, covering: StoredCheckpoint, *, keys: Iterable[VerifierKey]
) -> ProvenEntry:
    """Return an entry with its proof in a checkpoint that covers it."""
    return ProvenEntry(
        seq=entry.seq,
        entry=entry.leaf,
        proof=prove_inclusion(connection, entry.seq, covering.size),
        note=covering.note,
        signed=covering.checkpoint(),
        keys=tuple(str(key) for key in keys),
    )


@dataclass(frozen=True, slots=True)
class Growth:
    """The proof that the log of now begins with the log of a checkpoint."""

    old: Checkpoint
    new_size: int
    new_root: bytes
    proof: Proof


def prove_growth(office: Office, old: Checkpoint) -> Growth:
    """Return the proof that the log begins with what a checkpoint has seen; whether it holds is not said.

    Raises NotFoundError where the log is shorter than that.
    """
    with office.reading() as connection:
        size = log_size(connection)
        if not 0 < old.size <= size:
            raise NotFoundError("log entry", str(old.size))
        return Growth(old, size, root_at(connection, size), prove_consistency(connection, old.size, size))
