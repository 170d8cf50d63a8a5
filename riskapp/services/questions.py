"""What to find out next about the candidate of an assessment, and what finding out could change."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from riskapp.domain.answers import Answers
from riskapp.domain.as_of import last_day
from riskapp.domain.authority import Actor
from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.errors import ConflictError
from riskapp.domain.life_cycle import FILLABLE, may_fill
from riskapp.domain.sensitivity.open_questions import Case, OpenQuestions, open_questions
from riskapp.domain.sensitivity.question_list import Heading, question_list_json
from riskapp.domain.shown import day
from riskapp.services.blindness import seen_evidence
from riskapp.services.comparisons import Entrant, side_by_side
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.progress import read_drafts
from riskapp.services.seals import PaperContent
from riskapp.storage.comparisons import Frame
from riskapp.storage.evidence import EvidenceItem
from riskapp.storage.sheets import drafts, latest_sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionList:
    """The questions about a candidate, and what they rest on; `is_draft` where that is not submitted yet."""

    dossier: Dossier
    is_draft: bool
    heading: Heading
    found: OpenQuestions


def question_list(
    connection: Connection, actor: Actor, assessment_id: str, *, at: datetime, compares: bool
) -> QuestionList:
    """Return what to find out next, as of an instant.

    It rests on the latest submitted sheet, and for whoever fills in the sheet on their own drafts. Where
    `compares`, it is also said what would change who comes first among the candidates of the same frame.
    Raises NotFoundError, ForbiddenError where the actor may not see the assessment, and ConflictError where
    there is nothing to rest on yet.
    """
    found = seen_dossier(connection, actor, assessment_id)
    answers, rests_on, is_draft = _answers(connection, actor, found)
    rivals = _rivals(connection, actor, found) if compares else []
    case = Case(
        rubric=found.rubric,
        profile_id=found.profile.id,
        answers=answers,
        context=found.context.context,
        facts=found.candidate.candidate.facts(at.date()),
        on=at.date(),
        dated=_dated(seen_evidence(connection, actor.id, found.stored)),
        rivals=tuple(point for each in rivals if (point := each.assessed.total.point) is not None),
    )
    heading = Heading(
        reference=found.stored.reference,
        candidate=found.candidate.candidate.name,
        model=found.candidate.candidate.model,
        context=found.context.context.title,
        rubric=f"{found.rubric.title} {found.rubric.version}",
        profile=found.profile.name,
        rests_on=rests_on,
        rivals=tuple(each.name for each in rivals if each.assessed.total.point is not None),
        on=at.date(),
        made_at=at,
        made_by=actor.name,
    )
    return QuestionList(dossier=found, is_draft=is_draft, heading=heading, found=open_questions(case))


def _answers(connection: Connection, actor: Actor, found: Dossier) -> tuple[Answers, str, bool]:
    stored = found.stored
    if stored.stage in FILLABLE and may_fill(actor, stored.standing):
        kept = drafts(connection, stored.id, actor.id)
        return read_drafts(found.rubric, kept).answers, "your drafts as they stand", True
    sheet = latest_sheet(connection, stored.id)
    if sheet is None:
        message = (
            f"No score sheet of {stored.reference} has been submitted yet, and drafts are open to their "
            "assessors only. Come back when it is in review."
        )
        raise ConflictError(message)
    return sheet.answers, f"the score sheet submitted on {day(sheet.submitted_at.date())}", False


def _rivals(connection: Connection, actor: Actor, found: Dossier) -> list[Entrant]:
    """Return the other candidates under the same release, profile and revision of the context."""
    frame = Frame(
        release_id=found.release.id,
        profile_id=found.profile.id,
        context_revision_id=found.stored.context_revision_id,
    )
    entrants = side_by_side(connection, actor, frame, found.rubric).entrants.values()
    return [each for each in entrants if each.row.candidate_id != found.candidate.candidate_id]


def _dated(items: tuple[EvidenceItem, ...]) -> dict[str, date]:
    """Return the last day that each item speaks for, as its latest correction says, where it can be read."""
    by_id = {each.id: each for each in items}
    found = {}
    for item in items:
        latest = item
        while latest.replaced_by is not None:
            latest = by_id[latest.replaced_by]
        try:
            found[item.id] = last_day(latest.as_of)
        except ValueError:
            continue
    return found


def question_content(listed: QuestionList, *, figures: bool) -> PaperContent:
    """Return everything that the paper on the questions says; without figures it can go to a vendor."""
    said: dict[str, Any] = question_list_json(listed.heading, listed.found, figures=figures)
    stored = listed.dossier.stored
    return PaperContent(
        kind="questions",
        canonical=canonical_bytes(said),
        about={"assessments": [stored.reference], "figures": figures},
        assessment_id=stored.id,
        is_draft=listed.is_draft,
    )
