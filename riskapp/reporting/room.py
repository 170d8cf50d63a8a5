"""How much of each text is printed: the fewer there are the more of each, so that every report can be made.

A form takes texts of 20,000 characters, for 42 criteria and 500 sources. Printed whole they would make
thousands of pages, which no renderer finishes in its limits; they stand whole in the attached data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_ROWS = 300
"""Rows of one list that are printed: sources, open questions, acts."""

MOST_LINKS = 40
"""References from one criterion to its sources, or from one source to its criteria, that are printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Characters of each text that are printed; a line end counts for many, see `text.capped`."""

    rationale: int
    answer: int
    says: int
    note: int
    event: int
    opinion: int
    label: int


def room_in(content: Mapping[str, Any]) -> Room:
    """Return how much of each text there is room for in a report with this content."""
    dimensions = [each for each in content.get("dimensions", ()) if isinstance(each, Mapping)]
    asked = [criterion for each in dimensions for criterion in each.get("criteria", ())]
    opinions = [criterion["opinions"] for criterion in asked if criterion.get("opinions")]
    criteria = len(asked)
    sources = min(len(content.get("sources", ())), MOST_ROWS)
    events = min(len(content.get("events", ())), MOST_ROWS)
    return Room(
        rationale=_share(120_000, criteria, most=3_000),
        answer=_share(60_000, criteria, most=1_500),
        says=_share(90_000, sources, most=1_200),
        note=_share(45_000, sources, most=600),
        event=_share(45_000, events, most=600),
        opinion=_share(80_000, sum(1 + len(each["dissents"]) for each in opinions), most=1_500),
        label=_share(60_000, sum(len(each["answers"]) for each in opinions), most=160),
    )


def _share(total: int, among: int, *, most: int) -> int:
    return min(most, total // max(among, 1))
