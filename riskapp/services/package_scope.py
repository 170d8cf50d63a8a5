"""What a package is about: chosen assessments, a sample, a period, or all; and what it withholds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError
from riskapp.domain.life_cycle import FILLABLE
from riskapp.domain.log_check import RawEntry
from riskapp.services.samples import sample
from riskapp.storage.assessments import assessment, reference_of
from riskapp.storage.blind_rounds import blind_assessments
from riskapp.storage.columns import instant_text
from riskapp.storage.desk_lists import DeskNumbers, desk_numbers
from riskapp.storage.log_lists import withheld_numbers
from riskapp.storage.log_tree import log_size
from riskapp.storage.record_rows import every_assessment

MOST_WHILE_WAITING = 100
MOST_ENTRIES_WHILE_WAITING = 100_000
_EVERY = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What somebody asks for; nothing at all means everything. Days are days on which a stage changed."""

    numbers: frozenset[int] = frozenset()
    sample: int | None = None
    since: date | None = None
    until: date | None = None


def numbers_in(connection: Connection, scope: Scope) -> frozenset[int] | None:
    """Return the numbers of the assessments in a scope, None for all there are.

    Raises NotFoundError for a number or a sample that there is not, InvalidError for a period without any.
    """
    known = {number: each for each, number in every_assessment(connection)}
    if unknown := sorted(scope.numbers - known.keys()):
        raise NotFoundError("assessment", reference_of(unknown[0]))
    if scope.sample is not None:
        drawn = {each for ids in sample(connection, scope.sample).drawn.values() for each in ids}
        return scope.numbers | {number for number, each in known.items() if each in drawn}
    if scope.since is not None or scope.until is not None:
        asked = DeskNumbers(since=scope.since, until=scope.until)
        found = frozenset(desk_numbers(connection, asked, before=None, size=_EVERY))
        if not found:
            raise InvalidError({"since": "No assessment changed its stage in this period"})
        return scope.numbers | found
    return scope.numbers or None


def refuse_what_takes_long(connection: Connection, numbers: frozenset[int] | None, command: str) -> None:
    """Raise ConflictError, with the command to run, for a package that nobody can wait for."""
    size = log_size(connection)
    many = len(numbers) if numbers is not None else sum(1 for _ in every_assessment(connection))
    if many > MOST_WHILE_WAITING or size > MOST_ENTRIES_WHILE_WAITING:
        raise ConflictError(
            f"A package of {many:,} assessments with a log of {size:,} entries takes longer than a page may. "
            f"Have it made on the server: {command}"
        )


def withheld(connection: Connection) -> Callable[[RawEntry], bool]:
    """Return the rule by which a log leaves out what is typed in open and done in blind rounds.

    It knows what it was asked about once: a round that opens later withholds more, never less.
    """
    began: dict[str, str | None] = {}
    blind = withheld_numbers(connection, blind_assessments(connection))

    def is_withheld(entry: RawEntry) -> bool:
        if entry.seq in blind:
            return True
        if entry.subject_kind != "draft" or entry.assessment_id is None:
            return False
        if entry.assessment_id not in began:
            found = assessment(connection, entry.assessment_id)
            began[entry.assessment_id] = (
                instant_text(found.stages[-1].at) if found.stage in FILLABLE else None
            )
        since = began[entry.assessment_id]
        return since is not None and entry.at >= since

    return is_withheld
