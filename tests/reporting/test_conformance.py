"""Every kind of PDF keeps the rules of PDF/A-3a and PDF/UA-1, as the real veraPDF reads them."""

from dataclasses import replace
from pathlib import Path

from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.sensitivity.open_questions import open_questions
from riskapp.domain.sensitivity.question_list import Heading, question_list_json
from riskapp.domain.snapshot import snapshot_bytes
from riskapp.reporting.enclosures import Enclosure, log_enclosures, rubric_enclosure
from riskapp.reporting.render import render_pdf
from riskapp.sealing.keys import OwnKey
from riskapp.sealing.seal import Seal
from tests.domain.builders import at, dimension, levels, rubric
from tests.domain.test_open_questions import case
from tests.reporting.builders import (
    MADE_AT,
    draft_input,
    fullest,
    holding,
    hostile,
    one_page_of,
    portfolio_of,
    widest,
)
from tests.reporting.rubrics import rubric as large_rubric
from tests.reporting.test_comparison_papers import comparison_of
from tests.reporting.verapdf import broken_rules

HOSTILE = "شارع 天安门 \U0001f3db \u202e\x07 e\u0301 <b>&amp;</b> " + "x" * 300


def questions(*, figures: bool) -> bytes:
    """Return a list of questions about a sheet on which one criterion is open."""
    asked = rubric(dimension("d", levels("known"), levels("open")))
    heading = Heading(
        reference="RA-0007",
        candidate="Example-R1",
        model="Example-R1",
        context="Letters",
        rubric="A rubric",
        profile="General",
        rests_on="the sheet of 24 November 2026",
        rivals=(),
        on=MADE_AT.date(),
        made_at=MADE_AT,
        made_by="Petra Example",
    )
    found = open_questions(case(asked, {"known": at(50)}))
    return canonical_bytes(question_list_json(heading, found, figures=figures))


def portfolio() -> bytes:
    """Return a portfolio with two sets of dimensions, one decision of which says hostile things."""
    held = [holding(number, of=large_rubric(8)) for number in range(1, 20)]
    other = [replace(each, scores=dict(list(each.scores.items())[:2])) for each in held[::4]]
    return portfolio_of(*held, *other, holding(20, of=large_rubric(8), text=HOSTILE), text=HOSTILE)


def enclosed() -> tuple[Enclosure, ...]:
    """Return everything that an issued report carries beside its data."""
    return (rubric_enclosure(b"{}"), *log_enclosures(entry=b"{}", proof="a proof\n", keys="a key\n"))


def test_every_kind_of_report_conforms_even_with_the_worst_content_and_with_its_seal(tmp_path: Path) -> None:
    seal = Seal(OwnKey(tmp_path / "seal.pem", "Größe & Co.", lambda: MADE_AT))
    kinds = {
        "draft": snapshot_bytes(draft_input()),
        "hostile": hostile("天ع\U0001f3db\u202e\x07 e\u0301 <b>", per_dimension=12, evidence=300),
        "one-page": one_page_of(widest(HOSTILE)),
        "one-page-fullest": one_page_of(fullest("天ع\U0001f3dbW\n")),
        "portfolio": portfolio(),
        "two-candidates": comparison_of(2),
        "questions": questions(figures=True),
        "letter": questions(figures=False),
    }
    files = [tmp_path / f"{kind}.pdf" for kind in kinds]
    pages = {}
    for file, content in zip(files, kinds.values(), strict=True):
        rendered = render_pdf(content, enclosures=enclosed())
        file.write_bytes(seal.apply(rendered.pdf, at=MADE_AT))
        pages[file.stem] = rendered.pages

    assert not broken_rules(*files)
    assert (pages["one-page"], pages["one-page-fullest"]) == (1, 1), "one page is one, whatever it says"


def test_the_judge_tells_a_file_that_does_not_conform(tmp_path: Path) -> None:
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(render_pdf(comparison_of(2)).pdf.replace(b"pdfuaid:part", b"pdfuaid:pert"))

    assert any(line.startswith("altered.pdf ua1: 5-") for line in broken_rules(altered, flavours="ua1"))
