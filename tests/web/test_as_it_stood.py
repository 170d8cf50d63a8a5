"""An auditor sees any assessment as it stood then: what the page showed at that instant, to the word."""

import pytest

from riskapp.domain.authority import Actor, Role
from riskapp.services.decisions import decide, send_back
from riskapp.services.evidence import NewEvidence, add_evidence, replace_evidence
from riskapp.services.reports import issue_report
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.assessment_builders import FULL, Opened, an_assessment, save
from tests.builders import person
from tests.conftest import Clock
from tests.services.test_decisions import CONDITIONAL
from tests.web.conftest import SignedIn
from tests.web.page_client import PageClient

PRICE = NewEvidence(
    form="link", source_type="vendor_claim", title="Price list", url="https://prices.example.org/"
)


class Album:
    """What the page of an assessment showed after each act, by the number of the newest entry then."""

    def __init__(self, office: Office, client: PageClient, opened: Opened, clock: Clock) -> None:
        self._office, self._client, self._clock = office, client, clock
        self._address = f"/audit/assessments/{opened.id}"
        self.pictures: dict[int, tuple[str, str]] = {}

    def take(self) -> None:
        with self._office.reading() as connection:
            newest = latest_entry(connection)
        assert newest is not None
        self._clock.advance(minutes=7)
        at = self._clock.instant.strftime("%Y-%m-%d %H:%M")
        self.pictures[newest.seq] = (at, self.shown(""))
        self._clock.advance(minutes=7)

    def shown(self, query: str) -> str:
        """Return the words of the page from its first part on; what stands above says which page it is."""
        return self._client.get(self._address + query).words.partition("What it pins")[2].partition("Show")[2]


def live(office: Office, opened: Opened, approver: Actor, album: Album) -> None:
    """Take an assessment through its life and a picture after each act."""
    album.take()
    cited = add_evidence(office, opened.assessor, opened.id, PRICE)
    album.take()
    for criterion, payload in FULL.items():
        save(office, opened, criterion, {**payload, "evidence": [cited]})
    album.take()
    submit_sheet(office, opened.assessor, opened.id)
    album.take()
    send_back(office, approver, opened.id, "Ask for the price of next year.")
    album.take()
    replace_evidence(office, opened.assessor, cited, PRICE)
    save(office, opened, "run-cost", {**FULL["run-cost"], "value": "64"}, expected=1)
    album.take()
    submit_sheet(office, opened.assessor, opened.id)
    album.take()
    decide(office, approver, opened.id, CONDITIONAL)
    album.take()
    issue_report(office, approver, opened.id)
    album.take()


def test_the_past_shows_what_the_page_showed_then(office: Office, signed_in: SignedIn, clock: Clock) -> None:
    auditor = signed_in(Role.AUDITOR)
    approver = person(office, "ines", Role.APPROVER)
    opened = an_assessment(office)
    album = Album(office, auditor, opened, clock)
    live(office, opened, approver, album)
    assert len({words for _, words in album.pictures.values()}) == 9
    for seq, (at, words) in album.pictures.items():
        assert album.shown(f"?entry={seq}") == words
        assert album.shown(f"?at={at}") == words


def test_the_page_of_the_past_says_so_and_leads_to_the_present(office: Office, signed_in: SignedIn) -> None:
    opened = an_assessment(office)
    auditor = signed_in(Role.AUDITOR)
    with office.reading() as connection:
        newest = latest_entry(connection)
    assert newest is not None
    page = auditor.get(f"/audit/assessments/{opened.id}?entry={newest.seq}")
    assert page.heading == "RA-0001: as it stood"
    assert f"As it stood after log entry {newest.seq} of 24 November 2026" in page.words
    assert auditor.get(page.link("As it stands now")).heading == "RA-0001: everything stored"


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("?at=yesterday", 200, "“yesterday” is no instant; write it as 2027-01-31 14:30, in UTC"),
        ("?at=0001-01-01", 404, "There is no log entry up to"),
        ("?at=9999-12-31T23:59:59.999999", 200, "is no instant"),
        ("?entry=1", 404, "There is no assessment after entry 1 under 'RA-0001'"),
        ("?entry=2000000000", 404, "There is no log entry '2000000000'"),
    ],
)
def test_an_instant_that_is_none_says_what_to_do(
    office: Office, signed_in: SignedIn, query: str, status: int, says: str
) -> None:
    opened = an_assessment(office)
    assert says in signed_in(Role.AUDITOR).get(f"/audit/assessments/{opened.id}{query}", status=status).words
