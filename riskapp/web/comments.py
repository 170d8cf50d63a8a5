"""Comments beside the criteria: the page of one criterion, what other pages show of it, and mentions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.comments import LONGEST_COMMENT, CommentPart, comment_parts
from riskapp.domain.errors import InvalidError
from riskapp.domain.life_cycle import Act, next_act
from riskapp.services.comments import (
    NewComment,
    add_comment,
    discussion,
    latest_by_criterion,
    open_mention,
    veil_of,
    waiting_mentions,
)
from riskapp.services.dossiers import Dossier
from riskapp.storage.comments import Comment, comment_counts, latest_comments
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import signed_in
from riskapp.web.requests import number_asked

blueprint = Blueprint("comments", __name__)

SHOWN_BESIDE = 3
SHOWN_TOGETHER = 5


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment with its author's name, as text and links."""

    comment: Comment
    author: str

    @property
    def parts(self) -> tuple[CommentPart, ...]:
        """Return the comment as text and links."""
        return comment_parts(self.comment.text)


@dataclass(frozen=True, slots=True)
class Talk:
    """What a page shows of the comments on an assessment: how many by criterion, and the latest of each."""

    counts: Mapping[str, int]
    latest: Mapping[str, tuple[ShownComment, ...]]


def talk_about(found: Dossier, criteria: Iterable[str]) -> Talk:
    """Return what the visitor may read of the comments under these criteria."""
    connection, actor = product.reading(), product.actor()
    latest = latest_by_criterion(connection, actor, found, criteria)
    return Talk(
        comment_counts(connection, found.stored.id, veil_of(actor, found.stored)),
        {criterion_id: shown(each[:SHOWN_BESIDE]) for criterion_id, each in latest.items()},
    )


def shown(comments: Iterable[Comment]) -> tuple[ShownComment, ...]:
    """Return comments with the names of their authors, looked up for all at once."""
    said = tuple(comments)
    names = user_names(product.reading(), {each.author_id for each in said})
    return tuple(ShownComment(each, names[each.author_id]) for each in said)


def latest_on(found: Dossier) -> tuple[ShownComment, ...]:
    """Return the newest comments on an assessment that the visitor may read."""
    veil = veil_of(product.actor(), found.stored)
    return shown(latest_comments(product.reading(), found.stored.id, veil, limit=SHOWN_TOGETHER))


@blueprint.get("/assessments/<assessment_id>/criteria/<criterion_id>/comments")
@signed_in
def show(assessment_id: str, criterion_id: str) -> ResponseReturnValue:
    """Show the comments on a criterion, newest first, with the form that adds one."""
    return _page(assessment_id, criterion_id, text="", errors={})


def _page(assessment_id: str, criterion_id: str, *, text: str, errors: dict[str, str]) -> str:
    found = discussion(
        product.reading(),
        product.actor(),
        (assessment_id, criterion_id),
        before=number_asked("before"),
        after=number_asked("after"),
    )
    standing = found.dossier.stored.standing
    return render_template(
        "comments/show.html",
        dossier=found.dossier,
        criterion=found.criterion,
        dimension=found.dossier.rubric.dimension_of(criterion_id),
        window=found.comments,
        comments=shown(found.comments.items),
        fills=next_act(product.actor(), standing) in {Act.FILL, Act.CORRECT, Act.MODERATE},
        blind=standing.is_blind and product.actor().id in standing.assessors,
        longest=LONGEST_COMMENT,
        text=text,
        errors=errors,
    )


@blueprint.post("/assessments/<assessment_id>/criteria/<criterion_id>/comments")
@signed_in
def add(assessment_id: str, criterion_id: str) -> ResponseReturnValue:
    """Add a comment."""
    text = request.form.get("text", "")
    new = NewComment(assessment_id=assessment_id, criterion_id=criterion_id, text=text)
    try:
        added = add_comment(product.office(), product.actor(), new)
    except InvalidError as refusal:
        return _page(assessment_id, criterion_id, text=text, errors=refusal.fields), 422
    flash("The comment is added.", "success")
    return redirect(_address(added), 303)


def _address(comment: Comment) -> str:
    return url_for(
        "comments.show",
        assessment_id=comment.assessment_id,
        criterion_id=comment.criterion_id,
        before=comment.number + 1,
        _anchor=f"comment-{comment.number}",
    )


@blueprint.post("/mentions/<comment_id>/open")
@signed_in
def open_mentioned(comment_id: str) -> ResponseReturnValue:
    """Take a mention off the visitor's list and lead to the comment."""
    return redirect(_address(open_mention(product.office(), product.actor(), comment_id)), 303)


@dataclass(frozen=True, slots=True)
class ShownMention:
    """A mention on the first page: who wrote what about which assessment."""

    shown: ShownComment
    reference: str


def shown_mentions() -> tuple[ShownMention, ...]:
    """Return the mentions that wait for the visitor."""
    waiting = waiting_mentions(product.reading(), product.actor())
    said = shown(each.comment for each in waiting)
    return tuple(ShownMention(one, each.reference) for one, each in zip(said, waiting, strict=True))
