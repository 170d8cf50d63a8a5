"""Comments on criteria, insert-only; whom each mentions, and who has opened the mention."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, true

from riskapp.domain.errors import NotFoundError
from riskapp.storage.paging import Near, Window, window_of
from riskapp.storage.talk_tables import comment, comment_mention, mention_opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment as stored; `number` counts within its assessment."""

    id: str
    assessment_id: str
    number: int
    criterion_id: str
    author_id: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Veil:
    """What a reader does not see: what these authors have written since an instant."""

    authors: frozenset[str] = frozenset()
    since: datetime | None = None


def _seen(veil: Veil) -> ColumnElement[bool]:
    if veil.since is None or not veil.authors:
        return true()
    return ~(comment.c.author_id.in_(sorted(veil.authors)) & (comment.c.written_at >= veil.since))


def insert_comment(connection: Connection, new: Comment, mentioned: Iterable[str]) -> None:
    """Insert a comment with the ids of those whom it mentions."""
    connection.execute(
        insert(comment),
        {
            "id": new.id,
            "assessment_id": new.assessment_id,
            "number": new.number,
            "criterion_id": new.criterion_id,
            "author_id": new.author_id,
            "text": new.text,
            "written_at": new.written_at,
        },
    )
    rows = [{"comment_id": new.id, "user_id": each} for each in mentioned]
    if rows:
        connection.execute(insert(comment_mention), rows)


def next_number(connection: Connection, assessment_id: str) -> int:
    """Return the number of the next comment on an assessment; the caller holds the order of the log."""
    query = select(func.max(comment.c.number)).where(comment.c.assessment_id == assessment_id)
    return (connection.execute(query).scalar() or 0) + 1


def comment_of(connection: Connection, comment_id: str) -> Comment:
    """Return one comment; raises NotFoundError."""
    row = connection.execute(select(comment).where(comment.c.id == comment_id)).one_or_none()
    if row is None:
        raise NotFoundError("comment", comment_id)
    return _comment(row)


def _comment(row: Row[Any]) -> Comment:
    return Comment(
        id=row.id,
        assessment_id=row.assessment_id,
        number=row.number,
        criterion_id=row.criterion_id,
        author_id=row.author_id,
        text=row.text,
        written_at=row.written_at,
    )


def criterion_comments(
    connection: Connection,
    place: tuple[str, str],
    veil: Veil,
    *,
    before: int | None = None,
    after: int | None = None,
) -> Window[Comment]:
    """Return the newest comments on a criterion, or those next to a number; the newest stand first.

    `place` is the ids of assessment and criterion.
    """
    assessment_id, criterion_id = place
    number = comment.c.number
    query = select(comment).where(
        comment.c.assessment_id == assessment_id, comment.c.criterion_id == criterion_id, _seen(veil)
    )
    found = window_of(
        lambda wanted: connection.execute(wanted).all(),
        query,
        number,
        name="number",
        near=Near(before, after),
    )
    return found.showing(tuple(_comment(row) for row in found.items))


def comment_counts(connection: Connection, assessment_id: str, veil: Veil) -> dict[str, int]:
    """Return how many comments stand under each criterion that has some."""
    query = (
        select(comment.c.criterion_id, func.count().label("times"))
        .where(comment.c.assessment_id == assessment_id, _seen(veil))
        .group_by(comment.c.criterion_id)
    )
    return {row.criterion_id: row.times for row in connection.execute(query)}


def latest_comments(
    connection: Connection, assessment_id: str, veil: Veil, *, criteria: Sequence[str] = (), limit: int
) -> tuple[Comment, ...]:
    """Return the newest comments on an assessment, or on these criteria of it, newest first."""
    query = select(comment).where(comment.c.assessment_id == assessment_id, _seen(veil))
    if criteria:
        query = query.where(comment.c.criterion_id.in_(criteria))
    rows = connection.execute(query.order_by(comment.c.number.desc()).limit(limit))
    return tuple(_comment(row) for row in rows)


def mentions_not_opened(connection: Connection, user_id: str, limit: int) -> tuple[Comment, ...]:
    """Return the newest comments that mention a person who has not opened the mention, newest first."""
    opened = select(mention_opened.c.comment_id).where(
        mention_opened.c.comment_id == comment.c.id, mention_opened.c.user_id == user_id
    )
    query = (
        select(comment)
        .join(comment_mention, comment_mention.c.comment_id == comment.c.id)
        .where(comment_mention.c.user_id == user_id, ~opened.exists())
        .order_by(comment.c.written_at.desc(), comment.c.id.desc())
        .limit(limit)
    )
    return tuple(_comment(row) for row in connection.execute(query))


def mentions(connection: Connection, comment_id: str, user_id: str) -> bool:
    """Return whether a comment mentions a person."""
    query = select(comment_mention.c.user_id).where(
        comment_mention.c.comment_id == comment_id, comment_mention.c.user_id == user_id
    )
    return connection.execute(query).one_or_none() is not None


def open_mention(connection: Connection, comment_id: str, user_id: str, *, at: datetime) -> bool:
    """Remember that a person opened a mention; False where they had before."""
    query = select(mention_opened.c.user_id).where(
        mention_opened.c.comment_id == comment_id, mention_opened.c.user_id == user_id
    )
    if connection.execute(query).one_or_none() is not None:
        return False
    connection.execute(
        insert(mention_opened), {"comment_id": comment_id, "user_id": user_id, "opened_at": at}
    )
    return True
