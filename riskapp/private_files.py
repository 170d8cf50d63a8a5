"""Files for their owner's eyes only, written durably."""

import os
from pathlib import Path


def make_private(path: Path, content: bytes) -> None:
    """Make a file that only its owner reads; of several processes that try, the first one's stays.

    Raises OSError.
    """
    partial = _written(path, content)
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def replace_private(path: Path, content: bytes) -> None:
    """Put a file that only its owner reads in the place of the one that is there. Raises OSError."""
    _written(path, content).replace(path)


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return partial
