"""A folder of files named by the SHA-256 of what they hold."""

import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ConflictError, NotFoundError

_PARTIAL = ".partial-"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileStore:
    """Content-addressed files under one folder; a file is on disk before its digest is returned."""

    def __init__(self, folder: Path) -> None:
        """Use this folder; it is made when the first file is put."""
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep the content durably and return its digest; putting it again changes nothing."""
        digest = sha256_hex(content)
        target = self._path(digest)
        if target.exists():
            return digest
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{digest}.{os.getpid()}.{threading.get_ident()}")
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        _put_in_place(partial, target)
        return digest

    def beside(self, name: str) -> "FileStore":
        """Return a store in a folder of this name beside this one: for files that are not kept for ever."""
        return FileStore(self._folder.with_name(name))

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Yield the path of an empty file for what is too large for the memory; it is gone at the end."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_PARTIAL, dir=self._folder)
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def adopt(self, scratch: Path) -> str:
        """Keep a file that `scratch` gave durably, and return the digest of what it holds."""
        with scratch.open("rb+") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
        target = self._path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        _put_in_place(scratch, target)
        return digest

    def remove(self, digest: str) -> None:
        """Let go of a file that need not be kept; where there is none, nothing happens."""
        self._path(digest).unlink(missing_ok=True)

    def sweep(self, before: datetime) -> None:
        """Remove what killed processes left half written before an instant."""
        for each in self._folder.glob(f"{_PARTIAL}*"):
            if each.stat().st_mtime < before.timestamp():
                each.unlink(missing_ok=True)

    def get(self, digest: str) -> bytes:
        """Return the content; raises NotFoundError where it is missing, ConflictError if damaged."""
        content = self.path(digest).read_bytes()
        if sha256_hex(content) != digest:
            raise _damaged(digest)
        return content

    def checked_path(self, digest: str) -> Path:
        """Return where a large file lies, once all of it was read and is undamaged; raises as `get` does."""
        target = self.path(digest)
        with target.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise _damaged(digest)
        return target

    def path(self, digest: str) -> Path:
        """Return where the content lies; raises NotFoundError where it is missing."""
        target = self._path(digest)
        if not _DIGEST.fullmatch(digest) or not target.is_file():
            raise NotFoundError("file", digest)
        return target

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _damaged(digest: str) -> ConflictError:
    return ConflictError(f"The file {digest} is damaged in the store. Restore it from a backup.")


def _put_in_place(partial: Path, target: Path) -> None:
    """Give a file its name for good, durably."""
    partial.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
