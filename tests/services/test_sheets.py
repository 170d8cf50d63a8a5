"""Submitting a sheet: what is frozen, what stops it, and what may be open."""

import json
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from riskapp.domain.answers import ChosenLevel, Measurement, NotApplicable, Unknown
from riskapp.domain.authority import Role
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.domain.life_cycle import Stage
from riskapp.domain.score_json import as_json
from riskapp.services.dossiers import assessed, dossier
from riskapp.services.progress import fingerprint
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.assessments import StageChange, insert_stage
from riskapp.storage.database import Database
from riskapp.storage.log import latest_entry
from riskapp.storage.sheets import StoredSheet, drafts, latest_sheet, sheets, store_draft
from riskapp.storage.tables import draft, sheet
from tests.assessment_builders import FULL, Opened, a_submitted_assessment, an_assessment, save
from tests.builders import person
from tests.conftest import Clock, office_over
from tests.postgresql import PostgreSQL


def submitted(office: Office, opened: Opened) -> StoredSheet:
    with office.reading() as connection:
        found = latest_sheet(connection, opened.id)
    assert found
    return found


def stage(office: Office, opened: Opened) -> Stage:
    with office.reading() as connection:
        return dossier(connection, opened.id).stored.stage


def send_back(office: Office, opened: Opened) -> None:
    with office.work(opened.lead) as unit:
        change = StageChange(
            stage=Stage.SENT_BACK, at=unit.at, changed_by=opened.lead.id, reason="Correct it."
        )
        insert_stage(unit.connection, opened.id, change, stage_id=unit.new_id())
        unit.record("assessment.sent-back", subject=("assessment", opened.id), assessment_id=opened.id)
        unit.commit()


def test_a_submitted_sheet_holds_the_answers_the_result_and_a_digest_of_both_together(office: Office) -> None:
    opened = a_submitted_assessment(office)
    found = submitted(office, opened)
    assert set(found.answers) == set(FULL)
    assert found.answers["run-cost"].response == Measurement(Fraction("62.5"), Fraction(60), Fraction(70))
    with office.reading() as connection:
        pinned = dossier(connection, opened.id)
        result = as_json(pinned.rubric, assessed(pinned, found.answers, found.submitted_at.date()))
        row = connection.execute(select(sheet)).one()
    assert found.result == result
    content = json.loads(row.canonical)
    assert row.canonical.encode() == canonical_bytes(content)
    assert found.digest == sha256_hex(row.canonical.encode())
    assert content["rubric"]["digest"] == pinned.rubric.digest
    assert content["answers"]["run-cost"]["value"] == "62.5"
    assert content["answers"]["documents"]["not_met"] == ["pentest"]


def test_submitting_hands_the_assessment_over_for_review_with_one_entry(office: Office) -> None:
    opened = a_submitted_assessment(office)
    assert stage(office, opened) is Stage.IN_REVIEW
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    assert (entry.action, entry.actor_id, entry.assessment_id) == (
        "sheet.submitted",
        opened.assessor.id,
        opened.id,
    )
    found = submitted(office, opened)
    assert entry.body["details"] == {
        "sheet": found.id,
        "digest": found.digest,
        "answers": 4,
        "total": found.result["total"]["shown"],
        "recommendation": found.result["recommendation"],
    }


def test_a_draft_that_is_begun_and_incomplete_stops_the_submission_by_field(office: Office) -> None:
    opened = an_assessment(office)
    save(office, opened, "residency", FULL["residency"])
    save(office, opened, "run-cost", {"value": "3,5", "confidence": "high"})
    save(office, opened, "exit-cost", {"rationale": "It depends."})
    save(office, opened, "documents", {"choice": "unknown"})
    with pytest.raises(InvalidError) as refusal:
        submit_sheet(office, opened.assessor, opened.id)
    assert set(refusal.value.fields) == {
        "run-cost.value",
        "run-cost.rationale",
        "exit-cost.choice",
        "exit-cost.confidence",
        "documents.looked",
    }
    assert stage(office, opened) is Stage.IN_PROGRESS
    with office.reading() as connection:
        assert sheets(connection, opened.id) == ()


def test_what_was_never_begun_may_stay_unanswered(office: Office) -> None:
    opened = an_assessment(office)
    save(office, opened, "residency", {"choice": "unknown", "looked": "The contract and the trust page."})
    save(office, opened, "exit-cost", {"choice": "not-applicable", "inapplicable": "A single trial week."})
    save(office, opened, "documents", {"choice": "stated", "confidence": "low", "statement.soc2": "open"})
    submit_sheet(office, opened.assessor, opened.id)
    answers = submitted(office, opened).answers
    assert answers["residency"].response == Unknown("The contract and the trust page.")
    assert answers["exit-cost"].response == NotApplicable("A single trial week.")
    assert set(answers) == {"residency", "exit-cost"}


def test_an_empty_sheet_is_not_submitted(office: Office) -> None:
    opened = an_assessment(office)
    with pytest.raises(InvalidError, match="Answer at least one criterion"):
        submit_sheet(office, opened.assessor, opened.id)


def test_only_its_assessor_submits_and_only_once(office: Office) -> None:
    opened = an_assessment(office)
    save(office, opened, "residency", FULL["residency"])
    for actor in (opened.lead, person(office, "all", *Role)):
        with pytest.raises(ForbiddenError):
            submit_sheet(office, actor, opened.id)
    submit_sheet(office, opened.assessor, opened.id)
    with pytest.raises(ConflictError, match="is in review"):
        submit_sheet(office, opened.assessor, opened.id)


def test_a_sheet_that_was_sent_back_is_corrected_and_submitted_as_the_next(office: Office) -> None:
    opened = a_submitted_assessment(office)
    first = submitted(office, opened)
    send_back(office, opened)
    save(office, opened, "residency", {**FULL["residency"], "choice": "level:mixed"}, expected=1)
    submit_sheet(office, opened.assessor, opened.id)
    with office.reading() as connection:
        both = sheets(connection, opened.id)
    assert [each.ordinal for each in both] == [1, 2]
    assert both[0] == first
    assert both[1].answers["residency"].response == ChosenLevel("mixed")
    assert both[1].answers["run-cost"] == first.answers["run-cost"]


def test_what_changed_after_the_person_looked_is_not_submitted_unseen(office: Office) -> None:
    opened = an_assessment(office)
    save(office, opened, "residency", FULL["residency"])
    with office.reading() as connection:
        seen = fingerprint(drafts(connection, opened.id, opened.assessor.id))
    save(office, opened, "residency", {**FULL["residency"], "confidence": "low"}, expected=1)
    with pytest.raises(ConflictError, match="was changed after this page was opened"):
        submit_sheet(office, opened.assessor, opened.id, seen=seen)
    assert stage(office, opened) is Stage.IN_PROGRESS


def test_evidence_that_is_not_of_this_assessment_stops_the_submission(office: Office) -> None:
    opened = an_assessment(office)
    save(office, opened, "residency", FULL["residency"])
    with office.work(None) as unit:
        foreign = canonical_bytes({**FULL["residency"], "evidence": ["elsewhere"]}).decode()
        unit.connection.execute(draft.update().values(payload=foreign))
        unit.record("test.planted", subject=("draft", "residency"))
        unit.commit()
    with pytest.raises(InvalidError) as refusal:
        submit_sheet(office, opened.assessor, opened.id)
    assert set(refusal.value.fields) == {"residency.evidence"}


def test_a_save_that_meets_the_submission_is_either_in_the_sheet_or_refused(office: Office) -> None:
    opened = an_assessment(office)
    save(office, opened, "residency", FULL["residency"])
    start = threading.Barrier(2)
    outcome: list[str] = []

    def type_on() -> None:
        start.wait()
        version = 1
        try:
            while True:
                payload = {**FULL["residency"], "rationale": f"version {version + 1}"}
                version = save(office, opened, "residency", payload, expected=version).version
                outcome.append(f"version {version}")
        except ConflictError as refusal:
            outcome.append(str(refusal))

    thread = threading.Thread(target=type_on)
    thread.start()
    start.wait()
    submit_sheet(office, opened.assessor, opened.id)
    thread.join()
    *acknowledged, refused = outcome
    assert "is in review" in refused
    frozen = submitted(office, opened).answers["residency"].rationale
    assert frozen == (acknowledged[-1] if acknowledged else FULL["residency"]["rationale"])


def test_a_save_that_waited_while_the_sheet_was_submitted_is_refused(
    postgresql: PostgreSQL, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgresql.fresh_database() as url:
        database = Database(url)
        office = office_over(database, tmp_path, clock)
        opened = an_assessment(office)
        save(office, opened, "residency", FULL["residency"])

        def store_and_be_overtaken(*given: Any, **named: Any) -> bool:  # noqa: ANN401 (passed on as it is)
            monkeypatch.undo()
            stored = store_draft(*given, **named)
            submit_sheet(office, opened.assessor, opened.id)
            return stored

        monkeypatch.setattr("riskapp.services.sheets.store_draft", store_and_be_overtaken)
        with pytest.raises(ConflictError, match="is in review"):
            save(office, opened, "residency", {**FULL["residency"], "rationale": "too late"}, expected=1)
        with office.reading() as connection:
            kept = drafts(connection, opened.id, opened.assessor.id)["residency"]
        assert (kept.version, submitted(office, opened).answers["residency"].rationale) == (
            1,
            FULL["residency"]["rationale"],
        )
        database.dispose()
