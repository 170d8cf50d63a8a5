"""Pages of score sheets for tests: an assessment whose assessor is signed in."""

from dataclasses import dataclass

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.assessment_builders import Opened, actor_called, an_assessment
from tests.web.conftest import SignedIn
from tests.web.page_client import PageClient


@dataclass(frozen=True, slots=True)
class Sitting:
    """An assessor at work: the browser and the assessment."""

    client: PageClient
    opened: Opened

    def path(self, rest: str) -> str:
        return f"/assessments/{self.opened.id}/{rest}"


def sit_down(office: Office, signed_in: SignedIn, *, name: str = "ada") -> Sitting:
    """Open an assessment for an assessor who is signed in."""
    client = signed_in(Role.ASSESSOR, name=name)
    return Sitting(client, an_assessment(office, assessor=actor_called(office, name)))
