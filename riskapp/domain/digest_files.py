"""A digest in the forms that leave the building: a table for spreadsheets, a calendar, and a letter."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

from riskapp.domain.canonical import sha256_hex
from riskapp.domain.digest import Digest, DigestEntry, Lapse, periods
from riskapp.domain.shown import day
from riskapp.domain.spreadsheet import plain_cell

_LINE = 75
"""Octets that a line of a calendar may have (RFC 5545, 3.1)."""

LAPSE_WORDS = {
    Lapse.APPROVAL_EXPIRES: "Approval expires",
    Lapse.VERSION_RETIRES: "Version retires",
    Lapse.CONDITION_DUE: "Condition is due",
    Lapse.ANSWERS_EXPIRE: "Answers expire",
}


def digest_table(digest: Digest) -> str:
    """Return the digest as CSV (RFC 4180), a header first."""
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow(["Day", "What", "Assessment", "Candidate", "Use", "Details", "Owner"])
    for each in digest.entries:
        cells = (LAPSE_WORDS[each.kind], each.reference, each.candidate, each.context, each.text, each.owner)
        writer.writerow([each.on.isoformat(), *(plain_cell(cell) for cell in cells)])
    return stream.getvalue()


def digest_calendar(digest: Digest, *, link: str = "") -> str:
    """Return the digest as an iCalendar object (RFC 5545): one whole-day event for each entry.

    `link` is the address of an assessment with `{id}` for its id, or empty for no links.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//riskapp//digest//EN",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:Approvals of language models",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ]
    for each in digest.entries:
        lines += _event(each, digest.at, link)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(entry: DigestEntry, at: datetime, link: str) -> list[str]:
    known = f"{entry.kind.value}\n{entry.assessment_id}\n{entry.key}"
    about = f"{entry.text}\n{entry.context}" + (f"\nOwner: {entry.owner}" if entry.owner else "")
    return [
        "BEGIN:VEVENT",
        f"UID:{sha256_hex(known.encode())[:40]}@riskapp",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(entry.summary)}",
        f"DESCRIPTION:{_escaped(about)}",
        f"CATEGORIES:{_escaped(LAPSE_WORDS[entry.kind])}",
        "TRANSP:TRANSPARENT",
        *([f"URL:{link.format(id=entry.assessment_id)}"] if link else []),
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Return a text value (RFC 5545, 3.3.11); characters that no calendar may hold become spaces."""
    lines = "\n".join(text.splitlines())
    kept = "".join(each if each.isprintable() or each == "\n" else " " for each in lines)
    escaped = kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a content line folded between characters, at 75 octets at most."""
    parts, length = [""], 0
    for character in line:
        size = len(character.encode())
        if length + size > _LINE:
            parts.append(" ")
            length = 1
        parts[-1] += character
        length += size
    return "\r\n".join(parts)


def digest_letter(digest: Digest) -> str:
    """Return the digest as plain text, for a letter."""
    paragraphs = [f"What lapses in the days after {day(digest.today)}."]
    for period in periods(digest):
        lines = [f"{day(period.first)} to {day(period.last)}"]
        lines += [
            f"- {day(each.on)}: {each.summary}" + (f" ({each.owner})" if each.owner else "")
            for each in period.entries
        ] or ["- nothing"]
        paragraphs.append("\n".join(lines))
    if digest.is_cut:
        paragraphs.append("There is more than is listed here; the page of the digest says how to find it.")
    return "\n\n".join(paragraphs) + "\n"
