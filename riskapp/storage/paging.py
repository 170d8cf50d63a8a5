"""One page of a long list. Counting stops early: nobody needs to know that there are 48,213 hits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, func, select

Item = TypeVar("Item")

PAGE_SIZE = 25
COUNTED = 1_000


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


def _last_page(connection: Connection, query: Select[Any]) -> int:
    counted = query.order_by(None).limit(COUNTED).subquery()
    found = int(connection.execute(select(func.count()).select_from(counted)).scalar_one())
    return max(1, -(-found // PAGE_SIZE))


def contains(text: str) -> str:
    """Return the LIKE pattern for text anywhere, with `!` as the escape character."""
    escaped = text.strip().lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def scanned(query: Select[Any]) -> Select[Any]:
    """Return a select of what a select finds, found before it is put in order.

    For searches by words, which no index holds: a scan and a sort cost a third of a walk along an index.
    """
    return select(query.cte("found").prefix_with("MATERIALIZED"))


def folded(*texts: str | None) -> str:
    """Return texts as one that `contains` finds its pattern in, whatever the letter case."""
    return "\n".join(text for text in texts if text).lower()


@dataclass(frozen=True, slots=True)
class Window(Generic[Item]):
    """Some items of a list that is read by number, newest first, equally fast at any depth.

    `newer` and `older` are the numbers that the neighbouring windows begin from; None where there is none.
    """

    items: tuple[Item, ...]
    newer: int | None
    older: int | None
