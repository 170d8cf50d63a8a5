"""What a command writes takes its place whole, or not at all."""

import errno
from pathlib import Path

import pytest

from riskapp.cli.written import fresh_file
from riskapp.domain.errors import ConflictError, InvalidError


def test_a_file_takes_the_place_of_another_when_it_is_whole(tmp_path: Path) -> None:
    place = tmp_path / "out.zip"
    place.write_text("precious")
    with fresh_file(place) as stream:
        stream.write(b"new")
        assert place.read_text() == "precious"
    assert place.read_text() == "new"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize(
    ("fault", "seen", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), InvalidError, "No space left on device; choose"),
        (ConflictError("The reports have more than 2 GB"), ConflictError, "more than 2 GB"),
        (KeyboardInterrupt("stopped"), KeyboardInterrupt, "stopped"),
    ],
)
def test_what_was_there_stays_where_writing_fails(
    tmp_path: Path, fault: BaseException, seen: type[BaseException], says: str
) -> None:
    place = tmp_path / "out.zip"
    place.write_text("precious")

    def fail() -> None:
        with fresh_file(place) as stream:
            stream.write(b"half")
            raise fault

    with pytest.raises(seen, match=says):
        fail()
    assert place.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [place]


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    for place in (tmp_path / "no" / "x", tmp_path / "file" / "x", tmp_path):
        with pytest.raises(InvalidError, match="choose another place with -o"), fresh_file(place):
            pass


def test_a_link_leads_to_the_file_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with fresh_file(tmp_path / "link") as stream:
        stream.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "new"


def test_a_place_that_is_no_file_is_written_to_as_it_is() -> None:
    with fresh_file(Path("/dev/null")) as stream:
        stream.write(b"gone")
    assert not Path("/dev/null").is_file()
