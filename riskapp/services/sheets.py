"""The score sheet: each field saved as it is left, and the whole of it submitted, for ever.

Whoever moderates fills in the consensus in the same way, with reasons beside the answers.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from riskapp.domain.answers import Answer
from riskapp.domain.authority import Actor, Role
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.drafts import Incomplete, Payload, Problems, field_names, parse_draft
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.life_cycle import (
    FILLABLE,
    Stage,
    Standing,
    bar_to_own_sheet,
    may_fill,
    may_moderate,
)
from riskapp.domain.moderation import REASON
from riskapp.domain.rubric import Criterion
from riskapp.domain.score_json import as_json
from riskapp.domain.sheet_json import sheet_json
from riskapp.services.blindness import seen_evidence
from riskapp.services.dossiers import Dossier, assessed, dossier
from riskapp.services.moderation import (
    consensus_faults,
    put_consensus_forward,
    seat_drafts,
    sit_down_to_consensus,
)
from riskapp.services.progress import fingerprint, read_drafts
from riskapp.services.rounds import close_if_complete
from riskapp.services.rubrics import rubric_of
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.assessments import StageChange, assessment, insert_stage
from riskapp.storage.moderation import add_shapers, keeper_of_consensus, put_sheet_forward
from riskapp.storage.sheets import Desk, Draft, NewSheet, desk, drafts, insert_sheet, store_draft

LONGEST_TEXT = 20_000
LONGEST_FIELD = 200
MOST_EVIDENCE = 200

_TEXTS = frozenset({"rationale", "looked", "inapplicable", REASON})
_LABELS = {
    "rationale": "The rationale",
    "looked": "This text",
    "inapplicable": "This text",
    REASON: "The reason",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft:
    """What a person typed under one criterion; `expected` is the version it was typed over, 0 for none."""

    assessment_id: str
    criterion_id: str
    payload: Payload
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What stands now: its version (0: nothing was ever typed), what it means, and since when."""

    version: int
    answer: Answer | Incomplete
    saved_at: datetime


def save_draft(office: Office, actor: Actor, command: SaveDraft) -> Saved:
    """Save what was typed as the next version and return it; what stands there already is not saved again.

    Raises ConflictError with `current` (a Draft) where another save came first, ConflictError without it
    where the sheet can no longer change, InvalidError by field for what cannot be kept at all,
    ForbiddenError, and NotFoundError for an assessment or criterion that does not exist.
    """
    payload = _kept(command.payload)
    with office.work(actor, in_turn=False) as unit:
        at_desk, criterion = _sit_down(unit.connection, actor, command)
        seat = Seat(actor, command.assessment_id, at_desk.stage)
        problems = unfit(unit.connection, seat, payload, criterion=criterion, before=at_desk.draft)
        if problems:
            raise InvalidError(problems)
        settled = _settled(command, at_desk.draft, payload, criterion=criterion, at=unit.at)
        if settled is not None:
            return settled
        if _store(unit, actor, command, payload, at_desk=at_desk):
            version = command.expected + 1
            return Saved(version=version, answer=parse_draft(criterion, payload), saved_at=unit.at)
    with office.reading() as connection:
        at_desk, criterion = _sit_down(connection, actor, command)
        settled = _settled(command, at_desk.draft, payload, criterion=criterion, at=office.now())
    if settled is None:
        raise _overtaken(at_desk.draft)
    return settled


def _kept(payload: Payload) -> dict[str, str | list[str]]:
    """Return the payload without what is empty: nothing typed and an empty field are the same."""
    return {
        name: value if isinstance(value, str) else list(value) for name, value in payload.items() if value
    }


def _sit_down(connection: Connection, actor: Actor, command: SaveDraft) -> tuple[Desk, Criterion]:
    found = desk(connection, command.assessment_id, actor.id, criterion_id=command.criterion_id)
    if found is None:
        raise NotFoundError("assessment", command.assessment_id)
    if found.stage is Stage.IN_MODERATION:
        stored = assessment(connection, command.assessment_id)
        _require_seat(actor, stored.standing)
        found = _shared(connection, actor, command, found, since=stored.stages[-1].at)
    else:
        own = frozenset({actor.id}) if found.assigned else frozenset[str]()
        submitted = own if found.submitted else frozenset[str]()
        _require_seat(actor, Standing(stage=found.stage, opened_by="", assessors=own, submitted=submitted))
    rubric = rubric_of(connection, found.rubric_release_id)
    try:
        return found, rubric.criterion(command.criterion_id)
    except KeyError:
        raise NotFoundError("criterion", command.criterion_id) from None


def _shared(
    connection: Connection, actor: Actor, command: SaveDraft, found: Desk, *, since: datetime
) -> Desk:
    """Return the desk with the draft of the consensus, which all who moderate share."""
    keeper_id = keeper_of_consensus(connection, command.assessment_id, actor.id)
    draft = drafts(connection, command.assessment_id, keeper_id).get(command.criterion_id)
    if draft is not None and draft.saved_at < since:
        whole = dossier(connection, command.assessment_id)
        draft = seat_drafts(connection, actor, whole).get(command.criterion_id)
    return replace(found, keeper_id=keeper_id, draft=draft)


def _require_seat(actor: Actor, standing: Standing) -> None:
    """Raise ForbiddenError for everybody but who fills it in now, ConflictError where it is closed."""
    if may_moderate(actor, standing):
        return
    past = standing.stage not in FILLABLE | {Stage.IN_MODERATION}
    if not may_fill(actor, standing) and not (past and actor.holds(Role.LEAD_ASSESSOR)):
        raise ForbiddenError(
            "Only an assessor of this assessment fills in its score sheet. Ask its lead assessor who that is."
        )
    if bar := bar_to_own_sheet(actor.id, standing):
        raise ConflictError(bar)


@dataclass(frozen=True, slots=True)
class Seat:
    """Who fills in a sheet of an assessment, in which stage of it: in moderation it is the consensus."""

    actor: Actor
    assessment_id: str
    stage: Stage


def unfit(
    connection: Connection, seat: Seat, payload: Payload, *, criterion: Criterion, before: Draft | None
) -> Problems:
    """Return what a draft cannot hold, by field: strange fields, boundless text, evidence not to be cited.

    `before` is the draft that stands: what it cites already is not looked up again.
    """
    known = field_names(criterion) | ({REASON} if seat.stage is Stage.IN_MODERATION else frozenset())
    problems: Problems = {}
    for name, value in payload.items():
        message = (
            _unfit(name, value) if name in known else f"is no field of “{criterion.name}”; reload the page"
        )
        if message:
            problems[name[:LONGEST_FIELD]] = message
    cited = payload.get("evidence", [])
    if not problems and cited and (before is None or cited != before.payload.get("evidence")):
        problems |= _foreign(connection, seat, cited)
    return problems


def _unfit(name: str, value: str | list[str]) -> str | None:
    if isinstance(value, list) is not (name == "evidence"):
        return "has the wrong form; reload the page"
    if isinstance(value, list):
        if len(value) > MOST_EVIDENCE:
            return f"Cite at most {MOST_EVIDENCE} items of evidence; untick those that matter least"
        return None
    label, most = _LABELS.get(name, "This"), LONGEST_TEXT if name in _TEXTS else LONGEST_FIELD
    if len(value) > most:
        return f"{label} is {len(value):,} characters long; shorten it to {most:,}"
    if any(each == "\0" or "\ud800" <= each <= "\udfff" for each in value):
        return f"{label} holds a character that cannot be stored; type it anew instead of pasting it"
    return None


def _foreign(connection: Connection, seat: Seat, cited: str | list[str]) -> Problems:
    """Return a problem where evidence is cited that is none of the assessment, or not seen by the person."""
    given = {cited} if isinstance(cited, str) else set(cited)
    stored = assessment(connection, seat.assessment_id)
    if given <= {each.id for each in seen_evidence(connection, seat.actor.id, stored)}:
        return {}
    return {"evidence": "Cite evidence of this assessment; add what is missing on its evidence page"}


def _settled(
    command: SaveDraft, current: Draft | None, payload: Payload, *, criterion: Criterion, at: datetime
) -> Saved | None:
    """Return what stands if it says the same already, None if there is something to save; else a conflict."""
    if payload == (current.payload if current else {}):
        answer = parse_draft(criterion, payload)
        if current is None:
            return Saved(version=0, answer=answer, saved_at=at)
        return Saved(version=current.version, answer=answer, saved_at=current.saved_at)
    if command.expected != (current.version if current else 0):
        raise _overtaken(current)
    return None


def _overtaken(current: Draft | None) -> ConflictError:
    message = "This criterion was changed elsewhere after you opened it. Compare the two and choose one."
    return ConflictError(message, current=current)


def _store(unit: UnitOfWork, actor: Actor, command: SaveDraft, payload: Payload, *, at_desk: Desk) -> bool:
    moderates = at_desk.stage is Stage.IN_MODERATION
    keeper_id = sit_down_to_consensus(unit, actor, command.assessment_id) if moderates else at_desk.keeper_id
    key = (command.assessment_id, keeper_id, command.criterion_id)
    if not store_draft(unit.connection, key, payload, expected=command.expected, at=unit.at):
        return False
    unit.record(
        "draft.saved",
        acts_as=Role.LEAD_ASSESSOR if moderates else None,
        subject=("draft", command.criterion_id),
        assessment_id=command.assessment_id,
        criterion=command.criterion_id,
        version=command.expected + 1,
        payload=payload,
    )
    if not unit.alone:
        # While this unit waited for its turn at the log, the sheet may have been submitted.
        _sit_down(unit.connection, actor, command)
    unit.commit()
    return True


def own_dossier(connection: Connection, actor: Actor, assessment_id: str) -> Dossier:
    """Return the dossier of an assessment whose sheet, own or consensus, the actor fills in now.

    Raises NotFoundError, ForbiddenError, and ConflictError where the sheet no longer changes.
    """
    found = dossier(connection, assessment_id)
    _require_seat(actor, found.stored.standing)
    return found


def submit_sheet(office: Office, actor: Actor, assessment_id: str, *, seen: str | None = None) -> None:
    """Freeze the drafts as a sheet with its result.

    The only assessor's sheet and a consensus go to review; one of several waits for the others. `seen` is
    what `fingerprint` gave when the person looked; ConflictError where drafts have changed since. Raises
    InvalidError with a message by `criterion-id.field` for all that keeps the sheet from being submitted.
    """
    with office.work(actor) as unit:
        found = own_dossier(unit.connection, actor, assessment_id)
        kept = seat_drafts(unit.connection, actor, found)
        if seen not in {None, fingerprint(kept)}:
            raise ConflictError(
                "The sheet was changed after this page was opened. Look at it once more, then submit."
            )
        answers = _complete(unit.connection, actor, found, kept=kept)
        _hand_over(unit, actor, found, kept=kept, answers=answers)
        unit.commit()


def _complete(
    connection: Connection, actor: Actor, found: Dossier, *, kept: dict[str, Draft]
) -> dict[str, Answer]:
    reading = read_drafts(found.rubric, kept)
    problems = reading.problems
    known = {each.id for each in seen_evidence(connection, actor.id, found.stored)}
    for criterion_id, answer in reading.answers.items():
        if not set(answer.evidence) <= known:
            name = found.rubric.criterion(criterion_id).name
            problems[f"{criterion_id}.evidence"] = f"Cite evidence of this assessment for “{name}”"
    if may_moderate(actor, found.stored.standing):
        problems |= consensus_faults(connection, found, kept, reading)
    if not reading.answers and not problems:
        problems["sheet"] = "Answer at least one criterion before you submit"
    if problems:
        raise InvalidError(problems)
    return reading.answers


def _hand_over(
    unit: UnitOfWork,
    actor: Actor,
    found: Dossier,
    *,
    kept: dict[str, Draft],
    answers: dict[str, Answer],
) -> None:
    """Insert the sheet and do what follows: to review, or to wait for the others."""
    sheet = _freeze(unit, actor, found, answers)
    standing = found.stored.standing
    if may_moderate(actor, standing):
        for_others = actor.acting_ids(Role.LEAD_ASSESSOR) - {actor.id}
        add_shapers(unit.connection, found.stored.id, for_others)
        put_consensus_forward(unit, found, sheet, kept=kept)
        return
    if standing.is_blind:
        _record(unit, "sheet.handed-in", sheet, answers=len(answers))
        close_if_complete(unit, found.stored.id)
        return
    put_sheet_forward(unit.connection, found.stored.id, sheet.id, at=unit.at)
    change = StageChange(stage=Stage.IN_REVIEW, at=unit.at, changed_by=actor.id, reason="")
    insert_stage(unit.connection, found.stored.id, change, stage_id=unit.new_id())
    _record(unit, "sheet.submitted", sheet, answers=len(answers))


def _freeze(unit: UnitOfWork, actor: Actor, found: Dossier, answers: dict[str, Answer]) -> NewSheet:
    assessment_id = found.stored.id
    result = as_json(found.rubric, assessed(found, answers, unit.at.date()))
    content = sheet_json(
        found.rubric, answers, profile=found.profile.id, assessment=assessment_id, assessor=actor.id
    )
    canonical = canonical_bytes(content)
    sheet = NewSheet(
        id=unit.new_id(),
        assessment_id=assessment_id,
        assessor_id=actor.id,
        submitted_at=unit.at,
        digest=sha256_hex(canonical),
        canonical=canonical.decode(),
        result=result,
    )
    insert_sheet(unit.connection, sheet, answers)
    return sheet


def _record(unit: UnitOfWork, action: str, sheet: NewSheet, *, answers: int) -> None:
    unit.record(
        action,
        subject=("sheet", sheet.id),
        assessment_id=sheet.assessment_id,
        sheet=sheet.id,
        digest=sheet.digest,
        answers=answers,
        total=sheet.result["total"]["shown"],
        recommendation=sheet.result["recommendation"],
    )
