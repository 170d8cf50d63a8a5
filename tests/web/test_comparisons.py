from dataclasses import replace

from riskapp.domain.authority import Role
from riskapp.services.assessments import NewAssessment, open_assessment
from riskapp.services.dossiers import dossier
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from tests.assessment_builders import (
    CANDIDATE,
    FULL,
    Opened,
    a_candidate,
    a_submitted_assessment,
    an_assessment,
    save,
)
from tests.web.conftest import SignedIn
from tests.web.page_client import SVG, Page, words_in


def beside(office: Office, first: Opened, model: str, payloads: dict[str, object]) -> None:
    """Submit an assessment of another model under the frame of the first."""
    with office.reading() as connection:
        pinned = dossier(connection, first.id)
    new = NewAssessment(
        candidate_id=a_candidate(office, replace(CANDIDATE, model=model)),
        context_id=pinned.context.context_id,
        release_id=pinned.release.id,
        profile_id=pinned.profile.id,
        assessor_id=first.assessor.id,
    )
    opened = Opened(open_assessment(office, first.lead, new), first.lead, first.assessor)
    for criterion, payload in {**FULL, **payloads}.items():
        save(office, opened, criterion, payload)  # type: ignore[arg-type]  # payloads of every form
    submit_sheet(office, opened.assessor, opened.id)


def candidates(page: Page) -> list[str]:
    return [words_in(link) for cell in page.all("th", scope="row") for link in cell.iter("a")]


def test_candidates_of_one_frame_stand_in_the_order_of_their_totals(
    office: Office, signed_in: SignedIn
) -> None:
    first = a_submitted_assessment(office)
    beside(office, first, "Better", {"run-cost": {**FULL["run-cost"], "value": "60", "low": "60"}})
    beside(office, first, "Worse", {"run-cost": {**FULL["run-cost"], "value": "70"}})
    an_assessment(office)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare")
    assert candidates(page) == ["Better", "DeepSeek-R1", "Worse"]
    title = words_in(page.all(SVG, class_="chart")[0])
    assert title.index("Better") < title.index("DeepSeek-R1") < title.index("Worse")


def test_what_shares_no_frame_is_never_beside_one_another(office: Office, signed_in: SignedIn) -> None:
    a_submitted_assessment(office)
    a_submitted_assessment(office)
    page = signed_in(Role.LEAD_ASSESSOR).get("/compare")
    assert len(candidates(page)) == 1
    assert len(list(page.all("select", name="frame")[0].iter("option"))) == 2


def test_procurement_compares_only_what_is_decided(office: Office, signed_in: SignedIn) -> None:
    a_submitted_assessment(office)
    assert "Nothing can be compared yet" in signed_in(Role.PROCUREMENT).get("/compare").words
