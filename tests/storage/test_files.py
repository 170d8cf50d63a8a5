from pathlib import Path

import pytest

from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ConflictError, NotFoundError
from riskapp.storage.files import FileStore


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def test_a_file_is_found_by_the_digest_of_its_content(files: FileStore) -> None:
    digest = files.put(b"evidence")
    assert digest == sha256_hex(b"evidence")
    assert files.get(digest) == b"evidence"
    assert files.path(digest).read_bytes() == b"evidence"


def test_the_same_content_is_kept_once(files: FileStore, tmp_path: Path) -> None:
    assert files.put(b"evidence") == files.put(b"evidence")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../secret-key", "/etc/passwd", "A" * 64])
def test_what_is_not_in_the_store_is_not_found(files: FileStore, tmp_path: Path, digest: str) -> None:
    (tmp_path / "secret-key").write_text("secret")
    files.put(b"evidence")
    with pytest.raises(NotFoundError):
        files.get(digest)


def test_a_damaged_file_is_not_passed_off_as_what_was_kept(files: FileStore) -> None:
    digest = files.put(b"evidence")
    files.path(digest).write_bytes(b"Evidence")
    with pytest.raises(ConflictError, match="damaged"):
        files.get(digest)
