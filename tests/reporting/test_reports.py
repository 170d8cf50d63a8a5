"""The PDF: what readers of every kind find in it, and what it can never be made to do."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from riskapp import paths
from riskapp.domain.snapshot import snapshot_bytes
from riskapp.reporting.enclosures import log_enclosures, packed, rubric_enclosure
from riskapp.reporting.render import Limits, RenderedReport, ReportError, render_pdf
from tests.papers import pages_of, words_of
from tests.reporting.builders import decision, draft_input, events, fullest, hostile, report_input, sample

ROOT = Path(__file__).parents[2]


ENCLOSURES = (
    rubric_enclosure(b'{"rubric":1}'),
    *log_enclosures(entry=b'{"seq":1}', proof="c2sp.org/tlog-proof@v1\n", keys="log+0+key\n"),
)


@cache
def rendered() -> RenderedReport:
    return render_pdf(sample(), enclosures=ENCLOSURES)


def reader(report: RenderedReport) -> PdfReader:
    return PdfReader(BytesIO(report.pdf))


def words(report: RenderedReport) -> str:
    return words_of(report.pdf)


def titles(outline: list[Any]) -> Iterator[str]:
    """Yield every bookmark; pypdf nests lists for levels."""
    for each in outline:
        if isinstance(each, list):
            yield from titles(each)
        else:
            yield str(each.title)


def test_a_typical_report_has_15_to_25_pages() -> None:
    assert 15 <= rendered().pages <= 25
    assert len(reader(rendered()).pages) == rendered().pages


def test_every_page_but_the_cover_says_its_number_and_how_many_there_are() -> None:
    pages = pages_of(rendered().pdf)

    for number, page in enumerate(pages[1:], start=2):
        assert f"{number} of {len(pages)}" in page


def test_bookmarks_lead_to_every_section_dimension_and_criterion() -> None:
    found = list(titles(reader(rendered()).outline))

    assert {
        "Contents",
        "1 Decision",
        "8 Sources",
        "5.4 Political bias",
        "5.1.1 Run cost against the budget",
    } <= set(found)
    assert len(found) == 12 + 5 + 40


def test_the_snapshot_is_embedded_byte_for_byte() -> None:
    attached = reader(rendered()).attachments

    assert attached["assessment.json"] == [sample()]
    assert sha256(sample()).hexdigest() in words(rendered()).replace(" ", "")


def test_every_enclosure_says_what_it_is_and_bears_the_date_of_the_report() -> None:
    document: Any = reader(rendered())
    carried = [each.get_object() for each in document.trailer["/Root"]["/AF"]]
    streams = [each["/EF"]["/F"].get_object() for each in carried]

    assert [(each["/UF"], each["/AFRelationship"]) for each in carried] == [
        ("assessment.json", "/Source"),
        ("log-entry.json", "/Data"),
        ("log-keys.txt", "/Supplement"),
        ("log-proof.txt", "/Data"),
        ("rubric.json", "/Data"),
    ]
    assert all(each["/Desc"] for each in carried)
    by_name = {each.name: each.content for each in ENCLOSURES} | {"assessment.json": sample()}
    assert {each["/UF"]: stream.get_data() for each, stream in zip(carried, streams, strict=True)} == by_name
    kinds = {"json": "/application/json", "txt": "/text/plain"}
    for each, stream in zip(carried, streams, strict=True):
        assert stream["/Subtype"] == kinds[each["/UF"].rpartition(".")[2]]
        dates = (stream["/Params"]["/CreationDate"], stream["/Params"]["/ModDate"])
        assert dates == ("D:20261102093000Z",) * 2


def test_the_document_says_its_title_language_and_date_from_the_data() -> None:
    document = reader(rendered())
    said: Any = document.metadata
    root: Any = document.trailer["/Root"]

    assert said["/Title"] == "Risk assessment of Example-R1 (2025-01-20) on own cluster, Frankfurt"
    assert said["/CreationDate"] == "D:20261102093000Z"
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]


def test_header_cells_of_tables_say_whether_they_head_a_column_or_a_row() -> None:
    document = reader(rendered())
    size: Any = document.trailer["/Size"]
    objects: list[Any] = [document.get_object(number) for number in range(1, int(size))]
    cells = [each for each in objects if isinstance(each, dict) and each.get("/S") == "/TH" and "/A" in each]

    assert {cell["/A"]["/Scope"] for cell in cells} == {"/Column", "/Row"}


def test_equal_content_gives_equal_bytes_whatever_the_process_and_the_day(tmp_path: Path) -> None:
    script = (
        "import hashlib, sys, time_machine\n"
        "from riskapp.reporting.document import make_document\n"
        "from riskapp.reporting.enclosures import unpacked\n"
        "with time_machine.travel('2031-05-06 07:08:09'):\n"
        "    made = make_document(*unpacked(sys.stdin.buffer.read()))\n"
        "print(hashlib.sha256(made.pdf).hexdigest())"
    )
    environment = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "HOME": "/"}
    environment["FONTCONFIG_FILE"] = str(paths.reports() / "fonts" / "fonts.conf")

    elsewhere = subprocess.run(
        [sys.executable, "-c", script],
        input=packed(sample(), ENCLOSURES),
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )

    assert elsewhere.stdout.decode().strip() == rendered().sha256


def test_the_process_that_asks_for_a_report_never_loads_weasyprint() -> None:
    script = (
        "import sys; import riskapp.reporting.render, riskapp.reporting.charts, riskapp.reporting.page; "
        "sys.exit('weasyprint' in sys.modules or 'fontTools' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_a_draft_says_so_on_every_page_and_in_its_title() -> None:
    report = render_pdf(snapshot_bytes(draft_input()))

    assert all("DRAFT" in page for page in pages_of(report.pdf))
    said: Any = reader(report).metadata
    assert said["/Title"].startswith("DRAFT: ")
    assert "Draft: nothing here is decided" in words(report)


def test_a_decided_report_is_not_marked_as_a_draft() -> None:
    assert "DRAFT" not in words(rendered())


def test_what_is_not_known_is_shown_as_not_rated_with_its_full_range() -> None:
    assert "not rated" in words(rendered())
    assert "range 0.0 to 100.0" in words(rendered())


def test_a_press_claim_is_printed_with_what_the_better_source_does_to_it() -> None:
    assert "qualifies" in words(rendered()).lower()
    assert "Reading: True and selective" in words(rendered())


def test_sixty_criteria_and_a_hundred_sources_make_a_report() -> None:
    report = render_pdf(snapshot_bytes(report_input(per_dimension=12, evidence=100)))

    assert "[100]" in words(report)
    assert "5.5.12" in words(report)


def test_every_text_at_the_limit_of_its_form_still_makes_a_report() -> None:
    report = render_pdf(fullest("天a\n"))

    assert 100 < report.pages < 400


def test_a_long_reason_is_printed_to_its_end() -> None:
    long = replace(decision(), reason=f"{'because of this ' * 150}and that is all")
    report = render_pdf(snapshot_bytes(replace(report_input(per_dimension=3), decision=long)))

    assert "and that is all" in words(report)
    assert "cut here" not in words(report)


def test_more_than_three_hundred_acts_point_to_the_attached_data() -> None:
    report = render_pdf(snapshot_bytes(replace(report_input(given={}, per_dimension=3), events=events(320))))

    assert "20 later acts stand in the attached data" in words(report)


HOSTILE = (
    '"><img src="file:///etc/passwd"><link rel=attachment href="file:///etc/passwd">',
    "'><svg><image href='http://127.0.0.1:9/x'/></svg><style>@import url(http://127.0.0.1:9/)</style>",
    "<a rel=attachment href=file:///etc/hostname>x</a> {{ 7 * 7 }} {% include '/etc/passwd' %}",
    "url(file:///etc/passwd) </title></style></script>",
)


@pytest.mark.parametrize("together", [HOSTILE, ("javascript:alert(1)",)])
def test_hostile_words_are_printed_as_words_and_fetch_nothing(together: tuple[str, ...]) -> None:
    report = render_pdf(hostile(" ".join(together)))

    assert list(reader(report).attachments) == ["assessment.json"]
    printed = words(report).replace(" ", "")
    assert not [text for text in together if text.split(maxsplit=1)[0][:12] not in printed]
    links = [
        annotation.get_object().get("/A", {}).get("/URI")
        for page in reader(report).pages
        for annotation in page.get("/Annots", [])
    ]
    assert not [link for link in links if link]


def test_a_word_of_five_thousand_letters_is_broken_and_cut() -> None:
    report = render_pdf(hostile("w" * 5000), limits=Limits(processor_seconds=60))

    assert "stand in the attached data" in words(report)


def test_words_of_other_scripts_are_printed_and_what_no_face_has_is_shown_by_its_code() -> None:
    said = "Ελλάδα Україна 深度求索 モデル עברית عربي a\x00b\x1b[31m\u202e\ue000 \U0001f3db end"
    report = render_pdf(hostile(said))
    printed = words(report).replace(" ", "")

    for word in ("Ελλάδα", "Україна", "深度求索", "モデル", "עברית"):
        assert word in printed, word
    assert "a[U+0000]b[U+001B][31m[U+202EU+E000][U+1F3DB]end" in printed
    assert len(report.pdf) < 2 * len(rendered().pdf), "of a face only the characters that are needed"


def test_a_report_that_computes_too_long_is_stopped_and_says_so() -> None:
    with pytest.raises(ReportError, match="more than 1 seconds of processor time and was stopped"):
        render_pdf(sample(), limits=Limits(processor_seconds=1))


def test_a_report_that_takes_too_long_is_stopped_and_says_so() -> None:
    with pytest.raises(ReportError, match=r"longer than 0\.2 seconds and was stopped"):
        render_pdf(sample(), limits=Limits(wall_seconds=0.2))


def test_a_report_that_needs_too_much_memory_is_stopped_and_says_so() -> None:
    with pytest.raises(ReportError, match="memory"):
        render_pdf(sample(), limits=Limits(memory=160 * 1024 * 1024))


def test_a_snapshot_that_lacks_something_is_refused_in_words() -> None:
    content = json.loads(sample())
    del content["gates"]

    with pytest.raises(ReportError, match="the templates and the snapshot do not fit"):
        render_pdf(json.dumps(content).encode())
