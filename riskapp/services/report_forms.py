"""A decided assessment in forms beside its issued report: on screen, on one page, and to be edited.

All are made from the snapshot that was frozen with the decision; none of them is the record.
"""

import json

from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.domain.canonical import canonical_bytes
from riskapp.domain.errors import ConflictError
from riskapp.domain.one_page import FullReport, one_page
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.seals import PaperContent
from riskapp.storage.reports import canonical_snapshot, report_of_snapshot, snapshots


def frozen_content(connection: Connection, actor: Actor, assessment_id: str) -> tuple[Dossier, bytes]:
    """Return what the report on a decided assessment says, as the canonical bytes that were frozen.

    Raises NotFoundError, ForbiddenError where the actor may not see it, and ConflictError before a decision.
    """
    found = seen_dossier(connection, actor, assessment_id)
    frozen = snapshots(connection, assessment_id)
    if not frozen:
        reference = found.stored.reference
        raise ConflictError(f"{reference} is not decided. Its report is issued with the decision.")
    return found, canonical_snapshot(connection, frozen[-1].digest)


def one_page_content(
    connection: Connection, actor: Actor, assessment_id: str
) -> tuple[Dossier, PaperContent]:
    """Return what the one page on a decided assessment says.

    Raises what `frozen_content` raises.
    """
    found, canonical = frozen_content(connection, actor, assessment_id)
    digest = snapshots(connection, assessment_id)[-1].digest
    issued = report_of_snapshot(connection, digest)
    full = None
    if issued is not None:
        full = FullReport(pdf=issued.pdf_digest, pages=issued.pages, issued_at=issued.issued_at)
    return found, PaperContent(
        kind="one-page",
        canonical=canonical_bytes(one_page(json.loads(canonical), digest, full)),
        about={"assessments": [found.stored.reference], "snapshot": digest},
        assessment_id=assessment_id,
    )
