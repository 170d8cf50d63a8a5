"""Contexts of use and their revisions; the newest revision is what a context is now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select

from riskapp.domain.context import Buyer, Context, DataClass, Exposure, Jurisdiction
from riskapp.domain.errors import NotFoundError
from riskapp.storage.paging import Page, in_small_letters, page_of, says
from riskapp.storage.tables import context_of_use, context_revision

_later = context_revision.alias("later")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredContext:
    """One revision of a context as it was recorded; `number` counts the revisions from 1."""

    revision_id: str
    context_id: str
    number: int
    context: Context
    recorded_at: datetime
    recorded_by: str | None


def context_of_revision(connection: Connection, revision_id: str) -> StoredContext:
    """Return the revision with this id; raises NotFoundError."""
    row = connection.execute(
        select(context_revision).where(context_revision.c.id == revision_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("context revision", revision_id)
    return _stored(row)


def context_history(connection: Connection, context_id: str) -> tuple[StoredContext, ...]:
    """Return every revision of a context, newest first; raises NotFoundError."""
    query = (
        select(context_revision)
        .where(context_revision.c.context_id == context_id)
        .order_by(context_revision.c.number.desc())
    )
    rows = connection.execute(query).all()
    if not rows:
        raise NotFoundError("context of use", context_id)
    return tuple(_stored(row) for row in rows)


def current_context(connection: Connection, context_id: str) -> StoredContext:
    """Return the newest revision of a context; raises NotFoundError."""
    return context_history(connection, context_id)[0]


def contexts(connection: Connection) -> tuple[StoredContext, ...]:
    """Return the newest revision of every context, by title."""
    query = select(context_revision).order_by(context_revision.c.number)
    newest = {row.context_id: row for row in connection.execute(query)}
    return tuple(sorted((_stored(row) for row in newest.values()), key=lambda each: each.context.title))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextFilters:
    """What a list of contexts is narrowed to; empty fields narrow nothing."""

    text: str = ""
    data_class: str = ""
    buyer: str = ""

    @property
    def active(self) -> bool:
        """Return whether the list is narrowed at all."""
        return any((self.text.strip(), self.data_class, self.buyer))


def context_page(connection: Connection, filters: ContextFilters, page: int) -> Page[StoredContext]:
    """Return a page of the newest revisions, by title."""
    columns = context_revision.c
    newer = and_(_later.c.context_id == columns.context_id, _later.c.number > columns.number)
    query = select(context_revision).where(~select(_later.c.id).where(newer).exists())
    if filters.text.strip():
        searched = (in_small_letters(each) for each in (columns.title, columns.purpose))
        query = query.where(says(filters.text, *searched))
    if filters.data_class:
        query = query.where(columns.data_class == filters.data_class)
    if filters.buyer:
        query = query.where(columns.buyer == filters.buyer)
    listed = query.order_by(columns.title, columns.id)
    return page_of(connection, listed, page, items=lambda rows: tuple(_stored(row) for row in rows))


def insert_context(connection: Connection, stored: StoredContext) -> None:
    """Keep a new context with its first revision."""
    connection.execute(insert(context_of_use), {"id": stored.context_id, "created_at": stored.recorded_at})
    insert_context_revision(connection, stored)


def insert_context_revision(connection: Connection, stored: StoredContext) -> None:
    """Keep one more revision; its number is free."""
    content = stored.context
    budget = content.budget_per_month
    connection.execute(
        insert(context_revision),
        {
            "id": stored.revision_id,
            "context_id": stored.context_id,
            "number": stored.number,
            "title": content.title,
            "purpose": content.purpose,
            "data_class": content.data_class.value,
            "exposure": content.exposure.value,
            "buyer": content.buyer.value,
            "jurisdictions": ",".join(content.jurisdictions),
            "languages": ",".join(content.languages),
            "input_tokens_per_month": str(content.input_tokens_per_month),
            "output_tokens_per_month": str(content.output_tokens_per_month),
            "budget_per_month": None if budget is None else str(budget),
            "recorded_at": stored.recorded_at,
            "recorded_by": stored.recorded_by,
        },
    )


def _stored(row: Row[Any]) -> StoredContext:
    content = Context(
        title=row.title,
        purpose=row.purpose,
        data_class=DataClass(row.data_class),
        exposure=Exposure(row.exposure),
        buyer=Buyer(row.buyer),
        jurisdictions=tuple(Jurisdiction(each) for each in row.jurisdictions.split(",") if each),
        languages=tuple(each for each in row.languages.split(",") if each),
        input_tokens_per_month=int(row.input_tokens_per_month),
        output_tokens_per_month=int(row.output_tokens_per_month),
        budget_per_month=None if row.budget_per_month is None else int(row.budget_per_month),
    )
    return StoredContext(
        revision_id=row.id,
        context_id=row.context_id,
        number=row.number,
        context=content,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )
