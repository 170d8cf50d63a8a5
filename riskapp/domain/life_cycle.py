"""The life of an assessment: its stages, who may see it in which, and who may do what next.

The stage is that of the latest stage change. Decided and withdrawn are the ends: a later decision on
the same candidate is a new assessment.
"""

from dataclasses import dataclass
from enum import StrEnum

from riskapp.domain.authority import Actor, Role


class Stage(StrEnum):
    """Where an assessment stands."""

    IN_PROGRESS = "in-progress"
    IN_REVIEW = "in-review"
    SENT_BACK = "sent-back"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


FILLABLE = frozenset({Stage.IN_PROGRESS, Stage.SENT_BACK})
"""Stages in which the score sheet and the evidence can change."""

OPEN = FILLABLE | {Stage.IN_REVIEW}
"""Stages that are not the end."""

_EVERY_STAGE = frozenset(Stage)
_SUBMITTED = frozenset({Stage.IN_REVIEW, Stage.SENT_BACK, Stage.DECIDED})

_SEES: dict[Role, frozenset[Stage]] = {
    Role.ASSESSOR: frozenset(),
    Role.LEAD_ASSESSOR: _EVERY_STAGE,
    Role.APPROVER: _SUBMITTED,
    Role.PROCUREMENT: frozenset({Stage.DECIDED}),
    Role.AUDITOR: _EVERY_STAGE,
    Role.RUBRIC_OWNER: frozenset(),
    Role.ADMINISTRATOR: _EVERY_STAGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an assessment stands and whose it is; the sets hold ids of users.

    `assessors` are assigned to it, `scorers` have submitted a sheet for it.
    """

    stage: Stage
    opened_by: str
    assessors: frozenset[str]
    scorers: frozenset[str] = frozenset()


def stages_seen(actor: Actor) -> frozenset[Stage]:
    """Return the stages in which the person sees any assessment at all, by their roles."""
    return frozenset(stage for role in actor.roles for stage in _SEES[role])


def sees_own(actor: Actor) -> bool:
    """Return whether the person sees the assessments that they are assigned to, in every stage."""
    return actor.holds(Role.ASSESSOR)


def may_see(actor: Actor, standing: Standing) -> bool:
    """Return whether the person may see the assessment: summary, submitted sheet, evidence, decision.

    Draft answers are another matter: `may_fill` says whose they are.
    """
    own = sees_own(actor) and actor.id in standing.assessors
    return own or standing.stage in stages_seen(actor)


def may_fill(actor: Actor, standing: Standing) -> bool:
    """Return whether the person has an own score sheet here; nobody else sees or changes its drafts."""
    return actor.holds(Role.ASSESSOR) and actor.id in standing.assessors


def may_add_evidence(actor: Actor, standing: Standing) -> bool:
    """Return whether the person may add evidence now: its assessors and leads, until submission."""
    return standing.stage in FILLABLE and (may_fill(actor, standing) or actor.holds(Role.LEAD_ASSESSOR))


def bar_to_filling(stage: Stage) -> str | None:
    """Return why score sheet and evidence no longer change in this stage, or None where they may."""
    match stage:
        case Stage.IN_PROGRESS | Stage.SENT_BACK:
            return None
        case Stage.IN_REVIEW:
            state, then = "is in review", "An approver can send it back for correction."
        case Stage.DECIDED:
            state, then = "is decided", "A later judgement is a new assessment."
        case Stage.WITHDRAWN:
            state, then = "is withdrawn", "Its lead assessor can open a new one."
    return f"This assessment {state}, so its score sheet and evidence no longer change. {then}"


def bar_to_deciding(actor: Actor, standing: Standing) -> str | None:
    """Return why the person may never decide on this assessment, or None where they may."""
    if not actor.holds(Role.APPROVER):
        return "Only a person with the role approver decides. Ask an administrator if you need the role."
    if actor.id in standing.scorers | standing.assessors:
        return "You scored this assessment, so another approver has to decide on it."
    if actor.id == standing.opened_by:
        return "You opened this assessment and chose who scores it, so another approver has to decide on it."
    return None


class Act(StrEnum):
    """What waits for a person at an assessment."""

    FILL = "fill"
    CORRECT = "correct"
    DECIDE = "decide"
    NOTHING = "nothing"


def next_act(actor: Actor, standing: Standing) -> Act:
    """Return what this person can do next to bring the assessment forward."""
    if may_fill(actor, standing) and standing.stage is Stage.IN_PROGRESS:
        return Act.FILL
    if may_fill(actor, standing) and standing.stage is Stage.SENT_BACK:
        return Act.CORRECT
    if standing.stage is Stage.IN_REVIEW and bar_to_deciding(actor, standing) is None:
        return Act.DECIDE
    return Act.NOTHING
