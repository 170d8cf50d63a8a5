"""Moderation: what the sheets say side by side, the consensus that settles it, and dissent."""

import json
from fractions import Fraction

import pytest

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.domain.life_cycle import Stage
from riskapp.domain.scores import Recommendation
from riskapp.services.decisions import Decide, decide, send_back
from riskapp.services.dossiers import dossier
from riskapp.services.moderation import (
    Moderation,
    agreement,
    moderation,
    record_dissent,
    seat_drafts,
    taken_payload,
)
from riskapp.services.reports import draft_report
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.moderation import dissents
from riskapp.storage.reports import canonical_snapshot, snapshots
from riskapp.storage.sheets import latest_sheet, sheets
from tests.assessment_builders import FULL
from tests.builders import person
from tests.papers import words_of
from tests.teams import OTHER, Team, a_team, a_team_in_moderation, fill, hand_in, settle

REJECTION = Decide(outcome=Recommendation.REJECT, reason="The budget is spent.")


def side_by_side(office: Office, team: Team, viewer_id: str = "") -> Moderation:
    with office.reading() as connection:
        found = moderation(connection, viewer_id, dossier(connection, team.id))
    assert found
    return found


def stage(office: Office, team: Team) -> Stage:
    with office.reading() as connection:
        return dossier(connection, team.id).stored.stage


def faults(office: Office, team: Team) -> dict[str, str]:
    with pytest.raises(InvalidError) as refusal:
        submit_sheet(office, team.lead, team.id)
    return refusal.value.fields


def test_the_sheets_stand_side_by_side_with_the_spread_of_each_criterion(office: Office) -> None:
    given = side_by_side(office, a_team_in_moderation(office))
    assert given.assessors == ("Ada", "Bo", "Cleo")
    assert given.compared["residency"].spread.spread == Fraction(100)
    assert given.compared["residency"].spread.agreed is None
    assert given.compared["run-cost"].spread.agreed is not None
    assert [each.point for each in given.compared["residency"].opinions] == [100, 100, 0]


def test_agreement_is_measured_over_all_criteria_and_by_dimension(office: Office) -> None:
    team = a_team_in_moderation(office)
    given = side_by_side(office, team)
    with office.reading() as connection:
        found = dossier(connection, team.id)
    overall = agreement(found, given).alpha
    cost, security = (agreement(found, given, each).alpha for each in found.rubric.dimensions)
    assert overall is not None
    assert security is not None
    assert cost == 1
    assert security < overall < cost


def test_before_the_round_is_closed_there_is_nothing_to_compare(office: Office) -> None:
    team = a_team(office)
    hand_in(office, team, team.ada)
    with office.reading() as connection:
        assert moderation(connection, team.ada.id, dossier(connection, team.id)) is None


def test_what_all_agree_on_is_the_consensus_unless_the_lead_says_otherwise(office: Office) -> None:
    team = a_team_in_moderation(office)
    with office.reading() as connection:
        kept = seat_drafts(connection, team.lead, dossier(connection, team.id))
    assert set(kept) == {"run-cost", "exit-cost", "documents"}
    assert kept["exit-cost"].payload["choice"] == "level:free"
    assert kept["exit-cost"].payload["rationale"] == "\n".join(
        f"{name}: The same calls elsewhere." for name in ("Ada", "Bo", "Cleo")
    )


def test_where_the_spread_reaches_the_limit_of_the_rubric_a_reason_is_needed(office: Office) -> None:
    team = a_team_in_moderation(office)
    assert set(faults(office, team)) == {"residency.choice"}
    fill(office, team, team.lead, {"residency": FULL["residency"]})
    assert "100.0 points apart" in faults(office, team)["residency.reason"]
    fill(
        office,
        team,
        team.lead,
        {"residency": {**FULL["residency"], "reason": "The contract says so."}},
        expected=1,
    )
    submit_sheet(office, team.lead, team.id)
    assert stage(office, team) is Stage.IN_REVIEW
    assert side_by_side(office, team).compared["residency"].reason == "The contract says so."


def test_against_what_all_agree_on_and_between_kinds_of_answer_a_reason_is_needed(office: Office) -> None:
    team = a_team(office)
    unknown = {"choice": "unknown", "looked": "The trust page."}
    hand_in(office, team, team.ada)
    hand_in(office, team, team.bo)
    hand_in(office, team, team.assessors[2], {**FULL, "documents": unknown})
    fill(office, team, team.lead, {"documents": unknown, "residency": OTHER["residency"]})
    assert set(faults(office, team)) == {"documents.reason", "residency.reason"}


def test_the_lead_takes_over_the_answer_of_one_and_keeps_the_reason(office: Office) -> None:
    given = side_by_side(office, a_team_in_moderation(office))
    last = given.compared["residency"].opinions[-1]
    payload = taken_payload(given, "residency", last.sheet_id, {"reason": "Agreed.", "rationale": "x"})
    assert (payload["choice"], payload["reason"]) == ("level:foreign", "Agreed.")
    assert payload["rationale"] == FULL["residency"]["rationale"]


def test_the_consensus_is_what_is_decided_on_and_each_sheet_stays_as_it_was(office: Office) -> None:
    team = a_team_in_moderation(office)
    with office.reading() as connection:
        before = sheets(connection, team.id)
    settle(office, team)
    with office.reading() as connection:
        after, consensus = sheets(connection, team.id), latest_sheet(connection, team.id)
    assert consensus
    assert after == (*before, consensus)
    assert set(consensus.rests_on) == {each.id for each in before}
    assert consensus.assessor_id == team.lead.id
    given = side_by_side(office, team)
    assert given.moderator == "Lead"


def test_who_scored_moderated_or_opened_cannot_decide(office: Office) -> None:
    every = (Role.ASSESSOR, Role.LEAD_ASSESSOR, Role.APPROVER)
    opener, scorer, moderator = (person(office, name, *every) for name in ("opal", "sam", "mo"))
    team = a_team(office, lead=opener, assessors=(scorer, person(office, "ada", Role.ASSESSOR)))
    for actor in team.assessors:
        hand_in(office, team, actor)
    with pytest.raises(ConflictError):
        fill(office, team, scorer, {"residency": FULL["residency"]})
    submit_sheet(office, moderator, team.id)
    for actor, part in ((opener, "opened"), (scorer, "scored"), (moderator, "moderated")):
        with pytest.raises(ForbiddenError, match=f"You {part} this assessment"):
            decide(office, actor, team.id, REJECTION)
    decide(office, person(office, "ines", Role.APPROVER), team.id, REJECTION)


def test_dissent_is_kept_until_the_decision_and_printed_in_the_report(office: Office) -> None:
    team = a_team_in_moderation(office)
    cleo = team.assessors[2]
    with pytest.raises(InvalidError, match="Say what you hold against the consensus"):
        record_dissent(office, cleo, team.id, "residency", " ")
    record_dissent(office, cleo, team.id, "residency", "First thoughts.")
    settle(office, team)
    record_dissent(office, cleo, team.id, "residency", "The subprocessor is abroad.")
    record_dissent(office, team.ada, team.id, "run-cost", "Too cheap to be true.")
    record_dissent(office, team.ada, team.id, "run-cost", "")
    with pytest.raises(ForbiddenError):
        record_dissent(office, team.lead, team.id, "residency", "I moderate.")
    decide(office, person(office, "ines", Role.APPROVER), team.id, REJECTION)
    with pytest.raises(ConflictError, match="no consensus to dissent from"):
        record_dissent(office, cleo, team.id, "residency", "Too late.")
    with office.reading() as connection:
        assert [each.text for each in dissents(connection, team.id)] == ["The subprocessor is abroad."]
        frozen = snapshots(connection, team.id)[-1]
        said = json.loads(canonical_snapshot(connection, frozen.digest))
    assert (said["team"]["assessors"], said["team"]["moderator"]) == (["Ada", "Bo", "Cleo"], "Lead")
    residency = said["dimensions"][1]["criteria"][0]["opinions"]
    assert (residency["spread"], residency["reason"]) == ("100.0", "The contract was read together.")
    assert residency["dissents"] == [{"by": "Cleo", "text": "The subprocessor is abroad."}]
    assert [each["did"].partition(":")[0] for each in said["events"]] == [
        "opened the assessment",
        "submitted the last score sheet, which closed the round of scoring",
        "submitted the consensus",
        "decided",
    ]


def test_what_is_sent_back_is_scored_in_a_new_round_that_is_blind_too(office: Office) -> None:
    team = a_team_in_moderation(office)
    settle(office, team)
    approver = person(office, "ines", Role.APPROVER)
    send_back(office, approver, team.id, "Read the contract again.")
    fill(office, team, team.ada, {"residency": OTHER["residency"]}, expected=1)
    submit_sheet(office, team.ada, team.id)
    given = side_by_side(office, team)
    assert [each.point for each in given.compared["residency"].opinions] == [100, 100, 0]
    for actor in team.assessors[1:]:
        submit_sheet(office, actor, team.id)
    assert stage(office, team) is Stage.IN_MODERATION
    again = side_by_side(office, team)
    assert sorted(each.point or 0 for each in again.compared["residency"].opinions) == [0, 0, 100]
    submit_sheet(office, team.lead, team.id)
    assert stage(office, team) is Stage.IN_REVIEW


def test_the_report_prints_spread_reason_dissent_and_agreement(office: Office) -> None:
    team = a_team_in_moderation(office)
    settle(office, team)
    record_dissent(office, team.assessors[2], team.id, "residency", "The subprocessor is abroad.")
    drafted = draft_report(office, person(office, "ines", Role.APPROVER), team.id)
    text = words_of(drafted.pdf)
    for said in (
        "Spread 100.0 points",
        "Ada: Inside (high); Bo: Inside (high); Cleo: Foreign (high)",
        "Reason of the moderation: The contract was read together.",
        "Cleo dissents: The subprocessor is abroad.",
        "Agreement of the assessors",
        "Lead moderated",
    ):
        assert said in text
