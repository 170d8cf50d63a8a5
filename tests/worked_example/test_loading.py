"""Loading the worked example: through the use cases, as one whole, at any time."""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from riskapp import ambient
from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError
from riskapp.domain.life_cycle import Stage
from riskapp.services.blindness import NOBODY
from riskapp.services.dossiers import dossier
from riskapp.services.moderation import moderation
from riskapp.services.rubrics import publish_shipped
from riskapp.services.sessions import sign_in
from riskapp.services.work import Office
from riskapp.storage.assessments import StoredAssessment
from riskapp.storage.assessments import assessment as stored_assessment
from riskapp.storage.database import Database
from riskapp.storage.decisions import decisions
from riskapp.storage.evidence import evidence_items
from riskapp.storage.files import FileStore
from riskapp.storage.log import LogEntry, entries, latest_entry
from riskapp.storage.reports import canonical_snapshot, snapshots
from riskapp.storage.sheets import drafts
from riskapp.storage.tables import assessment, draft, evidence, log_entry
from riskapp.storage.users import users
from riskapp.worked_example import LoadedPerson, load
from tests.builders import person
from tests.conftest import Clock, office_over

LOADER = Path(__file__).with_name("interrupted_load.py")
ROOT = Path(__file__).resolve().parents[2]


def loaded(office: Office) -> tuple[LoadedPerson, ...]:
    return load(office, new_secret=ambient.new_secret)


def whole_log(office: Office) -> tuple[LogEntry, ...]:
    with office.reading() as connection:
        return entries(connection, select(log_entry).order_by(log_entry.c.seq))


def assessments(office: Office) -> list[StoredAssessment]:
    with office.reading() as connection:
        ids = connection.execute(select(assessment.c.id).order_by(assessment.c.number)).scalars().all()
        return [stored_assessment(connection, each) for each in ids]


@pytest.fixture(scope="module")
def example(sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Yield an office with the example in it, for tests that only read."""
    folder = tmp_path_factory.mktemp("example")
    (folder / "riskapp.sqlite").write_bytes(sqlite_template)
    database = Database(f"sqlite:///{folder / 'riskapp.sqlite'}")
    office = office_over(database, folder, Clock())
    loaded(office)
    yield office
    database.dispose()


def test_three_are_decided_one_is_in_review_and_one_in_progress(example: Office) -> None:
    assert [each.stage for each in assessments(example)] == [
        Stage.DECIDED,
        Stage.DECIDED,
        Stage.DECIDED,
        Stage.IN_REVIEW,
        Stage.IN_PROGRESS,
    ]


def test_everybody_signs_in_with_the_password_that_was_printed(office: Office) -> None:
    people = loaded(office)
    assert {role for each in people for role in each.roles} == set(Role)
    for each in people:
        assert sign_in(office, each.sign_in_name, each.password, address="127.0.0.1")
    assert len({each.password for each in people}) == len(people)


def test_every_act_has_its_entry_and_time_does_not_run_backwards(example: Office) -> None:
    log = whole_log(example)
    counted = Counter(entry.action for entry in log)
    with example.reading() as connection:
        assert counted["draft.saved"] == len(connection.execute(select(draft)).all())
        assert counted["evidence.added"] == len(connection.execute(select(evidence)).all())
    assert counted["assessment.opened"] == 5
    assert counted["sheet.submitted"] == 3
    assert (counted["sheet.handed-in"], counted["round.closed"], counted["consensus.submitted"]) == (2, 1, 1)
    assert counted["assessment.decided"] == 3
    assert [entry.at for entry in log] == sorted(entry.at for entry in log)
    assert log[0].action == "rubric.published"


def test_the_log_says_at_the_true_instant_that_it_was_an_example(example: Office) -> None:
    log = whole_log(example)
    assert log[-1].action == "example.loaded"
    assert log[-1].actor_id is None
    assert timedelta() < example.now() - log[-1].at < timedelta(seconds=1)
    assert log[-2].at <= log[-1].at


def test_nobody_decides_on_what_they_scored_or_opened(example: Office) -> None:
    for each in assessments(example):
        deciders = {step.changed_by for step in each.stages if step.stage is Stage.DECIDED}
        assert not deciders & {*each.assessors, *each.scorers, each.created_by}
    assert len({name for each in assessments(example) for name in each.assessors}) == 2


def test_a_newcomer_finds_two_who_scored_blind_a_consensus_with_reasons_and_a_dissent(
    example: Office,
) -> None:
    (moderated,) = [each for each in assessments(example) if each.moderators]
    assert (moderated.stage, len(moderated.scorers)) == (Stage.IN_REVIEW, 2)
    with example.reading() as connection:
        given = moderation(connection, NOBODY, dossier(connection, moderated.id))
    assert given
    assert (given.moderator, given.assessors) == ("Lea Marchetti", ("Ben Okafor", "Ada Lindqvist"))
    assert {key for key, each in given.compared.items() if each.reason} == {
        "lineage",
        "documentation",
        "state-narrative",
    }
    told = [one.assessor for each in given.compared.values() for one in each.opinions if one.dissent]
    assert told == ["Ada Lindqvist"]


def test_conditions_have_owners_and_fall_due_before_the_approval_ends(example: Office) -> None:
    with example.reading() as connection:
        made = [each for one in assessments(example) for each in decisions(connection, one.id)]
    conditions = [(each, condition) for each in made for condition in each.conditions]
    assert len(conditions) >= 5
    for each, condition in conditions:
        assert condition.owner
        assert each.expires_on is not None
        assert condition.due_on is not None
        assert each.decided_at.date() < condition.due_on <= each.expires_on


def test_the_report_of_each_decision_is_frozen_with_the_claims_beside_what_checks_them(
    example: Office,
) -> None:
    with example.reading() as connection:
        frozen = [
            json.loads(canonical_snapshot(connection, snapshots(connection, each.id)[-1].digest))
            for each in assessments(example)
            if each.stage is Stage.DECIDED
        ]
    checked = [source for each in frozen for source in each["sources"] if source["check"]]
    assert len(frozen) == 3
    assert len(checked) == 8
    assert {source["type"] for source in checked} == {"press"}


def test_evidence_stands_in_the_forms_fact_link_and_file(example: Office) -> None:
    with example.reading() as connection:
        items = [item for each in assessments(example) for item in evidence_items(connection, each.id)]
    assert {item.form for item in items} == {"fact", "link", "file"}
    assert all((item.form == "fact") is (item.fact_id is not None) for item in items)
    assert {item.finding for item in items} - {None} == {"confirms", "qualifies", "contradicts"}


def test_the_assessment_in_progress_has_drafts_that_are_no_answers_yet(example: Office) -> None:
    open_one = assessments(example)[-1]
    with example.reading() as connection:
        kept = drafts(connection, open_one.id, open_one.assessors[0])
    assert 25 <= len(kept) <= 29
    assert "rationale" not in kept["agentic-work"].payload


def test_it_follows_on_what_the_log_holds_already(sqlite_template: bytes, tmp_path: Path) -> None:
    (tmp_path / "riskapp.sqlite").write_bytes(sqlite_template)
    database = Database(f"sqlite:///{tmp_path / 'riskapp.sqlite'}")
    office = office_over(database, tmp_path, Clock())
    publish_shipped(office)
    loaded(office)
    log = whole_log(office)
    assert Counter(entry.action for entry in log)["rubric.published"] == 2
    assert [entry.at for entry in log] == sorted(entry.at for entry in log)
    database.dispose()


def test_a_service_with_users_is_left_as_it_is(office: Office) -> None:
    person(office, "somebody")
    before = whole_log(office)
    with pytest.raises(ConflictError, match="There are users already"):
        loaded(office)
    assert whole_log(office) == before


def test_a_load_that_was_killed_has_left_nothing_and_the_next_one_is_whole(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    command = [sys.executable, str(LOADER), database_url, str(tmp_path / "files")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as loader:
        assert loader.stdout is not None
        assert loader.stdout.readline() == "in the middle\n"
        loader.send_signal(signal.SIGKILL)
    with office.reading() as connection:
        assert latest_entry(connection) is None
        assert users(connection) == ()
    loaded(office)
    assert len(assessments(office)) == 5


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2025, 6, 1, tzinfo=UTC),
        datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC),
        datetime(2031, 2, 28, 23, 59, tzinfo=UTC),
    ],
)
def test_it_loads_on_any_day(sqlite_template: bytes, tmp_path: Path, instant: datetime) -> None:
    (tmp_path / "riskapp.sqlite").write_bytes(sqlite_template)
    database = Database(f"sqlite:///{tmp_path / 'riskapp.sqlite'}")
    clock = Clock()
    clock.instant = instant
    office = office_over(database, tmp_path, clock)
    loaded(office)
    log = whole_log(office)
    assert len(assessments(office)) == 5
    assert instant - timedelta(days=14) < log[0].at
    assert log[-1].at < instant + timedelta(seconds=1)
    database.dispose()


def test_its_files_come_back_from_the_store(example: Office) -> None:
    with example.reading() as connection:
        (item,) = [
            item
            for each in assessments(example)
            for item in evidence_items(connection, each.id)
            if item.form == "file"
        ]
    assert isinstance(example.files, FileStore)
    assert item.file_digest is not None
    assert example.files.get(item.file_digest).startswith(b"claim,subject,dimension")
