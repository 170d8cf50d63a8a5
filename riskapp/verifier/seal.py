"""The seal of a document: a PAdES signature that covers the whole file but itself (ISO 32000-2, 12.8)."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from riskapp.verifier.certificates import Certificate
from riskapp.verifier.cms import SignedDigest, Stamp, signed_digest
from riskapp.verifier.pdf import Pdf
from riskapp.verifier.pdf_objects import Hexadecimal
from riskapp.verifier.refusal import Refused

_HEX = re.compile(rb"<[0-9A-F]*>")
_INSTANT = re.compile(rb"D:(\d{14})(?:Z|([+-]\d\d)'(\d\d)'?)")
_KIND = ("Adobe.PPKLite", "ETSI.CAdES.detached")


class FileChanged(Refused):
    """The file is not what was sealed."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that is right: with which certificate, when by the sealer's clock, and by a time stamp."""

    certificate: Certificate
    at: datetime
    stamp: Stamp | None


def seal_of(pdf: Pdf) -> Seal | None:
    """Return the seal of a document, None where it bears none.

    Raises FileChanged where the file is not the sealed one, and Refused where the seal itself is wrong.
    """
    told = _signature(pdf)
    if told is None:
        return None
    contents, span = pdf.resolved(told.get("Contents")), pdf.items(told.get("ByteRange"))
    if not isinstance(contents, Hexadecimal) or (told.get("Filter"), told.get("SubFilter")) != _KIND:
        raise Refused("the seal is of a kind that is not read here")
    _check_span(pdf.data, contents, span)
    signed = _signed(contents)
    before, after = pdf.data[: span[1]], pdf.data[span[2] :]
    digest = hashlib.new(signed.hash_name, before)
    digest.update(after)
    if digest.digest() != signed.digest:
        raise FileChanged("the file was changed after it was sealed: its digest is not the one in the seal")
    at = _instant(told.get("M"))
    seen = at if signed.stamp is None else signed.stamp.at
    if not signed.signer.holds_at(seen):
        raise Refused("the certificate of the seal did not hold when it was sealed")
    return Seal(signed.signer, at, signed.stamp)


def _signature(pdf: Pdf) -> dict[str, Any] | None:
    form = pdf.resolved(pdf.root().get("AcroForm"))
    if not isinstance(form, dict):
        return None
    fields = [pdf.dictionary(each) for each in pdf.items(form.get("Fields"))[:50]]
    signed = [each for each in fields if each.get("FT") == "Sig" and each.get("V") is not None]
    if len(signed) > 1:
        raise FileChanged("the file bears more than one signature")
    return pdf.dictionary(signed[0]["V"]) if signed else None


def _check_span(data: bytes, contents: Hexadecimal, span: list[Any]) -> None:
    """Raise FileChanged unless everything is covered but the signature itself."""
    if len(span) != 4 or not all(type(each) is int for each in span):  # noqa: PLR2004 (two ranges)
        raise Refused("the seal does not say what it covers")
    gap = data[span[1] : span[2]] if 0 <= span[1] <= span[2] else b""
    if span[0] != 0 or span[1] != contents.at or not _HEX.fullmatch(gap):
        raise Refused("the seal leaves out something else than the signature, or was written anew")
    end = span[2] + span[3]
    if end > len(data):
        raise FileChanged("the file was cut off: it is shorter than what was sealed")
    if end < len(data):
        raise FileChanged(f"{len(data) - end:,} bytes were appended after the seal")


def _signed(contents: Hexadecimal) -> SignedDigest:
    """Return what the signature says; after it there is nothing but the padding of its place."""
    size = _size(contents)
    if any(contents[size:]):
        raise Refused("the seal holds something behind the signature")
    try:
        return signed_digest(bytes(contents[:size]))
    except Refused as refusal:
        raise Refused(f"the seal {refusal}") from refusal


def _size(contents: bytes) -> int:
    """Return the size of the value at the start, without reading what is padded behind it."""
    if len(contents) < 2:  # noqa: PLR2004 (tag and length)
        raise Refused("the seal holds no signature")
    long = contents[1] >= 0x80  # noqa: PLR2004 (the bit that says so)
    count = contents[1] & 0x7F if long else 0
    if count > 4:  # noqa: PLR2004 (more would be longer than any file)
        raise Refused("the seal holds no signature")
    return 2 + count + (int.from_bytes(contents[2 : 2 + count]) if long else contents[1])


def _instant(value: object) -> datetime:
    found = _INSTANT.fullmatch(value) if isinstance(value, bytes) else None
    if found is None or (found[2] and found[2] + found[3] not in {b"+0000", b"-0000"}):
        raise Refused("the seal does not say in UTC when it was made")
    try:
        return datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise Refused("the seal does not say when it was made") from error
