"""The kinds of paper that are made: which template tells a content, and what its embedded data are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Paper:
    """A template in the folder of reports, and the name and description of the data that a PDF embeds."""

    template: str
    attachment: str
    description: str


ASSESSMENT = Paper(
    "assessment.html",
    "assessment.json",
    "The assessment as data: everything that this report says, in canonical JSON (RFC 8785)",
)
QUESTIONS = Paper(
    "questions.html",
    "questions.json",
    "The questions as data: everything that this list says, in canonical JSON (RFC 8785)",
)

COMPARISON = Paper(
    "comparison.html",
    "comparison.json",
    "The comparison as data: everything that this document says, in canonical JSON (RFC 8785)",
)

_PAPERS = {"riskapp-questions/1": QUESTIONS, "riskapp-comparison-report/1": COMPARISON}
"""By the format that the content states; every other content is the snapshot of an assessment."""


def paper_of(content: Mapping[str, Any]) -> Paper:
    """Return the paper for a content, by the format that it states."""
    return _PAPERS.get(str(content.get("format", "")), ASSESSMENT)
