"""The engine: everything that follows from a rubric, a profile, a context and a sheet of answers."""

from riskapp.domain.aggregation import score_dimension, score_total
from riskapp.domain.answers import Answers
from riskapp.domain.context import Context
from riskapp.domain.contributions import contributions
from riskapp.domain.criterion_scoring import score_criterion
from riskapp.domain.errors import InvalidError
from riskapp.domain.gates import Facts, evaluate_gates
from riskapp.domain.recommendation import recommend
from riskapp.domain.rubric import Rubric
from riskapp.domain.scores import Assessed
from riskapp.domain.validation import validate_answers


def assess(
    rubric: Rubric, profile_id: str, answers: Answers, *, context: Context | None, facts: Facts
) -> Assessed:
    """Return scores, gates, contributions and the recommendation, all exact.

    `facts` are the declared facts about the candidate that gates may test. Raises InvalidError
    where an answer does not fit the rubric, and KeyError where it has no such profile.
    """
    faults = validate_answers(rubric, answers)
    if faults:
        raise InvalidError(faults)
    profile = rubric.profile(profile_id)
    criteria = {each.id: score_criterion(rubric, each, answers.get(each.id)) for each in rubric.criteria()}
    dimensions = {each.id: score_dimension(rubric, each, criteria) for each in rubric.dimensions}
    total = score_total(rubric, profile, dimensions)
    gates = evaluate_gates(
        rubric, answers, context=context, facts=facts, criteria=criteria, dimensions=dimensions
    )
    recommendation, because = recommend(rubric, profile, gates=gates, dimensions=dimensions, total=total)
    return Assessed(
        criteria=criteria,
        dimensions=dimensions,
        total=total,
        gates=gates,
        recommendation=recommendation,
        because=because,
        contributions=contributions(rubric, profile, criteria=criteria, dimensions=dimensions, total=total),
    )
