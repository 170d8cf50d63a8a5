"""What was frozen with a decision, as values."""

import json
from typing import Any

from riskapp.services.work import Office
from riskapp.storage.reports import canonical_snapshot, snapshots


def snapshot_of(office: Office, assessment_id: str) -> dict[str, Any]:
    """Return the content of the newest snapshot of an assessment."""
    with office.reading() as connection:
        digest = snapshots(connection, assessment_id)[-1].digest
        content: dict[str, Any] = json.loads(canonical_snapshot(connection, digest))
    return content
