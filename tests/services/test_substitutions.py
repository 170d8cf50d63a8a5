"""Substitution: explicit, for a while, in the log, and no way round the four eyes."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from riskapp.domain.authority import Actor, Principal, Role
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.domain.scores import Recommendation
from riskapp.services.decisions import Decide, decide
from riskapp.services.sessions import actor_of, sign_in
from riskapp.services.substitutions import NewSubstitution, end_substitution, name_substitute
from riskapp.services.users import change_roles
from riskapp.services.work import Office
from riskapp.storage.decisions import decisions
from riskapp.storage.log import LogEntry, entries
from riskapp.storage.reports import canonical_snapshot, snapshots
from riskapp.storage.tables import log_entry
from tests.assessment_builders import a_submitted_assessment
from tests.builders import PASSWORD, person
from tests.conftest import START, Clock
from tests.teams import a_team, hand_in, settle

TODAY = START.date()
REJECTION = Decide(outcome=Recommendation.REJECT, reason="The budget is spent.")


def in_place(substitute: Actor, *, days: int = 7) -> NewSubstitution:
    return NewSubstitution(
        substitute_id=substitute.id,
        role=Role.APPROVER,
        first_day=TODAY,
        last_day=TODAY + timedelta(days),
        reason="On leave.",
    )


def signed_in(office: Office, name: str) -> Actor:
    token = sign_in(office, name, PASSWORD, address="192.0.2.1")
    with office.reading() as connection:
        found = actor_of(connection, token, office.now())
    assert found
    return found


def last_entry(office: Office, action: str) -> LogEntry:
    with office.reading() as connection:
        query = select(log_entry).where(log_entry.c.action == action).order_by(log_entry.c.seq)
        return entries(connection, query)[-1]


def test_a_substitute_decides_in_their_own_name_for_the_approver(office: Office) -> None:
    opened = a_submitted_assessment(office)
    ines, sam = person(office, "ines", Role.APPROVER), person(office, "sam", Role.PROCUREMENT)
    name_substitute(office, ines, in_place(sam))
    acting = signed_in(office, "sam")
    assert acting.principal(Role.APPROVER) == Principal(ines.id, "Ines")
    decide(office, acting, opened.id, REJECTION)
    with office.reading() as connection:
        (made,) = decisions(connection, opened.id)
        said = json.loads(canonical_snapshot(connection, snapshots(connection, opened.id)[-1].digest))
    assert (made.decided_by, made.decided_for) == (sam.id, ines.id)
    assert said["decision"]["by"] == "Sam for Ines"
    entry = last_entry(office, "assessment.decided")
    assert (entry.actor_id, entry.body["details"]["for"]) == (sam.id, ines.id)


def test_a_substitution_holds_for_its_days_and_while_the_other_holds_the_role(
    office: Office, clock: Clock
) -> None:
    ines, sam = person(office, "ines", Role.APPROVER), person(office, "sam")
    root = person(office, "root", Role.ADMINISTRATOR)
    name_substitute(office, ines, replace(in_place(sam), first_day=TODAY + timedelta(1)))
    assert not signed_in(office, "sam").holds(Role.APPROVER)
    clock.advance(days=1)
    assert signed_in(office, "sam").holds(Role.APPROVER)
    change_roles(office, root, ines.id, frozenset({Role.AUDITOR}))
    assert not signed_in(office, "sam").holds(Role.APPROVER)
    change_roles(office, root, ines.id, frozenset({Role.APPROVER}))
    clock.advance(days=7)
    assert not signed_in(office, "sam").holds(Role.APPROVER)


def test_either_side_ends_it_early_and_nobody_else(office: Office) -> None:
    ines, sam, mo = (person(office, name, Role.APPROVER) for name in ("ines", "sam", "mo"))
    zoe = person(office, "zoe")
    made = name_substitute(office, ines, in_place(zoe))
    assert last_entry(office, "substitution.named").body["details"]["substitute"] == zoe.id
    for stranger in (sam, mo):
        with pytest.raises(ForbiddenError):
            end_substitution(office, stranger, made)
    end_substitution(office, zoe, made)
    assert not signed_in(office, "zoe").holds(Role.APPROVER)
    with pytest.raises(ConflictError):
        end_substitution(office, ines, made)


def test_what_cannot_be_named_is_said_by_field(office: Office) -> None:
    ines, ada = person(office, "ines", Role.APPROVER), person(office, "ada", Role.ASSESSOR)
    wrong = NewSubstitution(substitute_id="x", role=None, first_day=None, last_day=None, reason=" ")
    with pytest.raises(InvalidError) as refusal:
        name_substitute(office, ines, wrong)
    assert set(refusal.value.fields) == {"role", "substitute", "first_day", "last_day", "reason"}
    for command in (
        in_place(ines),
        in_place(person(office, "mo", Role.APPROVER)),
        in_place(ada, days=-1),
        in_place(ada, days=400),
        replace(in_place(ada), role=Role.LEAD_ASSESSOR),
        replace(in_place(ada), role=Role.ADMINISTRATOR),
    ):
        with pytest.raises(InvalidError):
            name_substitute(office, ines, command)


def test_an_auditor_acts_for_nobody(office: Office) -> None:
    approver, auditor = person(office, "amir", Role.APPROVER), person(office, "august", Role.AUDITOR)
    with pytest.raises(InvalidError, match="auditors change nothing"):
        name_substitute(office, approver, in_place(auditor))


def test_a_substitute_does_not_pass_the_role_on(office: Office) -> None:
    ines, sam, zoe = person(office, "ines", Role.APPROVER), person(office, "sam"), person(office, "zoe")
    name_substitute(office, ines, in_place(sam))
    with pytest.raises(InvalidError) as refusal:
        name_substitute(office, signed_in(office, "sam"), in_place(zoe))
    assert set(refusal.value.fields) == {"role"}


def test_neither_may_the_substitute_decide_who_scored_nor_for_an_approver_who_did(office: Office) -> None:
    both = person(office, "both", Role.ASSESSOR, Role.APPROVER)
    ines, zoe = person(office, "ines", Role.APPROVER), person(office, "zoe")
    team = a_team(office, assessors=(both, person(office, "ada", Role.ASSESSOR)))
    for actor in team.assessors:
        hand_in(office, team, actor)
    settle(office, team)
    name_substitute(office, both, in_place(zoe))
    with pytest.raises(ForbiddenError, match="Both, for whom you decide, scored"):
        decide(office, signed_in(office, "zoe"), team.id, REJECTION)
    name_substitute(office, ines, in_place(team.assessors[1]))
    with pytest.raises(ForbiddenError, match="You scored"):
        decide(office, signed_in(office, "ada"), team.id, REJECTION)
