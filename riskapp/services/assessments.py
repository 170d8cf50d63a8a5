"""Opening an assessment, which pins everything that it rests on, and withdrawing it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.life_cycle import OPEN, Stage
from riskapp.services.rounds import assessor_problem
from riskapp.services.rubrics import rubric_of
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage import assessments as stored
from riskapp.storage.candidates import StoredCandidate, current_candidate
from riskapp.storage.contexts import StoredContext, current_context
from riskapp.storage.moderation import add_shapers
from riskapp.storage.rubrics import release_summary

LONGEST_REASON = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssessment:
    """What is to be assessed, for which use, by which rubric and weights, and by whom; all are ids.

    `others` are further assessors: each fills in an own sheet, blind to the others.
    """

    candidate_id: str
    context_id: str
    release_id: str
    profile_id: str
    assessor_id: str
    others: tuple[str, ...] = ()

    @property
    def team(self) -> tuple[str, ...]:
        """Return all assessors, each once."""
        return tuple(dict.fromkeys((self.assessor_id, *self.others)))


def open_assessment(office: Office, actor: Actor, new: NewAssessment) -> str:
    """Open an assessment of the newest revisions of candidate and context, and return its id.

    Raises InvalidError per field: candidate, context, release, profile, assessor.
    """
    require(actor, Role.LEAD_ASSESSOR, act="open an assessment")
    with office.work(actor) as unit:
        candidate, context = _pinned(unit.connection, new)
        assessment_id = unit.new_id()
        number = stored.next_number(unit.connection)
        stored.insert_assessment(
            unit.connection,
            stored.NewAssessment(
                id=assessment_id,
                number=number,
                candidate_revision_id=candidate.revision_id,
                context_revision_id=context.revision_id,
                rubric_release_id=new.release_id,
                profile_id=new.profile_id,
                created_at=unit.at,
                created_by=actor.id,
            ),
            new.team,
        )
        _begin(unit, actor, assessment_id)
        unit.record(
            "assessment.opened",
            acts_as=Role.LEAD_ASSESSOR,
            subject=("assessment", assessment_id),
            assessment_id=assessment_id,
            number=number,
            candidate_revision=candidate.revision_id,
            context_revision=context.revision_id,
            rubric_release=new.release_id,
            profile=new.profile_id,
            assessors=list(new.team),
        )
        unit.commit()
        return assessment_id


def _begin(unit: UnitOfWork, actor: Actor, assessment_id: str) -> None:
    """Insert the first stage, and for whom a substitute has opened it."""
    change = stored.StageChange(stage=Stage.IN_PROGRESS, at=unit.at, changed_by=actor.id, reason="")
    stored.insert_stage(unit.connection, assessment_id, change, stage_id=unit.new_id())
    add_shapers(unit.connection, assessment_id, actor.acting_ids(Role.LEAD_ASSESSOR) - {actor.id})


def _pinned(connection: Connection, new: NewAssessment) -> tuple[StoredCandidate, StoredContext]:
    problems: dict[str, str] = {}
    candidate = context = None
    try:
        candidate = current_candidate(connection, new.candidate_id)
    except NotFoundError:
        problems["candidate"] = "Choose the candidate to assess"
    try:
        context = current_context(connection, new.context_id)
    except NotFoundError:
        problems["context"] = "Choose the context of use"
    problems |= _rubric_problems(connection, new)
    if problem := assessor_problem(connection, new.team):
        problems["assessor"] = problem
    if candidate is None or context is None or problems:
        raise InvalidError(problems)
    return candidate, context


def _rubric_problems(connection: Connection, new: NewAssessment) -> dict[str, str]:
    try:
        release_summary(connection, new.release_id)
    except NotFoundError:
        return {"release": "Choose the rubric release"}
    rubric = rubric_of(connection, new.release_id)
    profiles = {profile.id: profile.name for profile in rubric.profiles}
    if new.profile_id in profiles:
        return {}
    known = ", ".join(profiles.values())
    return {"profile": f"Choose a profile of {rubric.title} {rubric.version}: {known}"}


def withdraw_assessment(office: Office, actor: Actor, assessment_id: str, reason: str) -> None:
    """End an assessment without a decision; what was entered stays readable.

    Raises InvalidError without a reason, ConflictError after the end.
    """
    require(actor, Role.LEAD_ASSESSOR, act="withdraw an assessment")
    said = reason.strip()
    if not said:
        raise InvalidError({"reason": "Say why the assessment is withdrawn"})
    if len(said) > LONGEST_REASON:
        raise InvalidError({"reason": f"The reason is longer than {LONGEST_REASON:,} characters; shorten it"})
    with office.work(actor) as unit:
        found = stored.assessment(unit.connection, assessment_id)
        if found.stage not in OPEN:
            stage = found.stage.value.replace("-", " ")
            raise ConflictError(f"{found.reference} is {stage} and cannot be withdrawn any more.")
        standing = found.standing
        if standing.is_blind and actor.acting_ids(Role.LEAD_ASSESSOR) & standing.had_a_sheet:
            raise ForbiddenError(
                "You are one of its assessors, or act for one, and withdrawing would lay the sheets of the "
                "others open to you. Another lead assessor has to withdraw it."
            )
        change = stored.StageChange(stage=Stage.WITHDRAWN, at=unit.at, changed_by=actor.id, reason=said)
        stored.insert_stage(unit.connection, assessment_id, change, stage_id=unit.new_id())
        unit.record(
            "assessment.withdrawn",
            acts_as=Role.LEAD_ASSESSOR,
            subject=("assessment", assessment_id),
            assessment_id=assessment_id,
            reason=said,
        )
        unit.commit()
