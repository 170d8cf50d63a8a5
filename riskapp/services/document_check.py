"""Whether a document in other hands agrees with the log: a report as PDF or as data, or a checkpoint."""

from dataclasses import dataclass

from sqlalchemy import Connection

from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import InvalidError
from riskapp.domain.signed_note import NoteError, parse_checkpoint
from riskapp.domain.witness import witness_in
from riskapp.services.log_verification import known_keys
from riskapp.services.work import Office
from riskapp.storage.keyring import valid_signatures
from riskapp.storage.log_tree import log_size, root_at
from riskapp.storage.reports import IssuedReport, report_with_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDocument:
    """What a document says of the log, against the log as it is.

    `size` is how many entries it has seen; `signed` whether a key of this log signed that, `begins` whether
    the log begins with them. `report` is the issued report with exactly these bytes, or None.
    """

    digest: str
    size: int
    signed: bool
    begins: bool
    report: IssuedReport | None

    @property
    def agrees(self) -> bool:
        """Return whether the log agrees with what the document has seen of it."""
        return self.signed and self.begins


def check_document(office: Office, connection: Connection, content: bytes) -> CheckedDocument:
    """Compare a document with the log, without reading all of it.

    Raises InvalidError for `document` where it holds no checkpoint.
    """
    try:
        note = witness_in(content)
        signed = parse_checkpoint(note.text)
    except NoteError as error:
        problem = f"The document {error}. Choose an issued report or a checkpoint"
        raise InvalidError({"document": problem}) from error
    digest = sha256_hex(content)
    begins = 0 < signed.size <= log_size(connection) and root_at(connection, signed.size) == signed.root
    return CheckedDocument(
        digest=digest,
        size=signed.size,
        signed=bool(valid_signatures(note, known_keys(office, connection))),
        begins=begins,
        report=report_with_digest(connection, digest),
    )
