"""A re-assessment starts from the last answers, and each has to be confirmed before it counts."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from riskapp.domain.authority import Actor, Role
from riskapp.domain.drafts import CONFIRMED
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.domain.scores import Recommendation
from riskapp.services.candidates import revise_candidate
from riskapp.services.decisions import Decide, decide
from riskapp.services.dossiers import dossier
from riskapp.services.facts import add_fact
from riskapp.services.progress import AnswerState, read_drafts
from riskapp.services.reassessments import Reassess, reassess, since_last
from riskapp.services.sheets import SaveDraft, save_draft, submit_sheet
from riskapp.services.work import Office
from riskapp.storage.evidence import evidence_items
from riskapp.storage.sheets import drafts, latest_sheet
from tests.assessment_builders import CANDIDATE, a_submitted_assessment, publish
from tests.builders import person
from tests.conftest import Clock
from tests.lapse_builders import TODAY, Approved, an_approval, causes_of, dearer, next_release

NO_CONDITIONS = Decide(
    outcome=Recommendation.APPROVE, reason="Still so.", expires_on=TODAY + timedelta(days=200)
)


def again(office: Office, approved: Approved, *, release: Path | None = None) -> tuple[str, Actor]:
    """Re-assess an approval by another assessor; return the new id and the assessor."""
    assessor = person(office, f"again-{office.new_id()[-6:]}", Role.ASSESSOR)
    with office.reading() as connection:
        same = dossier(connection, approved.id).release.id
    command = Reassess(
        assessment_id=approved.id,
        release_id=same if release is None else publish(office, release),
        profile_id="general",
        assessor_id=assessor.id,
    )
    return reassess(office, approved.opened.lead, command), assessor


def states(office: Office, assessment_id: str, assessor: Actor) -> dict[str, AnswerState]:
    with office.reading() as connection:
        rubric = dossier(connection, assessment_id).rubric
        reading = read_drafts(rubric, drafts(connection, assessment_id, assessor.id))
    return {each.id: reading.state(each.id) for each in rubric.criteria()}


def confirm(office: Office, assessment_id: str, assessor: Actor) -> None:
    """Confirm every carried draft as it stands."""
    with office.reading() as connection:
        kept = drafts(connection, assessment_id, assessor.id)
    for criterion, draft in kept.items():
        payload = {**draft.payload, "carried": CONFIRMED}
        command = SaveDraft(
            assessment_id=assessment_id, criterion_id=criterion, payload=payload, expected=draft.version
        )
        save_draft(office, assessor, command)


def test_carried_answers_count_only_once_each_was_confirmed(office: Office, clock: Clock) -> None:
    approved = an_approval(office)
    clock.advance(days=100)
    assert causes_of(office, approved.id)
    new_id, assessor = again(office, approved)
    assert set(states(office, new_id, assessor).values()) == {AnswerState.INCOMPLETE}
    with pytest.raises(InvalidError) as refusal:
        submit_sheet(office, assessor, new_id)
    assert len(refusal.value.fields) == 4
    assert refusal.value.fields["exit-cost.carried"] == (
        "Confirm the carried answer to “Exit cost”, or change it"
    )
    confirm(office, new_id, assessor)
    submit_sheet(office, assessor, new_id)
    with office.reading() as connection:
        before, now = latest_sheet(connection, approved.id), latest_sheet(connection, new_id)
    assert before
    assert now
    plain = {each: replace(answer, evidence=()) for each, answer in now.answers.items()}
    assert plain == {each: replace(answer, evidence=()) for each, answer in before.answers.items()}
    assert causes_of(office, approved.id), "it holds until the new one is decided"
    decide(office, approved.approver, new_id, NO_CONDITIONS)
    assert causes_of(office, approved.id) == []


def test_the_evidence_of_carried_answers_comes_along(office: Office) -> None:
    approved = an_approval(office)
    new_id, assessor = again(office, approved)
    with office.reading() as connection:
        (before,) = evidence_items(connection, approved.id)
        (carried,) = evidence_items(connection, new_id)
        kept = drafts(connection, new_id, assessor.id)["run-cost"]
    assert kept.payload["evidence"] == [carried.id] != [before.id]
    assert (carried.fact_id, carried.title, carried.number) == (approved.fact_id, before.title, 1)


def test_what_changed_since_stands_beside_each_answer(office: Office, tmp_path: Path) -> None:
    approved = an_approval(office)
    with office.reading() as connection:
        candidate_id = dossier(connection, approved.id).candidate.candidate_id
    revise_candidate(office, None, candidate_id, replace(CANDIDATE, licence="Other"), seen=1)
    add_fact(office, None, dearer())
    release = next_release(
        tmp_path,
        ("question: Where are prompts processed?", "question: Where are prompts kept?"),
        ("why: Whoever cannot leave", "why: Who cannot leave"),
    )
    new_id, assessor = again(office, approved, release=release)
    with office.reading() as connection:
        told = since_last(connection, dossier(connection, new_id), TODAY)
    assert told
    assert told.former.reference == "RA-0001"
    assert told.general == (
        "The candidate was revised: licence.",
        "The rubric is 1.1.0 now; it was 1.0.0.",
    )
    assert told.by_criterion["run-cost"][0].endswith("says 0.70 USD/1M tokens.")
    assert told.by_criterion["exit-cost"] == ("The criterion was reworded since release 1.0.0: reason.",)
    assert told.by_criterion["residency"] == (
        "The criterion changed since release 1.0.0: question. The answer was not carried over.",
    )
    assert states(office, new_id, assessor)["residency"] is AnswerState.OPEN


def test_only_a_lead_re_assesses_what_is_decided_and_once(office: Office) -> None:
    waiting = a_submitted_assessment(office)
    approved = an_approval(office)
    with office.reading() as connection:
        release_id = dossier(connection, approved.id).release.id
    command = Reassess(
        assessment_id=approved.id,
        release_id=release_id,
        profile_id="general",
        assessor_id=approved.opened.assessor.id,
    )
    lead = approved.opened.lead
    with pytest.raises(ForbiddenError):
        reassess(office, approved.approver, command)
    with pytest.raises(ConflictError, match="RA-0001 is not decided"):
        reassess(office, lead, replace(command, assessment_id=waiting.id))
    with pytest.raises(InvalidError, match="profile"):
        reassess(office, lead, replace(command, profile_id="nothing"))
    reassess(office, lead, command)
    with pytest.raises(ConflictError, match="RA-0003 re-assesses RA-0002 already"):
        reassess(office, lead, command)
