"""Pages about an assessment ask the database as often for two items of evidence as for two hundred."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from riskapp.services.work import Office
from riskapp.storage.evidence import EvidenceItem, insert_evidence, next_evidence_number
from riskapp.storage.facts import StoredFact, insert_facts
from tests.services.test_evidence import FACT
from tests.web.conftest import SignedIn
from tests.web.sheet_pages import Sitting, sit_down

MANY = 200


@contextmanager
def counted(office: Office) -> Iterator[list[str]]:
    """Yield the list that fills with every statement until the block ends."""
    statements: list[str] = []

    def note(*call: object) -> None:
        statements.append(str(call[2]))

    event.listen(office.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(office.database.engine, "before_cursor_execute", note)


def cite_facts(office: Office, sitting: Sitting, how_many: int) -> None:
    """Put in as many items of evidence, each about a fact of its own."""
    with office.work(sitting.opened.assessor) as unit:
        first = next_evidence_number(unit.connection, sitting.opened.id)
        for number in range(first, first + how_many):
            fact = StoredFact(id=unit.new_id(), fact=FACT, recorded_at=unit.at, recorded_by=None)
            insert_facts(unit.connection, [fact])
            insert_evidence(unit.connection, an_item(unit.new_id(), sitting, number, fact))
        unit.record("evidence.added", subject=("assessment", sitting.opened.id))
        unit.commit()


def an_item(item_id: str, sitting: Sitting, number: int, fact: StoredFact) -> EvidenceItem:
    return EvidenceItem(
        id=item_id,
        assessment_id=sitting.opened.id,
        number=number,
        form="fact",
        source_type=FACT.claim_type.value,
        title=f"Evaluation {number}",
        publisher=FACT.publisher,
        url=FACT.url,
        as_of=FACT.as_of,
        excerpt="",
        fact_id=fact.id,
        file_digest=None,
        file_name=None,
        media_type=None,
        size=None,
        compared_with=None,
        finding=None,
        finding_note="",
        added_at=fact.recorded_at,
        added_by=sitting.opened.assessor.id,
        replaces_id=None,
    )


@pytest.mark.parametrize("page", ["", "evidence", "sheet/security", "submit"])
def test_a_page_asks_as_often_for_many_items_as_for_few(
    office: Office, signed_in: SignedIn, page: str
) -> None:
    sitting = sit_down(office, signed_in)
    address = sitting.path(page).rstrip("/")
    cite_facts(office, sitting, 2)
    sitting.client.get(address)
    with counted(office) as few:
        sitting.client.get(address)
    cite_facts(office, sitting, MANY)
    with counted(office) as many:
        sitting.client.get(address)
    assert 0 < len(few) == len(many), "\n".join(many)


def test_the_list_of_evidence_is_paged_and_says_how_much_there_is(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    cite_facts(office, sitting, 120)
    first = sitting.client.get(sitting.path("evidence"))
    assert "120 items" in first.words
    assert "Evaluation 50" in first.words
    assert "Evaluation 51" not in first.words
    last = sitting.client.get(first.link("Next page").replace("page=2", "page=3"))
    assert "Evaluation 120" in last.words
    beyond = sitting.client.get(sitting.path("evidence?page=9"))
    assert "Page 3 of 3" in beyond.words
