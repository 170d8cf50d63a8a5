"""The pages of evidence: the list, adding each form, correcting, comparing, and what is handed out."""

import io
from pathlib import Path

import pytest

from riskapp.domain.authority import Role
from riskapp.services.evidence import NewEvidence, Upload, add_evidence
from riskapp.services.sheets import submit_sheet
from riskapp.services.work import Office
from riskapp.settings import Settings
from riskapp.storage.evidence import EvidenceItem, evidence_items
from riskapp.web.app import create_app
from riskapp.web.product import Product
from tests.assessment_builders import FULL, save
from tests.services.test_evidence import a_fact
from tests.web.conftest import PASSWORD, SignedIn
from tests.web.page_client import FormData, PageClient, words_in
from tests.web.sheet_pages import Sitting, sit_down

LINK = {
    "form": "link",
    "url": "https://example.org/report",
    "title": "A report",
    "source_type": "independent",
    "publisher": "A university",
    "as_of": "2025-01",
    "excerpt": "Nine of ten.\r\nOf fifty.",
}
FILE = NewEvidence(
    form="file", source_type="vendor_claim", title="Card", upload=Upload("Größe.pdf", b"%PDF-1.7")
)


def items(office: Office, sitting: Sitting) -> tuple[EvidenceItem, ...]:
    with office.reading() as connection:
        return evidence_items(connection, sitting.opened.id)


def add(sitting: Sitting, data: FormData, *, status: int = 303) -> None:
    sitting.client.get(sitting.path(f"evidence/new?form={data['form']}"))
    sitting.client.post(sitting.path("evidence/new"), data, status=status)


def test_a_link_is_added_and_listed_with_what_cites_it(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    assert "There is no evidence yet." in sitting.client.get(sitting.path("evidence")).words
    add(sitting, LINK)
    found = items(office, sitting)[0]
    assert found.excerpt == "Nine of ten.\nOf fifty."
    save(office, sitting.opened, "residency", {**FULL["residency"], "evidence": [found.id]})
    page = sitting.client.get(sitting.path("evidence"))
    assert page.notices == ["Item 1, “A report”, is added. Answers can cite it now."]
    assert "Independent; A university; January 2025; link" in page.words
    assert page.link("Data residency") == sitting.path("sheet/security#criterion-residency")
    assert page.link("A report") == f"/evidence/{found.id}"


def test_an_uploaded_file_is_kept_and_handed_out_as_a_download_only(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    upload = (io.BytesIO(b"%PDF-1.7 card"), "../Größe <1>.pdf")
    add(sitting, {"form": "file", "title": "Card", "source_type": "vendor_claim", "upload": upload})
    found = items(office, sitting)[0]
    assert found.file_name == "Größe 1 .pdf"
    answer = sitting.client.get(f"/evidence/{found.id}/file").response
    assert answer.get_data() == b"%PDF-1.7 card"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.mimetype == "application/pdf"
    assert "Download Größe 1 .pdf (13 bytes)" in sitting.client.get(f"/evidence/{found.id}").words


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.html", b"<p>", "can carry code"),
        ("drawing.svg", b"<svg/>", "can carry code"),
        ("tool.pdf", b"MZ", "can carry code"),
    ],
)
def test_a_file_that_is_not_kept_is_refused_with_what_was_typed(
    office: Office, signed_in: SignedIn, name: str, content: bytes, words: str
) -> None:
    sitting = sit_down(office, signed_in)
    sitting.client.get(sitting.path("evidence/new?form=file"))
    data = {"form": "file", "title": "Card", "upload": (io.BytesIO(content), name)}
    page = sitting.client.post(sitting.path("evidence/new"), data, status=422)
    assert any(words in problem for problem in page.problems)
    assert page.value("title") == "Card"
    assert items(office, sitting) == ()


def test_a_file_above_the_limit_is_refused_with_what_was_typed(
    office: Office, signed_in: SignedIn, tmp_path: Path
) -> None:
    sitting = sit_down(office, signed_in)
    settings = Settings(data=tmp_path, database_url="set by the office", upload_limit=200_000)
    client = PageClient(create_app(Product(office, settings), secret_key="a key for tests"))
    client.get("/sign-in")
    client.post("/sign-in", {"name": "ada", "password": PASSWORD})
    assert "Up to 200 kB" in client.get(sitting.path("evidence/new?form=file")).words
    data = {"form": "file", "title": "Card", "upload": (io.BytesIO(b"x" * 200_001), "large.txt")}
    page = client.post(sitting.path("evidence/new"), data, status=422)
    assert page.problems == [
        "“large.txt” is larger than 200 kB; choose a smaller file, or its main part",
    ]
    assert page.value("title") == "Card"


def test_problems_are_named_as_the_page_names_its_fields(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    sitting.client.get(sitting.path("evidence/new"))
    page = sitting.client.post(
        sitting.path("evidence/new"), {"form": "link", "url": "example.org", "as_of": "May"}, status=422
    )
    *named, date = page.problems
    assert named == [
        "The address is no web address; write it in full, with https:// at its beginning",
        "The title is missing; enter 1 to 300 characters",
        "Choose who says it",
    ]
    assert date.startswith("'May' is no date")
    assert page.value("url") == "example.org"
    ahead = {
        "form": "note",
        "title": "A look",
        "source_type": "own_test",
        "excerpt": "Seen.",
        "as_of": "2027",
    }
    page = sitting.client.post(sitting.path("evidence/new"), ahead, status=422)
    assert page.problems[0].startswith("The date of the source lies in the future")


def test_another_form_keeps_everything_that_was_typed(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    fact_id = a_fact(office)
    sitting.client.get(sitting.path("evidence/new"))
    typed = {"form": "link", "title": "A test", "url": "https://example.org", "excerpt": "Nine of ten."}
    page = sitting.client.post(sitting.path("evidence/new"), {**typed, "switch": "note"}, status=200)
    assert (page.value("form"), page.value("title"), page.value("excerpt")) == (
        "note",
        "A test",
        "Nine of ten.",
    )
    assert not page.problems
    page = sitting.client.post(sitting.path("evidence/new"), {**typed, "switch": "fact"}, status=200)
    assert page.value("text") == "DeepSeek-R1"
    searched = {**typed, "text": "compliance jailbreak", "switch": "fact"}
    page = sitting.client.post(sitting.path("evidence/new"), searched, status=200)
    assert page.value("fact_id") == fact_id
    kept = {name: page.value(name) for name in ("title", "url", "excerpt")}
    page = sitting.client.post(sitting.path("evidence/new"), {**kept, "switch": "file"}, status=200)
    assert (page.value("form"), page.value("title"), page.value("url")) == ("file", "A test", typed["url"])
    assert items(office, sitting) == ()


def test_a_fact_of_the_register_is_found_and_added(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    fact_id = a_fact(office)
    page = sitting.client.get(sitting.path("evidence/new?form=fact"))
    assert page.value("text") == "DeepSeek-R1"
    assert "DeepSeek-R1, Jailbreak compliance: 94 %" in page.words
    nothing = sitting.client.get(sitting.path("evidence/new?form=fact&text=weather"))
    assert "No fact of the register has these words." in nothing.words
    sitting.client.post(sitting.path("evidence/new"), {"form": "fact", "fact_id": fact_id})
    found = items(office, sitting)[0]
    assert (found.fact_id, found.title) == (fact_id, "Evaluation of DeepSeek models")
    assert f"/facts/{fact_id}" in sitting.client.get(f"/evidence/{found.id}").html


def test_a_claim_is_compared_with_a_better_source(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    add(sitting, LINK)
    add(sitting, {**LINK, "title": "A newspaper", "source_type": "press"})
    better, claim = items(office, sitting)
    form = f"/evidence/{claim.id}/correct"
    page = sitting.client.get(form)
    assert page.value("title") == "A newspaper"
    compared = {"compared_with": better.id, "finding": "contradicts", "finding_note": "By half."}
    refused = sitting.client.post(form, {**LINK, **compared, "finding": ""}, status=422)
    assert refused.problems == ["Choose what the better source does to this claim"]
    shown = sitting.client.follow(sitting.client.post(form, {**LINK, "title": "A newspaper", **compared}))
    assert "Contradicted by 1 A report" in shown.words
    listed = sitting.client.get(sitting.path("evidence"))
    assert "Corrected by item 3" in listed.words
    assert "By half." in listed.words
    assert sitting.client.get(form, status=302).location.endswith("/correct")
    again = sitting.client.post(form, LINK, status=409)
    assert again.problems == ["Item 2 was corrected already, by item 3; correct that one."]


def test_evidence_is_open_to_whoever_may_see_the_assessment(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    evidence_id = add_evidence(office, sitting.opened.assessor, sitting.opened.id, FILE)
    paths = (sitting.path("evidence"), f"/evidence/{evidence_id}", f"/evidence/{evidence_id}/file")
    approver, auditor = signed_in(Role.APPROVER), signed_in(Role.AUDITOR)
    for path in paths:
        approver.get(path, status=403)
        auditor.get(path)
    assert "Add evidence" not in auditor.get(paths[0]).html
    save(office, sitting.opened, "residency", {**FULL["residency"], "evidence": [evidence_id]})
    assert "Not cited in a submitted answer" in auditor.get(paths[0]).words
    submit_sheet(office, sitting.opened.assessor, sitting.opened.id)
    for path in paths:
        approver.get(path)
    cited = approver.get(paths[0]).link("Data residency")
    assert cited == f"/assessments/{sitting.opened.id}#answer-residency"


def test_no_evidence_is_added_after_submission_and_what_was_typed_stays(
    office: Office, signed_in: SignedIn
) -> None:
    sitting = sit_down(office, signed_in)
    evidence_id = add_evidence(office, sitting.opened.assessor, sitting.opened.id, FILE)
    sitting.client.get(sitting.path("evidence/new"))
    save(office, sitting.opened, "residency", FULL["residency"])
    submit_sheet(office, sitting.opened.assessor, sitting.opened.id)
    page = sitting.client.post(sitting.path("evidence/new"), LINK, status=409)
    assert page.value("title") == "A report"
    assert sitting.client.get(sitting.path("evidence/new"), status=302).location == sitting.path("evidence")
    correct = f"/evidence/{evidence_id}/correct"
    assert sitting.client.get(correct, status=302).location == f"/evidence/{evidence_id}"


def test_what_is_not_there_is_not_found(office: Office, signed_in: SignedIn) -> None:
    sitting = sit_down(office, signed_in)
    add(sitting, LINK)
    link = items(office, sitting)[0]
    for path in (f"/evidence/{link.id}/file", "/evidence/nothing", "/assessments/nothing/evidence"):
        page = sitting.client.get(path, status=404)
        assert words_in(page.all("h1")[0]) == "There is no such page"
