"""Finding what people wrote by its words: answers, evidence, decisions, reasons for a stage; newest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    column,
    func,
    select,
    table,
    text,
)

from riskapp.domain.findings import Subject, SubjectKind
from riskapp.storage.blind_rounds import is_others_work
from riskapp.storage.days import within_days
from riskapp.storage.paging import PAGE_SIZE, Near, Window, says, window_of
from riskapp.storage.search_tables import search_text
from riskapp.storage.tables import assessment, candidate_revision

_WORD = re.compile(r"[^\W_]+")
_AROUND = 90
MOST_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilters:
    """What is looked for; empty fields narrow nothing. Days are whole days in UTC, both included."""

    words: str = ""
    kind: str = ""
    person_id: str = ""
    assessment_id: str = ""
    candidate: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def tokens(self) -> list[str]:
        """Return the words that are looked for, in small letters; all of them have to be there."""
        return [each.lower() for each in _WORD.findall(self.words)][:MOST_WORDS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One text that holds the words: what it belongs to, who wrote it when, and a piece of it."""

    number: int
    subject: Subject
    assessment_id: str
    person_id: str
    at: datetime
    excerpt: str


def search(
    connection: Connection,
    filters: SearchFilters,
    *,
    viewer_id: str,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Window[Hit]:
    """Return the newest texts that a person sees with all the words, or those next to a number.

    None where no word is given.
    """
    tokens = filters.tokens
    if not tokens:
        return Window((), newer=None, older=None)
    number, query = _holding(connection, tokens)
    query = _narrowed(query, filters).where(~_withheld(viewer_id))
    found = window_of(
        lambda wanted: connection.execute(wanted).all(),
        query,
        number,
        name="id",
        near=Near(before, after, size),
    )
    return found.showing(tuple(_hit(row, tokens) for row in found.items))


def _narrowed(query: Select[Any], filters: SearchFilters) -> Select[Any]:
    columns = search_text.c
    for narrowed_to, wanted in (
        (columns.kind, filters.kind),
        (columns.person_id, filters.person_id),
        (columns.assessment_id, filters.assessment_id),
    ):
        if wanted:
            query = query.where(narrowed_to == wanted)
    query = query.where(*within_days(columns.at, filters.since, filters.until))
    if filters.candidate.strip():
        query = query.where(columns.assessment_id.in_(_of_candidate(filters.candidate)))
    return query


def _withheld(viewer_id: str) -> ColumnElement[bool]:
    """Return the clause for what others wrote in a blind round: `log_lists.withheld` says it of the log."""
    columns = search_text.c
    hidden = is_others_work(viewer_id, of=columns.assessment_id, by=columns.person_id, at=columns.at)
    return and_(columns.kind.in_([SubjectKind.ANSWER.value, SubjectKind.EVIDENCE.value]), hidden)


def _of_candidate(name: str) -> Select[Any]:
    revisions = select(candidate_revision.c.id).where(says(name, candidate_revision.c.search))
    return select(assessment.c.id).where(assessment.c.candidate_revision_id.in_(revisions))


def _holding(connection: Connection, tokens: Sequence[str]) -> tuple[ColumnElement[int], Select[Any]]:
    """Return a select of the texts that hold every word, and the number by which it is put in order.

    SQLite streams along its own index of words, which knows that order; PostgreSQL chooses between its two.
    """
    if connection.dialect.name == "sqlite":
        asked = " ".join(f'"{each}"' for each in tokens)
        query = select(search_text).where(
            _words.c.rowid == search_text.c.id, text("search_words MATCH :asked").bindparams(asked=asked)
        )
        return _words.c.rowid, query
    readable = func.translate(search_text.c.words, text("'-/.:@_'"), text("'      '"))
    indexed = func.to_tsvector(text("'simple'"), readable)
    holds = indexed.bool_op("@@")(func.plainto_tsquery(text("'simple'"), " ".join(tokens)))
    return search_text.c.id, select(search_text).where(holds)


_words = table("search_words", column("rowid", Integer))


def _hit(row: Row[Any], tokens: Sequence[str]) -> Hit:
    return Hit(
        number=row.id,
        subject=Subject(SubjectKind(row.kind), row.subject_id, row.part),
        assessment_id=row.assessment_id,
        person_id=row.person_id,
        at=row.at,
        excerpt=_excerpt(row.words, tokens),
    )


def _excerpt(words: str, tokens: Sequence[str]) -> str:
    """Return the piece of a text around the first of the words that is found in it."""
    low = words.lower()
    places = [low.find(each) for each in tokens]
    first = max(0, min((place for place in places if place >= 0), default=0) - _AROUND)
    piece = " ".join(words[first : first + 2 * _AROUND + 40].split())
    return f"{'… ' if first else ''}{piece}{' …' if first + 2 * _AROUND + 40 < len(words) else ''}"
