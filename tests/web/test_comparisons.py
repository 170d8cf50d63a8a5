import json
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from pypdf import PdfReader

from benchmarks.contenders import contend
from riskapp.cli import main
from riskapp.domain.authority import Role
from riskapp.domain.canonical import exact
from riskapp.domain.drafts import Payload
from riskapp.domain.sheet_json import sheet_json
from riskapp.domain.shown import chance
from riskapp.services.assessments import NewAssessment, open_assessment, withdraw_assessment
from riskapp.services.dossiers import dossier
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.sheets import latest_sheet
from tests.assessment_builders import (
    CANDIDATE,
    FULL,
    SMALL,
    Opened,
    a_candidate,
    a_submitted_assessment,
    an_assessment,
    save,
)
from tests.papers import words_of
from tests.web.conftest import SignedIn
from tests.web.page_client import SVG, Page, words_in


def beside(office: Office, first: Opened, model: str, payloads: Mapping[str, Payload]) -> str:
    """Submit an assessment of another model under the frame of the first, and return its id."""
    with office.reading() as connection:
        pinned = dossier(connection, first.id)
    new = NewAssessment(
        candidate_id=a_candidate(office, replace(CANDIDATE, model=model)),
        context_id=pinned.context.context_id,
        release_id=pinned.release.id,
        profile_id=pinned.profile.id,
        assessor_id=first.assessor.id,
    )
    opened = Opened(open_assessment(office, first.lead, new), first.lead, first.assessor)
    for criterion, payload in {**FULL, **payloads}.items():
        save(office, opened, criterion, payload)
    submit_sheet(office, opened.assessor, opened.id)
    return opened.id


def candidates(page: Page) -> list[str]:
    return [words_in(link) for cell in page.all("th", scope="row") for link in cell.iter("a")]


def test_candidates_of_one_frame_stand_in_the_order_of_their_totals(
    office: Office, signed_in: SignedIn
) -> None:
    first = a_submitted_assessment(office)
    beside(office, first, "Better", {"run-cost": {**FULL["run-cost"], "value": "60", "low": "60"}})
    beside(office, first, "Worse", {"run-cost": {**FULL["run-cost"], "value": "70"}})
    an_assessment(office)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare")
    assert candidates(page) == ["Better", "DeepSeek-R1", "Worse"]
    title = words_in(page.all(SVG, class_="chart")[0])
    assert title.index("Better") < title.index("DeepSeek-R1") < title.index("Worse")


def test_what_shares_no_frame_is_never_beside_one_another(office: Office, signed_in: SignedIn) -> None:
    a_submitted_assessment(office)
    a_submitted_assessment(office)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare")
    assert len(candidates(page)) == 1
    assert len(list(page.all("select", name="frame")[0].iter("option"))) == 2


def test_procurement_compares_only_what_is_decided(office: Office, signed_in: SignedIn) -> None:
    a_submitted_assessment(office)
    assert "Nothing can be compared yet" in signed_in(Role.PROCUREMENT).get("/compare").words


CHEAP = {"run-cost": {**FULL["run-cost"], "value": "50", "low": "50", "high": "50"}}
OPEN = {"residency": {"choice": "unknown", "looked": "Asked the host; no reply."}}
ABROAD = {"residency": {**FULL["residency"], "choice": "level:mixed"}}


def three(office: Office) -> list[str]:
    """Three candidates under one frame: the ids of their assessments."""
    first = a_submitted_assessment(office)
    return [
        first.id,
        beside(office, first, "Cheap", {**CHEAP, **ABROAD}),
        beside(office, first, "Dark", OPEN),
    ]


def files(office: Office, ids: list[str], folder: Path) -> list[Path]:
    """The submitted answers as the pipeline reads them, each called by the reference of its assessment."""
    written = []
    for each in ids:
        with office.reading() as connection:
            found, sheet = dossier(connection, each), latest_sheet(connection, each)
        assert sheet is not None
        content = sheet_json(found.rubric, sheet.answers, profile="general", assessment="", assessor="")
        for answer in content["answers"].values():
            answer |= {name: float(answer[name]) for name in ("value", "low", "high") if name in answer}
        path = folder / f"{found.stored.reference}.json"
        path.write_text(json.dumps({"answers": content["answers"]}))
        written.append(path)
    return written


def ranked(answers: list[Path], weights: str) -> dict[str, Any]:
    given = [word for each in answers for word in ("--answers", str(each))]
    arguments = [
        "rank",
        "--rubric",
        str(SMALL),
        *given,
        "--profile",
        "general",
        "--weights",
        weights,
        "--json",
    ]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    read: dict[str, Any] = json.loads(result.stdout)
    return read


def places(page: Page, reading: str) -> dict[str, list[str]]:
    """The figures of a table of places by candidate, without their errors."""
    table = next(each for each in page.all("table") if each.get("id") == f"places-table-{reading}")
    return {
        words_in(next(row.iter("th"))): [words_in(cell).split(" ±")[0] for cell in row.iter("td")]
        for row in next(table.iter("tbody")).iter("tr")
    }


def test_the_figures_of_the_page_are_those_of_the_command_line(
    office: Office, signed_in: SignedIn, tmp_path: Path
) -> None:
    answers = files(office, three(office), tmp_path)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare")
    names = {"RA-0001": "DeepSeek-R1", "RA-0002": "Cheap", "RA-0003": "Dark"}
    for reading in ("profile", "uniform"):
        told = ranked(answers, reading)
        assert told["seed"] in page.words
        assert f"{told['draws']:,} draws" in page.words
        assert places(page, reading) == {
            names[each["id"]]: [chance(exact(share)) for share in each["acceptability"]]
            for each in told["candidates"]
        }
        for each in told["candidates"]:
            if each["confidence_factor"] is not None:
                assert chance(exact(each["confidence_factor"])) in page.words


def test_each_dimension_says_what_its_weight_does(office: Office, signed_in: SignedIn) -> None:
    three(office)
    page = signed_in(Role.PROCUREMENT, Role.LEAD_ASSESSOR).get("/compare")
    assert "DeepSeek-R1 and Cheap change places if the weight of Cost rises above" in page.words
    assert "Not rated, so without a place by points: Dark." in page.words
    titles = [words_in(each) for each in page.all(SVG, class_="chart")]
    assert sum(each.startswith("Totals as the weight of") for each in titles) == 2


def test_a_candidate_alone_has_no_order(office: Office, signed_in: SignedIn) -> None:
    a_submitted_assessment(office)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare")
    assert "there is nothing beside it yet" in page.words
    assert "How far the order holds" not in page.words


def on_paper(page: Page) -> tuple[str, dict[str, Any]]:
    """The words of a PDF, and the data that it embeds."""
    pdf = page.response.get_data()
    data: dict[str, Any] = json.loads(PdfReader(BytesIO(pdf)).attachments["comparison.json"][0])
    return words_of(pdf), data


def test_the_comparison_on_paper_has_the_figures_of_the_command_line(
    office: Office, signed_in: SignedIn, tmp_path: Path
) -> None:
    answers = files(office, three(office), tmp_path)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare")
    (form,) = [each for each in page.all("form") if each.get("action", "").startswith("/compare/comparison")]
    auditor = signed_in(Role.AUDITOR)
    text, data = on_paper(auditor.post(form.get("action", ""), status=200))
    for reading in data["robustness"]["readings"]:
        said = ranked(answers, reading["id"])
        assert reading["ranking"]["candidates"] == [
            each | {"recommendation": own["recommendation"]}
            for each, own in zip(said["candidates"], reading["ranking"]["candidates"], strict=True)
        ]
        for each in said["candidates"]:
            assert chance(exact(each["acceptability"][0])) in text
        assert (reading["ranking"]["seed"], said["seed"]) == (data["robustness"]["seed"],) * 2
    assert "A comparison as of 24 November 2026, 09:00 UTC. It decides nothing" in text
    assert "change places if the weight of Cost rises above" in text
    assert "RA-0003, sheet of 24 November 2026" in text


def test_a_comparison_of_one_with_a_strange_name_can_be_printed(office: Office, signed_in: SignedIn) -> None:
    first = a_submitted_assessment(office)
    lead = signed_in(Role.LEAD_ASSESSOR)
    text, data = on_paper(lead.post("/compare/comparison.pdf", status=200))
    assert (data["robustness"], "Comparison of 1 candidate for" in text) == (None, True)
    beside(office, first, "Größe <b>& 模型 🧪", CHEAP)
    text, data = on_paper(lead.post("/compare/comparison.pdf", status=200))
    assert "Größe <b>& 模型" in text
    assert data["candidates"][0]["name"].endswith("模型 🧪")


def test_what_was_withdrawn_takes_no_place_in_a_comparison(office: Office, signed_in: SignedIn) -> None:
    first = a_submitted_assessment(office)
    beside(office, first, "Other", {})
    with office.reading() as connection:
        pinned = dossier(connection, first.id)
    again = NewAssessment(
        candidate_id=pinned.candidate.candidate_id,
        context_id=pinned.context.context_id,
        release_id=pinned.release.id,
        profile_id=pinned.profile.id,
        assessor_id=first.assessor.id,
    )
    second = Opened(open_assessment(office, first.lead, again), first.lead, first.assessor)
    for criterion, payload in FULL.items():
        save(office, second, criterion, payload)
    submit_sheet(office, first.assessor, second.id)
    withdraw_assessment(office, first.lead, second.id, "Begun twice.")
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare")
    assert "RA-0001" in page.words
    assert "RA-0003" not in page.words


def test_what_is_measured_is_what_the_page_compares(office: Office, signed_in: SignedIn) -> None:
    """The benchmark puts rows in by hand, so it has to follow what a submission is."""
    contend(office, an_assessment(office).id, 3)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare")
    assert all(f"Candidate {number}" in page.words for number in range(3))
