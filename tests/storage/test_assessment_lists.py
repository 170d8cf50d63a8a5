import pytest

from riskapp.domain.authority import Actor, Role
from riskapp.domain.life_cycle import Stage, may_see
from riskapp.services.assessments import withdraw_assessment
from riskapp.services.work import Office
from riskapp.storage.assessment_lists import AssessmentFilters, AssessmentRow, assessment_rows
from riskapp.storage.assessments import assessment
from riskapp.storage.paging import Window
from tests.assessment_builders import Opened, a_submitted_assessment, an_assessment
from tests.builders import person

EVERYTHING = AssessmentFilters()


def listed(
    office: Office, actor: Actor, filters: AssessmentFilters = EVERYTHING, **place: int
) -> Window[AssessmentRow]:
    with office.reading() as connection:
        return assessment_rows(connection, actor, filters, **place)


def numbers(window: Window[AssessmentRow]) -> list[int]:
    return [row.number for row in window.items]


@pytest.fixture
def three(office: Office) -> list[Opened]:
    opened = [an_assessment(office), a_submitted_assessment(office), an_assessment(office)]
    withdraw_assessment(office, opened[2].lead, opened[2].id, "No longer wanted.")
    return opened


@pytest.mark.parametrize("role", Role)
def test_a_list_shows_what_the_rule_about_seeing_allows(
    office: Office, three: list[Opened], role: Role
) -> None:
    visitors = [person(office, "visitor", role), three[0].assessor, three[1].assessor]
    for actor in visitors:
        with office.reading() as connection:
            allowed = [each for each in three if may_see(actor, assessment(connection, each.id).standing)]
        assert [row.id for row in listed(office, actor).items] == [each.id for each in reversed(allowed)]


def test_a_row_says_what_was_submitted_and_by_whom(office: Office, three: list[Opened]) -> None:
    rows = {row.number: row for row in listed(office, three[0].lead).items}
    head = rows[2].headline
    assert rows[1].headline is None
    assert head is not None
    assert head.assessor_id == three[1].assessor.id
    assert head.total.low is not None
    assert head.total.point is not None
    assert head.total.low <= head.total.point
    assert set(head.dimensions) == {"cost", "security"}
    assert [rows[each].stage for each in (1, 2, 3)] == [
        Stage.IN_PROGRESS,
        Stage.IN_REVIEW,
        Stage.WITHDRAWN,
    ]
    assert rows[1].assessors == (three[0].assessor.name,)


def test_a_list_is_narrowed_by_text_number_stage_and_person(office: Office, three: list[Opened]) -> None:
    lead = three[0].lead
    assert numbers(listed(office, lead, AssessmentFilters(text="deepseek-r1"))) == [3, 2, 1]
    assert numbers(listed(office, lead, AssessmentFilters(text="coding"))) == [3, 2, 1]
    assert numbers(listed(office, lead, AssessmentFilters(text="RA-0002"))) == [2]
    assert numbers(listed(office, lead, AssessmentFilters(text="100%"))) == []
    assert numbers(listed(office, lead, AssessmentFilters(stage="withdrawn"))) == [3]
    assert numbers(listed(office, lead, AssessmentFilters(assessor_id=three[1].assessor.id))) == [2]
    assert numbers(listed(office, lead, AssessmentFilters(numbers=(1, 3)))) == [3, 1]


def test_windows_of_a_list_follow_one_another_in_both_directions(office: Office) -> None:
    first = an_assessment(office)
    for _ in range(4):
        an_assessment(office, lead=first.lead, assessor=first.assessor)
    newest = listed(office, first.lead, size=2)
    middle = listed(office, first.lead, size=2, before=newest.older or 0)
    oldest = listed(office, first.lead, size=2, before=middle.older or 0)
    assert (numbers(newest), numbers(middle), numbers(oldest)) == ([5, 4], [3, 2], [1])
    assert (newest.newer, oldest.older) == (None, None)
    back = listed(office, first.lead, size=2, after=oldest.newer or 0)
    assert numbers(back) == [3, 2]
    assert (back.newer, back.older) == (3, 2)
