"""Whether what is kept for good still says what the log says of it: sheets, decisions, reports, files."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, func, select

from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.errors import ProductError
from riskapp.domain.findings import finding_digest, follow_up_digest
from riskapp.domain.log_check import Disagreement, Fault, RawEntry
from riskapp.domain.sheet_json import answer_json
from riskapp.storage.audit_tables import audit_finding, audit_note, finding_act
from riskapp.storage.files import FileStore
from riskapp.storage.findings import act_of, content_of
from riskapp.storage.seal_tables import seal_certificate
from riskapp.storage.sheets import sheet_answers
from riskapp.storage.tables import (
    decision,
    decision_condition,
    evidence,
    issued_report,
    log_entry,
    sheet,
    snapshot,
)
from riskapp.storage.team_check import consensus_faults, dissent_faults, substitution_faults
from riskapp.storage.team_tables import dissent, substitution

Faults = Iterator[str]
Compare = Callable[[Connection, Row[Any], dict[str, Any]], Faults]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Rows of a table of which an entry with one of these actions tells, by the id that is its subject.

    `counted`: the table holds nothing else.
    """

    name: str
    table: Table
    key: Column[Any]
    actions: tuple[str, ...]
    compare: Compare
    counted: bool = True


def told_records(connection: Connection, entries: Sequence[RawEntry]) -> Iterator[Disagreement]:
    """Yield what is kept otherwise than these entries tell."""
    for kind in _KINDS:
        telling = [entry for entry in entries if entry.action in kind.actions]
        if not telling:
            continue
        rows = _rows(connection, kind, [entry.subject_id for entry in telling])
        for entry in telling:
            row = rows.get(entry.subject_id)
            words = ["is gone"] if row is None else list(kind.compare(connection, row, _details(entry)))
            for each in words:
                about = f"{kind.name} {entry.subject_id} {each} (entry {entry.seq})"
                yield Disagreement(Fault.RECORD, entry.seq, about)


def untold_records(connection: Connection) -> Iterator[Disagreement]:
    """Yield the tables that hold more rows than the log tells of."""
    for kind in (each for each in _KINDS if each.counted):
        entries = select(func.count()).select_from(log_entry).where(log_entry.c.action.in_(kind.actions))
        told = connection.execute(entries).scalar_one()
        kept = connection.execute(select(func.count()).select_from(kind.table)).scalar_one()
        if kept > told:
            said = f"there are {kept} rows in {kind.table.name}, and the log tells of {told}"
            yield Disagreement(Fault.RECORD, None, said)


def _rows(connection: Connection, kind: _Kind, ids: list[str]) -> dict[str, Row[Any]]:
    query = select(kind.table).where(kind.key.in_(ids))
    return {getattr(row, kind.key.name): row for row in connection.execute(query)}


def _details(entry: RawEntry) -> dict[str, Any]:
    try:
        body = json.loads(entry.body)
        details: dict[str, Any] = body["details"]
    except (ValueError, KeyError, TypeError):
        return {}
    return details


def _sheet(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Faults:
    if row.digest != told.get("digest") or sha256_hex(row.canonical.encode()) != row.digest:
        yield "has other content than was submitted: its digest differs"
        return
    try:
        answers = sheet_answers(connection, row.id)
        kept = json.loads(canonical_bytes({name: answer_json(each) for name, each in answers.items()}))
    except (ValueError, ProductError):
        yield "has answers that cannot be read"
        return
    stated = json.loads(row.canonical)["answers"]
    names = sorted(name for name in kept | stated if kept.get(name) != stated.get(name))
    if names:
        yield f"has other answers in its rows than were submitted: {', '.join(names)}"


def _decision(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Faults:
    query = select(decision_condition).where(decision_condition.c.decision_id == row.id)
    conditions = [
        {"text": each.text, "owner": each.owner, "due_on": each.due_on.isoformat() if each.due_on else None}
        for each in connection.execute(query.order_by(decision_condition.c.ordinal))
    ]
    kept = {
        "sheet": row.sheet_id,
        "outcome": row.outcome,
        "recommendation": row.recommendation,
        "reason": row.reason,
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "conditions": conditions,
    }
    names = sorted(name.replace("_", " ") for name, value in kept.items() if told.get(name) != value)
    if names:
        yield f"says otherwise than was decided: {', '.join(names)}"


def _digest_of(kept: object) -> str:
    """Return the SHA-256 of bytes; of whatever else stands in their place, none that fits."""
    return sha256_hex(bytes(kept)) if isinstance(kept, bytes | memoryview) else ""


def _snapshot(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Faults:
    del connection
    if _digest_of(row.canonical) != row.digest or row.decision_id != told.get("decision"):
        yield "has other content than was frozen"


def _report(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Faults:
    del connection
    if (row.pdf_digest, row.snapshot_digest) != (told.get("pdf"), told.get("snapshot")):
        yield "is another document than was issued"
    seal = (row.unsealed_digest, row.unsealed_size, row.certificate)
    if seal != (told.get("unsealed"), told.get("unsealed_size"), told.get("certificate")):
        yield "has another seal than it was issued with"


def _certificate(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Faults:
    del connection
    kept = (_digest_of(row.der), row.subject, row.not_after.isoformat())
    if kept != (told.get("sha256"), told.get("subject"), told.get("not_after")):
        yield "is another certificate than was adopted"


def _finding(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Faults:
    del connection
    try:
        kept = finding_digest(content_of(row))
    except ValueError:
        kept = ""
    if kept != told.get("digest"):
        yield "says otherwise than was raised"


def _finding_act(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Faults:
    del connection
    try:
        act = act_of(row)
        kept = follow_up_digest(act.act, act.position, act.text)
    except ValueError:
        kept = ""
    if (row.finding_id, kept) != (told.get("finding"), told.get("digest")):
        yield "says otherwise than was recorded"


def _note(connection: Connection, row: Row[Any], told: dict[str, Any]) -> Faults:
    del connection
    if sha256_hex(row.text.encode()) != told.get("digest"):
        yield "says otherwise than was written"


_KINDS = (
    _Kind("sheet", sheet, sheet.c.id, ("sheet.submitted", "sheet.handed-in", "consensus.submitted"), _sheet),
    _Kind("consensus", sheet, sheet.c.id, ("consensus.submitted",), consensus_faults, counted=False),
    _Kind("dissent", dissent, dissent.c.id, ("dissent.recorded", "dissent.withdrawn"), dissent_faults),
    _Kind("substitution", substitution, substitution.c.id, ("substitution.named",), substitution_faults),
    _Kind("decision", decision, decision.c.id, ("assessment.decided",), _decision),
    _Kind("snapshot", snapshot, snapshot.c.digest, ("snapshot.frozen",), _snapshot),
    _Kind("report", issued_report, issued_report.c.id, ("report.issued",), _report),
    _Kind(
        "certificate of the seal",
        seal_certificate,
        seal_certificate.c.fingerprint,
        ("seal.certificate-adopted",),
        _certificate,
    ),
    _Kind("finding", audit_finding, audit_finding.c.id, ("finding.raised",), _finding),
    _Kind("follow-up of a finding", finding_act, finding_act.c.id, ("finding.followed-up",), _finding_act),
    _Kind("note of an auditor", audit_note, audit_note.c.id, ("note.written",), _note),
)


def disagreeing_files(connection: Connection, files: FileStore) -> Iterator[Disagreement]:
    """Yield the files of evidence and of issued reports that are missing or damaged in the store."""
    for name, column in (
        ("file of evidence", evidence.c.file_digest),
        ("report", issued_report.c.pdf_digest),
    ):
        query = select(column).where(column.is_not(None)).distinct()
        for digest in connection.execute(query).scalars():
            try:
                files.get(digest)
            except ProductError as error:
                yield Disagreement(Fault.RECORD, None, f"{name}: {error}")
