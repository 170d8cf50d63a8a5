"""What a snapshot holds: everything that a report says, exact and as shown, and nothing else."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.report import Finding, Source
from riskapp.domain.snapshot import assessment_snapshot, snapshot_bytes
from tests.reporting.builders import draft_input, report_input, sample
from tests.reporting.rubrics import answers, rubric


def rated_input() -> Any:  # noqa: ANN401 - the builder's type, said once there
    lenient = replace(rubric(), minimum_coverage=Fraction(1, 5))
    return report_input(of=lenient)


def test_a_snapshot_is_plain_json_in_canonical_form() -> None:
    content = sample()

    assert canonical_bytes(json.loads(content)) == content


def test_equal_inputs_give_equal_snapshots() -> None:
    assert sample() == sample()


def test_every_score_stands_exact_and_as_shown() -> None:
    content = assessment_snapshot(rated_input())

    for dimension in content["dimensions"]:
        point = dimension["score"]["point"]
        assert abs(Fraction(point["exact"]) - Fraction(Decimal(point["shown"]))) <= Fraction(1, 20)


def test_what_is_unknown_is_not_rated_and_open_from_0_to_100() -> None:
    content = assessment_snapshot(report_input())

    unknown = [
        criterion
        for dimension in content["dimensions"]
        for criterion in dimension["criteria"]
        if criterion["answer"]["kind"] in {"unknown", "unanswered"}
    ]

    assert unknown
    for criterion in unknown:
        assert criterion["score"]["rating"] == "not-rated"
        assert criterion["score"]["point"] is None
        assert (criterion["score"]["low"]["shown"], criterion["score"]["high"]["shown"]) == ("0.0", "100.0")


def test_contributions_shown_add_up_to_the_shown_total() -> None:
    content = assessment_snapshot(rated_input())

    points = [Decimal(row["points"]["shown"]) for row in content["contributions"]["rows"]]

    assert sum(points) == Decimal(content["contributions"]["total"])
    assert content["contributions"]["total"] == content["total"]["point"]["shown"]


def test_a_contribution_is_the_score_times_its_share_of_the_total() -> None:
    given = rated_input()
    content = assessment_snapshot(given)

    for row in content["contributions"]["rows"]:
        point = given.assessed.criteria[row["criterion_id"]].point
        assert Fraction(row["share"]["exact"]) / 100 * point == Fraction(row["points"]["exact"])


def test_what_is_open_spreads_the_total_by_the_points_that_are_named() -> None:
    content = assessment_snapshot(report_input())
    first = content["unknowns"][0]

    assert first["name"] == "Residency of data and access from abroad"
    assert (first["dimension_points"], first["total_points"]) == ("20.0", "6.0")
    widths = [Decimal(each["total_points"]) for each in content["unknowns"]]
    assert widths == sorted(widths, reverse=True)


def test_a_cited_source_and_its_criteria_point_at_one_another() -> None:
    content = assessment_snapshot(report_input())
    cited = {
        (criterion["place"], number)
        for dimension in content["dimensions"]
        for criterion in dimension["criteria"]
        for number in criterion["sources"]
    }

    assert cited == {
        (criterion["place"], source["number"])
        for source in content["sources"]
        for criterion in source["cited_by"]
    }


def test_a_source_that_was_not_filed_is_registered_under_its_address() -> None:
    of = rubric()
    given = answers(of)
    first = next(iter(given))
    given[first] = replace(given[first], evidence=("https://example.org/paper",))

    content = assessment_snapshot(report_input(of=of, given=given))

    added = content["sources"][-1]
    assert (added["number"], added["url"]) == (19, "https://example.org/paper")


def test_a_press_claim_stands_beside_the_source_that_checks_it() -> None:
    better = Source(
        id="a", number=1, title="Technical report", publisher="The developer", says="As of December"
    )
    claim = Source(
        id="b",
        number=2,
        title="Article",
        source_type="press",
        compared_with="a",
        finding=Finding.CONTRADICTS,
        finding_note="A month off.",
    )

    content = assessment_snapshot(replace(report_input(given={}), sources=(better, claim)))

    assert content["sources"][1]["check"] == {
        "finding": "contradicts",
        "reading": "A month off.",
        "number": 1,
        "title": "Technical report",
        "publisher": "The developer",
        "says": "As of December",
        "url": "",
    }


def test_the_summary_says_that_a_decision_departs_from_the_recommendation() -> None:
    paragraphs = {each["heading"]: each["text"] for each in assessment_snapshot(report_input())["summary"]}

    assert "departs from the recommendation" in paragraphs["Decision"]
    assert "Political bias has too few answers to be rated" in paragraphs["Score"]


def test_a_draft_says_that_no_decision_has_been_taken() -> None:
    content = json.loads(snapshot_bytes(draft_input()))

    assert content["decision"] is None
    assert content["summary"][-1]["text"] == "No decision has been taken."


def test_what_the_dimensions_add_sums_to_the_total_that_is_shown() -> None:
    parts = assessment_snapshot(rated_input())["contributions"]
    subtotals = [Fraction(each["points"]) for each in parts["subtotals"]]

    assert len(subtotals) == 5
    assert sum(subtotals) == Fraction(parts["total"])
    assert sum(Fraction(each["share"].removesuffix(" %")) for each in parts["subtotals"]) == 100


def test_a_source_says_who_filed_it_and_when() -> None:
    source = assessment_snapshot(report_input())["sources"][0]

    assert source["added"] == {"by": "Ada Assessor", "at": "2026-10-13T09:30:00Z", "shown": "13 October 2026"}


def test_a_report_says_what_each_profile_and_each_weight_would_do() -> None:
    given = rated_input()
    stability = assessment_snapshot(given)["stability"]
    in_use = [each for each in stability["profiles"] if each["in_use"]]

    assert [each["id"] for each in stability["profiles"]] == [each.id for each in given.rubric.profiles]
    assert in_use[0]["total"] == assessment_snapshot(given)["total"]
    assert stability["headline"] == "No weight of any one dimension changes the recommendation."
    assert len(stability["weights"]) == len(given.rubric.dimensions)
    assert all("(it is 0." in each["sentence"] for each in stability["weights"])
