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
    IN_MODERATION = "in-moderation"
    IN_REVIEW = "in-review"
    SENT_BACK = "sent-back"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


FILLABLE = frozenset({Stage.IN_PROGRESS, Stage.SENT_BACK})
"""Stages in which the score sheet and the evidence can change."""

OPEN = FILLABLE | {Stage.IN_MODERATION, Stage.IN_REVIEW}
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

    `assessors` are assigned to it, `scorers` have submitted an own sheet for it at any time, `submitted` in
    the present round of scoring; `moderators` have worked on a consensus. `released` were assessors and were
    taken out of the team, which happens in the first round only. `shapers` chose the team or closed a round
    early, or a substitute did so for them, opened it or worked on its consensus.
    """

    stage: Stage
    opened_by: str
    assessors: frozenset[str]
    scorers: frozenset[str] = frozenset()
    submitted: frozenset[str] = frozenset()
    moderators: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()
    shapers: frozenset[str] = frozenset()

    @property
    def is_blind(self) -> bool:
        """Return whether a round of scoring by several people is under way: nobody sees another's work.

        A round that several have scored in stays blind until it is closed, however many are left in it.
        """
        return self.stage in FILLABLE and len(self.round_assessors) > 1

    @property
    def had_a_sheet(self) -> frozenset[str]:
        """Return who scores, has scored, or was taken out of the team: they may have typed in a sheet."""
        return self.assessors | self.scorers | self.released

    @property
    def round_assessors(self) -> frozenset[str]:
        """Return who scores in the present round, with those who were taken out of it."""
        return self.assessors | self.released if self.stage is Stage.IN_PROGRESS else self.assessors


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
    own = may_fill(actor, standing) and actor.id not in standing.submitted
    return standing.stage in FILLABLE and (own or actor.holds(Role.LEAD_ASSESSOR))


def may_moderate(actor: Actor, standing: Standing) -> bool:
    """Return whether the person settles now where the sheets differ: a lead who is none of the assessors."""
    return (
        standing.stage is Stage.IN_MODERATION
        and actor.holds(Role.LEAD_ASSESSOR)
        and actor.acting_ids(Role.LEAD_ASSESSOR).isdisjoint(standing.had_a_sheet)
    )


def bar_to_filling(stage: Stage) -> str | None:
    """Return why score sheet and evidence no longer change in this stage, or None where they may."""
    match stage:
        case Stage.IN_PROGRESS | Stage.SENT_BACK:
            return None
        case Stage.IN_MODERATION:
            state, then = "is in moderation", "Its lead assessor settles where the score sheets differ."
        case Stage.IN_REVIEW:
            state, then = "is in review", "An approver can send it back for correction."
        case Stage.DECIDED:
            state, then = "is decided", "A later judgement is a new assessment."
        case Stage.WITHDRAWN:
            state, then = "is withdrawn", "Its lead assessor can open a new one."
    return f"This assessment {state}, so its score sheet and evidence no longer change. {then}"


def bar_to_own_sheet(user_id: str, standing: Standing) -> str | None:
    """Return why the person's own score sheet no longer changes, or None where it may."""
    if user_id in standing.submitted and standing.stage in FILLABLE:
        return (
            "You have submitted your score sheet. It stays as it is, and nobody else sees it until every "
            "assessor has submitted or the round is closed."
        )
    return bar_to_filling(standing.stage)


def bar_to_closing_round(actor: Actor, standing: Standing) -> str | None:
    """Return why the person cannot close the round of scoring now, or None where they may."""
    if not actor.holds(Role.LEAD_ASSESSOR):
        return "Only a lead assessor closes a round of scoring. Ask the one who opened the assessment."
    if actor.acting_ids(Role.LEAD_ASSESSOR) & standing.had_a_sheet:
        return (
            "You are one of its assessors, or act for one, so another lead assessor has to close the round."
        )
    if not standing.is_blind:
        return "No round of scoring by several assessors is under way here, so there is nothing to close."
    if not standing.submitted:
        return "Nobody has submitted a score sheet in this round. Withdraw the assessment instead."
    return None


def bar_to_deciding(actor: Actor, standing: Standing) -> str | None:
    """Return why the person may never decide on this assessment, or None where they may.

    A substitute is barred by what they did themselves and by what the approver did for whom they decide.
    """
    if not actor.holds(Role.APPROVER):
        return "Only a person with the role approver decides. Ask an administrator if you need the role."
    if part := part_taken(actor.id, standing):
        return f"You {part}, so another approver has to decide on it."
    principal = actor.principal(Role.APPROVER)
    if principal is not None and (part := part_taken(principal.id, standing)):
        return f"{principal.name}, for whom you decide, {part}, so another approver has to decide on it."
    return None


def part_taken(user_id: str, standing: Standing) -> str | None:
    """Return what a person did with the assessment that bars them from deciding, in words, or None."""
    if user_id in standing.had_a_sheet:
        return "scored this assessment"
    if user_id in standing.moderators:
        return "moderated this assessment"
    if user_id == standing.opened_by:
        return "opened this assessment and chose who scores it"
    if user_id in standing.shapers:
        return "or a substitute chose who scores this assessment, closed its round or moderated it"
    return None


class Act(StrEnum):
    """What waits for a person at an assessment."""

    FILL = "fill"
    CORRECT = "correct"
    MODERATE = "moderate"
    DECIDE = "decide"
    NOTHING = "nothing"


def next_act(actor: Actor, standing: Standing) -> Act:
    """Return what this person can do next to bring the assessment forward."""
    if may_fill(actor, standing) and bar_to_own_sheet(actor.id, standing) is None:
        return Act.CORRECT if standing.stage is Stage.SENT_BACK else Act.FILL
    if may_moderate(actor, standing):
        return Act.MODERATE
    if standing.stage is Stage.IN_REVIEW and bar_to_deciding(actor, standing) is None:
        return Act.DECIDE
    return Act.NOTHING
