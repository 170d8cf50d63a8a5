"""`riskapp audit sample|as-of|diff`: what the auditor's pages show, for programs, with exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from riskapp.cli import main
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from tests.assessment_builders import FULL, an_assessment, publish, save
from tests.conftest import Clock
from tests.lapse_builders import next_release
from tests.tampering import unguarded
from tests.web.test_audit import a_whole_story

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, database_url: str) -> Run:
    def run(*words: str, code: int = 0) -> Result:
        environment = {"RISKAPP_DATA": str(tmp_path), "RISKAPP_DATABASE_URL": database_url}
        done = CliRunner().invoke(main, ["audit", *words], env=environment)
        assert done.exit_code == code, done.output
        return done

    return run


def told(result: Result) -> Any:  # noqa: ANN401 (JSON)
    return json.loads(result.output)


def test_a_sample_is_drawn_recorded_and_drawn_again(office: Office, run: Run) -> None:
    opened = an_assessment(office)
    an_assessment(office)
    drawn = told(run("sample", "--size", "1", "--reason", "A look.", "--seed", "figures", "--json"))
    assert (drawn["population"], drawn["seed"]) == ({"in-progress": 2}, "figures")
    again = told(run("sample", "--again", str(drawn["entry"]), "--json"))
    assert (again["drawn"], again["same_when_drawn_again"]) == (drawn["drawn"], True)
    assert "1 drawn of 2." in run("sample", "--again", str(drawn["entry"])).output
    with unguarded(office.database, "stage_change") as connection:
        connection.execute(
            text("UPDATE stage_change SET stage = 'withdrawn' WHERE assessment_id = :id"), {"id": opened.id}
        )
    assert "gives another sample" in run("sample", "--again", str(drawn["entry"]), code=1).output
    assert "Say why this many" in run("sample", code=2).output
    assert "There is no sample under log entry" in run("sample", "--again", "1", code=2).output


def test_an_assessment_is_told_as_it_stood(office: Office, run: Run, clock: Clock) -> None:
    clock.advance(days=1)
    a_whole_story(office)
    clock.advance(days=1)
    now = told(run("as-of", "RA-0001", "--json"))
    assert (now["stage"], len(now["sheets"]), now["decisions"][0]["outcome"]) == (
        "decided",
        2,
        "approve-with-conditions",
    )
    first = now["entries"][0]
    then = told(run("as-of", "ra-0001", str(first), "--json"))
    assert (then["stage"], then["sheets"], then["after_entry"]) == ("in-progress", [], first)
    assert then["assessors"] == now["assessors"]
    assert told(run("as-of", "RA-0001", "2026-11-26 08:00", "--json"))["entries"] == now["entries"]
    assert "Decision: approve with conditions" in run("as-of", "RA-0001").output
    assert "is no instant" in run("as-of", "RA-0001", "soon", code=2).output
    assert "There is no assessment 'RA-0009'" in run("as-of", "RA-0009", code=2).output


def test_two_moments_and_two_sheets_differ_by_what_came_in_between(office: Office, run: Run) -> None:
    a_whole_story(office)
    entries = told(run("as-of", "RA-0001", "--json"))["entries"]
    found = told(run("diff", "RA-0001", str(entries[0]), "--json", code=1))
    assert found["stages"] == ["in-review", "sent-back", "in-review", "decided"]
    assert found["entries"] == entries[1:]
    assert [each["after"] for each in found["sheets"]] == [2]
    assert told(run("diff", "RA-0001", str(entries[-1]), "--json"))["same"] is True
    sheets = told(run("diff", "RA-0001", "--sheets", "1", "2", "--json", code=1))
    assert [(each["criterion"], each["differs"]) for each in sheets["answers"]] == [
        ("run-cost", ["answer", "evidence"])
    ]
    assert "run-cost: answer" in run("diff", "RA-0001", "--sheets", "1", "2", code=1).output
    assert "no score sheet" in run("diff", "RA-0001", "--sheets", "1", "9", code=2).output
    exchanged = run("diff", "RA-0001", str(entries[-1]), str(entries[0]), code=2).output
    assert "exchange the two" in exchanged
    assert "Give two things to compare" in run("diff", "RA-0001", code=2).output


def test_two_candidates_differ_in_what_was_recorded_and_answered(office: Office, run: Run) -> None:
    for value in ("62.5", "80"):
        opened = an_assessment(office)
        for criterion, payload in FULL.items():
            changed = {**payload, "value": value, "high": "90"} if criterion == "run-cost" else payload
            save(office, opened, criterion, changed)
        submit_sheet(office, opened.assessor, opened.id)
    found = told(run("diff", "RA-0001", "RA-0002", "--json", code=1))
    assert (found["candidate"], found["context"]) == ([], [])
    assert [each["criterion"] for each in found["answers"]] == ["run-cost"]
    assert "Nothing differs." in run("diff", "RA-0001", "RA-0001").output


def test_two_releases_differ_by_what_the_later_one_words_otherwise(
    office: Office, run: Run, tmp_path: Path
) -> None:
    publish(office)
    changed = next_release(tmp_path, ("How hard is it to change", "How costly is it to change"))
    publish(office, changed)
    found = told(run("diff", "small/1.0.0", "small/1.1.0", "--json", code=1))
    assert [(each["kind"], each["id"], each["fate"]) for each in found["parts"]] == [
        ("release", "small", "changed"),
        ("criterion", "exit-cost", "changed"),
    ]
    assert "question: How hard is it" in run("diff", "small/1.0.0", "small/1.1.0", code=1).output
    assert "There is no rubric release 'small/9'" in run("diff", "small/1.0.0", "small/9", code=2).output
