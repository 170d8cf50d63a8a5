"""What to find out next as JSON: one form for the pipeline and the pages."""

from typing import Any

from riskapp.domain.canonical import json_number
from riskapp.domain.sensitivity.open_questions import Change, OpenQuestion, OpenQuestions
from riskapp.domain.sensitivity.words import change_words, gap_words, letter_words


def questions_json(found: OpenQuestions) -> dict[str, Any]:
    """Return the questions, those first that can change most; scores 0 to 100, probabilities 0 to 1."""
    return {
        "recommendation": found.recommendation.value,
        "if_all_are_answered": {"at_worst": found.at_worst.value, "at_best": found.at_best.value},
        "questions": [_question(each) for each in found.questions],
    }


def _question(question: OpenQuestion) -> dict[str, Any]:
    criterion = question.criterion
    first_turns = question.first_turns
    return {
        "criterion": criterion.id,
        "dimension": question.dimension.id,
        "name": criterion.name,
        "gaps": [each.value for each in question.gaps],
        "because": gap_words(question.gaps),
        "low": json_number(question.low),
        "high": json_number(question.high),
        "swing": json_number(question.swing),
        "changes_recommendation": json_number(question.recommendation_turns),
        "changes_winner": None if first_turns is None else json_number(first_turns),
        "hinders": json_number(question.hinders),
        "changes": [_change(question, each) for each in question.changes],
        "question": criterion.question,
        "how": criterion.how,
        "evidence": list(criterion.evidence),
        "ask": letter_words(criterion),
    }


def _change(question: OpenQuestion, change: Change) -> dict[str, Any]:
    return {
        "lowest_score": json_number(change.lowest.score),
        "highest_score": json_number(change.highest.score),
        "probability": json_number(change.probability),
        "recommendation": change.recommendation.value,
        "comes_first": change.comes_first,
        "words": change_words(change, question.criterion),
    }
