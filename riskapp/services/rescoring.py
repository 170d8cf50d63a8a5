"""Re-scoring: the submitted answers of an assessment under another release or profile; nothing is changed."""

import json
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.rescoring import Edition, Rescored, carried, criterion_digests, rescored
from riskapp.domain.rubric import Rubric
from riskapp.domain.scores import Assessed
from riskapp.services.dossiers import Dossier, assessed, seen_dossier
from riskapp.services.rubrics import rubric_of
from riskapp.storage.rubrics import canonical_release, release_summaries
from riskapp.storage.sheets import StoredSheet, latest_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescoring:
    """What the engine makes of the answers, and would of those that carry over; and each criterion."""

    edition: Edition
    before: Assessed
    after: Assessed
    criteria: list[Rescored]


def editions(connection: Connection) -> list[tuple[str, Rubric]]:
    """Return every release with its id, by rubric, the newest first."""
    return [(each.id, rubric_of(connection, each.id)) for each in release_summaries(connection)]


def answered_dossier(connection: Connection, actor: Actor, assessment_id: str) -> tuple[Dossier, StoredSheet]:
    """Return an assessment with its latest submitted sheet; raises ConflictError where there is none."""
    found, sheet = seen_dossier(connection, actor, assessment_id), latest_sheet(connection, assessment_id)
    if sheet is None:
        message = (
            f"No score sheet of {found.stored.reference} has been submitted yet, so there is "
            "nothing to score again. Come back when it is in review."
        )
        raise ConflictError(message)
    return found, sheet


def rescoring(
    connection: Connection, found: Dossier, sheet: StoredSheet, *, release_id: str, profile_id: str
) -> Rescoring:
    """Return the answers of a sheet under another edition.

    Raises NotFoundError for a release, and InvalidError for a profile, that is not there.
    """
    old = _edition(connection, found.release.id, found.profile.id)
    new = _edition(connection, release_id, profile_id)
    other = replace(found, rubric=new.rubric, profile=new.rubric.profile(profile_id))
    on = sheet.submitted_at.date()
    before = assessed(found, sheet.answers, on)
    after = assessed(other, carried(sheet.answers, old, new), on)
    return Rescoring(
        edition=new,
        before=before,
        after=after,
        criteria=rescored(sheet.answers, old, new, results=(before, after)),
    )


def _edition(connection: Connection, release_id: str, profile_id: str) -> Edition:
    rubric = rubric_of(connection, release_id)
    if profile_id not in {each.id for each in rubric.profiles}:
        raise InvalidError({"edition": f"The rubric has no profile {profile_id!r}; choose from the list"})
    digests = criterion_digests(json.loads(canonical_release(connection, release_id)))
    return Edition(rubric=rubric, profile_id=profile_id, digests=digests)
