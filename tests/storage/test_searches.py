"""Searches by words: the same hits on both databases, whatever the letter case and the order."""

from dataclasses import replace

import pytest

from riskapp.domain.authority import Actor, Role
from riskapp.services.assessments import NewAssessment, open_assessment
from riskapp.services.facts import import_facts
from riskapp.services.work import Office
from riskapp.storage.assessment_lists import AssessmentFilters, assessment_rows
from riskapp.storage.candidates import CandidateFilters, candidates
from riskapp.storage.contexts import ContextFilters, context_page
from riskapp.storage.fact_lists import FactFilters, fact_groups
from tests.assessment_builders import CANDIDATE, CONTEXT, a_candidate, a_context, publish
from tests.builders import person
from tests.conftest import START
from tests.services.test_evidence import FACT

GERMAN = replace(CONTEXT, title="Übersetzen für Ämter", purpose="Briefe an BÜRGER in ÉTÉ")
ROUTE = replace(CANDIDATE, model="Größe-7B", version="Ö-2026")


@pytest.fixture
def lead(office: Office) -> Actor:
    """Return a lead who has opened an assessment of a candidate with names beyond ASCII."""
    lead, assessor = person(office, "lea", Role.LEAD_ASSESSOR), person(office, "mei", Role.ASSESSOR)
    new = NewAssessment(
        candidate_id=a_candidate(office, ROUTE),
        context_id=a_context(office, GERMAN),
        release_id=publish(office),
        profile_id="general",
        assessor_id=assessor.id,
    )
    open_assessment(office, lead, new)
    fact = replace(FACT, subject="Größe-7B", metric="Ärgernisse je Stunde")
    import_facts(office, None, [fact], source="a list")
    return lead


def hits(office: Office, lead: Actor, text: str) -> dict[str, int]:
    """Return how many candidates, contexts, facts and assessments have these words."""
    with office.reading() as connection:
        return {
            "candidates": len(
                candidates(connection, CandidateFilters(text=text, today=START.date()), 1).items
            ),
            "contexts": len(context_page(connection, ContextFilters(text=text), 1).items),
            "facts": len(fact_groups(connection, FactFilters(text=text), 1).items),
            "assessments": len(assessment_rows(connection, lead, AssessmentFilters(text=text)).items),
        }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GRÖSSE", set()),
        ("größe", {"candidates", "facts", "assessments"}),
        ("GRÖßE", {"candidates", "facts", "assessments"}),
        ("ö-2026 gRÖß", {"candidates", "assessments"}),
        ("ÄMTER", {"contexts", "assessments"}),
        ("ämter übersetzen", {"contexts", "assessments"}),
        ("bürger  ÜBERSETZEN été", {"contexts"}),
        ("größe ämter", {"assessments"}),
        ("STUNDE ärgernisse größe-7b", {"facts"}),
        ("ämter nirgends", set()),
        ("für % Ämter", set()),
    ],
)
def test_every_word_is_found_in_any_order_and_letter_case(
    office: Office, lead: Actor, text: str, found: set[str]
) -> None:
    assert {name for name, number in hits(office, lead, text).items() if number} == found
