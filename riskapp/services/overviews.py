"""What an assessment says as it stands: the content of its report, for the page that shows it."""

from sqlalchemy import Connection

from riskapp.domain.report import ReportInput
from riskapp.services.dossiers import Dossier, assessed
from riskapp.services.report_content import Making, Scored, report_input
from riskapp.services.reports import frozen_scores
from riskapp.storage.decisions import decisions
from riskapp.storage.sheets import latest_sheet


def overview(connection: Connection, found: Dossier, made: Making) -> ReportInput:
    """Return the content on the latest submitted sheet and the decision that holds.

    Before the first submission it has no answers: drafts are for the eyes of their assessors only.
    """
    sheet = latest_sheet(connection, found.stored.id)
    made_on = made.at.date()
    scored = (
        Scored(answers={}, assessed=assessed(found, {}, made_on), on=made_on, sheet_digest=None)
        if sheet is None
        else frozen_scores(found, sheet)
    )
    taken = decisions(connection, found.stored.id)
    return report_input(connection, found, scored, made, decision=taken[-1] if taken else None)
