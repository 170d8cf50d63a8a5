"""The kinds of paper that are made: which template tells a content, and what its embedded data are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
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

PORTFOLIO = Paper(
    "portfolio.html",
    "portfolio.json",
    "The portfolio as data: everything that this document says, in canonical JSON (RFC 8785)",
)

ONE_PAGE = Paper(
    "one-page.html",
    "one-page.json",
    "The page as data: everything that it says, in canonical JSON (RFC 8785)",
)

_PAPERS = {
    "riskapp-questions/2": QUESTIONS,
    "riskapp-comparison-report/1": COMPARISON,
    "riskapp-portfolio/1": PORTFOLIO,
    "riskapp-one-page/1": ONE_PAGE,
}
"""By the format that the content states; every other content is the snapshot of an assessment."""


def paper_of(content: Mapping[str, Any]) -> Paper:
    """Return the paper for a content, by the format that it states."""
    return _PAPERS.get(str(content.get("format", "")), ASSESSMENT)


def screen_files(reports: Path) -> Mapping[str, Path]:
    """Return the files that pages of papers ask for, by exact name: styles and fonts of the folder."""
    found = (*reports.glob("*.css"), *(reports / "fonts").glob("*.woff2"))
    return {each.relative_to(reports).as_posix(): each for each in sorted(found)}
