"""The digest by its days, and the forms in which it leaves: a table, a calendar, a letter."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest

from riskapp.domain.digest import Digest, DigestEntry, Lapse, in_order, periods
from riskapp.domain.digest_files import digest_calendar, digest_letter, digest_table

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TODAY = AT.date()


def entry(on: date = TODAY, **given: str) -> DigestEntry:
    content = {
        "assessment_id": "a1",
        "reference": "RA-0001",
        "candidate": "DeepSeek-R1 (0528) on own machines",
        "context": "Internal coding assistant",
        "text": "the approval expires",
    }
    return DigestEntry(on=on, kind=Lapse.APPROVAL_EXPIRES, **(content | given))


def content_lines(calendar: str) -> list[str]:
    """Return the lines of a calendar, unfolded as RFC 5545 says."""
    return calendar.replace("\r\n ", "").split("\r\n")


def test_every_day_of_the_coming_90_stands_in_one_period() -> None:
    days = [AT.date() + timedelta(days=each) for each in (90, 0, 30, 31, 60, 61, 91, -1)]
    digest = Digest(at=AT, entries=in_order(entry(on) for on in days))
    found = periods(digest)
    assert [[(each.on - AT.date()).days for each in period.entries] for period in found] == [
        [0, 30],
        [31, 60],
        [61, 90],
    ]
    assert found[1].first == date(2026, 12, 25)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\N{FULLWIDTH EQUALS SIGN}1"]
)
def test_no_cell_of_the_table_is_a_formula(text: str) -> None:
    digest = Digest(at=AT, entries=(entry(candidate=text, owner=text),))
    (_, row) = csv.reader(StringIO(digest_table(digest), newline=""))
    assert (row[3], row[6]) == (f"'{text}", f"'{text}")


def test_the_table_keeps_everything_else_as_it_is() -> None:
    digest = Digest(at=AT, entries=(entry(text='say "yes", or no', owner="Team"),))
    assert list(csv.reader(StringIO(digest_table(digest)))) == [
        ["Day", "What", "Assessment", "Candidate", "Use", "Details", "Owner"],
        [
            "2026-11-24",
            "Approval expires",
            "RA-0001",
            "DeepSeek-R1 (0528) on own machines",
            "Internal coding assistant",
            'say "yes", or no',
            "Team",
        ],
    ]


def test_a_calendar_holds_one_whole_day_for_each_entry() -> None:
    digest = Digest(at=AT, entries=(entry(date(2026, 12, 31), owner="Team; A, B\\C\nend"),))
    lines = content_lines(digest_calendar(digest, link="https://risk.example/assessments/{id}"))
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert {"VERSION:2.0", "DTSTAMP:20261124T093000Z", "URL:https://risk.example/assessments/a1"} <= set(
        lines
    )
    assert {"DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101"} <= set(lines)
    said = "DESCRIPTION:the approval expires\\nInternal coding assistant\\nOwner: Team\\; A\\, B\\\\C\\nend"
    assert said in lines


def test_lines_of_a_calendar_are_folded_between_characters_at_75_octets() -> None:
    text = "€ für jede Prüfung, " * 20
    calendar = digest_calendar(Digest(at=AT, entries=(entry(text=text),)))
    physical = calendar.split("\r\n")
    assert max(len(line.encode()) for line in physical) == 75
    assert "\n" not in calendar.replace("\r\n", "")
    said = text.replace(",", "\\,")
    assert f"SUMMARY:RA-0001 DeepSeek-R1 (0528) on own machines: {said}" in content_lines(calendar)


def test_no_text_breaks_out_of_its_event_and_each_event_keeps_its_identity() -> None:
    hostile = entry(text="x\r\nEND:VEVENT\rBEGIN:VEVENT\x0bA\u2028B\x00", key="1")
    again = Digest(at=AT + timedelta(days=1), entries=(hostile, entry(key="2")))
    lines = content_lines(digest_calendar(Digest(at=AT, entries=(hostile,))))
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    identity = next(line for line in lines if line.startswith("UID:"))
    later = [line for line in content_lines(digest_calendar(again)) if line.startswith("UID:")]
    assert later[0] == identity != later[1]


def test_the_letter_names_each_day_and_says_where_nothing_lapses() -> None:
    digest = Digest(at=AT, entries=(entry(date(2026, 12, 31), owner="Team"),), is_cut=True)
    letter = digest_letter(digest)
    assert "24 November 2026 to 24 December 2026\n- nothing" in letter
    assert (
        "- 31 December 2026: RA-0001 DeepSeek-R1 (0528) on own machines: the approval expires (Team)"
        in letter
    )
    assert "There is more than is listed here" in letter
