"""What an assessment says as it stands: the content of its report, for the page that shows it."""

import json
from typing import Any

from sqlalchemy import Connection

from riskapp.domain.life_cycle import Stage
from riskapp.domain.report import ReportInput
from riskapp.domain.snapshot import assessment_snapshot
from riskapp.services.dossiers import Dossier, assessed
from riskapp.services.report_content import Making, Scored, report_input
from riskapp.services.reports import frozen_scores
from riskapp.storage.reports import canonical_snapshot, snapshots
from riskapp.storage.sheets import latest_sheet


def overview(connection: Connection, found: Dossier, made: Making) -> dict[str, Any]:
    """Return the content of the report on an assessment: where it is decided, exactly what was frozen."""
    if found.stored.stage is Stage.DECIDED:
        frozen = snapshots(connection, found.stored.id)[-1]
        decided: dict[str, Any] = json.loads(canonical_snapshot(connection, frozen.digest))
        return decided
    return assessment_snapshot(undecided(connection, found, made))


def undecided(connection: Connection, found: Dossier, made: Making) -> ReportInput:
    """Return the content that rests on the sheet that was put forward last, before any decision.

    Before the first submission it has no answers: drafts are for the eyes of their assessors only.
    """
    sheet = latest_sheet(connection, found.stored.id)
    made_on = made.at.date()
    scored = (
        Scored(answers={}, assessed=assessed(found, {}, made_on), on=made_on, sheet_digest=None)
        if sheet is None
        else frozen_scores(found, sheet)
    )
    return report_input(connection, found, scored, made)
