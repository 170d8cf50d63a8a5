"""A service to measure: its data, its people, and the address at which it answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.browsing import Browser, free_port, riskapp, serving
from riskapp import bootstrap
from riskapp.domain.authority import Actor, Role
from riskapp.rubric_files.loader import load_rubric
from riskapp.services.assessments import NewAssessment, open_assessment
from riskapp.services.dossiers import dossier
from riskapp.services.users import NewUser, add_user
from riskapp.services.work import Office
from riskapp.services.worker import Worker
from riskapp.settings import read_settings
from riskapp.storage.assessment_lists import AssessmentFilters, assessment_rows
from riskapp.storage.migrations import upgrade
from riskapp.worked_example import load

PASSWORD = "only for measuring on this machine"  # noqa: S105 (nobody else ever reaches these services)
READER = "bench-reader"
CLIENTS = 8
RUBRIC = Path(__file__).resolve().parent.parent / "rubrics" / "model-risk" / "1.0.0.yaml"


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service keeps its data, an assessment for each measuring assessor, and one for them all."""

    settings: dict[str, str]
    sheets: tuple[str, ...]
    team: str

    @contextmanager
    def served(self) -> Iterator[tuple[int, int, float]]:
        """Serve as the README says; yield port, process id, and the seconds to the first page."""
        port = free_port()
        settings = self.settings | {"RISKAPP_PORT": str(port)}
        with serving(riskapp("serve"), port, settings=settings, path="/sign-in") as (pid, seconds):
            yield port, pid, seconds


@contextmanager
def worked_example(variables: dict[str, str]) -> Iterator[Office]:
    """Yield an office over a fresh database with the worked example, whose reports still wait."""
    with bootstrap.open_office(read_settings(variables)) as office:
        upgrade(office.database)
        bootstrap.publish_rubrics(office)
        load(office, new_secret=office.new_secret)
        yield office


def prepare(folder: Path, url: str | None = None) -> Service:
    """Set up a service with the worked example, a reader who sees everything, and eight assessors."""
    variables = {"RISKAPP_DATA": str(folder)} | ({"RISKAPP_DATABASE_URL": url} if url else {})
    with worked_example(variables) as office:
        worker = Worker(office, "bench")
        while worker.step():
            pass
        reader = add_user_called(office, READER, Role.LEAD_ASSESSOR, Role.AUDITOR, Role.APPROVER)
        people = tuple(add_user_called(office, assessor(number), Role.ASSESSOR) for number in range(CLIENTS))
        sheets = tuple(_open(office, reader, (each,)) for each in people)
        team = _open(office, reader, people)
    return Service(variables, sheets, team)


def assessor(number: int) -> str:
    """Return the sign-in name of a measuring assessor."""
    return f"bench-{number}"


def add_user_called(office: Office, name: str, *roles: Role) -> Actor:
    """Add a person who signs in with the password of all."""
    new = NewUser(sign_in_name=name, display_name=name, roles=frozenset(roles), password=PASSWORD)
    return Actor(add_user(office, None, new), name, new.roles)


def _open(office: Office, lead: Actor, people: tuple[Actor, ...]) -> str:
    with office.reading() as connection:
        model = assessment_rows(connection, lead, AssessmentFilters(numbers=(1,))).items[0]
        pinned = dossier(connection, model.id)
    new = NewAssessment(
        candidate_id=pinned.candidate.candidate_id,
        context_id=pinned.context.context_id,
        release_id=pinned.release.id,
        profile_id=pinned.profile.id,
        assessor_id=people[0].id,
        others=tuple(each.id for each in people[1:]),
    )
    return open_assessment(office, lead, new)


def signed_in(port: int, name: str) -> Browser:
    """Return a signed-in client."""
    browser = Browser(port)
    browser.sign_in(name, PASSWORD)
    return browser


@cache
def criteria() -> tuple[tuple[str, str], ...]:
    """Return (dimension, criterion) of the shipped rubric, in its order."""
    rubric = load_rubric(RUBRIC)
    return tuple((dimension.id, each.id) for dimension in rubric.dimensions for each in dimension.criteria)
