"""Everything that is stored of one assessment, now or as it stood after any entry of the log.

Rows that are kept for good are counted in by the entry that tells of them, not by a clock: so a page of the
past shows what the page of then showed, whatever clocks did.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from riskapp.domain.errors import NotFoundError
from riskapp.domain.life_cycle import Stage
from riskapp.services.blindness import seen_evidence, seen_sheets
from riskapp.services.dossiers import Dossier, dossier
from riskapp.services.report_content import STAGE_ACTIONS
from riskapp.storage.decisions import StoredDecision, decisions
from riskapp.storage.evidence import EvidenceItem
from riskapp.storage.findings import StoredFinding, findings_about
from riskapp.storage.log import LogEntry
from riskapp.storage.log_lists import count_saves, entries_about
from riskapp.storage.reports import IssuedReport, Snapshot, issued_reports, snapshots
from riskapp.storage.sheets import StoredSheet

MOST_ENTRIES = 1_000
MOST_SAVES = 10_000
OPENED = "assessment.opened"
TEAM_CHANGED = "assessment.team-changed"


class Behind:
    """Finds the log entry behind what is stored: the nth change of stage has the nth that changes one."""

    def __init__(self, entries: Sequence[LogEntry]) -> None:
        """Take the entries about one assessment, oldest first."""
        self._by_subject = {(each.subject_kind, each.subject_id): each.seq for each in reversed(entries)}
        self._of_stages = [each.seq for each in entries if each.action in STAGE_ACTIONS]

    def subject(self, kind: str, subject_id: str) -> int | None:
        """Return the number of the first entry about a subject, or None."""
        return self._by_subject.get((kind, subject_id))

    def stages(self, stages: Sequence[Stage]) -> list[int | None]:
        """Return the number behind each change of stage, in order."""
        left = iter(self._of_stages)
        return [next(left, None) for _ in stages]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One assessment with its parts, each in order, and the entries about it but for the saves of drafts.

    `saves` is how many of those there are, counted up to `MOST_SAVES`. `up_to` is the number of the entry
    after which it stood like this, None for now.
    """

    dossier: Dossier
    sheets: tuple[StoredSheet, ...]
    decisions: tuple[StoredDecision, ...]
    snapshots: tuple[Snapshot, ...]
    reports: tuple[IssuedReport, ...]
    evidence: tuple[EvidenceItem, ...]
    entries: tuple[LogEntry, ...]
    behind: Behind
    saves: int
    up_to: int | None

    @property
    def people(self) -> set[str]:
        """Return the ids of everybody who is named."""
        stored = self.dossier.stored
        found = {stored.created_by, *stored.assessors} | {change.changed_by for change in stored.stages}
        return found | {each.added_by for each in self.evidence} | {each.assessor_id for each in self.sheets}


def everything_stored(
    connection: Connection, assessment_id: str, *, viewer_id: str, up_to: int | None = None
) -> Stored:
    """Return what a person sees of an assessment as it stands, or as it stood after an entry of the log.

    Raises NotFoundError where there is none, or was none yet.
    """
    entries = entries_about(connection, assessment_id, MOST_ENTRIES, viewer_id=viewer_id, up_to=up_to)
    found = dossier(connection, assessment_id)
    stored = Stored(
        dossier=found,
        sheets=seen_sheets(connection, viewer_id, found.stored),
        decisions=decisions(connection, assessment_id),
        snapshots=snapshots(connection, assessment_id),
        reports=issued_reports(connection, assessment_id),
        evidence=seen_evidence(connection, viewer_id, found.stored),
        entries=entries,
        behind=Behind(entries),
        saves=count_saves(connection, assessment_id, MOST_SAVES, viewer_id=viewer_id, up_to=up_to),
        up_to=up_to,
    )
    return stored if up_to is None else _as_it_stood(stored)


def _as_it_stood(stored: Stored) -> Stored:
    """Leave out what no entry tells of yet."""
    behind, found = stored.behind, stored.dossier.stored
    steps = zip(found.stages, behind.stages([each.stage for each in found.stages]), strict=True)
    stages = tuple(change for change, seq in steps if seq is not None)
    if not stages:
        raise NotFoundError(f"assessment after entry {stored.up_to} under", found.reference)
    submitted = tuple(each for each in stored.sheets if behind.subject("sheet", each.id))
    scorers = frozenset(each.assessor_id for each in submitted if not each.rests_on)
    return replace(
        stored,
        dossier=replace(
            stored.dossier,
            stored=replace(found, stages=stages, scorers=scorers, assessors=_team_then(stored)),
        ),
        sheets=submitted,
        decisions=tuple(each for each in stored.decisions if behind.subject("decision", each.id)),
        snapshots=tuple(each for each in stored.snapshots if behind.subject("snapshot", each.digest)),
        reports=tuple(each for each in stored.reports if behind.subject("report", each.id)),
        evidence=_evidence_then(stored.evidence, behind),
    )


def findings_about_it(connection: Connection, stored: Stored) -> tuple[StoredFinding, ...]:
    """Return the findings about an assessment as they stood when it stood like this."""
    behind = stored.behind
    return tuple(
        replace(each, acts=tuple(act for act in each.acts if behind.subject("finding-act", act.id)))
        for each in findings_about(connection, stored.dossier.stored.id)
        if behind.subject("finding", each.id)
    )


def _team_then(stored: Stored) -> tuple[str, ...]:
    """Return who was assigned, in order, as the entries tell of it."""
    team: dict[str, None] = {}
    for entry in stored.entries:
        if entry.action in {OPENED, TEAM_CHANGED}:
            told = entry.body["details"]
            team |= dict.fromkeys([*told.get("assessors", ()), *told.get("added", ())])
            team = {each: None for each in team if each not in told.get("removed", ())}
    return tuple(team)


def _evidence_then(items: Sequence[EvidenceItem], behind: Behind) -> tuple[EvidenceItem, ...]:
    there = [each for each in items if behind.subject("evidence", each.id)]
    ids = {each.id for each in there}
    return tuple(
        each if each.replaced_by in ids or each.replaced_by is None else replace(each, replaced_by=None)
        for each in there
    )
