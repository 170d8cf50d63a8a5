"""Reads the facts of the worked example, and the claims of a newspaper that were checked against them."""

import csv
from dataclasses import dataclass
from pathlib import Path

from riskapp.domain.candidate import Route
from riskapp.domain.fact import ClaimType, Fact, Verification

FIRST_LINE = 2
IN_WORDS = "text"

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """What a newspaper said, what better sources say, and how to read the two together."""

    as_reported: str
    sources_say: str
    checked_in: str
    reading: str


def read_facts(folder: Path) -> dict[str, Fact]:
    """Return every fact of `facts.csv` by the id that answers files use: `fact-N` stands on line N.

    `subjects.csv` says which developer, model and version a subject of the facts is, `routes.csv` which route
    and host; a row with a developer goes before the one without.
    """
    subjects = {row["subject"]: row for row in _rows(folder / "subjects.csv")}
    routes = {(row["as_written"], row["developer"]): row for row in _rows(folder / "routes.csv")}
    return {
        f"fact-{line}": _fact(row, subjects[row["subject"]], routes)
        for line, row in enumerate(_rows(folder / "facts.csv"), start=FIRST_LINE)
    }


def read_claims(folder: Path) -> dict[str, CheckedClaim]:
    """Return every claim of `press_claims.csv` by its name."""
    return {
        row["claim"]: CheckedClaim(
            as_reported=row["as_reported"],
            sources_say=row["what_sources_say"],
            checked_in=row["source_of_check"],
            reading=row["reading"],
        )
        for row in _rows(folder / "press_claims.csv")
    }


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _fact(row: Row, subject: Row, routes: dict[tuple[str, str], Row]) -> Fact:
    developer = subject["developer"]
    route = routes.get((row["route"], developer)) or routes[(row["route"], "")]
    verification, note = _verification(row["note"])
    return Fact(
        subject=row["subject"],
        developer=developer,
        model=subject["model"] or None,
        version=subject["version"] or None,
        route=Route(route["route"]) if route["route"] else None,
        host=route["host"] or None,
        dimension=row["dimension"].replace("_", "-"),
        metric=row["metric"],
        value=row["value"],
        unit="" if row["unit"] == IN_WORDS else row["unit"],
        as_of=row["as_of"],
        claim_type=ClaimType(row["claim_type"]),
        verification=verification,
        source_title=row["source_title"],
        publisher=row["publisher"],
        url=row["url"],
        note=note,
    )


def _verification(note: str) -> tuple[Verification, str]:
    """Return the first word of a note, as in `verif=primary; commit 5dc9490`, and what follows it."""
    word = note.removeprefix("verif=").partition(";")[0].split()[0]
    rest = note.removeprefix(f"verif={word}").lstrip("; ").strip()
    return Verification(word), rest
