"""The register of candidates: what is recorded, by whom, and what is refused."""

from datetime import date

import pytest

from riskapp.domain.authority import Actor, Role
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.services.candidates import add_candidate, revise_candidate
from riskapp.services.work import Office
from riskapp.storage.candidates import StoredCandidate, candidate_history
from riskapp.storage.log import latest_entry
from tests.builders import person
from tests.registers import candidate


def lead(office: Office) -> Actor:
    return person(office, "lena", Role.LEAD_ASSESSOR)


def history(office: Office, candidate_id: str) -> tuple[StoredCandidate, ...]:
    with office.reading() as connection:
        return candidate_history(connection, candidate_id)


def newest_details(office: Office) -> tuple[str, dict[str, object]]:
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    return entry.action, entry.body["details"]


def test_a_candidate_is_added_with_its_first_revision_and_an_entry(office: Office) -> None:
    actor = lead(office)
    candidate_id = add_candidate(office, actor, candidate(retires_on=date(2027, 1, 31)))
    (first,) = history(office, candidate_id)
    assert (first.number, first.recorded_by) == (1, actor.id)
    assert first.candidate == candidate(retires_on=date(2027, 1, 31))
    action, details = newest_details(office)
    assert action == "candidate.added"
    assert details["name"] == "Acme Large (2025-08-01) on Example Cloud"
    assert details["revision"] == first.revision_id


def test_the_service_itself_adds_candidates_at_set_up(office: Office) -> None:
    (first,) = history(office, add_candidate(office, None, candidate()))
    assert first.recorded_by is None


def test_a_revision_keeps_what_was_recorded_before(office: Office) -> None:
    actor = lead(office)
    candidate_id = add_candidate(office, actor, candidate())
    revise_candidate(office, actor, candidate_id, candidate(licence="Terms of 2026"), seen=1)
    newest, oldest = history(office, candidate_id)
    assert (newest.number, newest.candidate.licence) == (2, "Terms of 2026")
    assert oldest.candidate == candidate()
    assert newest_details(office)[1]["changed"] == ["licence"]


def test_saving_what_stands_there_already_records_nothing(office: Office) -> None:
    actor = lead(office)
    candidate_id = add_candidate(office, actor, candidate())
    revise_candidate(office, actor, candidate_id, candidate(), seen=1)
    assert len(history(office, candidate_id)) == 1
    assert newest_details(office)[0] == "candidate.added"


def test_whoever_worked_from_an_older_revision_is_told_and_shown_the_newest(office: Office) -> None:
    actor = lead(office)
    candidate_id = add_candidate(office, actor, candidate())
    revise_candidate(office, actor, candidate_id, candidate(note="Seen."), seen=1)
    with pytest.raises(ConflictError, match="revision 2 is the newest") as refusal:
        revise_candidate(office, actor, candidate_id, candidate(note="Mine."), seen=1)
    assert isinstance(refusal.value.current, StoredCandidate)
    assert refusal.value.current.candidate.note == "Seen."
    assert len(history(office, candidate_id)) == 2


def test_the_same_version_on_the_same_route_stands_in_the_register_once(office: Office) -> None:
    actor = lead(office)
    add_candidate(office, actor, candidate())
    other = add_candidate(office, actor, candidate(host="Other Cloud"))
    with pytest.raises(InvalidError, match="in the register already"):
        add_candidate(office, actor, candidate(licence="Another"))
    with pytest.raises(InvalidError, match="in the register already"):
        revise_candidate(office, actor, other, candidate(), seen=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("developer", " "),
        ("developer", "A" * 121),
        ("developer_country", "own"),
        ("developer_country", "USA"),
        ("model", "Two\nlines"),
        ("version", ""),
        ("host", "\x00"),
        ("hosting_countries", ("us", "Germany")),
        ("hosting_countries", ("us", "us")),
        ("licence", ""),
        ("note", "n" * 4_001),
        ("retires_on", date(1925, 1, 1)),
    ],
)
def test_what_does_not_fit_a_candidate_is_refused_by_field(office: Office, name: str, value: object) -> None:
    with pytest.raises(InvalidError) as refusal:
        add_candidate(office, None, candidate(**{name: value}))
    assert set(refusal.value.fields) == {name}
    with office.reading() as connection:
        assert latest_entry(connection) is None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEAD_ASSESSOR])
def test_nobody_but_a_lead_assessor_keeps_the_register_of_candidates(office: Office, role: Role) -> None:
    candidate_id = add_candidate(office, None, candidate())
    actor = person(office, "ada", role)
    with pytest.raises(ForbiddenError, match="lead assessor"):
        add_candidate(office, actor, candidate(version="2"))
    with pytest.raises(ForbiddenError, match="lead assessor"):
        revise_candidate(office, actor, candidate_id, candidate(version="2"), seen=1)


def test_a_candidate_that_is_not_there_cannot_be_revised(office: Office) -> None:
    with pytest.raises(NotFoundError, match="nothing"):
        revise_candidate(office, lead(office), "nothing", candidate(), seen=1)
