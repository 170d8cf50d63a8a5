"""A folder of files named by the SHA-256 of what they hold."""

import os
import re
import threading
from pathlib import Path

from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ConflictError, NotFoundError

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
        partial.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the content; raises NotFoundError where it is missing, ConflictError if damaged."""
        content = self.path(digest).read_bytes()
        if sha256_hex(content) != digest:
            message = f"The file {digest} is damaged in the store. Restore it from a backup."
            raise ConflictError(message)
        return content

    def path(self, digest: str) -> Path:
        """Return where the content lies; raises NotFoundError where it is missing."""
        target = self._path(digest)
        if not _DIGEST.fullmatch(digest) or not target.is_file():
            raise NotFoundError("file", digest)
        return target

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
