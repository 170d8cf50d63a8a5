"""Reports: freezing what one says with the decision, issuing it once, and drafts that nothing keeps."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.errors import ConflictError, NotFoundError
from riskapp.domain.job import JobKind
from riskapp.domain.ledger import leaf_hash
from riskapp.domain.life_cycle import FILLABLE, Stage, may_fill, may_moderate
from riskapp.domain.report import LogPosition, Witnessed
from riskapp.domain.score_json import as_json
from riskapp.domain.signed_note import parse_checkpoint
from riskapp.domain.snapshot import FORMAT, snapshot_bytes
from riskapp.reporting.enclosures import rubric_enclosure
from riskapp.reporting.render import DEFAULT_LIMITS, RenderedReport, render_pdf
from riskapp.services.dossiers import Dossier, assessed, dossier, seen_dossier
from riskapp.services.jobs import Held, ask_again, ask_for_all
from riskapp.services.moderation import seat_drafts
from riskapp.services.progress import read_drafts
from riskapp.services.renderings import own_turn, render_at_once
from riskapp.services.report_content import Making, Scored, report_input
from riskapp.services.report_enclosures import report_enclosures
from riskapp.services.seals import SealedPdf, adopt_certificate, seal_pdf
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.assessments import assessment
from riskapp.storage.decisions import StoredDecision
from riskapp.storage.jobs import Job, NewJob, job_with_key, settle
from riskapp.storage.log import latest_entry
from riskapp.storage.log_tree import prove_inclusion
from riskapp.storage.reports import (
    IssuedReport,
    Snapshot,
    canonical_snapshot,
    insert_report,
    insert_snapshot,
    issued_reports,
    report_of_snapshot,
    snapshots,
    unasked,
)
from riskapp.storage.rubrics import canonical_release
from riskapp.storage.sheets import StoredSheet, latest_sheet
from riskapp.storage.users import user

REPORT_MAKERS = (Role.APPROVER, Role.LEAD_ASSESSOR, Role.PROCUREMENT)
"""Who has the report made where that failed with the decision; everybody who may see it downloads it."""

PATIENT = replace(DEFAULT_LIMITS, turn_seconds=600)
"""What a report may use that nobody holds a thread of the service for: it waits until its turn comes."""


def freeze(unit: UnitOfWork, found: Dossier, sheet: StoredSheet, made: StoredDecision) -> str:
    """Keep what the report on a decision will say, within the transaction of the decision; return the digest.

    The decision has its log entry already: the snapshot names that entry by number and leaf hash, and the
    entry after it names the snapshot by its digest. So each can be checked against the other.
    """
    entry = latest_entry(unit.connection)
    if entry is None or entry.subject_id != made.id:
        message = "a decision is recorded before its report is frozen"
        raise RuntimeError(message)
    decided = dossier(unit.connection, made.assessment_id)
    decider = user(unit.connection, made.decided_by)
    content = report_input(
        unit.connection,
        decided,
        frozen_scores(found, sheet),
        Making(unit.at, decider.display_name, organisation=unit.organisation, house=unit.house),
        decision=made,
        log=LogPosition(entry.seq, leaf_hash(entry.leaf), _witness(unit, entry.seq)),
    )
    canonical = snapshot_bytes(content)
    frozen = Snapshot(
        digest=sha256_hex(canonical),
        assessment_id=made.assessment_id,
        decision_id=made.id,
        size=len(canonical),
        frozen_at=unit.at,
    )
    insert_snapshot(unit.connection, frozen, canonical)
    unit.record(
        "snapshot.frozen",
        subject=("snapshot", frozen.digest),
        assessment_id=made.assessment_id,
        decision=made.id,
        format=FORMAT,
        size=frozen.size,
    )
    unit.ask(_job(frozen, unit.new_id(), unit.at, asked_by=unit.actor_id))
    return frozen.digest


def _witness(unit: UnitOfWork, seq: int) -> Witnessed:
    """Sign the log up to the newest entry, so that whoever holds the report can witness it."""
    note = unit.seal()
    signed = parse_checkpoint(note.text)
    return Witnessed(
        size=signed.size,
        root=signed.root.hex(),
        at=unit.at,
        note=str(note),
        proof=tuple(each.hex() for each in prove_inclusion(unit.connection, seq, signed.size)),
    )


def frozen_scores(found: Dossier, sheet: StoredSheet) -> Scored:
    """Return the exact scores of a submitted sheet.

    Raises ConflictError where this engine makes something else of the answers than was frozen with them.
    """
    on = sheet.submitted_at.date()
    result = assessed(found, sheet.answers, on)
    if json.loads(canonical_bytes(as_json(found.rubric, result))) != sheet.result:
        message = (
            f"This version of riskapp scores the sheet of {found.stored.reference} otherwise than the one "
            "with which it was submitted. Send the assessment back and have it submitted anew."
        )
        raise ConflictError(message)
    return Scored(answers=sheet.answers, assessed=result, on=on, sheet_digest=sheet.digest)


def _key(snapshot_digest: str) -> str:
    return f"{JobKind.REPORT.value}:{snapshot_digest}"


def _job(frozen: Snapshot, job_id: str, at: datetime, *, asked_by: str | None) -> NewJob:
    """Return the job that issues the report of a snapshot: there is one for each, whoever asks for it."""
    return NewJob(
        id=job_id,
        kind=JobKind.REPORT,
        key=_key(frozen.digest),
        arguments={"assessment": frozen.assessment_id, "snapshot": frozen.digest},
        rank=0,
        asked_at=at,
        asked_by=asked_by,
    )


def ask_for_report(office: Office, actor: Actor, assessment_id: str) -> None:
    """Have the report on a decided assessment made at once, where there is none and the making has failed.

    Raises NotFoundError where nothing was decided, and ForbiddenError for whoever only reads.
    """
    with office.reading() as connection:
        require(actor, *REPORT_MAKERS, act="have a report made")
        seen_dossier(connection, actor, assessment_id)
        frozen = _newest_snapshot(connection, assessment_id)
        if report_of_snapshot(connection, frozen.digest) is not None:
            return
    ask_again(office, _job(frozen, office.new_id(), office.now(), asked_by=actor.id))


def ask_for_missing_reports(office: Office) -> int:
    """Ask for the reports on decisions that have none and no job, such as those of before there were jobs."""

    def missing(connection: Connection) -> list[NewJob]:
        found = unasked(connection, _key(""))
        return [_job(each, office.new_id(), office.now(), asked_by=None) for each in found]

    return ask_for_all(office, missing)


def making_of_report(connection: Connection, assessment_id: str) -> Job | None:
    """Return the job that makes the report on an assessment, or None where nobody asked for one."""
    frozen = snapshots(connection, assessment_id)
    return job_with_key(connection, _key(frozen[-1].digest)) if frozen else None


def issue_report(
    office: Office, actor: Actor | None, assessment_id: str, *, held: Held | None = None
) -> IssuedReport:
    """Return the report on a decided assessment; it is made and kept where that has not happened yet.

    `actor` is who caused it, None for the service itself. Rendering and sealing happen outside any
    transaction. With
    `held`, the job of a worker, it is kept only while the worker holds the job still, and the job is done
    with it. Raises NotFoundError where nothing was decided, ReportError where the report cannot be made, and
    LeaseLostError.
    """
    with office.reading() as connection:
        frozen = _newest_snapshot(connection, assessment_id)
        issued = report_of_snapshot(connection, frozen.digest)
        canonical = b"" if issued else canonical_snapshot(connection, frozen.digest)
        enclosures = () if issued else report_enclosures(office, connection, frozen)
    if issued is not None:
        if held is not None:
            held.drop({"report": issued.id})
        return issued
    rendered = render_pdf(canonical, enclosures=enclosures, house=office.house, limits=PATIENT)
    made = Made(rendered, seal_pdf(office, rendered))
    with office.work(actor) as unit:
        issued = report_of_snapshot(unit.connection, frozen.digest)
        if issued is None:
            return _issue(unit, frozen, made, held)
    if held is not None:
        held.drop({"report": issued.id})
    return issued


def _newest_snapshot(connection: Connection, assessment_id: str) -> Snapshot:
    frozen = snapshots(connection, assessment_id)
    if not frozen:
        raise NotFoundError("decision on the assessment", assessment_id)
    return frozen[-1]


@dataclass(frozen=True, slots=True)
class Made:
    """A report as it was rendered, and with its seal."""

    rendered: RenderedReport
    sealed: SealedPdf


def _issue(unit: UnitOfWork, frozen: Snapshot, made: Made, held: Held | None) -> IssuedReport:
    """Keep and record a report; whoever came second with the same one has put no file of theirs."""
    rendered, sealed = made.rendered, made.sealed
    unit.files.put(sealed.pdf)
    adopt_certificate(unit, sealed.certificate)
    issued = IssuedReport(
        id=unit.new_id(),
        assessment_id=frozen.assessment_id,
        snapshot_digest=frozen.digest,
        pdf_digest=sealed.sha256,
        size=len(sealed.pdf),
        pages=rendered.pages,
        toolchain=rendered.toolchain,
        issued_at=unit.at,
        unsealed_digest=sealed.unsealed_sha256,
        unsealed_size=sealed.unsealed_size,
        certificate=sealed.certificate.fingerprint,
    )
    insert_report(unit.connection, issued)
    unit.record(
        "report.issued",
        subject=("report", issued.id),
        assessment_id=issued.assessment_id,
        snapshot=issued.snapshot_digest,
        pdf=issued.pdf_digest,
        size=issued.size,
        pages=issued.pages,
        toolchain=issued.toolchain,
        unsealed=issued.unsealed_digest,
        unsealed_size=issued.unsealed_size,
        certificate=issued.certificate,
    )
    if held is None:
        settle(unit.connection, _key(frozen.digest), unit.at)
    else:
        held.finish(unit, {"report": issued.id})
    unit.commit()
    return issued


def issued_report(connection: Connection, actor: Actor, assessment_id: str) -> tuple[Dossier, IssuedReport]:
    """Return the report that was issued on an assessment that the actor may see.

    Raises ConflictError where there is none yet.
    """
    found = seen_dossier(connection, actor, assessment_id)
    issued = issued_reports(connection, assessment_id)
    if issued:
        return found, issued[-1]
    reference = found.stored.reference
    if found.stored.stage is Stage.DECIDED:
        raise ConflictError(
            f"The report on {reference} is not there yet. The page of the assessment says how far it is."
        )
    raise ConflictError(f"{reference} is not decided. Its report is issued with the decision.")


def draft_report(office: Office, actor: Actor, assessment_id: str) -> RenderedReport:
    """Return the report as it would be now, marked as a draft on every page; nothing is kept.

    Raises what `draft_content` raises, and ReportError where it cannot be made at once.
    """
    content = draft_content(office, actor, assessment_id)
    with office.reading() as connection:
        release = canonical_release(connection, assessment(connection, assessment_id).rubric_release_id)
    with own_turn(actor):
        return render_at_once(content, [rubric_enclosure(release.encode())], house=office.house)


def draft_content(office: Office, actor: Actor, assessment_id: str) -> bytes:
    """Return what the report would say now, as canonical bytes; nothing is kept.

    It rests on the sheet that was put forward last, and for whoever fills in a sheet on their own drafts.
    Raises ConflictError where there is neither, and where the assessment is decided.
    """
    with office.reading() as connection:
        found = seen_dossier(connection, actor, assessment_id)
        made = Making(office.now(), actor.name, actor.id, office.organisation, office.house)
        scored = _present_scores(connection, found, actor, made)
        return snapshot_bytes(report_input(connection, found, scored, made))


def _present_scores(connection: Connection, found: Dossier, actor: Actor, made: Making) -> Scored:
    stored = found.stored
    if stored.stage is Stage.DECIDED:
        raise ConflictError(f"{stored.reference} is decided. Download its report instead of a draft.")
    own = may_fill(actor, stored.standing) and stored.stage in FILLABLE
    if own or may_moderate(actor, stored.standing):
        answers = read_drafts(found.rubric, seat_drafts(connection, actor, found)).answers
        on = made.at.date()
        return Scored(answers=answers, assessed=assessed(found, answers, on), on=on, sheet_digest=None)
    sheet = latest_sheet(connection, stored.id)
    if sheet is None:
        message = (
            f"No score sheet of {stored.reference} has been submitted for review yet, and drafts are open to "
            "their assessors only. Come back when it is in review."
        )
        raise ConflictError(message)
    return frozen_scores(found, sheet)
