"""Lists look assessments up by where they stand, which is never anything but what was recorded."""

import pytest
from sqlalchemy import text

from riskapp.domain.authority import Actor, Role
from riskapp.domain.life_cycle import Stage
from riskapp.services.assessments import withdraw_assessment
from riskapp.services.log_verification import verify_log
from riskapp.services.work import Office
from riskapp.storage import assessment_lists
from riskapp.storage.assessment_lists import AssessmentFilters, assessment_rows
from riskapp.storage.migrations import downgrade, upgrade
from tests.assessment_builders import a_submitted_assessment, an_assessment
from tests.lapse_builders import an_approval

EVERYBODY = Actor("nobody", "", frozenset(Role) - {Role.ASSESSOR})


def listed(office: Office, actor: Actor, stage: Stage | str = "") -> list[str]:
    with office.reading() as connection:
        window = assessment_rows(connection, actor, AssessmentFilters(stage=stage))
        return [each.id for each in window.items]


def misled(office: Office) -> list[str]:
    return [each.words for each in verify_log(office).disagreements if "lists do not find" in each.words]


def test_an_assessment_is_found_in_each_stage_that_it_reaches_and_in_no_other(office: Office) -> None:
    opened, submitted = an_assessment(office), a_submitted_assessment(office)
    decided, withdrawn = an_approval(office), an_assessment(office)
    withdraw_assessment(office, withdrawn.lead, withdrawn.id, "The vendor has stopped the service.")
    for stage, expected in (
        (Stage.IN_PROGRESS, opened.id),
        (Stage.IN_REVIEW, submitted.id),
        (Stage.DECIDED, decided.id),
        (Stage.WITHDRAWN, withdrawn.id),
        (Stage.SENT_BACK, None),
    ):
        assert listed(office, EVERYBODY, stage) == ([] if expected is None else [expected])
    assert misled(office) == []


def test_an_upgrade_lists_what_was_there_before(office: Office) -> None:
    submitted, decided = a_submitted_assessment(office), an_approval(office)
    downgrade(office.database, "0005")
    upgrade(office.database)
    assert listed(office, EVERYBODY, Stage.IN_REVIEW) == [submitted.id]
    assert listed(office, EVERYBODY, Stage.DECIDED) == [decided.id]
    assert misled(office) == []


@pytest.mark.parametrize("few", [500, 0])
def test_an_assessor_finds_their_own_whether_they_are_few_or_many(
    office: Office, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessment_lists, "FEW", few)
    mine, other = an_assessment(office), an_assessment(office)
    assert listed(office, mine.assessor) == listed(office, mine.assessor, Stage.IN_PROGRESS) == [mine.id]
    assert listed(office, other.assessor, Stage.SENT_BACK) == []


@pytest.mark.parametrize(
    "forgery",
    ["UPDATE listing SET stage = 'withdrawn'", "DELETE FROM listing", "UPDATE listing SET number = 9"],
)
def test_a_row_that_hides_an_assessment_from_lists_is_noticed(office: Office, forgery: str) -> None:
    an_assessment(office)
    with office.database.writing() as connection:
        connection.execute(text(forgery))
        connection.commit()
    assert misled(office) == ["lists do not find RA-0001 where it stands: its row in listing differs"]
