"""A score sheet as a spreadsheet file: handed out, looked at before anything changes, and taken over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role
from riskapp.domain.drafts import Payload
from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError
from riskapp.domain.life_cycle import Stage
from riskapp.domain.rubric import Criterion
from riskapp.domain.sheet_rows import (
    ANSWER,
    CONSENSUS_FIELDS,
    FIELDS,
    KEY,
    ReadCriterion,
    criterion_rows,
    headings,
    read_criterion,
    sheet_rows,
)
from riskapp.services.blindness import seen_evidence
from riskapp.services.dossiers import Dossier
from riskapp.services.moderation import seat_drafts, sit_down_to_consensus
from riskapp.services.progress import fingerprint
from riskapp.services.sheets import Seat, own_dossier, unfit
from riskapp.services.work import Office, UnitOfWork
from riskapp.spreadsheets.reading import Grid, address_of, read_grid
from riskapp.storage.sheets import Draft, store_draft

FORMAT = "riskapp-sheet-file/1"
HEADING_ROW = 9
MOST_TEXT = 1_500_000
WIDTHS = (24, 36, 30, 18, 10, 10, 10, 12, 60, 40, 40, 14, 40)

_FORMAT_ROW, _ASSESSMENT_ROW, _RUBRIC_ROW, _ASSESSOR_ROW, _STATE_ROW = 1, 3, 4, 6, 7
_GUIDE = (
    "Change the white cells only, from the column “Answer” on. An empty cell means nothing typed. "
    "Save as XLSX and import it on the page of the score sheet: it shows every change before it makes one."
)


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A file to hand out."""

    name: str
    content: bytes


def export_sheet(connection: Connection, actor: Actor, assessment_id: str) -> SheetFile:
    """Return the sheet that the actor fills in, own or consensus, as it stands, as an XLSX file.

    Raises what `own_dossier` raises, and InvalidError where a text is longer than a cell can be.
    """
    found = own_dossier(connection, actor, assessment_id)
    kept = seat_drafts(connection, actor, found)
    fields = _columns(found)
    rows = sheet_rows(
        found.rubric,
        {key: each.payload for key, each in kept.items()},
        _numbers(connection, actor, found),
        fields=fields,
    )
    choices: dict[tuple[int, int], tuple[str, ...]] = {}
    for place, row in enumerate(rows, start=HEADING_ROW + 1):
        choices[place, ANSWER] = row.words
        if FIELDS["confidence"] in row.cells:
            choices[place, FIELDS["confidence"]] = ("high", "medium", "low")
    from riskapp.spreadsheets.writing import SheetTable, write_table

    table = SheetTable(
        title="Score sheet",
        rows=[*_head(found, actor, kept), headings(fields), *(_cells(row.cells, fields) for row in rows)],
        widths=WIDTHS[: len(headings(fields))],
        heading=HEADING_ROW,
        open_from=ANSWER,
        choices=choices,
    )
    return SheetFile(f"{found.stored.reference}-score-sheet.xlsx", write_table(table))


def _columns(found: Dossier) -> Mapping[str, int]:
    return CONSENSUS_FIELDS if found.stored.stage is Stage.IN_MODERATION else FIELDS


def _numbers(connection: Connection, actor: Actor, found: Dossier) -> dict[str, int]:
    return {each.id: each.number for each in seen_evidence(connection, actor.id, found.stored)}


def _head(found: Dossier, actor: Actor, kept: Mapping[str, Draft]) -> list[tuple[str, ...]]:
    candidate, context = found.candidate.candidate.name, found.context.context.title
    return [
        ("Score sheet", FORMAT),
        ("Assessment", f"{found.stored.reference}: {candidate}, for {context}"),
        ("Assessment id", found.stored.id),
        ("Rubric", found.rubric.digest, f"{found.rubric.title} {found.rubric.version}"),
        ("Assessor", actor.name),
        ("Assessor id", actor.id),
        ("State", fingerprint(kept)),
        (_GUIDE,),
    ]


def _cells(cells: Mapping[int, str], fields: Mapping[str, int]) -> list[str]:
    return [cells.get(column, "") for column in range(1, len(headings(fields)) + 1)]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell that does not fit, and why; its criterion is left as it is."""

    cell: str
    criterion: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """What an import would make of one criterion."""

    criterion: Criterion
    before: Payload
    payload: Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What an import would do.

    `state` is that of the sheet it was compared with; `is_stale`: the sheet has changed since the export.
    """

    dossier: Dossier
    changes: tuple[Change, ...]
    refusals: tuple[Refusal, ...]
    unchanged: int
    state: str
    is_stale: bool


def preview_import(connection: Connection, actor: Actor, assessment_id: str, content: bytes) -> ImportPreview:
    """Return what a file would change in the actor's own sheet; nothing is changed.

    Raises what `own_dossier` raises, and InvalidError for `upload` if the file is no sheet of theirs.
    """
    found = own_dossier(connection, actor, assessment_id)
    grid = read_grid(content)
    _require_own_file(grid, found, actor)
    kept = seat_drafts(connection, actor, found)
    rows, strange = _found_rows(grid, found)
    desk = _Desk(actor, found, kept, _numbers(connection, actor, found))
    changes, refusals, unchanged = [], list(strange), 0
    for criterion in found.rubric.criteria():
        if criterion.id not in rows:
            continue
        read, refused = _compared(connection, desk, criterion, places=rows[criterion.id], grid=grid)
        before: Payload = kept[criterion.id].payload if criterion.id in kept else {}
        refusals += refused
        if not refused and read.payload != before:
            changes.append(Change(criterion, before, read.payload))
        unchanged += not refused and read.payload == before
    if sum(len(str(each.payload)) for each in changes) > MOST_TEXT:
        raise InvalidError({"upload": "The file changes too much text at once; import it in parts"})
    state = fingerprint(kept)
    return ImportPreview(
        dossier=found,
        changes=tuple(changes),
        refusals=tuple(refusals),
        unchanged=unchanged,
        state=state,
        is_stale=grid.get((_STATE_ROW, 2)) != state,
    )


def _require_own_file(grid: Grid, found: Dossier, actor: Actor) -> None:
    expected = (
        (_FORMAT_ROW, FORMAT, "is no score sheet that was exported here; export it and fill that in"),
        (_ASSESSMENT_ROW, found.stored.id, f"is of another assessment than {found.stored.reference}"),
        (_RUBRIC_ROW, found.rubric.digest, "is of another rubric release; export the sheet anew"),
        (_ASSESSOR_ROW, actor.id, "is the score sheet of another assessor; export your own and fill that in"),
    )
    for row, value, message in expected:
        if grid.get((row, 2)) != value:
            raise InvalidError({"upload": f"The file {message} (cell {address_of(row, 2)})"})


_Places = dict[str, int]
"""The number of the row by key: that of the criterion, and those of its statements."""


def _found_rows(grid: Grid, found: Dossier) -> tuple[dict[str, _Places], list[Refusal]]:
    known = {
        row.key: criterion.id
        for criterion in found.rubric.criteria()
        for row in criterion_rows(criterion, {}, {})
    }
    places: dict[str, _Places] = {}
    refusals = []
    filled = sorted(row for row, _ in grid if row > HEADING_ROW)
    for row, _ in groupby(filled):
        key = grid.get((row, KEY), "").strip()
        if key not in known:
            message = "no criterion of this rubric has this key; leave the first column as it was exported"
            refusals.append(Refusal(address_of(row, KEY), key[:60] or "no key", message))
        elif key in places.setdefault(known[key], {}):
            message = "this key stands in an earlier row already; delete one of the two"
            refusals.append(Refusal(address_of(row, KEY), key[:60], message))
        else:
            places[known[key]][key] = row
    return {key: each for key, each in places.items() if key in each}, refusals


@dataclass(frozen=True, slots=True)
class _Desk:
    """Whose sheet a file is compared with: what stands there, and the numbers of the evidence by id."""

    actor: Actor
    found: Dossier
    kept: Mapping[str, Draft]
    numbers: Mapping[str, int]

    @property
    def seat(self) -> Seat:
        return Seat(self.actor, self.found.stored.id, self.found.stored.stage)


def _compared(
    connection: Connection, desk: _Desk, criterion: Criterion, *, places: _Places, grid: Grid
) -> tuple[ReadCriterion, list[Refusal]]:
    before = desk.kept.get(criterion.id)
    standing: Payload = before.payload if before else {}
    cells = dict(_fields(criterion, places, _columns(desk.found)))
    texts = {name: grid.get(cell, "") for name, cell in cells.items()}
    # A statement whose row was deleted is left as it stands.
    left_out = {name: value for name, value in standing.items() if name not in cells}
    read = read_criterion(criterion, texts, standing, desk.numbers)
    read.payload.update(left_out)
    problems = read.problems
    if not problems and read.payload != standing:
        problems = unfit(connection, desk.seat, read.payload, criterion=criterion, before=before)
    first = (places[criterion.id], ANSWER)
    return read, [
        Refusal(address_of(*cells.get(name, first)), criterion.name, message)
        for name, message in problems.items()
    ]


def _fields(
    criterion: Criterion, places: _Places, columns: Mapping[str, int]
) -> Iterator[tuple[str, tuple[int, int]]]:
    for name, column in columns.items():
        yield name, (places[criterion.id], column)
    for key, row in places.items():
        if key != criterion.id:
            yield key.removeprefix(f"{criterion.id}."), (row, ANSWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAnswers:
    """What was looked at and is to be taken over: payloads by criterion, over the sheet in this state."""

    assessment_id: str
    payloads: Mapping[str, Payload]
    seen: str


def import_answers(office: Office, actor: Actor, command: ImportAnswers) -> int:
    """Save what a file says as new versions, all or none, and return how many criteria changed.

    Raises ConflictError if the sheet has changed since it was looked at, InvalidError for what does not fit,
    and what `own_dossier` raises.
    """
    with office.work(actor) as unit:
        found = own_dossier(unit.connection, actor, command.assessment_id)
        kept = seat_drafts(unit.connection, actor, found)
        if command.seen != fingerprint(kept):
            raise _changed_meanwhile()
        changed = [
            criterion_id
            for criterion_id, payload in command.payloads.items()
            if _take_over(unit, actor, found, (criterion_id, payload, kept.get(criterion_id)))
        ]
        if changed:
            unit.record(
                "sheet.imported",
                subject=("assessment", command.assessment_id),
                assessment_id=command.assessment_id,
                criteria=changed,
            )
            unit.commit()
        return len(changed)


def _changed_meanwhile() -> ConflictError:
    return ConflictError(
        "The score sheet was changed after this import was looked at, so nothing was imported. "
        "Import the file again and look at what it would change now."
    )


def _take_over(
    unit: UnitOfWork, actor: Actor, found: Dossier, asked: tuple[str, Payload, Draft | None]
) -> bool:
    criterion_id, said, before = asked
    try:
        criterion = found.rubric.criterion(criterion_id)
    except KeyError:
        raise NotFoundError("criterion", criterion_id) from None
    payload = {name: value for name, value in said.items() if value}
    if payload == (before.payload if before else {}):
        return False
    seat = Seat(actor, found.stored.id, found.stored.stage)
    problems = unfit(unit.connection, seat, payload, criterion=criterion, before=before)
    if problems:
        raise InvalidError({f"{criterion_id}.{name}": message for name, message in problems.items()})
    version = before.version if before else 0
    moderates = found.stored.stage is Stage.IN_MODERATION
    keeper_id = sit_down_to_consensus(unit, actor, found.stored.id) if moderates else actor.id
    key = (found.stored.id, keeper_id, criterion_id)
    if not store_draft(unit.connection, key, payload, expected=version, at=unit.at):
        raise _changed_meanwhile()
    unit.record(
        "draft.saved",
        acts_as=Role.LEAD_ASSESSOR if moderates else None,
        subject=("draft", criterion_id),
        assessment_id=found.stored.id,
        criterion=criterion_id,
        version=version + 1,
        payload=payload,
    )
    return True
