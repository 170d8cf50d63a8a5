"""What an issued report carries beside its data, so that it can be checked by whoever holds nothing else."""

from collections.abc import Iterator

from sqlalchemy import Connection

from riskapp.domain.signed_note import VerifierKey, parse_note
from riskapp.reporting.enclosures import Enclosure, log_enclosures, rubric_enclosure
from riskapp.reporting.render import ReportError
from riskapp.services.log_export import proven_by
from riskapp.services.log_verification import known_keys
from riskapp.services.work import Office
from riskapp.storage.assessments import assessment
from riskapp.storage.checkpoints import StoredCheckpoint, first_checkpoint_over, verifier_keys
from riskapp.storage.keyring import valid_signatures
from riskapp.storage.log import entry_about
from riskapp.storage.reports import Snapshot
from riskapp.storage.rubrics import canonical_release


def report_enclosures(office: Office, connection: Connection, frozen: Snapshot) -> tuple[Enclosure, ...]:
    """Return the rubric release, and the log entry on the snapshot with its proof and keys.

    All of it is as it stood when the decision was recorded, whenever this is asked for. Raises ReportError
    where no checkpoint of the log covers the entry.
    """
    release = canonical_release(connection, assessment(connection, frozen.assessment_id).rubric_release_id)
    entry = entry_about(connection, frozen.assessment_id, action="snapshot.frozen", subject_id=frozen.digest)
    covering = None if entry is None else first_checkpoint_over(connection, entry.seq)
    if entry is None or covering is None:
        message = (
            "The log does not prove the data of the report: no checkpoint covers their entry. Whoever runs "
            "riskapp makes one with: riskapp log checkpoint"
        )
        raise ReportError(message)
    keys = tuple(_keys(office, connection, frozen, covering=covering))
    proven = proven_by(connection, entry, covering, keys=keys)
    return (
        rubric_enclosure(release.encode()),
        *log_enclosures(
            entry=proven.entry, proof=proven.tlog_proof(), keys="".join(f"{key}\n" for key in keys)
        ),
    )


def _keys(
    office: Office, connection: Connection, frozen: Snapshot, *, covering: StoredCheckpoint
) -> Iterator[VerifierKey]:
    """Yield the keys of the log when the snapshot was frozen; the first log of all names its key later."""
    adopted = verifier_keys(connection, until=frozen.frozen_at)
    yield from adopted
    signers = valid_signatures(parse_note(covering.note), dict.fromkeys(known_keys(office, connection)))
    yield from (key for key in signers if key not in adopted)
