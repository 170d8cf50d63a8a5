"""The list of what to find out next: as one JSON value for page and paper, and as rows of a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from riskapp.domain.sensitivity.open_questions import OpenQuestion, OpenQuestions
from riskapp.domain.sensitivity.vendor_questions import vendor_question
from riskapp.domain.sensitivity.words import change_words, gap_words
from riskapp.domain.shown import day, instant, instant_iso, one_decimal, percent

FORMAT = "riskapp-questions/2"
"""Names the shape; a changed shape gets a new number."""

HEADINGS = (
    "Number",
    "Dimension",
    "Criterion",
    "Because",
    "Swing in the total",
    "Changes the recommendation",
    "Changes who comes first",
    "Answers that change something",
    "Question",
    "How to find out",
    "Evidence that counts",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a question list is about, and what it rests on. `rivals` are the names of those compared with."""

    reference: str
    candidate: str
    model: str
    context: str
    rubric: str
    profile: str
    rests_on: str
    rivals: tuple[str, ...]
    on: date
    made_at: datetime
    made_by: str


def question_list_json(heading: Heading, found: OpenQuestions, *, figures: bool) -> dict[str, Any]:
    """Return the list; without `figures` it holds nothing but the questions, and can go to a vendor."""
    said: dict[str, Any] = {
        "format": FORMAT,
        "title": f"Questions about {heading.candidate}",
        "reference": heading.reference,
        "candidate": heading.candidate,
        "model": heading.model,
        "figures": None,
        "on": {"day": heading.on.isoformat(), "shown": day(heading.on)},
        "made": {"at": instant_iso(heading.made_at), "shown": instant(heading.made_at)},
        "questions": [
            _asked(number, each) | (_for_assessors(each) if figures else vendor_question(each.criterion))
            for number, each in enumerate(found.questions, start=1)
        ],
    }
    if figures:
        said["made"]["by"] = heading.made_by
        said["figures"] = _figures(heading, found)
    return said


def _asked(number: int, question: OpenQuestion) -> dict[str, Any]:
    criterion = question.criterion
    return {
        "number": number,
        "id": criterion.id,
        "name": criterion.name,
        "question": criterion.question,
    }


def _for_assessors(question: OpenQuestion) -> dict[str, Any]:
    return {"how": question.criterion.how, "evidence": list(question.criterion.evidence)}


def _figures(heading: Heading, found: OpenQuestions) -> dict[str, Any]:
    return {
        "context": heading.context,
        "rubric": heading.rubric,
        "profile": heading.profile,
        "rests_on": heading.rests_on,
        "rivals": list(heading.rivals),
        "recommendation": found.recommendation.value,
        "at_worst": found.at_worst.value,
        "at_best": found.at_best.value,
        "questions": [_figured(each) for each in found.questions],
    }


def _figured(question: OpenQuestion) -> dict[str, Any]:
    return {
        "dimension": question.dimension.name,
        "because": gap_words(question.gaps),
        "swing": one_decimal(question.swing),
        "low": one_decimal(question.low),
        "high": one_decimal(question.high),
        "recommendation": percent(question.recommendation_turns),
        "first": _chance(question.first_turns),
        "hinders": percent(question.hinders),
        "changes": [
            f"{change_words(each, question.criterion)} ({percent(each.probability)})"
            for each in question.changes
        ],
    }


def _chance(share: Fraction | None) -> str | None:
    return None if share is None else percent(share)


def question_rows(found: OpenQuestions) -> Iterator[Sequence[str]]:
    """Yield the list as a table, a header first; numbers stand without their units."""
    yield HEADINGS
    for number, each in enumerate(found.questions, start=1):
        figures = _figured(each)
        yield (
            str(number),
            each.dimension.name,
            each.criterion.name,
            figures["because"],
            figures["swing"],
            figures["recommendation"],
            figures["first"] or "",
            "; ".join(figures["changes"]),
            each.criterion.question,
            each.criterion.how,
            "; ".join(each.criterion.evidence),
        )
