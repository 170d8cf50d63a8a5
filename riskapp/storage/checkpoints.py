"""Checkpoints that were signed, and the public keys that signed them: insert-only, and in files beside.

The files lie outside the database, so that whoever rewrites the database is caught by them; a copy of the
folder on another machine catches whoever rewrites both.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from riskapp.domain.canonical import sha256_hex
from riskapp.domain.signed_note import (
    Checkpoint,
    NoteError,
    SignedNote,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    parse_verifier_key,
)
from riskapp.storage.tables import log_checkpoint, log_key

SUFFIX = ".checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheckpoint:
    """A signed checkpoint as it is kept; `note` is its whole text, `size` the column beside it."""

    id: str
    size: int
    note: str
    made_at: datetime

    def checkpoint(self) -> Checkpoint:
        """Return what the note says; raises NoteError where it was damaged."""
        return parse_checkpoint(parse_note(self.note).text)


def insert_checkpoint(connection: Connection, checkpoint_id: str, note: SignedNote, at: datetime) -> None:
    """Keep a signed checkpoint for ever."""
    size = parse_checkpoint(note.text).size
    row = {"id": checkpoint_id, "size": size, "note": str(note), "made_at": at}
    connection.execute(insert(log_checkpoint), row)


def checkpoints(
    connection: Connection, *, after: int = 0, up_to: int | None = None
) -> Iterator[StoredCheckpoint]:
    """Yield the checkpoints over more than `after` and at most `up_to` entries, the smallest first."""
    query = select(log_checkpoint).where(log_checkpoint.c.size > after)
    if up_to is not None:
        query = query.where(log_checkpoint.c.size <= up_to)
    for row in connection.execute(query.order_by(log_checkpoint.c.size, log_checkpoint.c.id)):
        yield _checkpoint(row)


def latest_checkpoint(connection: Connection) -> StoredCheckpoint | None:
    """Return the checkpoint over most entries, the last of several, or None."""
    query = select(log_checkpoint).order_by(log_checkpoint.c.size.desc(), log_checkpoint.c.id.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else _checkpoint(row)


def first_checkpoint_over(connection: Connection, seq: int) -> StoredCheckpoint | None:
    """Return the smallest checkpoint that covers an entry, or None where none does yet."""
    query = select(log_checkpoint).where(log_checkpoint.c.size >= seq)
    row = connection.execute(
        query.order_by(log_checkpoint.c.size, log_checkpoint.c.id).limit(1)
    ).one_or_none()
    return None if row is None else _checkpoint(row)


def count_checkpoints(connection: Connection) -> int:
    """Return how many checkpoints are kept."""
    return int(connection.execute(select(func.count()).select_from(log_checkpoint)).scalar_one())


def _checkpoint(row: Row[Any]) -> StoredCheckpoint:
    """Return a row; SQLite keeps bytes where text belongs, too, and then nothing was signed."""
    note = row.note if isinstance(row.note, str) else ""
    return StoredCheckpoint(id=row.id, size=row.size, note=note, made_at=row.made_at)


def insert_key(connection: Connection, key_id: str, verifier: str, at: datetime) -> None:
    """Keep a public key for ever: what it has signed stays verifiable."""
    connection.execute(insert(log_key), {"id": key_id, "verifier": verifier, "adopted_at": at})


def verifier_keys(connection: Connection, *, until: datetime | None = None) -> tuple[VerifierKey, ...]:
    """Return every public key that the log has adopted, the oldest first; damaged ones are left out.

    With `until` they are those that it had adopted at that instant.
    """
    query = select(log_key.c.verifier).order_by(log_key.c.adopted_at, log_key.c.id)
    if until is not None:
        query = query.where(log_key.c.adopted_at <= until)
    found = []
    for text in connection.execute(query).scalars():
        try:
            found.append(parse_verifier_key(text if isinstance(text, str) else ""))
        except NoteError:
            continue
    return tuple(found)


def file_name(stored: StoredCheckpoint) -> str:
    """Return the name of a checkpoint's file: the same size with another content is another file."""
    return f"{stored.size:012d}-{sha256_hex(stored.note.encode())[:12]}{SUFFIX}"


def publish(folder: Path, stored: StoredCheckpoint) -> bool:
    """Write a checkpoint into its file, durably; return whether there was none yet. Raises OSError."""
    target = folder / file_name(stored)
    if target.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    with partial.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(stored.note)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(target)
    return True


@dataclass(frozen=True, slots=True)
class CheckpointFile:
    """A file with a checkpoint, and the number of entries that its name bears."""

    size: int
    path: Path


def checkpoint_files(folder: Path) -> list[CheckpointFile]:
    """Return the files in a folder, the smallest size first; one with another name counts as size 0."""
    found = []
    for path in folder.glob(f"*{SUFFIX}"):
        size = path.name.partition("-")[0]
        found.append(CheckpointFile(int(size) if size.isascii() and size.isdecimal() else 0, path))
    return sorted(found, key=lambda each: (each.size, each.path.name))
