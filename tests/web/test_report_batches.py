"""The page on which the reports of a period are had: asked for, followed, downloaded."""

import io
import zipfile

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.reports_made import quickly_made, work_off
from tests.services.test_jobs import decided_twice
from tests.web.conftest import SignedIn


def test_the_reports_of_the_quarter_are_packed_while_one_watches(office: Office, signed_in: SignedIn) -> None:
    decided_twice(office)
    buyer = signed_in(Role.PROCUREMENT)
    assert buyer.get("/assessments").link("Reports of a period") == "/reports"
    page = buyer.get("/reports")
    assert (page.value("since"), page.value("until")) == ("2026-10-01", "2026-12-31")
    assert "No reports have been packed in the last 30 days." in page.words
    assert "0 under way, 2 waiting, 0 failed." in page.words
    page = buyer.post("/reports", {"since": "soon", "until": ""}, status=422)
    assert page.problems == ["“soon” is no date; write it as 2027-01-31", "Choose a day, such as 2027-01-31"]
    assert page.value("since") == "soon"
    nothing = {"since": "2025-01-01", "until": "2025-03-31"}
    assert buyer.post("/reports", nothing, status=422).problems == [
        "Nothing was decided in this period; choose other days"
    ]
    sent = buyer.post("/reports", {"since": "2026-10-01", "until": "2026-12-31"})
    address = sent.location
    page = buyer.follow(sent)
    assert page.heading == "Reports of 1 October 2026 to 31 December 2026"
    assert "The batch waits for its turn" in page.words
    assert "are not packed yet" in buyer.get(f"{address}/reports.zip", status=409).words
    with quickly_made(broken=1):
        work_off(office)
    page = buyer.get(address)
    assert "RA-0001" not in page.words, "a report that broke once is made by the batch"
    assert "2 reports" in page.words
    assert "kept until 24 December 2026" in page.words
    answer = signed_in(Role.AUDITOR).get(page.link("Download the reports (ZIP)")).response
    assert answer.headers["Content-Disposition"] == ("attachment; filename=reports-2026-10-01-2026-12-31.zip")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        assert archive.namelist() == [
            *("reports/RA-0001.pdf", "reports/RA-0002.pdf", "manifest.json", "reports.csv")
        ]
    assert "Packed" in buyer.get("/reports").words
