"""The portfolio and the letter to a vendor on paper and on screen."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from pypdf import PdfReader

from riskapp.cli import main
from riskapp.domain.authority import Role
from riskapp.reporting.house import House
from riskapp.services.work import Office
from tests.assessment_builders import a_submitted_assessment
from tests.lapse_builders import an_approval
from tests.papers import words_of
from tests.web.conftest import SignedIn
from tests.web.test_comparisons import three
from tests.web.test_questions import OPEN_SHEET


def test_procurement_downloads_the_portfolio_and_reads_the_same_on_screen(
    office: Office, signed_in: SignedIn
) -> None:
    an_approval(office)
    buyer = signed_in(Role.PROCUREMENT)
    index = buyer.get("/portfolio")
    page = buyer.get(index.link("Read it whole, with conditions, what lapses and what needs another look"))
    answer = buyer.post(index.action("Download the portfolio (PDF)"), status=200).response
    reader = PdfReader(BytesIO(answer.get_data()))
    text = words_of(answer.get_data())

    assert page.heading == "Portfolio of what is decided"
    assert page.action("Download the PDF") == "/portfolio/portfolio.pdf"
    for words in (page.words, text):
        assert "1 decision holds" in words
        assert "Mask personal data." in words
        assert "Platform team" in words
    attached = json.loads(reader.attachments["portfolio.json"][0])
    assert attached["format"] == "riskapp-portfolio/1"
    assert answer.headers["Content-Disposition"] == "attachment; filename=portfolio-2026-11-24.pdf"


def test_the_comparison_is_read_on_screen_as_it_is_printed(office: Office, signed_in: SignedIn) -> None:
    three(office)
    lead = signed_in(Role.LEAD_ASSESSOR)
    page = lead.get(lead.get("/compare").link("Read it as it is printed"))

    assert page.heading.startswith("Comparison of 3 candidates for ")
    assert page.action("Download the PDF").startswith("/compare/comparison.pdf?frame=")


def test_the_letter_asks_a_vendor_for_things_and_tells_no_assessor_what_to_do(
    office: Office, signed_in: SignedIn
) -> None:
    opened = a_submitted_assessment(office, OPEN_SHEET)
    lead = signed_in(Role.LEAD_ASSESSOR)
    letter = lead.get(f"/assessments/{opened.id}/questions/paper?for=vendor")
    own = lead.get(f"/assessments/{opened.id}/questions/paper")

    how = "Read the contract and the list of subprocessors."
    assert how in own.words
    assert how not in letter.html
    assert "Please say which of these describes it for this version and route" in letter.words
    assert "Please send what you have of: contract; list of subprocessors." in letter.words
    assert "recommend" not in letter.html
    assert letter.action("Download the PDF").endswith("/questions/paper.pdf?for=vendor")


def test_the_operator_makes_the_portfolio_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISKAPP_DATA", str(tmp_path / "nothing"))
    refused = CliRunner().invoke(main, ["portfolio", "-o", str(tmp_path / "p.pdf")])
    assert refused.exit_code == 2
    assert "holds no database of riskapp" in refused.output
    monkeypatch.setenv("RISKAPP_DATA", str(tmp_path / "data"))
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    made = CliRunner().invoke(main, ["portfolio", "-o", str(tmp_path / "p.pdf")])
    assert made.exit_code == 0, made.output
    reader = PdfReader(tmp_path / "p.pdf")
    assert "Nothing is decided yet." in reader.pages[0].extract_text()
    assert list(reader.attachments) == ["portfolio.json"]


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("<p>\n{{ report.nothere }}", "templates/portfolio.html, line 2: "),
        (
            "<meta {{ 'http' }}-equiv=refresh content='0; https://example.org'>",
            "would send readers elsewhere",
        ),
    ],
)
def test_a_template_of_the_house_that_is_found_wrong_on_screen_is_named(
    app: Flask, office: Office, signed_in: SignedIn, template: str, says: str
) -> None:
    product = app.extensions["riskapp"]
    wrong = replace(office, house=House(templates={"portfolio.html": template}))
    app.extensions["riskapp"] = replace(product, office=wrong)
    page = signed_in(Role.PROCUREMENT).get("/portfolio/paper", status=503)
    assert says in page.words
