"""The conditions of a decision, tracked to closure: closing one with a note or a proof, and reopening it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError
from riskapp.domain.report import DecisionCondition
from riskapp.domain.text_rules import found, text_fault
from riskapp.domain.web_address import NO_ADDRESS, is_web_address
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.conditions import ConditionAct, StoredAct, condition_acts, insert_act
from riskapp.storage.decisions import StoredDecision, decisions

CLOSERS = (Role.APPROVER, Role.LEAD_ASSESSOR, Role.PROCUREMENT)
"""Who closes and reopens conditions: those who set them, lead the assessment, or hold the contract."""

LONGEST_NOTE = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A condition with its number in the decision and everything that was done to it, in order."""

    number: int
    condition: DecisionCondition
    acts: tuple[StoredAct, ...]

    @property
    def is_open(self) -> bool:
        """Return whether it is still to be met."""
        return not self.acts or self.acts[-1].act is ConditionAct.REOPENED

    def is_overdue(self, on: date) -> bool:
        """Return whether it is open past its day."""
        return self.is_open and self.condition.due_on is not None and self.condition.due_on < on


def tracked_conditions(connection: Connection, assessment_id: str) -> tuple[Tracked, ...]:
    """Return the conditions of the decision that holds, each with what was done to it."""
    taken = decisions(connection, assessment_id)
    if not taken or not taken[-1].conditions:
        return ()
    acts = condition_acts(connection, taken[-1].id)
    return tuple(
        Tracked(number=number, condition=condition, acts=acts.get(number, ()))
        for number, condition in enumerate(taken[-1].conditions, start=1)
    )


def seen_condition(
    connection: Connection, actor: Actor, assessment_id: str, number: int
) -> tuple[Dossier, Tracked]:
    """Return a condition of an assessment that the actor may see; raises NotFoundError, ForbiddenError."""
    dossier = seen_dossier(connection, actor, assessment_id)
    for each in tracked_conditions(connection, assessment_id):
        if each.number == number:
            return dossier, each
    raise NotFoundError(f"condition of {dossier.stored.reference}", str(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOnCondition:
    """What is done to a condition; `seen` is how many acts there were when the person looked."""

    assessment_id: str
    number: int
    act: ConditionAct
    note: str
    url: str = ""
    seen: int | None = None


def act_on_condition(office: Office, actor: Actor, command: ActOnCondition) -> None:
    """Close or reopen a condition as a new row.

    Raises InvalidError by field (note, url), ConflictError where it is so already or was changed since it
    was seen, ForbiddenError and NotFoundError.
    """
    require(actor, *CLOSERS, act="close or reopen a condition")
    with office.work(actor) as unit:
        dossier, tracked = seen_condition(unit.connection, actor, command.assessment_id, command.number)
        _refuse_repetition(dossier, tracked, command)
        if problems := _problems(command):
            raise InvalidError(problems)
        (*_, decision) = decisions(unit.connection, command.assessment_id)
        _insert(unit, actor, command, decision=decision, number=len(tracked.acts) + 1)
        unit.commit()


def _refuse_repetition(dossier: Dossier, tracked: Tracked, command: ActOnCondition) -> None:
    closing = command.act is ConditionAct.CLOSED
    if closing is not tracked.is_open or command.seen not in {None, len(tracked.acts)}:
        state = "open" if tracked.is_open else "closed"
        raise ConflictError(
            f"Condition {tracked.number} of {dossier.stored.reference} is {state} now: somebody changed it "
            "after you opened this page. Read what was done, then decide whether anything is left to do."
        )


def _problems(command: ActOnCondition) -> dict[str, str]:
    note, url = command.note.strip(), command.url.strip()
    problems = found(
        (
            ("note", text_fault(note, LONGEST_NOTE, optional=True)),
            ("url", None if not url or is_web_address(url) else NO_ADDRESS),
        )
    )
    if not note and command.act is ConditionAct.REOPENED:
        problems["note"] = "Say why the condition is open again"
    elif not note and not url:
        problems["note"] = "Say how the condition was met, or give the address of the proof"
    return problems


def _insert(
    unit: UnitOfWork, actor: Actor, command: ActOnCondition, *, decision: StoredDecision, number: int
) -> None:
    act = StoredAct(
        id=unit.new_id(),
        decision_id=decision.id,
        condition=command.number,
        number=number,
        act=command.act,
        note=command.note.strip(),
        url=command.url.strip(),
        at=unit.at,
        done_by=actor.id,
    )
    insert_act(unit.connection, act)
    unit.record(
        f"condition.{command.act.value}",
        subject=("decision", decision.id),
        assessment_id=command.assessment_id,
        condition=command.number,
        note=act.note,
        url=act.url,
    )
