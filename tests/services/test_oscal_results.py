"""OSCAL results: what a package says of an assessment, read by the library of another project."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from pydantic import ValidationError
from trestle.oscal.assessment_results import AssessmentResults

from riskapp.domain.findings import FollowUp
from riskapp.services.audit_package import make_package
from riskapp.services.evidence import add_evidence
from riskapp.services.findings import follow_up, raise_finding
from riskapp.services.work import Office
from tests.assessment_builders import an_assessment
from tests.builders import person
from tests.finding_builders import a_finding, a_wish, an_act
from tests.services.test_evidence import FILE
from tests.web.test_audit import a_whole_story


def documents(office: Office) -> dict[str, Any]:
    """Return the OSCAL documents of a package on everything, by the reference of the assessment."""
    target = BytesIO()
    make_package(office, target)
    with ZipFile(target) as archive:
        return {
            name.split("/")[1]: json.loads(archive.read(name))["assessment-results"]
            for name in archive.namelist()
            if name.endswith("oscal-assessment-results.json")
        }


def uuids(value: object) -> list[str]:
    match value:
        case dict():
            own = [value["uuid"]] if "uuid" in value else []
            return own + [each for part in value.values() for each in uuids(part)]
        case list():
            return [each for part in value for each in uuids(part)]
        case _:
            return []


def test_a_decided_assessment_is_read_by_trestle_with_everything_in_it(office: Office) -> None:
    opened = a_whole_story(office)
    (document,) = documents(office).values()
    read = AssessmentResults.model_validate(document)
    (result,) = read.results
    assert [each.title for each in result.observations or ()] == [
        "Run cost against the budget",
        "Exit cost",
        "Data residency",
        "Documents",
    ]
    assert (result.observations or [])[1].relevant_evidence
    assert {each.target.target_id for each in result.findings or ()} == {
        "retired",
        "weak-security",
        "foreign-host",
    }
    assert (result.attestations or [])[0].parts[0].prose == "The host is new to us."
    assert result.assessment_log
    assert [each.title for each in result.assessment_log.entries] == [
        "in progress",
        "in review",
        "sent back",
        "in review",
        "decided",
    ]
    assert opened.id not in json.dumps(document["uuid"])
    assert len(uuids(document)) == len(set(uuids(document)))


def test_findings_carry_their_risk_and_state(office: Office) -> None:
    raised = a_finding(office)
    follow_up(office, raised.owner, an_act(raised, FollowUp.RESPONDED))
    add = raise_finding(office, raised.auditor, a_wish(raised.opened, raised.owner, title="Another"))
    follow_up(office, raised.auditor, an_act(raised, FollowUp.CLOSED, number=add.number))
    (document,) = documents(office).values()
    (result,) = AssessmentResults.model_validate(document).results
    told = {each["title"]: each for each in document["results"][0]["risks"]}
    assert told["The price list is undated"]["status"] == "remediating"
    assert told["Another"]["status"] == "closed"
    assert len(result.risks or ()) == 2


def test_an_assessment_that_has_only_just_begun_is_read_too(office: Office) -> None:
    opened = an_assessment(office)
    add_evidence(office, opened.assessor, opened.id, FILE)
    (document,) = documents(office).values()
    AssessmentResults.model_validate(document)
    (_, item) = document["back-matter"]["resources"]
    assert item["rlinks"][0]["href"] == "evidence/001-Model_card.pdf"
    assert item["rlinks"][0]["hashes"][0]["algorithm"] == "SHA-256"


def test_the_same_record_gives_the_same_document(office: Office) -> None:
    a_whole_story(office)
    first = documents(office)
    person(office, "nobody-of-it")
    assert documents(office) == first


def test_the_reader_refuses_what_is_not_oscal(office: Office) -> None:
    an_assessment(office)
    (document,) = documents(office).values()
    with pytest.raises(ValidationError):
        AssessmentResults.model_validate(document | {"mood": "good"})
    del document["import-ap"]
    with pytest.raises(ValidationError):
        AssessmentResults.model_validate(document)
