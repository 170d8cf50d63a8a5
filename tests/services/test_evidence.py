"""Evidence: what is added stays, a correction stands beside it, and only those in charge add any."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from riskapp.domain.authority import Actor, Role
from riskapp.domain.candidate import Route
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.fact import ClaimType, Fact, Verification
from riskapp.domain.report import Finding
from riskapp.services.assessments import withdraw_assessment
from riskapp.services.dossiers import dossier
from riskapp.services.evidence import (
    KEPT_FOR_CORRECTIONS,
    MOST_ITEMS,
    NewEvidence,
    Upload,
    add_evidence,
    citations,
    replace_evidence,
)
from riskapp.services.work import Office
from riskapp.storage.evidence import EvidenceItem, evidence_item, evidence_items, insert_evidence
from riskapp.storage.facts import StoredFact, insert_facts
from riskapp.storage.files import FileStore
from riskapp.storage.log import latest_entry
from tests.assessment_builders import FULL, Opened, a_submitted_assessment, an_assessment, save
from tests.builders import person

LINK = NewEvidence(
    form="link",
    source_type="independent",
    title=" A university's test ",
    publisher="A university",
    url="https://example.org/test",
    as_of="2025-01",
    excerpt="Nine of ten prompts got through.",
)
PDF = Upload("../Model card.pdf", b"%PDF-1.7 a model card")
FILE = NewEvidence(form="file", source_type="vendor_claim", title="Model card", upload=PDF)
FACT = Fact(
    subject="DeepSeek-R1",
    developer="DeepSeek",
    model="DeepSeek-R1",
    version=None,
    route=Route.VENDOR_SERVICE,
    host=None,
    dimension="security",
    metric="Jailbreak compliance",
    value="94",
    unit="%",
    as_of="2025-09-30",
    claim_type=ClaimType.GOVERNMENT_EVALUATION,
    verification=Verification.SECONDARY,
    source_title="Evaluation of DeepSeek models",
    publisher="NIST CAISI",
    url="https://example.org/caisi",
    note="",
)


def item(office: Office, evidence_id: str) -> EvidenceItem:
    with office.reading() as connection:
        return evidence_item(connection, evidence_id)


def a_fact(office: Office) -> str:
    with office.work(None) as unit:
        row = StoredFact(id=unit.new_id(), fact=FACT, recorded_at=unit.at, recorded_by=None)
        insert_facts(unit.connection, [row])
        unit.record("fact.added", subject=("fact", row.id))
        unit.commit()
        return row.id


def refused(office: Office, opened: Opened, new: NewEvidence) -> dict[str, str]:
    with pytest.raises(InvalidError) as refusal:
        add_evidence(office, opened.assessor, opened.id, new)
    return refusal.value.fields


def test_a_link_is_kept_with_its_source_and_an_entry(office: Office) -> None:
    opened = an_assessment(office)
    found = item(office, add_evidence(office, opened.assessor, opened.id, LINK))
    assert (found.number, found.form, found.title) == (1, "link", "A university's test")
    assert (found.publisher, found.url, found.as_of) == (
        "A university",
        "https://example.org/test",
        "2025-01",
    )
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    assert (entry.action, entry.subject_id, entry.assessment_id) == ("evidence.added", found.id, opened.id)
    assert entry.body["details"] == {
        "number": 1,
        "form": "link",
        "source_type": "independent",
        "title": "A university's test",
    }


def test_a_file_is_kept_by_its_content_under_a_safe_name(office: Office) -> None:
    opened = an_assessment(office)
    found = item(office, add_evidence(office, opened.lead, opened.id, FILE))
    assert (found.file_name, found.media_type, found.size) == ("Model card.pdf", "application/pdf", 21)
    assert found.file_digest
    assert office.files.get(found.file_digest) == PDF.content


def test_a_fact_of_the_register_brings_its_source_along(office: Office) -> None:
    opened = an_assessment(office)
    fact_id = a_fact(office)
    bare = NewEvidence(form="fact", source_type="", title="", fact_id=fact_id)
    found = item(office, add_evidence(office, opened.assessor, opened.id, bare))
    assert (found.fact_id, found.source_type, found.title) == (
        fact_id,
        "government_evaluation",
        "Evaluation of DeepSeek models",
    )
    assert found.excerpt == "DeepSeek-R1, Jailbreak compliance: 94 %"
    assert (found.publisher, found.url, found.as_of) == (
        "NIST CAISI",
        "https://example.org/caisi",
        "2025-09-30",
    )
    assert (
        refused(office, opened, replace(bare, fact_id="nowhere"))["fact_id"]
        == "Choose a fact of the register"
    )


@pytest.mark.parametrize(
    ("new", "fields"),
    [
        (replace(LINK, form="rumour"), {"form"}),
        (replace(LINK, source_type="hearsay"), {"source_type"}),
        (replace(LINK, title=" "), {"title"}),
        (replace(LINK, title="two\nlines"), {"title"}),
        (replace(LINK, title="x" * 301), {"title"}),
        (replace(LINK, url=""), {"url"}),
        (replace(LINK, url="javascript:alert(1)"), {"url"}),
        (replace(LINK, url="example.org"), {"url"}),
        (replace(LINK, as_of="January"), {"as_of"}),
        (replace(LINK, as_of="2025-02-30"), {"as_of"}),
        (replace(LINK, form="note", excerpt=""), {"excerpt"}),
        (replace(LINK, excerpt="x" * 20_001), {"excerpt"}),
        (replace(FILE, upload=None), {"upload"}),
        (replace(FILE, upload=Upload("page.html", b"<html>")), {"upload"}),
        (replace(LINK, finding=Finding.CONFIRMS), {"compared_with", "finding_note"}),
        (replace(LINK, compared_with="nowhere", finding_note="x"), {"compared_with", "finding"}),
        (replace(LINK, title="", url=""), {"title", "url"}),
    ],
)
def test_what_does_not_fit_is_refused_by_field(office: Office, new: NewEvidence, fields: set[str]) -> None:
    opened = an_assessment(office)
    assert set(refused(office, opened, new)) == fields
    with office.reading() as connection:
        assert evidence_items(connection, opened.id) == ()


def test_a_claim_stands_beside_the_better_source_that_checks_it(office: Office) -> None:
    opened = an_assessment(office)
    better = add_evidence(office, opened.assessor, opened.id, LINK)
    claim = replace(
        LINK,
        source_type="press",
        title="A newspaper",
        compared_with=better,
        finding=Finding.QUALIFIES,
        finding_note="True and selective.",
    )
    found = item(office, add_evidence(office, opened.assessor, opened.id, claim))
    assert (found.compared_with, found.finding, found.finding_note) == (
        better,
        Finding.QUALIFIES,
        "True and selective.",
    )
    other = an_assessment(office, assessor=opened.assessor, lead=opened.lead)
    assert set(refused(office, other, claim)) == {"compared_with"}


def test_a_correction_stands_beside_what_it_replaces(office: Office) -> None:
    opened = an_assessment(office)
    first = add_evidence(office, opened.assessor, opened.id, FILE)
    corrected = replace(FILE, title="Model card of May", upload=None)
    second = replace_evidence(office, opened.assessor, first, corrected)
    old, new = item(office, first), item(office, second)
    assert (old.title, old.replaced_by) == ("Model card", second)
    assert (new.title, new.number, new.replaces_id) == ("Model card of May", 2, first)
    assert (new.file_digest, new.file_name, new.size) == (old.file_digest, old.file_name, old.size)
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    assert (entry.action, entry.body["details"]["replaces"]) == ("evidence.replaced", first)


def test_a_correction_corrects_the_newest_and_keeps_the_form(office: Office) -> None:
    opened = an_assessment(office)
    first = add_evidence(office, opened.assessor, opened.id, LINK)
    replace_evidence(office, opened.assessor, first, replace(LINK, title="Better"))
    with pytest.raises(ConflictError, match="by item 2"):
        replace_evidence(office, opened.assessor, first, replace(LINK, title="Again"))
    other = add_evidence(office, opened.assessor, opened.id, LINK)
    with pytest.raises(InvalidError, match="stays a link"):
        replace_evidence(office, opened.assessor, other, replace(LINK, form="note"))
    itself = replace(LINK, compared_with=other, finding=Finding.CONFIRMS, finding_note="x")
    with pytest.raises(InvalidError, match="Choose the source"):
        replace_evidence(office, opened.assessor, other, itself)
    with pytest.raises(NotFoundError):
        replace_evidence(office, opened.assessor, "nowhere", LINK)


def test_only_those_in_charge_add_evidence_and_only_until_submission(office: Office) -> None:
    opened = an_assessment(office)
    all_but_lead = frozenset(set(Role) - {Role.LEAD_ASSESSOR})
    stranger = Actor(person(office, "stranger", *all_but_lead).id, "Stranger", all_but_lead)
    evidence_id = add_evidence(office, opened.assessor, opened.id, LINK)
    with pytest.raises(ForbiddenError, match="adds evidence"):
        add_evidence(office, stranger, opened.id, FILE)
    with pytest.raises(ForbiddenError, match="adds evidence"):
        replace_evidence(office, stranger, evidence_id, LINK)
    submitted = a_submitted_assessment(office)
    for actor in (submitted.assessor, submitted.lead):
        with pytest.raises(ConflictError, match="is in review"):
            add_evidence(office, actor, submitted.id, FILE)
    with pytest.raises(NotFoundError):
        office.files.path(sha256_hex(PDF.content))


def test_a_draft_cites_evidence_of_its_own_assessment_alone(office: Office) -> None:
    opened = an_assessment(office)
    other = an_assessment(office, assessor=opened.assessor, lead=opened.lead)
    own = add_evidence(office, opened.assessor, opened.id, LINK)
    save(office, opened, "residency", {**FULL["residency"], "evidence": [own]})
    with pytest.raises(InvalidError, match="of this assessment"):
        save(office, other, "residency", {**FULL["residency"], "evidence": [own]})


class Meanwhile(FileStore):
    """Keeps files as ever, and lets something happen just before: after checks, before the unit of work."""

    def __init__(self, folder: Path, act: Callable[[], object]) -> None:
        super().__init__(folder)
        self._act = act

    def put(self, content: bytes) -> str:
        self._act()
        return super().put(content)


def slowly(office: Office, folder: Path, act: Callable[[], object]) -> Office:
    return replace(office, files=Meanwhile(folder / "slow", act))


def test_two_corrections_of_one_item_at_once_leave_one(office: Office, tmp_path: Path) -> None:
    opened = an_assessment(office)
    first = add_evidence(office, opened.assessor, opened.id, FILE)
    other = replace(FILE, title="Corrected by the lead")
    slow = slowly(office, tmp_path, lambda: replace_evidence(office, opened.lead, first, other))
    with pytest.raises(ConflictError, match="corrected already, by item 2"):
        replace_evidence(slow, opened.assessor, first, replace(FILE, title="Corrected by the assessor"))
    with office.reading() as connection:
        found = evidence_items(connection, opened.id)
    assert [each.title for each in found] == ["Model card", "Corrected by the lead"]


def test_evidence_that_was_uploaded_while_its_assessment_ended_is_not_added(
    office: Office, tmp_path: Path
) -> None:
    opened = an_assessment(office)
    first = add_evidence(office, opened.assessor, opened.id, FILE)
    slow = slowly(
        office, tmp_path, lambda: withdraw_assessment(office, opened.lead, opened.id, "Not needed any more.")
    )
    with pytest.raises(ConflictError, match="is withdrawn"):
        add_evidence(slow, opened.assessor, opened.id, FILE)
    again = an_assessment(office, assessor=opened.assessor, lead=opened.lead)
    first = add_evidence(office, opened.assessor, again.id, FILE)
    slow = slowly(office, tmp_path, lambda: withdraw_assessment(office, opened.lead, again.id, "Nor this."))
    with pytest.raises(ConflictError, match="is withdrawn"):
        replace_evidence(slow, opened.assessor, first, FILE)
    with office.reading() as connection:
        assert len(evidence_items(connection, again.id)) == 1


def numbered(office: Office, opened: Opened, number: int) -> str:
    """Keep an item under a number, as if so many were there, and return its id."""
    kept = item(office, add_evidence(office, opened.assessor, opened.id, LINK))
    with office.work(opened.lead) as unit:
        row = replace(kept, id=unit.new_id(), number=number)
        insert_evidence(unit.connection, row)
        unit.record("evidence.added", subject=("evidence", row.id), assessment_id=opened.id)
        unit.commit()
    return row.id


def test_an_assessment_holds_so_much_evidence_and_no_more_corrections_among_it(office: Office) -> None:
    opened = an_assessment(office)
    newest = numbered(office, opened, MOST_ITEMS - KEPT_FOR_CORRECTIONS)
    assert "at most 450 items" in refused(office, opened, LINK)["form"]
    newest = replace_evidence(office, opened.assessor, newest, LINK)
    assert item(office, newest).number == 451
    other = an_assessment(office, assessor=opened.assessor, lead=opened.lead)
    full = numbered(office, other, MOST_ITEMS)
    with pytest.raises(InvalidError, match="at most 500 items"):
        replace_evidence(office, opened.assessor, full, LINK)


def test_what_drafts_cite_is_for_whoever_fills_in_the_sheet(office: Office) -> None:
    opened = an_assessment(office)
    own = add_evidence(office, opened.assessor, opened.id, LINK)
    save(office, opened, "residency", {**FULL["residency"], "evidence": [own]})
    with office.reading() as connection:
        found = dossier(connection, opened.id)
        assert [each.id for each in citations(connection, opened.assessor, found)[own]] == ["residency"]
        assert citations(connection, opened.lead, found) == {}
