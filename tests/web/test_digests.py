"""The pages of the digest, its table, and the calendar that is read with a token."""

import csv
import re
from io import StringIO

from riskapp.domain.authority import Role
from riskapp.services.work import Office
from tests.lapse_builders import an_approval
from tests.web.conftest import SignedIn
from tests.web.page_client import PageClient


def test_procurement_sees_what_lapses_and_takes_it_home(office: Office, signed_in: SignedIn) -> None:
    approved = an_approval(office, expires_in=80)
    buyer = signed_in(Role.PROCUREMENT)
    page = buyer.get("/digest")
    assert "condition 1 is due: Mask personal data." in page.words
    assert f"/assessments/{approved.id}" in {link.get("href") for link in page.all("a")}
    answer = buyer.get(page.link("Download as a table (CSV)")).response
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lapses-2026-11-24.csv"'
    rows = list(csv.reader(StringIO(answer.get_data(as_text=True))))
    assert [row[1] for row in rows] == ["What", "Condition is due", "Answers expire", "Approval expires"]
    letter = buyer.get("/digest/letter")
    assert "No mail server is set" in letter.words
    assert "the approval expires" in letter.words


def test_a_calendar_program_reads_the_feed_until_it_is_revoked(
    office: Office, signed_in: SignedIn, visitor: PageClient
) -> None:
    an_approval(office, expires_in=80)
    buyer = signed_in(Role.PROCUREMENT)
    buyer.get("/digest")
    shown = buyer.follow(buyer.post("/digest/feed"))
    (address,) = re.findall(r"http://localhost(/calendar/\S+\.ics)", shown.notices[0])
    assert address not in buyer.get("/digest").html
    answer = visitor.get(address).response
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.get_data(as_text=True).count("BEGIN:VEVENT") == 3
    assert "URL:http://localhost/assessments/" in answer.get_data(as_text=True)
    visitor.get("/calendar/guessed.ics", status=404)
    done = buyer.follow(buyer.post("/digest/feed/revoke"))
    assert done.notices == ["The calendar feed is revoked. Its address answers no more."]
    visitor.get(address, status=404)


def test_a_long_list_of_lapses_is_paged(office: Office, signed_in: SignedIn) -> None:
    for _ in range(35):
        an_approval(office, expires_in=80)
    buyer = signed_in(Role.PROCUREMENT)
    first, second = buyer.get("/digest"), buyer.get("/digest?page=2")
    days = [len(page.all("th", scope="row")) for page in (first, second)]
    assert days == [100, 5]
    assert "Nothing lapses in these days." not in first.words + second.words
    assert "Page 2 of 2" in buyer.get("/digest?page=9").words
