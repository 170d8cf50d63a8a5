"""What differs between two things of one kind: two releases of rubrics, or two assessed candidates."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from riskapp.domain.errors import NotFoundError
from riskapp.domain.release_differences import (
    FieldChange,
    PartChange,
    changed_texts,
    release_differences,
)
from riskapp.domain.sheet_differences import Difference, differences
from riskapp.services.dossiers import Dossier, dossier
from riskapp.services.record_differences import answers_json
from riskapp.services.revisions import content_json
from riskapp.storage.rubrics import ReleaseSummary, canonical_release, release_summaries, release_summary
from riskapp.storage.sheets import StoredSheet, latest_sheet


@dataclass(frozen=True, slots=True)
class ReleasePair:
    """Two releases with the parts that the later one has otherwise."""

    before: ReleaseSummary
    after: ReleaseSummary
    parts: tuple[PartChange, ...]


def release_pair(connection: Connection, before_id: str, after_id: str) -> ReleasePair:
    """Return what differs between two releases; raises NotFoundError."""
    documents = [json.loads(canonical_release(connection, each)) for each in (before_id, after_id)]
    return ReleasePair(
        release_summary(connection, before_id),
        release_summary(connection, after_id),
        release_differences(*documents),
    )


def release_called(connection: Connection, name: str) -> str:
    """Return the id of the release that is called this, such as model-risk/1.0.0; raises NotFoundError."""
    rubric_id, _, version = name.partition("/")
    for each in release_summaries(connection):
        if (each.rubric_id, each.version) == (rubric_id, version):
            return each.id
    raise NotFoundError("rubric release", name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatePair:
    """Two assessed candidates: what was recorded of each, its use, and the latest answers to each.

    `answers` holds what differs between the latest submitted sheets; None where they are not comparable,
    for want of a sheet or because the releases differ.
    """

    before: Dossier
    after: Dossier
    candidate: tuple[FieldChange, ...]
    context: tuple[FieldChange, ...]
    sheets: tuple[StoredSheet | None, StoredSheet | None]
    answers: tuple[Difference, ...] | None

    @property
    def same(self) -> bool:
        """Return whether nothing that can be compared differs."""
        pinned = (self.before.release.id, self.before.profile.id) == (
            self.after.release.id,
            self.after.profile.id,
        )
        return pinned and not (self.candidate or self.context or self.answers)


def candidate_pair(connection: Connection, before_id: str, after_id: str) -> CandidatePair:
    """Return what differs between the candidates of two assessments, as these pin them.

    Raises NotFoundError.
    """
    before, after = dossier(connection, before_id), dossier(connection, after_id)
    first, second = latest_sheet(connection, before_id), latest_sheet(connection, after_id)
    comparable = first is not None and second is not None and before.release.id == after.release.id
    return CandidatePair(
        before=before,
        after=after,
        candidate=changed_texts(
            content_json(before.candidate.candidate), content_json(after.candidate.candidate)
        ),
        context=changed_texts(content_json(before.context.context), content_json(after.context.context)),
        sheets=(first, second),
        answers=differences(after.rubric, first.answers, second.answers)
        if comparable and first and second
        else None,
    )


def release_pair_json(pair: ReleasePair) -> dict[str, Any]:
    """Return the difference between two releases as JSON values."""
    return {
        "format": "riskapp-release-difference/1",
        "before": {"sha256": pair.before.digest, "version": pair.before.version},
        "after": {"sha256": pair.after.digest, "version": pair.after.version},
        "same": not pair.parts,
        "parts": [
            {
                "kind": each.kind,
                "id": each.id,
                "fate": each.fate.value,
                "fields": _fields_json(each.fields),
            }
            for each in pair.parts
        ],
    }


def candidate_pair_json(pair: CandidatePair) -> dict[str, Any]:
    """Return the difference between two assessed candidates as JSON values."""
    return {
        "format": "riskapp-candidate-difference/1",
        "before": pair.before.stored.reference,
        "after": pair.after.stored.reference,
        "same": pair.same,
        "candidate": _fields_json(pair.candidate),
        "context": _fields_json(pair.context),
        "releases": [pair.before.release.digest, pair.after.release.digest],
        "profiles": [pair.before.profile.id, pair.after.profile.id],
        "answers": None if pair.answers is None else answers_json(pair.answers),
    }


def _fields_json(fields: tuple[FieldChange, ...]) -> list[dict[str, str]]:
    return [{"field": each.field, "before": each.before, "after": each.after} for each in fields]
