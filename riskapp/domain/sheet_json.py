"""A submitted sheet as JSON values: its canonical form is what the digest of the sheet is of."""

from typing import Any

from riskapp.domain.answers import (
    Answer,
    Answers,
    ChosenLevel,
    Indicators,
    Measurement,
    NotApplicable,
    Response,
    Unknown,
)
from riskapp.domain.rubric import Rubric
from riskapp.domain.shown import exact_text

FORMAT = "riskapp-sheet/1"
"""Names the shape; a changed shape gets a new number."""


def sheet_json(rubric: Rubric, answers: Answers, *, profile: str, assessment: str, assessor: str) -> Any:  # noqa: ANN401 (JSON)
    """Return the answers under the names that the pipeline's answers file uses, with what they answer.

    Measured numbers are exact decimal text; lists of statements are sorted. `assessment` and `assessor`
    are ids.
    """
    return {
        "format": FORMAT,
        "assessment": assessment,
        "assessor": assessor,
        "rubric": {"id": rubric.id, "version": rubric.version, "digest": rubric.digest},
        "profile": profile,
        "answers": {criterion_id: answer_json(given) for criterion_id, given in answers.items()},
    }


def answer_json(given: Answer) -> dict[str, Any]:
    """Return one answer as it stands in the sheet."""
    return {
        **_response(given.response),
        "confidence": given.confidence.value,
        "rationale": given.rationale,
        "evidence": list(given.evidence),
    }


def _response(response: Response) -> dict[str, Any]:
    match response:
        case ChosenLevel(level=level):
            return {"level": level}
        case Measurement(value=value, low=low, high=high):
            return {"value": exact_text(value), "low": exact_text(low), "high": exact_text(high)}
        case Indicators() as stated:
            return {
                "met": sorted(stated.met),
                "not_met": sorted(stated.not_met),
                "not_applicable": sorted(stated.not_applicable),
            }
        case NotApplicable(reason=reason):
            return {"not_applicable": reason}
        case Unknown(reason=reason):
            return {"unknown": reason}
