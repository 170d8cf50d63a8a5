"""Findings of auditors: raising one, answering it, closing it; none changes the record that it speaks of."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.findings import (
    LONGEST_TEXT,
    Classification,
    Finding,
    FollowUp,
    Position,
    Subject,
    bar_to,
    bar_to_closing,
    finding_digest,
    finding_faults,
    follow_up_digest,
    may_read_finding,
    may_respond,
)
from riskapp.domain.text_rules import even_lines, text_fault
from riskapp.services.audit_subjects import place_of, standing_of
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage import findings as stored
from riskapp.storage.findings import StoredAct, StoredFinding
from riskapp.storage.users import user


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseFinding:
    """What an auditor typed."""

    subject: Subject
    classification: str
    title: str
    text: str
    recommendation: str
    owner_id: str
    due_on: str


def raise_finding(office: Office, actor: Actor, command: RaiseFinding) -> StoredFinding:
    """Keep a finding and return it.

    Raises InvalidError by field, NotFoundError for the subject, and ForbiddenError.
    """
    require(actor, Role.AUDITOR, act="raise a finding")
    with office.work(actor) as unit:
        place = place_of(unit.connection, command.subject)
        content = _checked(unit, actor, command)
        new = StoredFinding(
            id=unit.new_id(),
            number=stored.next_finding_number(unit.connection),
            assessment_id=place.assessment_id,
            content=content,
            raised_at=unit.at,
            raised_by=actor.id,
            acts=(),
        )
        stored.insert_finding(unit.connection, new)
        unit.record(
            "finding.raised",
            subject=("finding", new.id),
            assessment_id=new.assessment_id,
            number=new.number,
            about=[content.subject.kind.value, content.subject.id, content.subject.part],
            classification=content.classification.value,
            owner=content.owner_id,
            due_on=content.due_on.isoformat(),
            digest=finding_digest(content),
        )
        unit.commit()
        return new


def _checked(unit: UnitOfWork, actor: Actor, command: RaiseFinding) -> Finding:
    problems: dict[str, str] = {}
    if command.classification not in set(Classification):
        problems["classification"] = "Choose a classification"
    problems |= _owner_problem(unit.connection, actor, command.owner_id)
    try:
        due_on = date.fromisoformat(command.due_on)
    except ValueError:
        problems["due_on"] = "Say until when, as 2027-01-31"
        due_on = date.max
    content = Finding(
        subject=command.subject,
        classification=Classification(command.classification)
        if "classification" not in problems
        else Classification.MINOR_NONCONFORMITY,
        title=command.title.strip(),
        text=even_lines(command.text).strip(),
        recommendation=even_lines(command.recommendation).strip(),
        owner_id=command.owner_id,
        due_on=due_on,
    )
    problems = finding_faults(content, today=unit.at.date()) | problems
    if problems:
        raise InvalidError(problems)
    return content


def _owner_problem(connection: Connection, actor: Actor, owner_id: str) -> dict[str, str]:
    if owner_id == actor.id:
        return {"owner": "Choose somebody else: who audits does not answer for the finding"}
    try:
        active = user(connection, owner_id).active
    except NotFoundError:
        active = False
    return {} if active else {"owner": "Choose who answers for it"}


def seen_finding(connection: Connection, actor: Actor, number: int) -> StoredFinding:
    """Return a finding that the person may read; raises NotFoundError and ForbiddenError."""
    found = stored.finding(connection, number)
    if not may_read_finding(actor, found.content, standing_of(connection, found.assessment_id)):
        raise ForbiddenError(
            f"{found.reference} is open to auditors, to its owner and to lead assessors. Ask an auditor."
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFinding:
    """What is done about a finding; `seen` is how many acts there were when the person looked."""

    number: int
    act: FollowUp
    text: str
    position: str = ""
    seen: int | None = None


def follow_up(office: Office, actor: Actor, command: FollowUpFinding) -> StoredFinding:
    """Respond to a finding, close it or open it again, as a new row, and return it.

    Raises InvalidError by field, ConflictError where it stands otherwise than it was seen, NotFoundError and
    ForbiddenError.
    """
    with office.work(actor) as unit:
        found = seen_finding(unit.connection, actor, command.number)
        _require_may(unit.connection, actor, found, command.act)
        refusal = bar_to(command.act, found.state)
        if refusal is None and command.seen not in {None, len(found.acts)}:
            refusal = "Somebody else did something about it after you opened this page. Read that first."
        if refusal:
            raise ConflictError(f"{found.reference}: {refusal}")
        act = _act(unit, actor, found, command)
        stored.insert_act(unit.connection, act)
        unit.record(
            "finding.followed-up",
            subject=("finding-act", act.id),
            assessment_id=found.assessment_id,
            finding=found.id,
            number=found.number,
            act=act.act.value,
            position=act.position.value if act.position else None,
            digest=follow_up_digest(act.act, act.position, act.text),
        )
        unit.commit()
        return replace(found, acts=(*found.acts, act))


def _require_may(connection: Connection, actor: Actor, found: StoredFinding, act: FollowUp) -> None:
    match act:
        case FollowUp.RESPONDED:
            if may_respond(actor, found.content, standing_of(connection, found.assessment_id)):
                return
            raise ForbiddenError(
                "Only the owner of a finding or a lead assessor gives the management response."
            )
        case FollowUp.CLOSED | FollowUp.REOPENED:
            if bar := bar_to_closing(actor, found.content, found.answered_by):
                raise ForbiddenError(bar)


def _act(unit: UnitOfWork, actor: Actor, found: StoredFinding, command: FollowUpFinding) -> StoredAct:
    text = even_lines(command.text).strip()
    problems: dict[str, str] = {}
    if fault := text_fault(text, LONGEST_TEXT):
        problems["text"] = f"The text {fault}"
    responds = command.act is FollowUp.RESPONDED
    if responds and command.position not in set(Position):
        problems["position"] = "Say whether management agrees"
    if problems:
        raise InvalidError(problems)
    return StoredAct(
        id=unit.new_id(),
        finding_id=found.id,
        number=len(found.acts) + 1,
        act=command.act,
        position=Position(command.position) if responds else None,
        text=text,
        at=unit.at,
        done_by=actor.id,
    )
