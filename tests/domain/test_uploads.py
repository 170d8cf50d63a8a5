"""Which files are kept: name and content have to agree, and nothing that runs or renders gets in."""

import io
import time
import zipfile

import pytest

from riskapp.domain.errors import InvalidError
from riskapp.domain.upload import LONGEST_NAME, media_type_named, media_type_of, safe_name


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as held:
        for name in names:
            held.writestr(name, "content")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("Card.PDF", b"%PDF-1.7 ...", "application/pdf"),
        ("shot.png", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0...", "image/jpeg"),
        ("notes.txt", "Grüße, ½ und 𝄞\r\n".encode(), "text/plain"),
        ("model-card.md", b"---\nlicense: mit\n---\n<p align='center'>Card</p>", "text/markdown"),
        ("rows.csv", b"\xef\xbb\xbfa,b\n1,2\n", "text/csv"),
        ("log.json", b'{"score": NaN}', "application/json"),
        ("garak.report.jsonl", b'{"a": 1}\n\n[2]\n', "application/jsonl"),
        ("answers.yaml", b"a: 1\n", "application/yaml"),
        (
            "sheet.xlsx",
            archive("xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            "text.docx",
            archive("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("package.zip", archive("a", "b"), "application/zip"),
    ],
)
def test_a_file_whose_name_and_content_agree_is_kept(name: str, content: bytes, media_type: str) -> None:
    assert media_type_of(name, content) == media_type


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "is empty"),
        ("page.html", b"hello", "can carry code"),
        ("drawing.SVG", b"<svg/>", "can carry code"),
        ("setup.exe", b"MZ...", "can carry code"),
        ("invoice.pdf", b"MZ...", "can carry code"),
        ("tool.txt", b"#!/bin/sh\nrm -r /\n", "can carry code"),
        ("notes.txt", b"\x7fELF...", "can carry code"),
        ("notes.txt", b"\n <!-- a --> \n<!-- - -- b --><!DOCTYPE html><html>", "web page"),
        ("notes.md", b"<svg onload=alert(1)>", "web page"),
        ("rows.csv", b"<?xml version='1.0'?><svg/>", "web page"),
        ("report.pdf", b"<html>", "does not hold what its name says"),
        ("shot.png", b"\xff\xd8\xff\xe0", "does not hold what its name says"),
        ("notes.txt", b"\xff\xfe\x00", "is not UTF-8"),
        ("notes.txt", b"a\0b", "control characters"),
        ("log.json", b"{", "is not JSON"),
        ("log.json", b"[" * 100_000, "is not JSON"),
        ("log.jsonl", b'{"a": 1}\n{"a"\n', "is not JSON on line 2"),
        ("text.docx", archive("xl/workbook.xml"), "does not hold what its name says"),
        ("text.docx", archive("word/document.xml", "word/vbaProject.bin"), "holds macros"),
        ("package.zip", b"PK\x03\x04 cut off", "is damaged"),
        ("package.zip", b"Rar!", "does not hold what its name says"),
        ("model.gguf", b"GGUF", "of a kind that is not kept"),
        ("no-ending", b"text", "of a kind that is not kept"),
        ("page.txt.html", b"text", "can carry code"),
    ],
)
def test_every_other_file_is_refused_with_a_reason(name: str, content: bytes, words: str) -> None:
    with pytest.raises(InvalidError, match=words) as refusal:
        media_type_of(name, content)
    assert set(refusal.value.fields) == {"upload"}


def test_a_text_full_of_comments_is_read_in_a_moment() -> None:
    assert media_type_of("notes.md", b"<!---->" * 200_000 + b"<!-- open") == "text/markdown"


LARGE = 20_000_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.jsonl", b"1\n" * (LARGE // 2)),
        ("log.jsonl", b'{"text": "' + b"x" * LARGE + b'"}\n{}\n'),
        ("log.json", b"[" + b"[]," * (LARGE // 3) + b"1]"),
        ("log.json", b"[" + b"12345678," * (LARGE // 9) + b"1]"),
        ("log.json", b'{"text": "' + b"x" * LARGE + b'"}\n'),
    ],
)
def test_a_long_file_of_results_is_looked_at_in_a_moment(name: str, content: bytes) -> None:
    before = time.process_time()
    assert media_type_of(name, content).startswith("application/json")
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("log.json", b"[" + b"1," * 200_000 + b"1", "is not JSON"),
        ("log.json", b"[" + b"1 1," * 200_000 + b"1]", "is not JSON"),
        ("log.json", b"[" * 300_000 + b"]", "is not JSON"),
        ("log.jsonl", b"{}\n{\n" + b"{}\n" * 200_000, "is not JSON on line 2"),
        ("log.jsonl", b"no JSON " * 50_000, "is not JSON on line 1"),
        ("package.zip", b"PK\x03\x04" + b"PK\x01\x02" * 10_001, "holds more than 10,000 files"),
    ],
)
def test_a_long_file_that_is_something_else_is_refused(name: str, content: bytes, words: str) -> None:
    with pytest.raises(InvalidError, match=words):
        media_type_of(name, content)


def test_a_kind_that_was_let_in_is_known_by_its_name() -> None:
    assert media_type_named("../Model card.PDF") == "application/pdf"


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("Bewertung, Größe.pdf", "Bewertung, Größe.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ada\\notes.txt", "notes.txt"),
        ("bad\u202efdp.txt", "badfdp.txt"),
        ('a\r\nb: "c".txt', "a b c .txt"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_file_name_loses_what_deceives(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_a_long_file_name_keeps_its_ending() -> None:
    name = safe_name("x" * 400 + ".pdf")
    assert name.endswith(".pdf")
    assert len(name) <= LONGEST_NAME
