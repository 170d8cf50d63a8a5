"""The JSON of a ranking: what is null, and what adds up."""

from riskapp.domain.sensitivity.ranking import rank
from riskapp.domain.sensitivity.ranking_json import ranking_json
from riskapp.domain.sensitivity.robustness import Reading
from tests.domain.comparisons import one_to_one


def test_what_was_not_drawn_is_null_and_what_was_adds_up() -> None:
    comparison = one_to_one({"A": (60, 40), "B": (50, 50), "N": (None, None)})
    drawn = rank(comparison, Reading.UNIFORM, draws=10_000)
    found = ranking_json(comparison, drawn, {"A": "Alpha", "B": "Beta", "N": "None"})
    first, second, nothing = found["candidates"]
    assert (nothing["id"], nothing["rating"], nothing["low"]) == ("N", "not-applicable", None)
    for key in ("acceptability", "central_weights", "confidence_factor", "standard_errors"):
        assert nothing[key] is None
    assert first["acceptability"] == second["acceptability"][::-1]
    assert first["standard_errors"]["acceptability"] == second["standard_errors"]["acceptability"]
    assert first["standard_errors"].keys() == {"acceptability", "central_weights", "confidence_factor"}
    assert sorted(found["pairwise"]) == ["A", "B"]
    assert found["flip_points"][0]["words"].startswith("Alpha and Beta change places if")


def test_a_candidate_that_never_came_first_has_no_central_weights() -> None:
    comparison = one_to_one({"A": (60, 50), "B": (50, 40)})
    drawn = rank(comparison, Reading.PROFILE, draws=10_000)
    found = ranking_json(comparison, drawn, {"A": "Alpha", "B": "Beta"})["candidates"][1]
    assert (found["dominated_by"], found["dominated_on_points_by"]) == (["A"], ["A"])
    assert found["central_weights"] is None
    assert found["standard_errors"]["confidence_factor"] is None
