"""The dossier of an assessment: everything that it pins, resolved, and what the engine makes of answers."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from riskapp.domain.answers import Answers
from riskapp.domain.authority import Actor
from riskapp.domain.errors import ForbiddenError
from riskapp.domain.life_cycle import may_see
from riskapp.domain.rubric import Profile, Rubric
from riskapp.domain.scores import Assessed
from riskapp.domain.scoring import assess
from riskapp.services.rubrics import rubric_of
from riskapp.storage.assessments import StoredAssessment, assessment
from riskapp.storage.candidates import StoredCandidate, candidate_of_revision
from riskapp.storage.contexts import StoredContext, context_of_revision
from riskapp.storage.rubrics import ReleaseSummary, release_summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """An assessment with the revisions of candidate and context, the release and the profile that it pins."""

    stored: StoredAssessment
    candidate: StoredCandidate
    context: StoredContext
    release: ReleaseSummary
    rubric: Rubric
    profile: Profile


def dossier(connection: Connection, assessment_id: str) -> Dossier:
    """Return the dossier of an assessment; raises NotFoundError."""
    stored = assessment(connection, assessment_id)
    rubric = rubric_of(connection, stored.rubric_release_id)
    return Dossier(
        stored=stored,
        candidate=candidate_of_revision(connection, stored.candidate_revision_id),
        context=context_of_revision(connection, stored.context_revision_id),
        release=release_summary(connection, stored.rubric_release_id),
        rubric=rubric,
        profile=rubric.profile(stored.profile_id),
    )


def seen_dossier(connection: Connection, actor: Actor, assessment_id: str) -> Dossier:
    """Return the dossier of an assessment that the actor may see; raises ForbiddenError for any other."""
    found = dossier(connection, assessment_id)
    if not may_see(actor, found.stored.standing):
        message = (
            f"{found.stored.reference} is not open to you as it stands now. Its lead assessor can tell you "
            "when it will be."
        )
        raise ForbiddenError(message)
    return found


def assessed(dossier: Dossier, answers: Answers, on: date) -> Assessed:
    """Return what the engine makes of answers, with the facts of the candidate as they stand on a day.

    Raises InvalidError where an answer does not fit the rubric.
    """
    return assess(
        dossier.rubric,
        dossier.profile.id,
        answers,
        context=dossier.context.context,
        facts=dossier.candidate.candidate.facts(on),
    )
