"""The certificates that documents were sealed with, as they were used for the first time: insert-only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from riskapp.storage.seal_tables import seal_certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedCertificate:
    """A certificate by its SHA-256, with its bytes, whose it is, until when it holds, and since when used."""

    fingerprint: str
    der: bytes
    subject: str
    not_after: datetime
    adopted_at: datetime


def insert_certificate(connection: Connection, adopted: AdoptedCertificate) -> None:
    """Keep a certificate for ever."""
    names = ("fingerprint", "der", "subject", "not_after", "adopted_at")
    connection.execute(insert(seal_certificate), {name: getattr(adopted, name) for name in names})


def adopted_certificates(connection: Connection) -> tuple[AdoptedCertificate, ...]:
    """Return every certificate that was used, the one that was used first in front."""
    order = (seal_certificate.c.adopted_at, seal_certificate.c.fingerprint)
    return tuple(
        AdoptedCertificate(
            fingerprint=row.fingerprint,
            der=bytes(row.der),
            subject=row.subject,
            not_after=row.not_after,
            adopted_at=row.adopted_at,
        )
        for row in connection.execute(select(seal_certificate).order_by(*order))
    )


def is_adopted(connection: Connection, fingerprint: str) -> bool:
    """Return whether a document was sealed with the certificate that has this SHA-256."""
    query = select(seal_certificate.c.fingerprint).where(seal_certificate.c.fingerprint == fingerprint)
    return connection.execute(query).one_or_none() is not None
