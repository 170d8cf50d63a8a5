"""Which assessments need another look, and why: the domain's rule over what is stored, a page at a time.

What a submitted sheet rests on never changes, and the rule is pure: both are remembered for a while in this
process, so that a list costs little more than asking what has come since. Nothing is stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool

from riskapp.domain.rubric import Rubric
from riskapp.domain.staleness import Grounds, Reason, Since, lasts_until, reasons
from riskapp.services.rubrics import rubric_of
from riskapp.storage.grounds import Submitted, grounds, since, submitted

Reasons = dict[str, tuple[Reason, ...]]
"""Why each assessment needs another look, by its id; one that needs none has no entry."""

LastDays = dict[date, tuple[str, ...]]
"""The names of the criteria whose answers hold up to a day, that day included, by the day."""

MOST_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class _Memory:
    """What is remembered of one database."""

    grounds: dict[str, Grounds] = field(default_factory=dict)
    last_days: dict[str, LastDays] = field(default_factory=dict)
    reasons: dict[tuple[str, date, Since], tuple[Reason, ...]] = field(default_factory=dict)


_memories: WeakKeyDictionary[Pool, _Memory] = WeakKeyDictionary()


def _memory(connection: Connection) -> _Memory:
    return _memories.setdefault(connection.engine.pool, _Memory())


def staleness(connection: Connection, assessment_ids: Iterable[str], on: date) -> Reasons:
    """Return why those of these assessments need another look on a day that do.

    The number of queries does not depend on how many are asked for.
    """
    wanted = submitted(connection, assessment_ids)
    known = submitted_grounds(connection, wanted)
    beside = since(connection, wanted, known)
    found: Reasons = {}
    for each in wanted:
        why = _why(connection, each, known[each.sheet_id], beside[each.assessment_id], on=on)
        if why:
            found[each.assessment_id] = why
    return found


def submitted_grounds(connection: Connection, wanted: Sequence[Submitted]) -> dict[str, Grounds]:
    """Return what submitted sheets rest on, by the id of the sheet."""
    memory = _memory(connection).grounds
    remembered = {each.sheet_id: memory.get(each.sheet_id) for each in wanted}
    read = grounds(connection, [each for each in wanted if remembered[each.sheet_id] is None])
    if len(memory) + len(read) > MOST_REMEMBERED:
        memory.clear()
    memory.update(read)
    return {sheet_id: kept for sheet_id, kept in remembered.items() if kept is not None} | read


def last_days(connection: Connection, each: Submitted, known: Grounds) -> LastDays:
    """Return until when the answers of a submitted sheet hold that age; it never changes."""
    memory = _memory(connection).last_days
    if each.sheet_id not in memory:
        if len(memory) >= MOST_REMEMBERED:
            memory.clear()
        memory[each.sheet_id] = _last_days(rubric_of(connection, each.rubric_release_id), known)
    return memory[each.sheet_id]


def _last_days(rubric: Rubric, known: Grounds) -> LastDays:
    found: dict[date, list[str]] = {}
    for criterion in rubric.criteria():
        if criterion.id in known.cited:
            last = lasts_until(criterion, known.cited[criterion.id], known.submitted_on)
            if last is not None:
                found.setdefault(last, []).append(criterion.name)
    return {last: tuple(names) for last, names in found.items()}


def _why(
    connection: Connection, each: Submitted, known: Grounds, beside: Since, *, on: date
) -> tuple[Reason, ...]:
    key = (each.sheet_id, on, beside)
    memory = _memory(connection).reasons
    why = memory.get(key)
    if why is None:
        if len(memory) >= MOST_REMEMBERED:
            memory.clear()
        why = memory[key] = reasons(rubric_of(connection, each.rubric_release_id), known, beside, on)
    return why
