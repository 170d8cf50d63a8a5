"""Sealing what leaves the house: issued reports, and every other paper through one function."""

import json
from dataclasses import dataclass
from typing import Any

from riskapp.domain.authority import Actor
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.shown import day
from riskapp.reporting.enclosures import Enclosure
from riskapp.reporting.render import RenderedReport, ReportError
from riskapp.sealing.certificates import Certificate, certificate_of
from riskapp.sealing.seal import SealError
from riskapp.services.renderings import own_turn, render_at_once
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage.seals import AdoptedCertificate, adopted_certificates, insert_certificate, is_adopted


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPdf:
    """A sealed PDF with its SHA-256; its first `unsealed_size` bytes are the PDF that was sealed."""

    pdf: bytes
    sha256: str
    unsealed_sha256: str
    unsealed_size: int
    certificate: Certificate


def seal_pdf(office: Office, rendered: RenderedReport) -> SealedPdf:
    """Return a rendered PDF with the seal of the organisation; call it outside any write transaction.

    Raises ReportError where it cannot be sealed.
    """
    try:
        pdf = office.seal.apply(rendered.pdf, at=office.now())
    except SealError as error:
        raise ReportError(str(error)) from error
    return SealedPdf(
        pdf=pdf,
        sha256=sha256_hex(pdf),
        unsealed_sha256=rendered.sha256,
        unsealed_size=len(rendered.pdf),
        certificate=office.seal.certificate(),
    )


def adopt_certificate(unit: UnitOfWork, certificate: Certificate) -> None:
    """Keep and record a certificate that is used for the first time, in the transaction of that use."""
    if is_adopted(unit.connection, certificate.fingerprint):
        return
    adopted = AdoptedCertificate(
        fingerprint=certificate.fingerprint,
        der=certificate.der,
        subject=certificate.subject,
        not_after=certificate.not_after,
        adopted_at=unit.at,
    )
    insert_certificate(unit.connection, adopted)
    unit.record(
        "seal.certificate-adopted",
        subject=("seal-certificate", adopted.fingerprint),
        told={
            "sha256": adopted.fingerprint,
            "subject": adopted.subject,
            "not_after": adopted.not_after.isoformat(),
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SealStanding:
    """The certificate that seals, and in words how it stands; with a fault nothing is sealed."""

    certificate: Certificate
    words: str
    lapses_soon: bool
    fault: str | None

    @property
    def needs_care(self) -> bool:
        """Return whether somebody has to do something, now or soon."""
        return self.lapses_soon or self.fault is not None


def seal_standing(office: Office) -> SealStanding:
    """Return how the seal stands; its key is made where there is none yet.

    Raises InvalidError by setting where the key cannot be used.
    """
    certificate, at = office.seal.certificate(), office.now()
    fault, soon = certificate.fault(at), certificate.lapses_soon(at)
    named, until = f"the certificate of {certificate.subject}", day(certificate.not_after.date())
    if fault:
        words = f"Nothing can be sealed: {named} {fault}. {office.seal.renewal}"
    elif soon:
        words = f"Documents are sealed with {named}, which lapses on {until}. {office.seal.renewal}"
    else:
        words = f"Documents are sealed with {named}, which holds until {until}."
    if office.seal.stamp_server:
        words += f" Time stamps come from {office.seal.stamp_server}."
    return SealStanding(certificate=certificate, words=words, lapses_soon=soon, fault=fault)


def certificates_to_hand_out(office: Office) -> tuple[str, ...]:
    """Return as PEM the certificates that people outside need: the present one, then all used before."""
    present = office.seal.certificate()
    with office.reading() as connection:
        used = adopted_certificates(connection)
    earlier = (certificate_of(each.der) for each in reversed(used) if each.fingerprint != present.fingerprint)
    return (present.pem, *(each.pem for each in earlier))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperContent:
    """What a paper says, as canonical bytes, and what the log is to say of it.

    `kind` is one word such as comparison; `about` holds JSON values that name what the paper is about. One
    that rests on drafts is a draft itself: it is neither sealed nor told of.
    """

    kind: str
    canonical: bytes
    about: dict[str, Any]
    assessment_id: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    is_draft: bool = False


def in_house(office: Office, content: PaperContent) -> bytes:
    """Return what a paper says with the look of the house in it, as canonical bytes."""
    part = office.house.part()
    return canonical_bytes(json.loads(content.canonical) | part) if part else content.canonical


def issue_paper(office: Office, actor: Actor, content: PaperContent) -> bytes:
    """Return a paper as a sealed PDF, and record that it was made, by whom and with which digest.

    The PDF itself is not kept. Raises ReportError where it cannot be made at once, or not sealed.
    """
    canonical = in_house(office, content)
    with own_turn(actor):
        rendered = render_at_once(canonical, content.enclosures, house=office.house)
    if content.is_draft:
        return rendered.pdf
    sealed = seal_pdf(office, rendered)
    with office.work(actor) as unit:
        adopt_certificate(unit, sealed.certificate)
        unit.record(
            "paper.made",
            subject=("paper", sealed.sha256),
            assessment_id=content.assessment_id,
            kind=content.kind,
            pdf=sealed.sha256,
            size=len(sealed.pdf),
            pages=rendered.pages,
            toolchain=rendered.toolchain,
            data=sha256_hex(canonical),
            about=content.about,
            unsealed=sealed.unsealed_sha256,
            unsealed_size=sealed.unsealed_size,
            certificate=sealed.certificate.fingerprint,
        )
        unit.commit()
    return sealed.pdf
