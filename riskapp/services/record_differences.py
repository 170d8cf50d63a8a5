"""What came to the record of one assessment between two moments of the log."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from riskapp.domain.errors import InvalidError
from riskapp.domain.sheet_differences import Difference, differences
from riskapp.domain.sheet_json import answer_json
from riskapp.services.as_it_stood import Stored, everything_stored
from riskapp.storage.assessments import StageChange
from riskapp.storage.decisions import StoredDecision
from riskapp.storage.evidence import EvidenceItem
from riskapp.storage.log import LogEntry
from riskapp.storage.sheets import StoredSheet


@dataclass(frozen=True, slots=True)
class SheetStep:
    """The last sheet of one assessor at both moments, None where there was none, with what differs."""

    assessor_id: str
    before: StoredSheet | None
    after: StoredSheet
    answers: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDifference:
    """What is there at the later moment and was not at the earlier one; nothing is ever taken away."""

    before: Stored
    after: Stored
    joined: tuple[str, ...]
    left: tuple[str, ...]
    stages: tuple[StageChange, ...]
    sheets: tuple[SheetStep, ...]
    decisions: tuple[StoredDecision, ...]
    evidence: tuple[EvidenceItem, ...]
    replaced: tuple[EvidenceItem, ...]
    reports: int
    entries: tuple[LogEntry, ...]
    saves: int

    @property
    def same(self) -> bool:
        """Return whether nothing at all was recorded in between."""
        return not self.entries and not self.saves


def record_difference(
    connection: Connection, assessment_id: str, *, viewer_id: str, since: int, until: int | None
) -> RecordDifference:
    """Return what a person sees to differ between two entries of the log; `until` None is now.

    Raises NotFoundError where there was no assessment yet, InvalidError where the later is the earlier.
    """
    if until is not None and until < since:
        raise InvalidError({"until": "The second moment lies before the first; exchange the two"})
    before = everything_stored(connection, assessment_id, viewer_id=viewer_id, up_to=since)
    after = everything_stored(connection, assessment_id, viewer_id=viewer_id, up_to=until)
    were, are = before.dossier.stored, after.dossier.stored
    known = {each.id: each for each in before.evidence}
    return RecordDifference(
        before=before,
        after=after,
        joined=tuple(each for each in are.assessors if each not in were.assessors),
        left=tuple(each for each in were.assessors if each not in are.assessors),
        stages=are.stages[len(were.stages) :],
        sheets=_steps(before, after),
        decisions=after.decisions[len(before.decisions) :],
        evidence=tuple(each for each in after.evidence if each.id not in known),
        replaced=tuple(
            each
            for each in after.evidence
            if each.id in known and each.replaced_by and not known[each.id].replaced_by
        ),
        reports=len(after.reports) - len(before.reports),
        entries=after.entries[len(before.entries) :],
        saves=after.saves - before.saves,
    )


def _steps(before: Stored, after: Stored) -> tuple[SheetStep, ...]:
    """Return the sheets that are new, each beside the one of the same assessor that stood before."""
    old = {each.assessor_id: each for each in before.sheets}
    new = {each.assessor_id: each for each in after.sheets}
    found = []
    for assessor_id, sheet in new.items():
        former = old.get(assessor_id)
        if former is None or former.id != sheet.id:
            said = differences(after.dossier.rubric, former.answers if former else {}, sheet.answers)
            found.append(SheetStep(assessor_id, former, sheet, said))
    return tuple(found)


def difference_json(found: RecordDifference) -> dict[str, Any]:
    """Return the difference as JSON values; people are ids."""
    return {
        "format": "riskapp-difference/1",
        "assessment": found.after.dossier.stored.reference,
        "since_entry": found.before.up_to,
        "until_entry": found.after.up_to,
        "same": found.same,
        "assessors": {"joined": list(found.joined), "left": list(found.left)},
        "stages": [each.stage.value for each in found.stages],
        "sheets": [_step_json(each) for each in found.sheets],
        "decisions": [each.outcome.value for each in found.decisions],
        "evidence": [each.number for each in found.evidence],
        "evidence_replaced": [each.number for each in found.replaced],
        "reports": found.reports,
        "entries": [each.seq for each in found.entries],
        "saves_of_drafts": found.saves,
    }


def _step_json(step: SheetStep) -> dict[str, Any]:
    return {
        "assessor": step.assessor_id,
        "before": step.before.ordinal if step.before else None,
        "after": step.after.ordinal,
        "answers": answers_json(step.answers),
    }


def answers_json(found: tuple[Difference, ...]) -> list[dict[str, Any]]:
    """Return differences between answers as JSON values."""
    return [
        {
            "criterion": each.criterion.id,
            "differs": list(each.parts),
            "before": answer_json(each.before) if each.before else None,
            "after": answer_json(each.after) if each.after else None,
        }
        for each in found
    ]
