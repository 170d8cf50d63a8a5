"""One page of a long list. Counting stops early: nobody needs to know that there are 48,213 hits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, String, and_, func, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from riskapp.storage.database import SMALL_LETTERS

Item = TypeVar("Item")
Other = TypeVar("Other")

PAGE_SIZE = 25
COUNTED = 1_000
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list; `number` counts from 1, `total` is None where there are more than are counted."""

    items: tuple[Item, ...]
    number: int
    has_next: bool
    total: int | None
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int | None:
        """Return how many pages there are, at least 1, or None where the items were not all counted."""
        return None if self.total is None else max(1, -(-self.total // self.size))

    @property
    def at_least(self) -> int:
        """Return how many items there are for certain."""
        known = (self.number - 1) * self.size + len(self.items) + self.has_next
        return max(known, COUNTED + 1 if self.total is None else self.total)


def page_of(
    connection: Connection,
    query: Select[Any],
    number: int,
    *,
    items: Callable[[Sequence[Row[Any]]], tuple[Item, ...]],
) -> Page[Item]:
    """Return a page of an ordered select, whose rows `items` turns into what the page holds.

    Beyond the end that is the last page, as far as rows are counted. One pass fetches and counts: it reads on
    from the page to the last row that is counted, so a select of few columns pays.
    """
    first = (number - 1) * PAGE_SIZE
    read = max(PAGE_SIZE, COUNTED - first) + 1
    rows = connection.execute(query.limit(read).offset(first)).all()
    if not rows and number > 1:
        return page_of(connection, query, _last_page(connection, query), items=items)
    total = None if len(rows) == read else first + len(rows)
    return Page(items(rows[:PAGE_SIZE]), number, len(rows) > PAGE_SIZE, total)


def part_of(items: Sequence[Item], number: int, *, size: int = PAGE_SIZE) -> Page[Item]:
    """Return a page of items that are all at hand; beyond the end that is the last page."""
    last = max(1, -(-len(items) // size))
    here = min(number, last)
    shown = tuple(items[(here - 1) * size : here * size])
    return Page(shown, here, here < last, len(items), size)


def _last_page(connection: Connection, query: Select[Any]) -> int:
    counted = query.order_by(None).limit(COUNTED).subquery()
    found = int(connection.execute(select(func.count()).select_from(counted)).scalar_one())
    return max(1, -(-found // PAGE_SIZE))


def says(text: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the clause that every word of a text stands in one of these folded columns, in any order.

    Beyond ten words the rest counts as one.
    """
    words = text.split(maxsplit=MOST_WORDS - 1)
    anywhere = [or_(*(each.like(_pattern(word), escape="!") for each in columns)) for word in words]
    return and_(true(), *anywhere)


def _pattern(word: str) -> str:
    escaped = word.strip().lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


class in_small_letters(FunctionElement[str]):  # noqa: N801 (reads as the function that it is in SQL)
    """What `says` looks into where no folded column is kept: a text in small letters, beyond ASCII too."""

    type = String()
    inherit_cache = True
    name = "in_small_letters"


@compiles(in_small_letters, "sqlite")
def _by_our_function(element: in_small_letters, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"{SMALL_LETTERS}({compiler.process(element.clauses, **options)})"


@compiles(in_small_letters, "postgresql")
def _by_its_library(element: in_small_letters, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "und-x-icu")'


def scanned(query: Select[Any]) -> Select[Any]:
    """Return a select of what a select finds, found before it is put in order.

    For searches by words, which no index holds: a scan and a sort cost a third of a walk along an index.
    """
    return select(query.cte("found").prefix_with("MATERIALIZED"))


def folded(*texts: str | None) -> str:
    """Return texts as one that `says` finds words in, whatever the letter case."""
    return "\n".join(text for text in texts if text).lower()


@dataclass(frozen=True, slots=True)
class Window(Generic[Item]):
    """Some items of a list that is read by number, newest first, equally fast at any depth.

    `newer` and `older` are the numbers that the neighbouring windows begin from; None where there is none.
    """

    items: tuple[Item, ...]
    newer: int | None
    older: int | None

    def showing(self, items: tuple[Other, ...]) -> "Window[Other]":
        """Return the same window with what is made of its items."""
        return Window(items, self.newer, self.older)


@dataclass(frozen=True, slots=True)
class Near:
    """Where a window lies: just below a number, just above one, or at the newest; and how many it shows."""

    before: int | None = None
    after: int | None = None
    size: int = PAGE_SIZE


def window_of(
    read: Callable[[Select[Any]], Sequence[Item]],
    query: Select[Any],
    number: ColumnElement[int],
    *,
    name: str,
    near: Near,
) -> Window[Item]:
    """Return the newest of what a select finds, or what stands near a number; the newest stand first.

    `read` runs a select; `name` is that of the number in what it returns.
    """
    before, after, size = near.before, near.after, near.size
    if after is not None:
        found = read(query.where(number > after).order_by(number).limit(size + 1))
        items = tuple(reversed(found[:size]))
        has_newer, has_older = len(found) > size, bool(items)
    else:
        narrowed = query if before is None else query.where(number < before)
        found = read(narrowed.order_by(number.desc()).limit(size + 1))
        items = tuple(found[:size])
        has_newer, has_older = before is not None and bool(items), len(found) > size
    return Window(
        items,
        newer=getattr(items[0], name) if has_newer else None,
        older=getattr(items[-1], name) if has_older else None,
    )
