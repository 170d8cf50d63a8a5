"""The portfolio: every decision that holds, with what is open about it, as a paper that nothing keeps."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.life_cycle import Stage
from riskapp.domain.portfolio import Holding, Occasion, portfolio_record
from riskapp.services.digests import digest
from riskapp.services.rubrics import rubric_of
from riskapp.services.seals import PaperContent
from riskapp.services.staleness import staleness
from riskapp.storage.assessment_lists import AssessmentFilters, AssessmentRow, assessment_rows
from riskapp.storage.conditions import open_conditions

MOST_HELD = 1_000
"""Decisions that one portfolio holds, the newest; what is older is told of and left to the pages."""

_AT_A_TIME = 250


def portfolio(connection: Connection, actor: Actor, *, at: datetime, organisation: str) -> PaperContent:
    """Return what the paper on the portfolio says, of all that the actor may see, newest first."""
    rows, is_cut = _decided(connection, actor)
    occasion = Occasion(at=at, by=actor.name, organisation=organisation, is_cut=is_cut)
    held = _held(connection, rows, at)
    return PaperContent(
        kind="portfolio",
        canonical=canonical_bytes(portfolio_record(occasion, held, digest(connection, at))),
        about={"decisions": len(rows)},
    )


def _decided(connection: Connection, actor: Actor) -> tuple[list[AssessmentRow], bool]:
    filters = AssessmentFilters(stage=Stage.DECIDED.value, holds=True)
    found: list[AssessmentRow] = []
    before = None
    while len(found) < MOST_HELD:
        window = assessment_rows(connection, actor, filters, before=before, size=_AT_A_TIME)
        found += window.items
        if window.older is None:
            return found, False
        before = window.older
    return found[:MOST_HELD], True


def _held(connection: Connection, rows: Sequence[AssessmentRow], at: datetime) -> Iterator[Holding]:
    """Yield what is decided with its open conditions and why it needs another look, some at a time."""
    for start in range(0, len(rows), _AT_A_TIME):
        part = rows[start : start + _AT_A_TIME]
        reasons = staleness(connection, [each.id for each in part], at.date())
        decided = [each.verdict.decision_id for each in part if each.verdict is not None]
        conditions = open_conditions(connection, decided)
        for row in part:
            if row.headline is None or row.verdict is None:
                continue
            yield Holding(
                reference=row.reference,
                model=row.model,
                version=row.version,
                host=row.host,
                context=row.context_title,
                rubric=rubric_of(connection, row.release_id),
                outcome=row.verdict.outcome,
                decided_at=row.verdict.decided_at,
                expires_on=row.verdict.expires_on,
                total=row.headline.total,
                scores=row.headline.dimensions,
                conditions=conditions.get(row.verdict.decision_id, ()),
                reasons=reasons.get(row.id, ()),
            )
