"""A rubric file becomes an exact rubric, or every error in it is named by line and field."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from riskapp.domain.canonical import sha256_hex
from riskapp.domain.rubric import (
    CriterionAtLeast,
    DimensionAtLeast,
    FactIn,
    FactNotIn,
    IndicatorMet,
    IndicatorScale,
    LevelScale,
    MeasureScale,
)
from riskapp.rubric_files.loader import (
    RubricFileError,
    canonical_rubric,
    load_document,
    load_rubric,
    parse_rubric,
)
from tests.rubric_files.files import SMALL, changed, write


def faults(folder: Path, *changes: tuple[str, str]) -> list[tuple[int | None, str, str]]:
    """The problems of the small rubric with these changes."""
    file = write(folder, changed(SMALL.read_text(encoding="utf-8"), *changes))
    with pytest.raises(RubricFileError) as caught:
        load_rubric(file)
    return [(problem.line, problem.field, problem.message) for problem in caught.value.problems]


def test_a_file_becomes_a_rubric_with_exact_numbers() -> None:
    rubric = load_rubric(SMALL)
    assert rubric.minimum_coverage == Fraction(3, 5)
    assert [type(each.scale) for each in rubric.criteria()] == [
        MeasureScale,
        LevelScale,
        LevelScale,
        IndicatorScale,
    ]
    assert rubric.criterion("run-cost").scale == MeasureScale(
        "per cent of the budget",
        ((Fraction(50), Fraction(100)), (Fraction(100), Fraction(50)), (Fraction(200), Fraction(0))),
    )
    assert [type(gate.test) for gate in rubric.gates] == [
        CriterionAtLeast,
        FactNotIn,
        DimensionAtLeast,
        FactIn,
    ]
    assert rubric.profile("security-only").weights == {"cost": 0, "security": 1}


def test_a_gate_may_test_one_statement_of_a_criterion(tmp_path: Path) -> None:
    asked = ("{criterion: residency, at_least: 100}", "{criterion: documents, met: soc2}")
    rubric = load_rubric(write(tmp_path, changed(SMALL.read_text(encoding="utf-8"), asked)))
    assert rubric.gates[0].test == IndicatorMet("documents", "soc2")


def test_the_stored_form_of_a_release_gives_the_same_rubric() -> None:
    canonical = canonical_rubric(load_document(SMALL).data)
    rubric = parse_rubric(json.loads(canonical), source="the register")
    assert rubric == load_rubric(SMALL)
    assert rubric.digest == sha256_hex(canonical)


def test_the_digest_is_of_what_was_written_and_not_of_defaults(tmp_path: Path) -> None:
    text = changed(SMALL.read_text(encoding="utf-8"), ("weight: 2\n        ", ""))
    spelled_out = changed(SMALL.read_text(encoding="utf-8"), ("weight: 2\n", "weight: 1\n"))
    left_out = load_rubric(write(tmp_path, text, "a.yaml"))
    written = load_rubric(write(tmp_path, spelled_out, "b.yaml"))
    assert left_out.dimensions == written.dimensions
    assert left_out.digest != written.digest


def test_the_digest_does_not_depend_on_spelling(tmp_path: Path) -> None:
    text = changed(SMALL.read_text(encoding="utf-8"), ("weight: 2\n", "weight: 2.0 # twice\n"))
    assert load_rubric(write(tmp_path, text)).digest == load_rubric(SMALL).digest


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("weight: 2", 'weight: "2"', "dimensions[cost].criteria[run-cost].weight", "must be a number"),
        ("weight: 2", "wieght: 2", "dimensions[cost].criteria[run-cost].wieght", "not a field here"),
        ("value: 50}", "value: 500}", "dimensions[cost].criteria[exit-cost].levels[some].value", "up to"),
        ("outcome: reject", "outcome: stop", "gates[residency-of-personal-data].outcome", "one of"),
        ("kind: measure", "kind: level", "dimensions[cost].criteria[run-cost].kind", "one of"),
        ("version: 1.0.0", "version: one", "version", "write three numbers joined by dots"),
        ("able: true", "able: maybe", "dimensions[cost].criteria[exit-cost].not_applicable", "true or false"),
        ("days: 90", "days: 9.5", "dimensions[cost].criteria[run-cost].stale_after_days", "whole number"),
        ("id: cost", "id: Cost!", "dimensions[Cost!].id", "write lower-case words joined by hyphens"),
    ],
)
def test_a_field_of_the_wrong_shape_is_named_by_line_and_field(
    tmp_path: Path, old: str, new: str, field: str, words: str
) -> None:
    text = SMALL.read_text(encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    found = faults(tmp_path, (old, new))
    assert any((at, name) == (line, field) and words in message for at, name, message in found), found


def test_a_missing_field_is_named_where_it_should_stand(tmp_path: Path) -> None:
    found = faults(tmp_path, ("minimum_coverage: 0.6\n", ""))
    assert found == [(2, "minimum_coverage", "is missing; add it")]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: exit-cost", "id: run-cost", "give every criterion its own"),
        ("id: some", "id: locked", "the id 'locked' is taken"),
        ("id: pentest", "id: soc2", "the id 'soc2' is taken"),
        ("id: retired\n", "id: weak-security\n", "the id 'weak-security' is taken"),
        ("id: security-only", "id: general", "the id 'general' is taken"),
        ("id: high,", "id: critical,", "the id 'critical' is taken"),
        ("kind: measure", "kind: levels", "does not belong to the kind 'levels'"),
        ("kind: measure", "kind: levels", "the field 'levels' is missing"),
        ("value: 50}", "value: 0}", "list levels worst first"),
        ("[100, 50]", "[50, 50]", "list points by rising number"),
        ("[200, 0]", "[200, 60]", "rise or fall throughout"),
        ("weight: 2", "weight: 0", None),
        ("from: 0", "from: 1", "the first band must begin at 0"),
        ("from: 60", "from: 30", "list bands by rising score"),
        ("{cost: 0, security: 1}", "{security: 1}", "no weight for the dimension 'cost'"),
        ("{cost: 0, security: 1}", "{cost: 0, security: 1, x: 1}", "there is no dimension 'x'"),
        ("{cost: 0, security: 1}", "{cost: 0, security: 0}", "no dimension weighs anything"),
        ("approve: {total: 70", "approve: {total: 40", "below the floor for approval with conditions"),
        ("reject_below: 30", "reject_below: 60", "above the total that earns"),
        ("high: 0, medium: 5", "high: 6, medium: 5", "less confidence must not narrow"),
        ("when: {data_class", "when: {dataclass", "is not a field of the context"),
        ("[personal, restricted]", "[personal, private]", "'private' is not one of"),
        ("[personal, restricted]", "[]", "the gate never applies"),
        ("{criterion: residency,", "{criterion: place,", "there is no criterion 'place'"),
        ("{dimension: security,", "{dimension: safety,", "there is no dimension 'safety'"),
        ("{criterion: residency,", "{criterion: residency, dimension: cost,", "exactly one of"),
        ("at_least: 40", "one_of: [a]", "takes at_least"),
        ("at_least: 40", "one_of: [a]", "belong to a test on a fact"),
        ("at_least: 40", "met: soc2", "takes at_least"),
        ("residency, at_least: 100", "residency", "takes either at_least"),
        ("residency, at_least: 100", "residency, met: soc2", "it has no indicators; use at_least"),
        ("residency, at_least: 100", "documents, met: soc", "use one of 'soc2', 'pentest'"),
        ("residency, at_least: 100", "documents, at_least: 100, met: soc2", "takes either at_least"),
        ("none_of: [retired]", "none_of: [retired], met: soc2", "neither at_least nor met"),
        ("fact: version_status", "fact: version", "is not a declared fact"),
        ("none_of: [retired]", "none_of: [gone]", "'gone' is not one of"),
        ("none_of: [retired]", "none_of: []", "is empty; list at least one value"),
        ("none_of: [retired]", "none_of: [retired], one_of: [current]", "either one_of or none_of"),
        ("[own, de, fr]", "[own, DE]", "'DE' is no country"),
        ("outcome: reject", "outcome: condition", "the field 'condition' is missing"),
        ("outcome: condition", "outcome: escalate", "belongs to the outcome 'condition'"),
    ],
)
def test_what_must_hold_between_fields_is_checked(
    tmp_path: Path, old: str, new: str, words: str | None
) -> None:
    if words is None:
        load_rubric(write(tmp_path, changed(SMALL.read_text(encoding="utf-8"), (old, new))))
        return
    found = faults(tmp_path, (old, new))
    assert any(words in message and line for line, _, message in found), found


def test_all_errors_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, ("from: 0", "from: 1"), ("value: 50}", "value: 0}"), ("[200, 0]", "[200, 60]"))
    assert len(found) == 3
    assert [line for line, _, _ in found] == sorted(line for line, _, _ in found if line)


def test_a_dimension_in_which_nothing_weighs_anything_is_refused(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        ("weight: 3\n        evidence", "weight: 0\n        evidence"),
        ("kind: indicators\n        weight: 1", "kind: indicators\n        weight: 0"),
    )
    assert [(field, message[:31]) for _, field, message in found] == [
        ("dimensions[security].criteria", "no criterion weighs anything; g")
    ]


def test_one_level_is_no_choice(tmp_path: Path) -> None:
    only_one = (
        "          - {id: some, name: Some work, state: A substitute exists and takes weeks., value: 50}\n"
        "          - {id: free, name: Free, state: A substitute answers the same calls., value: 100}\n"
    )
    assert faults(tmp_path, (only_one, "")) == [
        (
            46,
            "dimensions[cost].criteria[exit-cost].levels",
            "needs at least 2 levels; add the states that are missing",
        )
    ]


def test_errors_in_data_without_a_file_have_no_line() -> None:
    with pytest.raises(RubricFileError) as caught:
        parse_rubric({"id": "x"}, source="the register")
    assert "the register: version: is missing; add it" in caught.value.lines()


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RubricFileError, match=r":1: must be a mapping of fields"):
        load_rubric(write(tmp_path, "- id: x\n"))
