"""Lists of facts: what sources say of one metric of one subject stands side by side, whole, on one page."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select, tuple_

from riskapp.domain.as_of import first_day, last_day
from riskapp.domain.candidate import Candidate, Route
from riskapp.domain.fact import Comparison, Fact, comparison
from riskapp.storage.facts import StoredFact, current_facts, stored_row
from riskapp.storage.paging import Page, page_of, says, scanned
from riskapp.storage.tables import fact

ANY_ROUTE = "none"
"""What a filter asks for that wants the facts which hold on any route."""

MOST_CHOICES = 200
MOST_IN_SECTION = 200
MOST_IN_GROUP = 50

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class FactGroup:
    """One or more facts on one metric of one subject, newest first."""

    facts: tuple[StoredFact, ...]

    @property
    def about(self) -> Fact:
        """Return the first fact: all share its dimension, metric, route and host."""
        return self.facts[0].fact

    @property
    def comparison(self) -> Comparison:
        """Return how the values stand to one another."""
        return comparison([each.fact for each in self.facts])

    @property
    def same_subject(self) -> bool:
        """Return whether the sources name the subject alike."""
        return len({each.fact.subject for each in self.facts}) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFilters:
    """What the list is narrowed to: groups with at least one fact that fits everything given."""

    text: str = ""
    developer: str = ""
    model: str = ""
    dimension: str = ""
    claim_type: str = ""
    verification: str = ""
    route: str = ""

    @property
    def active(self) -> bool:
        """Return whether anything is asked for."""
        return self != FactFilters()


@dataclass(frozen=True, slots=True)
class FactSection:
    """Facts that bear on a candidate in one way; `more` where some are left out for length."""

    groups: tuple[FactGroup, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFacts:
    """The facts that bear on a candidate, the closest first: none stands in two of the sections."""

    on_route: FactSection
    of_version: FactSection
    of_model: FactSection
    of_developer: FactSection

    @property
    def found(self) -> bool:
        """Return whether there is any."""
        sections = (self.on_route, self.of_version, self.of_model, self.of_developer)
        return any(section.groups for section in sections)


_KEY = (fact.c.subject, fact.c.dimension, fact.c.metric, fact.c.route, fact.c.host)


def fact_groups(connection: Connection, filters: FactFilters, page: int) -> Page[FactGroup]:
    """Return a page of groups by subject, dimension and metric, each with all its facts."""
    matching = _narrowed(current_facts(*_KEY), filters)
    keys = scanned(matching) if filters.text else matching
    listed = keys.distinct().order_by(*keys.selected_columns)
    return page_of(
        connection,
        listed,
        page,
        items=lambda rows: _whole_groups(connection, [tuple(row) for row in rows]),
    )


def _whole_groups(connection: Connection, keys: Sequence[Key]) -> tuple[FactGroup, ...]:
    if not keys:
        return ()
    wanted = tuple_(fact.c.subject, fact.c.dimension, fact.c.metric).in_(sorted({key[:3] for key in keys}))
    rows = connection.execute(current_facts().where(wanted).limit(MOST_IN_GROUP * len(keys)))
    found = {_register_key(group.about): group for group in grouped(map(stored_row, rows), key=_register_key)}
    return tuple(found[key] for key in keys if key in found)


def group_of(connection: Connection, said: Fact) -> FactGroup:
    """Return the group of a fact that no correction has replaced."""
    found = _whole_groups(connection, [_register_key(said)])
    return found[0]


def _register_key(said: Fact) -> Key:
    return (said.subject, said.dimension, said.metric, said.route, said.host)


def _metric_key(said: Fact) -> Key:
    return (said.dimension, said.metric, said.route or "", said.host or "")


def _subject_key(said: Fact) -> Key:
    return (said.dimension, said.subject, said.metric, said.route or "", said.host or "")


def grouped(facts: Iterable[StoredFact], *, key: Callable[[Fact], Hashable]) -> tuple[FactGroup, ...]:
    """Return facts in groups of one key, in the order in which the keys appear, newest first in each."""
    found: dict[Hashable, list[StoredFact]] = {}
    for each in facts:
        found.setdefault(key(each.fact), []).append(each)
    return tuple(FactGroup(tuple(sorted(group, key=_newest_first))) for group in found.values())


def _newest_first(stored: StoredFact) -> tuple[int, int, str, str]:
    said = stored.fact
    ends, begins = last_day(said.as_of).toordinal(), first_day(said.as_of).toordinal()
    return -ends, -begins, said.source_title, stored.id


def facts_of_candidate(connection: Connection, content: Candidate) -> CandidateFacts:
    """Return the facts that bear on a candidate, each group in order of dimension and metric."""
    columns = fact.c
    model, version = columns.model == content.model, columns.version == content.version
    here = and_(
        columns.route == content.route.value, or_(columns.host.is_(None), columns.host == content.host)
    )
    anywhere = columns.route.is_(None)
    general = columns.version.is_(None)
    developer = and_(columns.developer == content.developer, columns.model.is_(None))
    return CandidateFacts(
        on_route=_section(connection, current_facts().where(model, version, here), _metric_key),
        of_version=_section(connection, current_facts().where(model, version, anywhere), _metric_key),
        of_model=_section(
            connection, current_facts().where(model, general, or_(here, anywhere)), _metric_key
        ),
        of_developer=_section(connection, current_facts().where(developer), _subject_key),
    )


def _section(connection: Connection, query: Select[Any], key: Callable[[Fact], Key]) -> FactSection:
    rows = connection.execute(query.order_by(*_KEY, fact.c.id).limit(MOST_IN_SECTION + 1)).all()
    facts = sorted(map(stored_row, rows[:MOST_IN_SECTION]), key=lambda each: key(each.fact))
    return FactSection(grouped(facts, key=key), len(rows) > MOST_IN_SECTION)


def _narrowed(query: Select[Any], filters: FactFilters) -> Select[Any]:
    if filters.text.strip():
        query = query.where(says(filters.text, fact.c.search))
    for name in ("developer", "model", "dimension", "claim_type", "verification"):
        wanted = getattr(filters, name)
        if wanted:
            query = query.where(fact.c[name] == wanted)
    if filters.route == ANY_ROUTE:
        query = query.where(fact.c.route.is_(None))
    elif filters.route in set(Route):
        query = query.where(fact.c.route == filters.route)
    return query


def fact_developers(connection: Connection) -> tuple[str, ...]:
    """Return the developers that facts name, by name: the first 200, which is enough to choose from."""
    return _choices(connection, "developer")


def fact_models(connection: Connection) -> tuple[str, ...]:
    """Return the models that facts name, by name: the first 200, which is enough to choose from."""
    return _choices(connection, "model")


def _choices(connection: Connection, name: str) -> tuple[str, ...]:
    column = fact.c[name]
    query = select(column).where(column != "").distinct().order_by(column).limit(MOST_CHOICES)
    return tuple(connection.execute(query).scalars())


def fact_dimensions(connection: Connection) -> tuple[str, ...]:
    """Return the dimensions that facts name, by name."""
    query = select(fact.c.dimension).distinct().order_by(fact.c.dimension).limit(MOST_CHOICES)
    return tuple(connection.execute(query).scalars())
