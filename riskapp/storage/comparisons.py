"""What can be compared: candidates under one rubric release, one profile and one context of use."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, exists, func, or_, select

from riskapp.domain.authority import Actor
from riskapp.domain.life_cycle import Stage
from riskapp.storage.assessment_lists import AssessmentFilters, AssessmentRow, assessment_rows, visible
from riskapp.storage.listing_table import listing
from riskapp.storage.tables import context_revision, rubric_release
from riskapp.storage.team_tables import put_forward

MOST_CANDIDATES = 50
MOST_FRAMES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One rubric release, profile and revision of a context: what candidates share to be comparable."""

    release_id: str
    profile_id: str
    context_revision_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameSummary:
    """A frame in words, with how many candidates the viewer may compare under it."""

    frame: Frame
    context_title: str
    context_number: int
    rubric: str
    candidates: int
    newest: int


def frames(connection: Connection, actor: Actor) -> tuple[FrameSummary, ...]:
    """Return the frames with submitted assessments that the actor may see, the most candidates first."""
    grouped = (listing.c.rubric_release_id, listing.c.profile_id, listing.c.context_revision_id)
    counted = func.count(listing.c.candidate_id.distinct()).label("candidates")
    newest = func.max(listing.c.number).label("newest")
    query = _comparable(actor, select(*grouped, counted, newest)).group_by(*grouped)
    groups = query.order_by(counted.desc(), newest.desc()).limit(MOST_FRAMES).subquery()
    named = (
        select(
            groups,
            context_revision.c.title.label("context_title"),
            context_revision.c.number.label("context_number"),
            rubric_release.c.title.label("rubric_title"),
            rubric_release.c.version.label("rubric_version"),
        )
        .join(context_revision, context_revision.c.id == groups.c.context_revision_id)
        .join(rubric_release, rubric_release.c.id == groups.c.rubric_release_id)
        .order_by(groups.c.candidates.desc(), groups.c.newest.desc())
    )
    return tuple(
        FrameSummary(
            frame=Frame(
                release_id=row.rubric_release_id,
                profile_id=row.profile_id,
                context_revision_id=row.context_revision_id,
            ),
            context_title=row.context_title,
            context_number=row.context_number,
            rubric=f"{row.rubric_title} {row.rubric_version}",
            candidates=row.candidates,
            newest=row.newest,
        )
        for row in connection.execute(named)
    )


def compared(connection: Connection, actor: Actor, frame: Frame) -> tuple[AssessmentRow, ...]:
    """Return the newest submitted assessment of each candidate in a frame, 50 at most, the newest first."""
    newest = func.max(listing.c.number).label("number")
    query = _comparable(actor, select(newest)).where(
        listing.c.rubric_release_id == frame.release_id,
        listing.c.profile_id == frame.profile_id,
        listing.c.context_revision_id == frame.context_revision_id,
    )
    query = query.group_by(listing.c.candidate_id).order_by(newest.desc()).limit(MOST_CANDIDATES)
    numbers = tuple(connection.execute(query).scalars())
    return assessment_rows(connection, actor, AssessmentFilters(numbers=numbers), size=MOST_CANDIDATES).items


def _comparable(actor: Actor, query: Select[Any]) -> Select[Any]:
    columns = listing.c
    submitted = or_(
        columns.stage.in_([Stage.IN_REVIEW.value, Stage.DECIDED.value]),
        exists().where(put_forward.c.assessment_id == columns.assessment_id),
    )
    return query.select_from(listing).where(
        columns.stage != Stage.WITHDRAWN.value,
        submitted,
        visible(actor, stage=columns.stage, of=columns.assessment_id),
    )
