"""Answers, context and candidate are read from files, and every error is named by line and field."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from riskapp.domain.answers import (
    Answer,
    ChosenLevel,
    Confidence,
    Indicators,
    Measurement,
    NotApplicable,
    Unknown,
)
from riskapp.domain.candidate import Route
from riskapp.domain.context import DataClass, Jurisdiction
from riskapp.rubric_files.assessment_files import (
    AnswerSheet,
    facts_for_gates,
    read_answers,
    read_candidate,
    read_context,
)
from riskapp.rubric_files.documents import InputFileError
from riskapp.rubric_files.loader import load_rubric
from tests.rubric_files.files import DATA, SMALL, changed, write

RUBRIC = load_rubric(SMALL)
ANSWERS = """\
rubric: {id: small, version: 1.0.0}
profile: general
facts: {version_status: current, hosting_countries: [de, own]}
evidence:
  - {id: list, title: Price list, url: "https://example.org/prices", as_of: "2026-01-02"}
answers:
  run-cost:
    value: 75
    low: 60
    high: 80.5
    confidence: high
    rationale: List price times declared tokens.
    evidence: [list, "https://example.org/tokens"]
  exit-cost: {not_applicable: Nothing is built on it yet.}
  residency: {unknown: Asked the host; no reply.}
  documents: {met: [soc2], not_met: [bounty], not_applicable: [incidents]}
"""


def read(folder: Path, *changes: tuple[str, str]) -> AnswerSheet:
    return read_answers(write(folder, changed(ANSWERS, *changes)), RUBRIC)


def faults(folder: Path, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(InputFileError) as caught:
        read(folder, *changes)
    return [f"{each.line}: {each.field}: {each.message}" for each in caught.value.problems]


def test_every_form_of_answer_is_read(tmp_path: Path) -> None:
    sheet = read(tmp_path)
    assert sheet.answers["run-cost"] == Answer(
        response=Measurement(Fraction(75), Fraction(60), Fraction("80.5")),
        confidence=Confidence.HIGH,
        rationale="List price times declared tokens.",
        evidence=("list", "https://example.org/tokens"),
    )
    assert sheet.answers["exit-cost"].response == NotApplicable("Nothing is built on it yet.")
    assert sheet.answers["residency"].response == Unknown("Asked the host; no reply.")
    assert sheet.answers["documents"].response == Indicators(
        frozenset({"soc2"}), frozenset({"bounty"}), frozenset({"incidents"})
    )
    assert sheet.facts == {"version_status": ("current",), "hosting_countries": ("de", "own")}
    assert [(each.id, each.number, each.as_of) for each in sheet.sources] == [("list", 1, "2026-01-02")]


def test_confidence_is_medium_and_a_value_is_its_own_range_unless_stated(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        ("    low: 60\n    high: 80.5\n    confidence: high\n", ""),
        ("{unknown: Asked the host; no reply.}", "{level: mixed}"),
    )
    assert sheet.answers["run-cost"].response == Measurement(Fraction(75), Fraction(75), Fraction(75))
    assert sheet.answers["run-cost"].confidence is Confidence.MEDIUM
    assert sheet.answers["residency"].response == ChosenLevel("mixed")


def test_the_digest_of_the_rubric_may_be_pinned(tmp_path: Path) -> None:
    pinned = f"version: 1.0.0, digest: {RUBRIC.digest}"
    assert read(tmp_path, ("version: 1.0.0", pinned)).profile == "general"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "version: 1.0.0",
            "version: 1.0.1",
            "1: rubric: the answers are for small 1.0.1, the rubric",
        ),
        ("version: 1.0.0", f"version: 1.0.0, digest: {'a' * 64}", "1: rubric.digest: the rubric given has"),
        (
            "profile: general",
            "profile: special",
            "2: profile: is 'special'; the rubric has general",
        ),
        ("version_status: current", "status: current", "3: facts.status: is not a declared fact"),
        ("version_status: current", "version_status: new", "3: facts.version_status: is 'new'; use one of"),
        ("[de, own]", "[Germany]", "3: facts.hosting_countries: 'Germany' is no country"),
        ("[list,", "[lists,", "13: answers.run-cost.evidence[0]: there is no evidence 'lists'"),
        ("value: 75", "value: 95", "8: answers.run-cost.value: must lie between low and high"),
        ("value: 75", "level: some", "7: answers.run-cost: low and high belong to a value"),
        ("value: 75", "value: 75\n    level: x", "7: answers.run-cost: answers with level and value"),
        ("value: 75", "value: much", "8: answers.run-cost.value: must be a number"),
        ("confidence: high", "confidence: full", "11: answers.run-cost.confidence: is 'full'; use one of"),
        ("{unknown: Asked the host; no reply.}", "{}", "15: answers.residency: answers with nothing"),
        (
            "{unknown: Asked",
            "{not_applicable: Asked",
            "15: answers.residency.not_applicable: the rubric",
        ),
        ("{unknown: Asked the host; no reply.}", "{level: far}", "15: answers.residency.level: 'far' is not"),
        (
            "not_applicable: [incidents]",
            "not_applicable: No.",
            "16: answers.documents: not_applicable",
        ),
        (
            "{not_applicable: Nothing is built on it yet.}",
            "{not_applicable: [x]}",
            "14: answers.exit-cost: ",
        ),
        ("[bounty]", "[soc2]", "16: answers.documents.not_met: soc2: stands in two lists"),
        ("documents:", "papers:", "16: answers.papers: is not a criterion of this rubric"),
        (
            "documents:",
            "Papers:",
            "16: answers.Papers: is 'Papers'; write lower-case words joined by hyphens",
        ),
        ("answers:\n", "answer:\n", "6: answer: is not a field here"),
        ("id: list", "id: 7", "5: evidence[0].id: must be text"),
    ],
)
def test_an_error_in_answers_is_named_by_line_and_field(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    found = faults(tmp_path, (old, new))
    assert any(each.startswith(expected) for each in found), found


def test_two_sources_do_not_share_an_id(tmp_path: Path) -> None:
    assert faults(tmp_path, ("answers:\n", "  - {id: list, title: Other}\nanswers:\n")) == [
        "6: evidence[list].id: the id 'list' is taken; give every source its own"
    ]


def test_a_context_is_read() -> None:
    context = read_context(DATA / "context.yaml")
    assert (context.data_class, context.jurisdictions) == (DataClass.PERSONAL, (Jurisdiction.EU,))


def test_a_candidate_is_read_and_says_what_gates_may_ask() -> None:
    candidate = read_candidate(DATA / "candidate.yaml")
    assert (candidate.route, candidate.retires_on) == (Route.CLOUD_HOST, date(2026, 6, 30))
    assert candidate.facts(date(2026, 6, 29))["version_status"] == ("retirement-announced",)
    assert candidate.facts(date(2026, 6, 30))["version_status"] == ("retired",)


def test_json_is_read_as_well(tmp_path: Path) -> None:
    text = json.dumps({"answers": {"residency": {"level": "inside"}}}, indent=1)
    sheet = read_answers(write(tmp_path, text, "answers.json"), RUBRIC)
    assert sheet.answers["residency"].response == ChosenLevel("inside")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("route: cloud-host", "route: cloud", "route: is 'cloud'; use one of"),
        ("developer_country: us", "developer_country: US", "developer_country: 'US' is no country"),
        ("retires_on: 2026-06-30", "retires_on: soon", "retires_on: is 'soon', which is no date"),
        ("licence:", "license:", "license: is not a field here"),
    ],
)
def test_an_error_in_a_candidate_is_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = changed((DATA / "candidate.yaml").read_text(encoding="utf-8"), (old, new))
    with pytest.raises(InputFileError) as caught:
        read_candidate(write(tmp_path, text))
    assert any(expected in line for line in caught.value.lines()), caught.value.lines()


def test_what_the_candidate_says_of_itself_goes_before_what_the_answers_say(tmp_path: Path) -> None:
    sheet = read(tmp_path)
    assert facts_for_gates(sheet, None, date(2026, 7, 1)) == sheet.facts
    facts = facts_for_gates(sheet, read_candidate(DATA / "candidate.yaml"), date(2026, 7, 1))
    assert facts["version_status"] == ("retired",)
    assert facts["hosting_countries"] == ("de",)
