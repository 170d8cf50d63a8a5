"""A round of scoring by several people: blind until all are in, or until it is closed with a reason."""

import pytest
from sqlalchemy import select

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.life_cycle import Stage
from riskapp.services.assessments import NewAssessment, open_assessment
from riskapp.services.blindness import seen_evidence, seen_evidence_item, seen_sheets
from riskapp.services.evidence import NewEvidence, add_evidence, replace_evidence
from riskapp.services.rounds import change_team, close_round
from riskapp.services.sheets import SaveDraft, save_draft, submit_sheet
from riskapp.services.work import Office
from riskapp.storage.assessments import StoredAssessment, assessment
from riskapp.storage.log import LogEntry, entries
from riskapp.storage.log_lists import LogFilters, log_entry_at, log_window
from riskapp.storage.sheets import latest_sheet
from riskapp.storage.tables import log_entry
from tests.assessment_builders import FULL
from tests.builders import person
from tests.teams import Team, a_team, fill, hand_in

NOTE = NewEvidence(form="note", source_type="computed", title="What I found", excerpt="A secret.")


def stored(office: Office, team: Team) -> StoredAssessment:
    with office.reading() as connection:
        return assessment(connection, team.id)


def log(office: Office) -> tuple[LogEntry, ...]:
    with office.reading() as connection:
        return entries(connection, select(log_entry).order_by(log_entry.c.seq))


def seqs_seen(office: Office, viewer_id: str) -> set[int]:
    with office.reading() as connection:
        window = log_window(connection, LogFilters(), viewer_id=viewer_id, size=1_000)
        return {each.seq for each in window.items}


def test_the_assessment_stays_in_progress_until_all_are_in_and_is_moderated_then(office: Office) -> None:
    team = a_team(office)
    for actor in team.assessors[:2]:
        hand_in(office, team, actor)
    between = stored(office, team)
    assert (between.stage, len(between.submitted)) == (Stage.IN_PROGRESS, 2)
    with office.reading() as connection:
        assert latest_sheet(connection, team.id) is None
    hand_in(office, team, team.assessors[2])
    after = stored(office, team)
    assert after.stage is Stage.IN_MODERATION
    assert [each.action for each in log(office)[-2:]] == ["sheet.handed-in", "round.closed"]


def test_a_submitted_sheet_of_a_round_no_longer_changes(office: Office) -> None:
    team = a_team(office)
    hand_in(office, team, team.ada)
    with pytest.raises(ConflictError, match="You have submitted your score sheet"):
        fill(office, team, team.ada, {"residency": {"rationale": "Once more."}}, expected=1)
    with pytest.raises(ConflictError, match="You have submitted your score sheet"):
        submit_sheet(office, team.ada, team.id)


def test_until_the_round_is_closed_a_sheet_is_seen_by_its_assessor_alone(office: Office) -> None:
    team = a_team(office)
    hand_in(office, team, team.ada)
    with office.reading() as connection:
        found = assessment(connection, team.id)
        assert len(seen_sheets(connection, team.ada.id, found)) == 1
        for other in (team.bo, team.lead):
            assert seen_sheets(connection, other.id, found) == ()


def test_evidence_of_an_assessor_is_private_and_that_of_the_lead_is_for_all(office: Office) -> None:
    team = a_team(office)
    shared = add_evidence(office, team.lead, team.id, NOTE)
    private = add_evidence(office, team.ada, team.id, NOTE)
    with office.reading() as connection:
        found = assessment(connection, team.id)
        seen = {
            each.id: {item.id for item in seen_evidence(connection, each.id, found)}
            for each in (*team.assessors[:2], team.lead)
        }
        assert seen == {team.ada.id: {shared, private}, team.bo.id: {shared}, team.lead.id: {shared}}
        with pytest.raises(NotFoundError):
            seen_evidence_item(connection, team.bo.id, private)
    for actor in team.assessors:
        hand_in(office, team, actor)
    with office.reading() as connection:
        after = seen_evidence(connection, team.bo.id, assessment(connection, team.id))
    assert {each.id for each in after} == {shared, private}


def test_nobody_cites_or_corrects_what_they_do_not_see(office: Office) -> None:
    team = a_team(office)
    private = add_evidence(office, team.ada, team.id, NOTE)
    with pytest.raises(InvalidError) as refusal:
        fill(office, team, team.bo, {"residency": {**FULL["residency"], "evidence": [private]}})
    assert set(refusal.value.fields) == {"evidence"}
    with pytest.raises(NotFoundError):
        replace_evidence(office, team.bo, private, NOTE)
    shared = add_evidence(office, team.lead, team.id, NOTE)
    with pytest.raises(ForbiddenError, match="only what you added yourself"):
        replace_evidence(office, team.bo, shared, NOTE)


def test_log_entries_of_a_round_are_withheld_from_all_but_their_author_until_it_is_closed(
    office: Office,
) -> None:
    team = a_team(office)
    add_evidence(office, team.ada, team.id, NOTE)
    shared = add_evidence(office, team.lead, team.id, NOTE)
    hand_in(office, team, team.ada)
    auditor = person(office, "audra", Role.AUDITOR)
    of_ada = {each.seq for each in log(office) if each.actor_id == team.ada.id and each.assessment_id}
    assert len(of_ada) == 6
    assert not of_ada & seqs_seen(office, auditor.id)
    assert of_ada <= seqs_seen(office, team.ada.id)
    assert shared in {each.subject_id for each in log(office) if each.seq in seqs_seen(office, auditor.id)}
    with office.reading() as connection, pytest.raises(ForbiddenError, match="once the round is closed"):
        log_entry_at(connection, min(of_ada), viewer_id=auditor.id)
    close_round(office, team.lead, team.id, "The others have left.")
    assert of_ada <= seqs_seen(office, auditor.id)


def test_a_lead_closes_the_round_early_with_a_reason_and_one_sheet_goes_to_review(office: Office) -> None:
    team = a_team(office)
    with pytest.raises(ConflictError, match="Nobody has submitted"):
        close_round(office, team.lead, team.id, "Too late.")
    hand_in(office, team, team.ada)
    with pytest.raises(InvalidError):
        close_round(office, team.lead, team.id, "  ")
    with pytest.raises(ForbiddenError):
        close_round(office, team.bo, team.id, "I want to see it.")
    close_round(office, team.lead, team.id, "The others have left.")
    found = stored(office, team)
    assert (found.stage, found.stages[-1].reason) == (Stage.IN_REVIEW, "The others have left.")
    with office.reading() as connection:
        sheet = latest_sheet(connection, team.id)
    assert sheet
    assert sheet.assessor_id == team.ada.id
    with pytest.raises(ConflictError, match="nothing to close"):
        close_round(office, team.lead, team.id, "Again.")


def test_a_lead_who_scores_cannot_close_the_round_to_look(office: Office) -> None:
    both = person(office, "both", Role.ASSESSOR, Role.LEAD_ASSESSOR)
    team = a_team(office, assessors=(both, person(office, "ada", Role.ASSESSOR)))
    hand_in(office, team, team.bo)
    with pytest.raises(ForbiddenError, match="You are one of its assessors"):
        close_round(office, both, team.id, "I am curious.")


def test_the_team_changes_until_somebody_has_submitted_who_would_leave(office: Office) -> None:
    team = a_team(office)
    dana = person(office, "dana", Role.ASSESSOR)
    change_team(office, team.lead, team.id, [team.ada.id, dana.id])
    assert stored(office, team).assessors == (team.ada.id, dana.id)
    assert log(office)[-1].body["details"] == {
        "added": [dana.id],
        "removed": [each.id for each in team.assessors[1:]],
    }
    with pytest.raises(ForbiddenError):
        fill(office, team, team.bo, {"residency": FULL["residency"]})
    hand_in(office, team, dana)
    with pytest.raises(InvalidError) as refusal:
        change_team(office, team.lead, team.id, [team.ada.id])
    assert "Dana submitted a score sheet already" in refusal.value.fields["assessor"]
    for wrong in ([], [team.lead.id, dana.id]):
        with pytest.raises(InvalidError):
            change_team(office, team.lead, team.id, wrong)


def test_a_round_is_not_ended_without_a_reason_by_taking_out_who_is_missing(office: Office) -> None:
    team = a_team(office)
    for actor in team.assessors[:2]:
        hand_in(office, team, actor)
    with pytest.raises(InvalidError) as refusal:
        change_team(office, team.lead, team.id, [each.id for each in team.assessors[:2]])
    assert "close it with a reason instead" in refusal.value.fields["assessor"]
    close_round(office, team.lead, team.id, "Cleo has left.")
    with pytest.raises(ConflictError, match="settled"):
        change_team(office, team.lead, team.id, [team.ada.id])


def test_taking_people_out_and_in_again_opens_nobodys_work(office: Office) -> None:
    team = a_team(office, assessors=[person(office, name, Role.ASSESSOR) for name in ("ada", "bo")])
    private = add_evidence(office, team.bo, team.id, NOTE)
    fill(office, team, team.bo, {"residency": FULL["residency"]})
    of_bo = {each.seq for each in log(office) if each.actor_id == team.bo.id and each.assessment_id}
    change_team(office, team.lead, team.id, [team.ada.id])
    found = stored(office, team)
    assert found.standing.is_blind
    with office.reading() as connection:
        for viewer in (team.ada, team.lead):
            assert seen_evidence(connection, viewer.id, found) == ()
            assert not of_bo & seqs_seen(office, viewer.id)
    change_team(office, team.lead, team.id, [team.ada.id, team.bo.id])
    with office.reading() as connection:
        seen = seen_evidence(connection, team.bo.id, stored(office, team))
    assert [each.id for each in seen] == [private]


def test_only_assessors_are_a_team_and_each_counts_once(office: Office) -> None:
    team = a_team(office)
    with office.reading() as connection:
        found = assessment(connection, team.id)
    new = NewAssessment(
        candidate_id="x",
        context_id="x",
        release_id=found.rubric_release_id,
        profile_id="general",
        assessor_id=team.ada.id,
        others=(team.ada.id, team.lead.id),
    )
    assert new.team == (team.ada.id, team.lead.id)
    with pytest.raises(InvalidError) as refusal:
        open_assessment(office, team.lead, new)
    assert "Lead cannot fill in a score sheet" in refusal.value.fields["assessor"]


def test_a_lead_outside_moderation_fills_in_nothing(office: Office) -> None:
    team = a_team(office)
    command = SaveDraft(assessment_id=team.id, criterion_id="residency", payload={}, expected=0)
    with pytest.raises(ForbiddenError):
        save_draft(office, team.lead, command)
