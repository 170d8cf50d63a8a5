"""The auditor's samples: drawn once, kept in the log with all that it takes to draw them again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from riskapp.domain.audit_sample import LARGEST_SAMPLE, LONGEST_SEED, draw
from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.errors import InvalidError, NotFoundError
from riskapp.domain.whole_number import read_whole_number
from riskapp.services.blindness import NOBODY
from riskapp.services.work import Office
from riskapp.storage.log import LogEntry
from riskapp.storage.log_lists import log_entry_at
from riskapp.storage.strata import strata_at

ACTION = "sample.drawn"
LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class DrawSample:
    """What an auditor asks for, as typed; an empty seed is made up."""

    size: str
    reason: str
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample as the log tells of it; `population` counts each stratum at the instant `at`."""

    entry: LogEntry
    seed: str
    size: int
    reason: str
    at: datetime
    population: dict[str, int]
    drawn: dict[str, tuple[str, ...]]

    @property
    def count(self) -> int:
        """Return how many assessments were drawn."""
        return sum(len(ids) for ids in self.drawn.values())


def draw_sample(office: Office, actor: Actor | None, command: DrawSample) -> int:
    """Draw from all assessments as they stand now, by stage and outcome; return the number of the entry.

    `actor` is None on the command line. Raises ForbiddenError for others than auditors, and InvalidError
    per field.
    """
    if actor is not None:
        require(actor, Role.AUDITOR, act="draw a sample")
    size = _checked(command)
    with office.work(actor) as unit:
        population = strata_at(unit.connection, unit.at)
        if not population:
            raise InvalidError({"size": "There is no assessment to draw yet"})
        seed = command.seed.strip() or unit.new_id()
        seq = unit.record(
            ACTION,
            subject=("sample", unit.new_id()),
            seed=seed,
            size=size,
            reason=command.reason.strip(),
            at=unit.at.isoformat(),
            population={name: len(ids) for name, ids in population.items()},
            drawn={name: list(ids) for name, ids in draw(population, size, seed).items()},
        )
        unit.commit()
    return seq


def _checked(command: DrawSample) -> int:
    problems = {}
    size = read_whole_number(command.size)
    if isinstance(size, str):
        problems["size"] = size
    elif not 1 <= size <= LARGEST_SAMPLE:
        problems["size"] = f"Draw 1 to {LARGEST_SAMPLE}"
    if not command.reason.strip():
        problems["reason"] = "Say why this many"
    elif len(command.reason) > LONGEST_REASON:
        problems["reason"] = f"Use {LONGEST_REASON:,} characters at most"
    if len(command.seed.strip()) > LONGEST_SEED or not command.seed.strip().isprintable():
        problems["seed"] = f"Use {LONGEST_SEED} printable characters at most"
    if problems or isinstance(size, str):
        raise InvalidError(problems)
    return size


def sample(connection: Connection, seq: int) -> Sample:
    """Return the sample of which an entry tells; raises NotFoundError."""
    entry = log_entry_at(connection, seq, viewer_id=NOBODY)
    if entry.action != ACTION:
        raise NotFoundError("sample under log entry", str(seq))
    told = entry.body["details"]
    return Sample(
        entry=entry,
        seed=told["seed"],
        size=told["size"],
        reason=told["reason"],
        at=datetime.fromisoformat(told["at"]),
        population=told["population"],
        drawn={name: tuple(ids) for name, ids in told["drawn"].items()},
    )


def drawn_again(connection: Connection, found: Sample) -> bool:
    """Return whether drawing anew, from the assessments as they stood then, gives the same sample."""
    return draw(strata_at(connection, found.at), found.size, found.seed) == found.drawn
