"""The editable copy: opens as what it is, says on every page that it is no record, and holds texts whole."""

import json
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
from docx.oxml.ns import qn

from riskapp.domain.snapshot import snapshot_bytes
from riskapp.reporting.word import LANGUAGE, MOST_LINES, word_document
from tests.reporting.builders import draft_input, hostile, report_input, sample


def read(content: bytes) -> Any:  # noqa: ANN401 - python-docx says little about its types
    return docx.Document(BytesIO(word_document(content)))


def words(document: Any) -> str:  # noqa: ANN401 - as above
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def test_an_editable_copy_says_on_every_page_what_the_record_is() -> None:
    copy = read(sample())
    record = f"The record is RA-0007, snapshot {sha256(sample()).hexdigest()}"

    for section in copy.sections:
        assert section.header.paragraphs[0].text == "Editable copy, not the record"
        assert section.footer.paragraphs[0].text == record
    assert copy.core_properties.comments == f"Editable copy, not the record. {record}"
    assert (copy.core_properties.language, copy.core_properties.subject) == (LANGUAGE, "RA-0007")
    assert copy.core_properties.title.startswith("Risk assessment of Example-R1")
    assert copy.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == LANGUAGE


def test_an_editable_copy_has_headings_and_tables_whose_first_row_is_a_header() -> None:
    copy = read(sample())
    headings = [each.text for each in copy.paragraphs if each.style.name.startswith("Heading")]

    assert {"1 Decision", "4 Gates", "5.4 Political bias", "5.1.1 Run cost against the budget"} <= set(
        headings
    )
    assert len(copy.tables) >= 6
    for table in copy.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None  # noqa: SLF001 - no other way


def test_an_editable_copy_holds_every_rationale_and_every_source_whole() -> None:
    content = json.loads(sample())
    long = "because of this " * 1_200 + "and that is all"
    content["dimensions"][0]["criteria"][0]["rationale"] = long
    said = words(read(json.dumps(content).encode()))

    assert long in said
    for source in content["sources"]:
        assert source["title"] in said
        assert source["says"] in said
    for criterion in (each for dimension in content["dimensions"] for each in dimension["criteria"]):
        assert criterion["rationale"] in said


def test_whatever_was_typed_is_text_and_breaks_nothing() -> None:
    text = "=1+1 {DDE} \x00\x0b\ufffe\u202e <w:p> 天 \U0001f3db ع " + "w" * 5_000 + "\n" * 500
    said = words(read(hostile(text)))

    assert "=1+1 {DDE} [U+0000 U+000B U+FFFE U+202E] <w:p> 天 \U0001f3db ع www" in said
    assert said.count("¶") > 500 - MOST_LINES


def test_an_editable_copy_has_no_picture_of_another_document() -> None:
    with ZipFile(BytesIO(word_document(sample()))) as copy:
        assert not [name for name in copy.namelist() if "thumbnail" in name]


def test_equal_content_gives_equal_bytes_also_without_a_decision() -> None:
    draft = snapshot_bytes(draft_input())

    assert word_document(draft) == word_document(draft)
    assert "No decision has been taken." in words(read(draft))
    assert word_document(snapshot_bytes(report_input())) == word_document(sample())
