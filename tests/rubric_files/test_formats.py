"""The published schemas and examples of the file formats are those of the product."""

import json
from datetime import date

import pytest

from riskapp.domain.candidate import DECLARED_FACTS
from riskapp.domain.context import GATE_FIELDS
from riskapp.domain.scores import GateState, Recommendation
from riskapp.domain.scoring import assess
from riskapp.rubric_files.assessment_files import facts_for_gates, read_answers, read_candidate, read_context
from riskapp.rubric_files.loader import load_rubric
from riskapp.rubric_files.schemas import FORMATS, json_schema
from tests.rubric_files.files import DOCS, RUBRICS

SCHEMAS = {
    "rubric": RUBRICS / "rubric.schema.json",
    "answers": DOCS / "schemas" / "answers.schema.json",
    "context": DOCS / "schemas" / "context.schema.json",
    "candidate": DOCS / "schemas" / "candidate.schema.json",
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_published_schema_is_the_one_of_the_format(name: str) -> None:
    published = json.loads(SCHEMAS[name].read_text(encoding="utf-8"))
    assert published == json_schema(FORMATS[name]), (
        f"run: riskapp rubric schema --of {name} > {SCHEMAS[name]}"
    )


def test_the_documented_example_of_each_format_fits_the_shipped_rubric() -> None:
    rubric = load_rubric(RUBRICS / "model-risk" / "1.0.0.yaml")
    sheet = read_answers(DOCS / "examples" / "answers.yaml", rubric)
    context = read_context(DOCS / "examples" / "context.yaml")
    candidate = read_candidate(DOCS / "examples" / "candidate.yaml")
    assert set(sheet.answers) == {criterion.id for criterion in rubric.criteria()}
    assert sheet.profile is not None
    found = assess(
        rubric,
        sheet.profile,
        sheet.answers,
        context=context,
        facts=facts_for_gates(sheet, candidate, date(2026, 11, 24)),
    )
    assert found.recommendation is Recommendation.APPROVE_WITH_CONDITIONS
    assert [outcome.gate.id for outcome in found.gates if outcome.state is GateState.UNDECIDED] == []


def test_the_documented_values_of_contexts_and_facts_are_those_of_the_product() -> None:
    page = (DOCS / "rubrics.md").read_text(encoding="utf-8")
    closed = {fact: values for fact, values in DECLARED_FACTS.items() if values is not None}
    rows = [
        f"| `{name}` | {', '.join(values)} |"
        for name, values in ({field: tuple(kind) for field, kind in GATE_FIELDS.items()} | closed).items()
    ]
    assert [row for row in rows if row not in page] == []
