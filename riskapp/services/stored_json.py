"""One assessment, now or as it stood, as JSON values: what programs read of what the auditor's page shows."""

from typing import Any

from riskapp.domain.sheet_json import answer_json
from riskapp.services.as_it_stood import Stored
from riskapp.services.revisions import content_json
from riskapp.storage.decisions import StoredDecision
from riskapp.storage.evidence import EvidenceItem
from riskapp.storage.sheets import StoredSheet

FORMAT = "riskapp-as-of/1"


def stored_json(stored: Stored) -> dict[str, Any]:
    """Return everything stored of one assessment; people are ids, instants ISO 8601 in UTC."""
    found, dossier = stored.dossier.stored, stored.dossier
    return {
        "format": FORMAT,
        "assessment": found.reference,
        "id": found.id,
        "after_entry": stored.up_to,
        "stage": found.stage.value,
        "candidate": {"revision": dossier.candidate.number, **content_json(dossier.candidate.candidate)},
        "context": {"revision": dossier.context.number, **content_json(dossier.context.context)},
        "rubric": {
            "id": dossier.release.rubric_id,
            "version": dossier.release.version,
            "sha256": dossier.release.digest,
        },
        "profile": dossier.profile.id,
        "opened": {"by": found.created_by, "at": found.created_at.isoformat()},
        "assessors": list(found.assessors),
        "stages": [
            {
                "stage": each.stage.value,
                "at": each.at.isoformat(),
                "by": each.changed_by,
                "reason": each.reason,
            }
            for each in found.stages
        ],
        "sheets": [_sheet(each) for each in stored.sheets],
        "decisions": [_decision(each) for each in stored.decisions],
        "reports": [
            {"id": each.id, "sha256": each.pdf_digest, "issued_at": each.issued_at.isoformat()}
            for each in stored.reports
        ],
        "evidence": [_evidence(each) for each in stored.evidence],
        "entries": [each.seq for each in stored.entries],
        "saves_of_drafts": stored.saves,
    }


def _sheet(sheet: StoredSheet) -> dict[str, Any]:
    return {
        "number": sheet.ordinal,
        "id": sheet.id,
        "assessor": sheet.assessor_id,
        "submitted_at": sheet.submitted_at.isoformat(),
        "sha256": sheet.digest,
        "total": sheet.result["total"]["shown"],
        "recommendation": sheet.result["recommendation"],
        "answers": {name: answer_json(each) for name, each in sheet.answers.items()},
    }


def _decision(made: StoredDecision) -> dict[str, Any]:
    return {
        "id": made.id,
        "outcome": made.outcome.value,
        "recommendation": made.recommendation.value,
        "reason": made.reason,
        "by": made.decided_by,
        "at": made.decided_at.isoformat(),
        "expires_on": made.expires_on.isoformat() if made.expires_on else None,
        "conditions": [
            {
                "text": each.text,
                "owner": each.owner,
                "due_on": each.due_on.isoformat() if each.due_on else None,
            }
            for each in made.conditions
        ],
    }


def _evidence(item: EvidenceItem) -> dict[str, Any]:
    return {
        "number": item.number,
        "id": item.id,
        "form": item.form,
        "source_type": item.source_type,
        "title": item.title,
        "url": item.url,
        "sha256": item.file_digest,
        "added_at": item.added_at.isoformat(),
        "added_by": item.added_by,
        "replaced_by": item.replaced_by,
    }
