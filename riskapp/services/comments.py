"""Comments on the criteria of an assessment: writing one, reading them, and finding out about a mention."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.comments import comment_fault, mentions_in
from riskapp.domain.discretion import may_read_comment
from riskapp.domain.errors import InvalidError, NotFoundError
from riskapp.domain.life_cycle import Standing, may_see
from riskapp.domain.rubric import Criterion
from riskapp.domain.text_rules import even_lines
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.draft_history import asked_criterion
from riskapp.services.work import Office
from riskapp.storage import comments as stored
from riskapp.storage.assessments import StoredAssessment, assessment
from riskapp.storage.comments import Comment, Veil
from riskapp.storage.paging import Window
from riskapp.storage.users import users_called

MOST_SHOWN = 20
MOST_LOOKED_AT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """What a person says about a criterion."""

    assessment_id: str
    criterion_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Discussion:
    """The comments on one criterion that a person may read."""

    dossier: Dossier
    criterion: Criterion
    comments: Window[Comment]


def veil_of(actor: Actor, found: StoredAssessment) -> Veil:
    """Return what the person must not read of the comments on an assessment that they may see."""
    standing = found.standing
    hidden = {
        each
        for each in standing.round_assessors
        if not may_read_comment(actor, standing, author_id=each, in_round=True)
    }
    return Veil(frozenset(hidden), since=found.stages[-1].at)


def _may_read(actor: Actor, found: StoredAssessment, comment: Comment) -> bool:
    in_round = comment.written_at >= found.stages[-1].at
    return may_read_comment(actor, found.standing, author_id=comment.author_id, in_round=in_round)


def discussion(
    connection: Connection,
    actor: Actor,
    place: tuple[str, str],
    *,
    before: int | None = None,
    after: int | None = None,
) -> Discussion:
    """Return a window of the comments on a criterion; `place` is the ids of assessment and criterion.

    Raises NotFoundError and ForbiddenError.
    """
    assessment_id, criterion_id = place
    found = seen_dossier(connection, actor, assessment_id)
    criterion = asked_criterion(found, criterion_id)
    veil = veil_of(actor, found.stored)
    window = stored.criterion_comments(connection, place, veil, before=before, after=after)
    return Discussion(found, criterion, window)


def add_comment(office: Office, actor: Actor, new: NewComment) -> Comment:
    """Keep a comment and return it.

    Raises InvalidError for `text` where it is missing, too long or mentions somebody who may not see the
    assessment, and NotFoundError and ForbiddenError.
    """
    text = even_lines(new.text).strip()
    if fault := comment_fault(text):
        raise InvalidError({"text": f"The comment {fault}"})
    with office.work(actor) as unit:
        found = seen_dossier(unit.connection, actor, new.assessment_id)
        criterion = asked_criterion(found, new.criterion_id)
        mentioned = _mentioned(unit.connection, found.stored.standing, text) - {actor.id}
        comment = Comment(
            id=unit.new_id(),
            assessment_id=new.assessment_id,
            number=stored.next_number(unit.connection, new.assessment_id),
            criterion_id=criterion.id,
            author_id=actor.id,
            text=text,
            written_at=unit.at,
        )
        stored.insert_comment(unit.connection, comment, sorted(mentioned))
        unit.record(
            "comment.added",
            subject=("comment", comment.id),
            assessment_id=new.assessment_id,
            criterion=criterion.id,
            digest=sha256_hex(text.encode()),
            mentions=sorted(mentioned),
        )
        unit.commit()
        return comment


def _mentioned(connection: Connection, standing: Standing, text: str) -> set[str]:
    asked = mentions_in(text)
    known = users_called(connection, (name for readings in asked for name in readings))
    able = {
        name: each.id
        for name, each in known.items()
        if may_see(Actor(each.id, each.display_name, each.roles), standing)
    }
    found, missing = set(), []
    for readings in asked:
        meant = next((able[name] for name in readings if name in able), None)
        if meant is None:
            missing.append(f"@{readings[-1]}")
        else:
            found.add(meant)
    if missing:
        raise InvalidError({"text": _nobody(missing)})
    return found


def _nobody(missing: list[str]) -> str:
    who = ", ".join(missing)
    return (
        f"Nobody who may see this assessment signs in as {who}. "
        "Correct the name, or put a space after the @ if nobody is meant"
    )


@dataclass(frozen=True, slots=True)
class Mention:
    """A comment that mentions a person who has not opened it yet, and the assessment that it is about."""

    comment: Comment
    reference: str


def waiting_mentions(connection: Connection, actor: Actor) -> tuple[Mention, ...]:
    """Return the mentions that the person has not opened, newest first, as far as they may read them now."""
    found: dict[str, StoredAssessment] = {}
    waiting = []
    for comment in stored.mentions_not_opened(connection, actor.id, MOST_LOOKED_AT):
        if comment.assessment_id not in found:
            found[comment.assessment_id] = assessment(connection, comment.assessment_id)
        about = found[comment.assessment_id]
        if _may_read(actor, about, comment):
            waiting.append(Mention(comment, about.reference))
    return tuple(waiting[:MOST_SHOWN])


def open_mention(office: Office, actor: Actor, comment_id: str) -> Comment:
    """Remember that the person has opened the comment that mentions them, and return it.

    Raises NotFoundError where none mentions them that they may read.
    """
    with office.work(actor) as unit:
        comment = stored.comment_of(unit.connection, comment_id)
        about = assessment(unit.connection, comment.assessment_id)
        if not stored.mentions(unit.connection, comment_id, actor.id) or not _may_read(actor, about, comment):
            raise NotFoundError("comment", comment_id)
        if stored.open_mention(unit.connection, comment_id, actor.id, at=unit.at):
            unit.record(
                "mention.opened", subject=("comment", comment_id), assessment_id=comment.assessment_id
            )
            unit.commit()
        return comment


def latest_by_criterion(
    connection: Connection, actor: Actor, found: Dossier, criteria: Iterable[str]
) -> dict[str, list[Comment]]:
    """Return the newest comments under these criteria, newest first, as far as the person may read them."""
    veil = veil_of(actor, found.stored)
    latest = stored.latest_comments(
        connection, found.stored.id, veil, criteria=list(criteria), limit=MOST_LOOKED_AT
    )
    by_criterion: dict[str, list[Comment]] = {}
    for each in latest:
        by_criterion.setdefault(each.criterion_id, []).append(each)
    return by_criterion
