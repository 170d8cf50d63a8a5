"""PAdES signatures by pyHanko: invisible, as an addition behind a PDF whose own bytes stay as they are.

Imported when something is sealed, never at start.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import TypeVar

from asn1crypto import cms, keys, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from riskapp.sealing.keys import SealKey

Result = TypeVar("Result")

FIELD = "Seal"
"""The name of the signature field."""

_SECONDS_FOR_A_STAMP = 10


class _Addition(IncrementalPdfFileWriter):
    """Adds to a PDF and leaves its metadata alone: rewritten, they would no longer be what was rendered."""

    def _update_meta(self) -> None:
        """Change nothing."""


class _Signer(PdfSigner):
    """Signs as of an instant that is handed in, instead of reading a clock of its own."""

    at: datetime

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002 (theirs)
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def stamper_at(address: str) -> TimeStamper:
    """Return the client of a time stamp server (RFC 3161)."""
    return HTTPTimeStamper(address, timeout=_SECONDS_FOR_A_STAMP)


@contextmanager
def signer_of(key: SealKey) -> Iterator[Signer]:
    """Yield what signs with a key, in memory or in its token.

    Raises InvalidError where the token cannot be used.
    """
    own = x509.Certificate.load(key.certificate.der)
    chain = [x509.Certificate.load(each) for each in key.chain]
    if isinstance(key.private, bytes):
        private = keys.PrivateKeyInfo.load(key.private)
        registry = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]
        yield SimpleSigner(signing_cert=own, signing_key=private, cert_registry=registry)
        return
    from pyhanko.sign.pkcs11 import PKCS11Signer

    from riskapp.sealing.tokens import opened

    with opened(key.private) as session:
        yield PKCS11Signer(
            session,
            signing_cert=own,
            ca_chain=chain,
            key_label=key.private.label,
            use_raw_mechanism=own.public_key.algorithm == "ec",  # few tokens hash before they sign with those
        )


def signed(pdf: bytes, signer: Signer, *, at: datetime, stamper: TimeStamper | None = None) -> bytes:
    """Return a PDF with a signature behind it: PAdES baseline B-B, and B-T with a time stamp.

    Raises `pyhanko.sign.timestamps.TimestampRequestError` where the server gives none.
    """
    work = _Signer(
        PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason="Seal of the organisation that issued this document",
        ),
        signer=signer,
        timestamper=stamper,
        new_field_spec=SigFieldSpec(FIELD),
    )
    work.at = at
    done = BytesIO()
    alone(partial(work.sign_pdf, _Addition(BytesIO(pdf)), output=done))
    return done.getvalue()


def alone(act: Callable[[], Result]) -> Result:
    """Return what an act returns, done in a thread of its own.

    pyHanko runs an event loop for each, which it may not where the thread of the caller has one running.
    """
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(act).result()


def fault_in(sealed: bytes, *, at: datetime, stamped: bool) -> str | None:
    """Return in words why a seal that was just made does not hold, or None.

    It is asked for what it is made of only: whom to trust is for those who read it later.
    """
    (found,) = PdfFileReader(BytesIO(sealed)).embedded_signatures
    status = alone(
        partial(
            validate_pdf_signature,
            found,
            _trusting([found.signer_cert], at),
            ts_validation_context=_trusting(_of_stamps(found.signer_info), at),
        )
    )
    if not (status.intact and status.valid and status.coverage is SignatureCoverageLevel.ENTIRE_FILE):
        return "the key does not fit its certificate"
    tested = status.timestamp_validity
    if stamped and not (tested and tested.intact and tested.valid):
        return "the time stamp is of something else, or not signed by its server"
    return None


def _trusting(certificates: list[x509.Certificate], at: datetime) -> ValidationContext:
    return ValidationContext(trust_roots=certificates, allow_fetching=False, moment=at)


def _of_stamps(signer: cms.SignerInfo) -> list[x509.Certificate]:
    """Return the certificates that came with the time stamp of a signature."""
    stamps = [
        value["content"]
        for attribute in signer["unsigned_attrs"]
        if attribute["type"].native == "signature_time_stamp_token"
        for value in attribute["values"]
    ]
    return [each.chosen for stamp in stamps for each in stamp["certificates"]]
