"""Who was taken out of a team has had a sheet: nobody decides, moderates or opens a round on that ground."""

from dataclasses import replace

import pytest

from riskapp.domain.authority import Actor, Principal, Role
from riskapp.domain.errors import ForbiddenError
from riskapp.domain.life_cycle import Act, next_act
from riskapp.domain.scores import Recommendation
from riskapp.services.assessments import withdraw_assessment
from riskapp.services.decisions import Decide, decide, send_back
from riskapp.services.rounds import change_team, close_round
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.assessment_lists import AssessmentFilters, assessment_rows
from riskapp.storage.assessments import assessment
from riskapp.storage.sheets import latest_sheet
from tests.assessment_builders import FULL
from tests.builders import person
from tests.teams import OTHER, Team, a_team, a_team_in_moderation, fill, hand_in, settle


def a_team_without_eve(office: Office, role: Role) -> tuple[Team, Actor]:
    """Open a round that Eve has typed in and was taken out of; she holds one more role."""
    eve = person(office, "eve", Role.ASSESSOR, role)
    others = [person(office, name, Role.ASSESSOR) for name in ("ada", "bo")]
    team = a_team(office, assessors=(*others, eve))
    fill(office, team, eve, OTHER)
    change_team(office, team.lead, team.id, [each.id for each in others])
    return team, eve


def test_an_approver_who_was_taken_out_of_the_team_does_not_decide(office: Office) -> None:
    team, eve = a_team_without_eve(office, Role.APPROVER)
    for actor in team.assessors[:2]:
        hand_in(office, team, actor)
    settle(office, team)
    with pytest.raises(ForbiddenError, match="You scored this assessment"):
        decide(office, eve, team.id, Decide(outcome=Recommendation.REJECT, reason="No."))


def test_a_lead_who_was_taken_out_of_the_team_neither_closes_the_round_nor_moderates(office: Office) -> None:
    team, eve = a_team_without_eve(office, Role.LEAD_ASSESSOR)
    hand_in(office, team, team.ada)
    with pytest.raises(ForbiddenError, match="another lead assessor has to close the round"):
        close_round(office, eve, team.id, "Let me see.")
    hand_in(office, team, team.bo)
    with pytest.raises(ForbiddenError):
        fill(office, team, eve, {"residency": {**OTHER["residency"], "reason": "Mine."}})


def test_withdrawing_opens_no_blind_round_to_one_of_its_assessors(office: Office) -> None:
    eve = person(office, "eve", Role.ASSESSOR, Role.LEAD_ASSESSOR)
    team = a_team(office, assessors=(person(office, "ada", Role.ASSESSOR), eve))
    hand_in(office, team, team.ada)
    with pytest.raises(ForbiddenError, match="Another lead assessor has to withdraw it"):
        withdraw_assessment(office, eve, team.id, "Opened by mistake.")
    withdraw_assessment(office, team.lead, team.id, "Opened by mistake.")


def test_what_an_earlier_moderation_settled_gives_way_to_what_all_agree_on_now(office: Office) -> None:
    team = a_team_in_moderation(office)
    fill(office, team, team.lead, {"residency": {**OTHER["residency"], "reason": "Cleo convinced me."}})
    submit_sheet(office, team.lead, team.id)
    send_back(office, person(office, "omar", Role.APPROVER), team.id, "Look again.")
    fill(office, team, team.assessors[2], {"residency": FULL["residency"]}, expected=1)
    for actor in team.assessors:
        submit_sheet(office, actor, team.id)
    submit_sheet(office, team.lead, team.id)
    with office.reading() as connection:
        settled = latest_sheet(connection, team.id)
        agreed = {each: settled.answers[each].response for each in ("residency",)} if settled else {}
    assert "inside" in str(agreed["residency"])


def test_whoever_chose_the_team_or_closed_the_round_does_not_decide_even_through_a_substitute(
    office: Office,
) -> None:
    chooser = person(office, "pat", Role.LEAD_ASSESSOR, Role.APPROVER)
    team = a_team(office)
    for actor in team.assessors[:2]:
        hand_in(office, team, actor)
    substitute = person(office, "sub")
    acting = Actor(
        substitute.id,
        substitute.name,
        frozenset({Role.LEAD_ASSESSOR}),
        {Role.LEAD_ASSESSOR: Principal(chooser.id, chooser.name)},
    )
    close_round(office, acting, team.id, "Cleo is ill.")
    settle(office, team)
    for barred in (chooser, replace(acting, roles=frozenset({Role.APPROVER}))):
        with pytest.raises(ForbiddenError, match="closed its round or moderated it"):
            decide(office, barred, team.id, Decide(outcome=Recommendation.REJECT, reason="No."))
        assert waits_for(office, barred, team.id) is Act.NOTHING
    free = person(office, "omar", Role.APPROVER)
    assert waits_for(office, free, team.id) is Act.DECIDE
    with office.reading() as connection:
        waiting = [
            assessment_rows(connection, each, AssessmentFilters(stage="in-review", untouched_by=ids)).items
            for each in (chooser, acting, team.lead, free, team.ada)
            for ids in [each.acting_ids(Role.LEAD_ASSESSOR)]
        ]
    assert [len(each) for each in waiting] == [0, 0, 0, 1, 0]


def waits_for(office: Office, actor: Actor, assessment_id: str) -> Act:
    with office.reading() as connection:
        return next_act(actor, assessment(connection, assessment_id).standing)


def test_who_names_a_substitute_for_the_consensus_does_not_decide_on_it(office: Office) -> None:
    absent = person(office, "pat", Role.LEAD_ASSESSOR, Role.APPROVER)
    team = a_team_in_moderation(office)
    principals = {Role.LEAD_ASSESSOR: Principal(absent.id, absent.name)}
    acting = Actor(person(office, "sub").id, "sub", frozenset({Role.LEAD_ASSESSOR}), principals)
    settle(office, replace(team, lead=acting))
    assert waits_for(office, absent, team.id) is Act.NOTHING
    with pytest.raises(ForbiddenError, match="You or a substitute chose who scores"):
        decide(office, absent, team.id, Decide(outcome=Recommendation.REJECT, reason="No."))
