"""A report on a decision of the worked example, without a service: what templates are tried on."""

from datetime import UTC, datetime, timedelta

from riskapp.domain.report import DecisionCondition, ReportedDecision, ReportInput
from riskapp.domain.scores import Recommendation
from riskapp.domain.scoring import assess
from riskapp.domain.snapshot import snapshot_bytes
from riskapp.reporting.house import House
from riskapp.rubric_files.assessment_files import facts_for_gates
from riskapp.worked_example.content import read_content

_AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def sample_snapshot(house: House) -> bytes:
    """Return the canonical bytes of a report that shows every part of the look of a house."""
    content = read_content()
    part = next(each for each in content.story.assessments if each.decision and each.decision.conditions)
    sheet, candidate = content.sheets[part.answers], content.candidates[part.candidate]
    context, profile = content.contexts[part.context], content.rubric.profiles[0]
    facts = facts_for_gates(sheet, candidate, _AT.date())
    assessed = assess(content.rubric, profile.id, sheet.answers, context=context, facts=facts)
    decision = ReportedDecision(
        outcome=Recommendation.APPROVE_WITH_CONDITIONS,
        decided_at=_AT,
        decided_by="Sample Approver",
        reason="A sample, by which templates are tried.",
        conditions=(
            DecisionCondition(
                text="Mask personal data.", owner="Platform team", due_on=_AT.date() + timedelta(30)
            ),
        ),
        expires_on=_AT.date() + timedelta(180),
    )
    return snapshot_bytes(
        ReportInput(
            reference="RA-0000",
            organisation=house.name,
            made_at=_AT,
            made_by="Sample Approver",
            on=_AT.date(),
            stage="Decided",
            draft=False,
            rubric=content.rubric,
            profile=profile,
            answers=sheet.answers,
            assessed=assessed,
            candidate=candidate,
            context=context,
            sources=sheet.sources,
            decision=decision,
            house=house.part(),
        )
    )
