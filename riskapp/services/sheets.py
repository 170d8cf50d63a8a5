"""The score sheet: each field saved as it is left, and the whole of it submitted, for ever."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from riskapp.domain.answers import Answer
from riskapp.domain.authority import Actor
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.drafts import Incomplete, Payload, Problems, field_names, parse_draft
from riskapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from riskapp.domain.life_cycle import Stage, Standing, bar_to_filling, may_fill
from riskapp.domain.rubric import Criterion
from riskapp.domain.score_json import as_json
from riskapp.domain.sheet_json import sheet_json
from riskapp.services.dossiers import Dossier, assessed, dossier
from riskapp.services.progress import fingerprint, read_drafts
from riskapp.services.rubrics import rubric_of
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.assessments import StageChange, current_stage, insert_stage
from riskapp.storage.evidence import evidence_ids
from riskapp.storage.sheets import Desk, Draft, NewSheet, desk, drafts, insert_sheet, store_draft

LONGEST_TEXT = 20_000
LONGEST_FIELD = 200
MOST_EVIDENCE = 200

_TEXTS = frozenset({"rationale", "looked", "inapplicable"})
_LABELS = {"rationale": "The rationale", "looked": "This text", "inapplicable": "This text"}


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
        _refuse_unfit(unit.connection, command, payload, criterion=criterion, before=at_desk.draft)
        settled = _settled(command, at_desk.draft, payload, criterion=criterion, at=unit.at)
        if settled is not None:
            return settled
        if _store(unit, actor, command, payload):
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
    own = frozenset({actor.id}) if found.assigned else frozenset[str]()
    _require_own(actor, Standing(stage=found.stage, opened_by="", assessors=own))
    rubric = rubric_of(connection, found.rubric_release_id)
    try:
        return found, rubric.criterion(command.criterion_id)
    except KeyError:
        raise NotFoundError("criterion", command.criterion_id) from None


def _require_own(actor: Actor, standing: Standing) -> None:
    """Raise ForbiddenError for everybody but its assessors, ConflictError where the sheet is closed."""
    if not may_fill(actor, standing):
        raise ForbiddenError(
            "Only an assessor of this assessment fills in its score sheet. Ask its lead assessor who that is."
        )
    _require_open(standing.stage)


def _require_open(stage: Stage) -> None:
    bar = bar_to_filling(stage)
    if bar is not None:
        raise ConflictError(bar)


def _refuse_unfit(
    connection: Connection,
    command: SaveDraft,
    payload: Payload,
    *,
    criterion: Criterion,
    before: Draft | None,
) -> None:
    """Raise InvalidError for what a draft cannot hold, by field."""
    problems = unfit(connection, command.assessment_id, payload, criterion=criterion, before=before)
    if problems:
        raise InvalidError(problems)


def unfit(
    connection: Connection,
    assessment_id: str,
    payload: Payload,
    *,
    criterion: Criterion,
    before: Draft | None,
) -> Problems:
    """Return what a draft cannot hold, by field: strange fields, boundless text, foreign evidence.

    `before` is the draft that stands: what it cites already is not looked up again.
    """
    problems: Problems = {}
    known = field_names(criterion)
    for name, value in payload.items():
        message = (
            _unfit(name, value) if name in known else f"is no field of “{criterion.name}”; reload the page"
        )
        if message:
            problems[name[:LONGEST_FIELD]] = message
    cited = payload.get("evidence", [])
    if not problems and cited and (before is None or cited != before.payload.get("evidence")):
        problems |= _foreign(connection, assessment_id, cited)
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


def _foreign(connection: Connection, assessment_id: str, cited: str | list[str]) -> Problems:
    given = [cited] if isinstance(cited, str) else cited
    if set(given) <= evidence_ids(connection, assessment_id, given):
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


def _store(unit: UnitOfWork, actor: Actor, command: SaveDraft, payload: Payload) -> bool:
    key = (command.assessment_id, actor.id, command.criterion_id)
    if not store_draft(unit.connection, key, payload, expected=command.expected, at=unit.at):
        return False
    unit.record(
        "draft.saved",
        subject=("draft", command.criterion_id),
        assessment_id=command.assessment_id,
        criterion=command.criterion_id,
        version=command.expected + 1,
        payload=payload,
    )
    if not unit.alone:
        # While this unit waited for its turn at the log, the sheet may have been submitted.
        _require_open(current_stage(unit.connection, command.assessment_id))
    unit.commit()
    return True


def own_dossier(connection: Connection, actor: Actor, assessment_id: str) -> Dossier:
    """Return the dossier of an assessment whose sheet the actor fills in now.

    Raises NotFoundError, ForbiddenError, and ConflictError where the sheet no longer changes.
    """
    found = dossier(connection, assessment_id)
    _require_own(actor, found.stored.standing)
    return found


def submit_sheet(office: Office, actor: Actor, assessment_id: str, *, seen: str | None = None) -> None:
    """Freeze the drafts as a sheet with its result, and hand the assessment over for review.

    `seen` is what `fingerprint` gave when the person looked; ConflictError where drafts have changed since.
    Raises InvalidError with a message by `criterion-id.field` for every draft that is begun and incomplete.
    """
    with office.work(actor) as unit:
        found = own_dossier(unit.connection, actor, assessment_id)
        kept = drafts(unit.connection, assessment_id, actor.id)
        if seen not in {None, fingerprint(kept)}:
            raise ConflictError(
                "The sheet was changed after this page was opened. Look at it once more, then submit."
            )
        answers = _complete(unit.connection, found, kept)
        _freeze(unit, actor, found, answers)
        unit.commit()


def _complete(connection: Connection, found: Dossier, kept: dict[str, Draft]) -> dict[str, Answer]:
    reading = read_drafts(found.rubric, kept)
    problems = reading.problems
    cited = {each for answer in reading.answers.values() for each in answer.evidence}
    known = evidence_ids(connection, found.stored.id, sorted(cited))
    for criterion_id, answer in reading.answers.items():
        if not set(answer.evidence) <= known:
            name = found.rubric.criterion(criterion_id).name
            problems[f"{criterion_id}.evidence"] = f"Cite evidence of this assessment for “{name}”"
    if not reading.answers and not problems:
        problems["sheet"] = "Answer at least one criterion before you submit"
    if problems:
        raise InvalidError(problems)
    return reading.answers


def _freeze(unit: UnitOfWork, actor: Actor, found: Dossier, answers: dict[str, Answer]) -> None:
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
    change = StageChange(stage=Stage.IN_REVIEW, at=unit.at, changed_by=actor.id, reason="")
    insert_stage(unit.connection, assessment_id, change, stage_id=unit.new_id())
    unit.record(
        "sheet.submitted",
        subject=("sheet", sheet.id),
        assessment_id=assessment_id,
        sheet=sheet.id,
        digest=sheet.digest,
        answers=len(answers),
        total=result["total"]["shown"],
        recommendation=result["recommendation"],
    )
