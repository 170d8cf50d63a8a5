"""Reports: freezing what one says with the decision, issuing it once, and drafts that nothing keeps."""

import json
from collections.abc import Callable

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.errors import ConflictError, NotFoundError
from riskapp.domain.ledger import leaf_hash
from riskapp.domain.life_cycle import FILLABLE, Stage, may_fill, may_moderate
from riskapp.domain.report import LogPosition, Witnessed
from riskapp.domain.score_json import as_json
from riskapp.domain.signed_note import parse_checkpoint
from riskapp.domain.snapshot import FORMAT, snapshot_bytes
from riskapp.reporting.enclosures import rubric_enclosure
from riskapp.reporting.render import RenderedReport, ReportError, render_pdf
from riskapp.services.dossiers import Dossier, assessed, dossier, seen_dossier
from riskapp.services.moderation import seat_drafts
from riskapp.services.progress import read_drafts
from riskapp.services.renderings import own_turn, render_at_once
from riskapp.services.report_content import Making, Scored, report_input
from riskapp.services.report_enclosures import report_enclosures
from riskapp.services.seals import SealedPdf, adopt_certificate, seal_pdf
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.assessments import assessment
from riskapp.storage.decisions import StoredDecision
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
    unissued,
)
from riskapp.storage.rubrics import canonical_release
from riskapp.storage.sheets import StoredSheet, latest_sheet
from riskapp.storage.users import user

REPORT_MAKERS = (Role.APPROVER, Role.LEAD_ASSESSOR, Role.PROCUREMENT)
"""Who has the report made where that failed with the decision; everybody who may see it downloads it."""

MOST_PENDING = 20
"""Reports that one call of `issue_pending` makes at most; the rest waits for a button or the next start."""


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


def issue_report(office: Office, actor: Actor | None, assessment_id: str) -> IssuedReport:
    """Return the report on a decided assessment; it is made and kept where that has not happened yet.

    `actor` is None for the service itself. Rendering and sealing happen outside any transaction. Raises
    NotFoundError where nothing was decided, ForbiddenError for whoever only reads, and ReportError where the
    report cannot be made or sealed.
    """
    with office.reading() as connection:
        if actor is not None:
            require(actor, *REPORT_MAKERS, act="make a report")
            seen_dossier(connection, actor, assessment_id)
        frozen = snapshots(connection, assessment_id)
        if not frozen:
            raise NotFoundError("decision on the assessment", assessment_id)
        issued = report_of_snapshot(connection, frozen[-1].digest)
        if issued is not None:
            return issued
        canonical = canonical_snapshot(connection, frozen[-1].digest)
        enclosures = report_enclosures(office, connection, frozen[-1])
    rendered = render_pdf(canonical, enclosures=enclosures, house=office.house)
    sealed = seal_pdf(office, rendered)
    with office.work(actor) as unit:
        issued = report_of_snapshot(unit.connection, frozen[-1].digest)
        return issued or _issue(unit, frozen[-1], rendered, sealed=sealed)


def issue_pending(office: Office, go_on: Callable[[], bool]) -> tuple[int, tuple[ReportError, ...]]:
    """Issue the reports on decisions that have none, oldest first.

    A process that was killed between decision and report leaves such decisions, and so does the worked
    example. `go_on` is asked before each. Returns how many were issued, and why each of the others was not:
    one that cannot be made keeps none back.
    """
    with office.reading() as connection:
        waiting = unissued(connection, MOST_PENDING)
    count, failures = 0, []
    for assessment_id in waiting:
        if not go_on():
            break
        try:
            issue_report(office, None, assessment_id)
        except ReportError as error:
            failures.append(error)
        else:
            count += 1
    return count, tuple(failures)


def _issue(
    unit: UnitOfWork, frozen: Snapshot, rendered: RenderedReport, *, sealed: SealedPdf
) -> IssuedReport:
    """Keep and record a report; whoever came second with the same one has put no file of theirs."""
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
            f"The report on {reference} has not been made yet. Open it and choose “Make the report”."
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
        return render_at_once(content, [rubric_enclosure(release.encode())], office.house)


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
