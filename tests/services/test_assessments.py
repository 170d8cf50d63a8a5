from dataclasses import replace

import pytest

from riskapp.domain.authority import Role
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from riskapp.domain.life_cycle import Stage
from riskapp.services.assessments import NewAssessment, open_assessment, withdraw_assessment
from riskapp.services.candidates import revise_candidate
from riskapp.services.dossiers import dossier, seen_dossier
from riskapp.services.work import Office
from riskapp.storage.assessments import assessment
from riskapp.storage.log import latest_entry
from tests.assessment_builders import CANDIDATE, a_candidate, a_context, an_assessment, publish
from tests.builders import person


def test_an_assessment_pins_the_revision_it_was_opened_on(office: Office) -> None:
    lead, assessor = person(office, "lead", Role.LEAD_ASSESSOR), person(office, "ada", Role.ASSESSOR)
    candidate = a_candidate(office)
    new = NewAssessment(
        candidate_id=candidate,
        context_id=a_context(office),
        release_id=publish(office),
        profile_id="general",
        assessor_id=assessor.id,
    )
    first = open_assessment(office, lead, new)
    revise_candidate(office, lead, candidate, replace(CANDIDATE, licence="Another licence"), seen=1)
    second = open_assessment(office, lead, new)
    with office.reading() as connection:
        before, after = dossier(connection, first), dossier(connection, second)
        entry = latest_entry(connection)
    assert (before.stored.reference, before.candidate.candidate.licence) == ("RA-0001", "MIT")
    assert (after.stored.reference, after.candidate.candidate.licence) == ("RA-0002", "Another licence")
    assert before.stored.stage is Stage.IN_PROGRESS
    assert entry is not None
    assert (entry.action, entry.assessment_id) == ("assessment.opened", second)


def test_what_an_assessment_cannot_do_without_is_asked_for_all_at_once(office: Office) -> None:
    lead = person(office, "lead", Role.LEAD_ASSESSOR)
    new = NewAssessment(candidate_id="x", context_id="x", release_id="x", profile_id="x", assessor_id="x")
    with pytest.raises(InvalidError) as refusal:
        open_assessment(office, lead, new)
    assert set(refusal.value.fields) == {"candidate", "context", "release", "assessor"}


def test_only_an_active_assessor_is_given_a_score_sheet(office: Office) -> None:
    opened = an_assessment(office)
    with office.reading() as connection:
        pinned = dossier(connection, opened.id)
    new = NewAssessment(
        candidate_id=pinned.candidate.candidate_id,
        context_id=pinned.context.context_id,
        release_id=pinned.release.id,
        profile_id="no-such-profile",
        assessor_id=opened.lead.id,
    )
    with pytest.raises(InvalidError) as refusal:
        open_assessment(office, opened.lead, new)
    assert set(refusal.value.fields) == {"profile", "assessor"}


def test_an_assessor_cannot_open_an_assessment(office: Office) -> None:
    opened = an_assessment(office)
    new = NewAssessment(candidate_id="x", context_id="x", release_id="x", profile_id="x", assessor_id="x")
    with pytest.raises(ForbiddenError):
        open_assessment(office, opened.assessor, new)


def test_a_withdrawn_assessment_keeps_its_reason_and_is_at_its_end(office: Office) -> None:
    opened = an_assessment(office)
    with pytest.raises(InvalidError):
        withdraw_assessment(office, opened.lead, opened.id, "  ")
    withdraw_assessment(office, opened.lead, opened.id, "The vendor retired the version.")
    with office.reading() as connection:
        last = assessment(connection, opened.id).stages[-1]
    assert (last.stage, last.reason) == (Stage.WITHDRAWN, "The vendor retired the version.")
    with pytest.raises(ConflictError):
        withdraw_assessment(office, opened.lead, opened.id, "Once more")


def test_nobody_but_those_who_may_see_an_assessment_gets_its_dossier(office: Office) -> None:
    opened = an_assessment(office)
    other, buyer = person(office, "other", Role.ASSESSOR), person(office, "buyer", Role.PROCUREMENT)
    with office.reading() as connection:
        assert seen_dossier(connection, opened.assessor, opened.id).stored.id == opened.id
        for stranger in (other, buyer):
            with pytest.raises(ForbiddenError):
                seen_dossier(connection, stranger, opened.id)
