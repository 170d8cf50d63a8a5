"""Sealing PDFs with the key of the organisation, and with a time stamp where a server for it is set."""

import threading
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from riskapp.domain.errors import InvalidError, ProductError
from riskapp.sealing.certificates import Certificate
from riskapp.sealing.keys import KeySource, SealKey

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper


_NO_KEY = "The document could not be sealed, because the key of the seal cannot be used. {}."


class SealError(ProductError):
    """A document could not be sealed; the message says why and what to do."""


class Seal:
    """The seal of the organisation. Its key is read once, when it is first asked for."""

    def __init__(self, source: KeySource, *, stamps_at: str = "") -> None:
        """Use the key of a source, and the time stamp server at an address, if it is set."""
        self._source = source
        self._stamps_at = stamps_at
        self._door = threading.Lock()
        self._known: SealKey | None = None
        self._stamper: TimeStamper | None = None

    @property
    def stamp_server(self) -> str:
        """Return the host of the time stamp server, empty where none is set."""
        return urlsplit(self._stamps_at).hostname or ""

    @property
    def renewal(self) -> str:
        """Return what to do when the certificate lapses."""
        return self._source.renewal

    def certificate(self) -> Certificate:
        """Return the certificate that documents are sealed with; raises InvalidError by setting."""
        return self._key().certificate

    def _key(self) -> SealKey:
        with self._door:
            if self._known is None:
                self._known = self._source.load()
            return self._known

    def apply(self, pdf: bytes, *, at: datetime) -> bytes:
        """Return a PDF with the seal behind it; its own bytes stay as they are.

        Raises SealError where the key cannot be used, its certificate does not hold at this instant, or a
        time stamp is wanted and not to be had.
        """
        try:
            key = self._key()
        except InvalidError as error:
            raise SealError(_NO_KEY.format(error)) from error
        if fault := key.certificate.fault(at):
            message = (
                f"The document could not be sealed: the certificate of {key.certificate.subject} {fault}. "
                f"Whoever runs riskapp can change that. {self.renewal}"
            )
            raise SealError(message)
        sealed = self._signed(pdf, key, at)
        if not sealed.startswith(pdf):
            message = "a seal changed the document that it was put on"
            raise RuntimeError(message)
        return sealed

    def _signed(self, pdf: bytes, key: SealKey, at: datetime) -> bytes:
        """Return a sealed PDF that was read back: a seal that does not hold would be kept for ever."""
        from pyhanko.sign.timestamps import TimestampRequestError

        from riskapp.sealing.signing import fault_in, signed, signer_of, stamper_at

        if self._stamps_at and self._stamper is None:
            self._stamper = stamper_at(self._stamps_at)
        try:
            with signer_of(key) as signer:
                sealed = signed(pdf, signer, at=at, stamper=self._stamper)
        except TimestampRequestError as error:
            raise SealError(self._no_stamp(error)) from error
        except InvalidError as error:
            raise SealError(_NO_KEY.format(error)) from error
        if fault := fault_in(sealed, at=at, stamped=self._stamper is not None):
            message = f"The document could not be sealed, because the seal would not hold: {fault}."
            raise SealError(f"{message} Whoever runs riskapp can look into that.")
        return sealed

    def _no_stamp(self, error: Exception) -> str:
        cause = error.__cause__ or error
        status = getattr(cause, "status", None)
        said = f"it answered {status}" if status else type(cause).__name__
        return (
            f"The document could not be sealed: the time stamp server {self.stamp_server} gave no time stamp "
            f"({said}). Try again in a while; whoever runs riskapp can set another server, or none."
        )
