"""YAML 1.2 and JSON are read strictly, within limits, and every part has its line."""

import json
from pathlib import Path

import pytest

from riskapp.rubric_files.documents import InputFileError, read_document
from tests.rubric_files.files import write


def refusal(folder: Path, text: str, name: str = "file.yaml") -> str:
    file = write(folder, text, name)
    with pytest.raises(InputFileError) as caught:
        read_document(file)
    return str(caught.value).replace(str(file), "FILE")


def test_words_that_older_readers_turn_into_values_stay_words(tmp_path: Path) -> None:
    text = "no: yes\ntime: 12:30:45\nday: 2025-12-09\noctal: 012\n"
    read = read_document(write(tmp_path, text)).data
    assert read == {"no": "yes", "time": "12:30:45", "day": "2025-12-09", "octal": 12}


def test_json_reads_the_same_as_yaml(tmp_path: Path) -> None:
    data = {"a": [1, 2.5, None, True, {"b": "c"}]}
    assert read_document(write(tmp_path, json.dumps(data), "file.json")).data == data
    assert read_document(write(tmp_path, json.dumps(data), "file.yaml")).data == data


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "FILE:3: the key 'a' stood on line 1 already; keep one of them"),
        ("x:\n- {a: 1, a: {b: 2}}\n", "FILE:2: x[0]: the key 'a' stood on line 2 already"),
        (
            "x:\n- id: q\n  a: !!bool maybe\n",
            "FILE:3: x[0].a: is “maybe”, which is not a yes or no; write true",
        ),
        ('a: !!int ""\n', "FILE:1: a: is “”, which is not a whole number that can be read"),
        ("a: !!float x\n", "FILE:1: a: is “x”, which is not a number that can be read"),
        ("b: 1\na: " + "9" * 5_000, f"FILE:2: a: is “{'9' * 40}”, which is not a whole number"),
        ("a: [1,\nb: }\n", "FILE:2: is not well-formed YAML"),
        ("a: 1\n---\nb: 1\n", "FILE:2: is not well-formed YAML"),
        ("a:\n  - 1\n  - .nan\n", "FILE:3: a[1]: is not a finite number"),
        ("a: 1\n2: b\n", "FILE:1: the key 2 is not text"),
        ("a: 9007199254740993\n", "FILE:1: a: is a whole number beyond 2^53 - 1"),
        ("a: !!set {b, c}\n", "FILE:1: a: is read as a set"),
        ("a: !!python/object:os.system b\n", "FILE:1: could not determine a constructor"),
        ("a: !!int many\n", "FILE:1: a: is “many”, which is not a whole number"),
        ("a: \x01\n", "FILE: is not well-formed YAML"),
        ("", "FILE: is empty"),
        ("# nothing\n", "FILE: is empty"),
    ],
)
def test_a_file_that_is_not_plain_data_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    assert refusal(tmp_path, text).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,\n "a": 2}', "FILE:2: the key 'a' stands twice"),
        ('{"a":\n\t[1, NaN]}', "FILE:2: a[1]: is not a finite number"),
        ('{"a": 1e999}', "FILE:1: a: is not a finite number"),
        ('{"a": "\\ud800"}', "FILE:1: a: holds half of a surrogate pair"),
        ("[1,\n 2", "FILE:2: is not well-formed JSON"),
        ("[" * 100_000, "FILE: is nested deeper than 40 levels"),
        ("[" * 50 + "]" * 50, "FILE:1: [0]"),
    ],
)
def test_json_is_read_as_strictly(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text, "file.json").startswith(message)


def test_aliases_may_save_writing(tmp_path: Path) -> None:
    assert read_document(write(tmp_path, "a: &it [1]\nb: *it\n")).data == {"a": [1], "b": [1]}


def test_aliases_that_unfold_into_a_flood_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "unfolds into more than 100000 parts" in refusal(tmp_path, "\n".join(lines))


@pytest.mark.parametrize("text", ["a: &a\n  b: *a\n", "[" * 50 + "]" * 50, "[" * 5000])
def test_depth_without_end_is_refused(tmp_path: Path, text: str) -> None:
    assert "nested deeper than 40 levels" in refusal(tmp_path, text)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    assert "is longer than 1,000,000 bytes" in refusal(tmp_path, "a: " + "x" * 1_000_000)


def test_a_file_without_an_end_is_read_no_further_than_it_may_be_long() -> None:
    with pytest.raises(InputFileError, match="is longer than 1,000,000 bytes"):
        read_document(Path("/dev/zero"))


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes("a: 1\nb: \xe4\n".encode("latin-1"))
    with pytest.raises(InputFileError, match=r"file\.yaml:2: is not UTF-8 text"):
        read_document(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"nowhere\.yaml: no such file or directory"):
        read_document(tmp_path / "nowhere.yaml")
