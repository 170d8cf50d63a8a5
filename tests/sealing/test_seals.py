"""The seal: what is put behind a PDF, with which key, and what is said where that cannot be done."""

import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation.status import SignatureCoverageLevel

from riskapp.domain.errors import InvalidError
from riskapp.sealing.keys import HOLDS_FOR, FileKey, OwnKey
from riskapp.sealing.seal import Seal, SealError
from tests.sealing.seals import (
    AT,
    OF_STAMPS,
    PASSWORD,
    certificate,
    own_seal,
    p256,
    packed_key,
    small_pdf,
    stamp_certificate,
    stamp_server,
    validated,
)

ROOT = Path(__file__).parents[2]


def test_a_sealed_pdf_begins_with_its_own_bytes_and_has_one_signature_over_the_whole(tmp_path: Path) -> None:
    seal, pdf = own_seal(tmp_path), small_pdf()
    sealed = seal.apply(pdf, at=AT)
    assert sealed.startswith(pdf)
    assert b"xpacket" not in sealed[len(pdf) :]
    status = validated(sealed, seal.certificate().der)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.signer_reported_dt == AT
    assert validated(sealed[: len(pdf)] + sealed[len(pdf) :].replace(b"(Seal)", b"(Zeal)")).intact is False

    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed)
    said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "CN=Ministry of Examples" in said
    assert "ETSI.CAdES.detached" in said


def test_the_service_makes_its_own_key_once_and_for_itself_only(tmp_path: Path) -> None:
    seal = own_seal(tmp_path, name="Ministry of Examples and " + "x" * 60)
    first = seal.certificate()
    assert first.subject == f"CN=Ministry of Examples and {'x' * 39}"
    assert first.self_signed
    assert first.not_before < AT < first.not_after == AT + HOLDS_FOR
    path = tmp_path / "seal.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert own_seal(tmp_path, at=AT + timedelta(days=9), name="Other").certificate() == first
    source = OwnKey(path, "Ministry of Change", lambda: AT)
    private = path.read_text().splitlines()[1]
    assert private not in repr(source.load()) + repr(seal)
    fresh = source.renew()
    assert (fresh.certificate.subject, path.stat().st_mode & 0o777) == ("CN=Ministry of Change", 0o600)
    assert private not in path.read_text()
    path.write_text("no key")
    with pytest.raises(InvalidError, match="restore it from a backup"):
        own_seal(tmp_path).certificate()


def test_the_key_of_the_organisation_comes_with_the_certificates_that_vouch_for_it(tmp_path: Path) -> None:
    root, key = p256(), rsa.generate_private_key(public_exponent=65537, key_size=2048)
    authority = certificate(root, "Root of Examples")
    own = certificate(key, issuer=("Root of Examples", root))
    file, secret = tmp_path / "seal.p12", tmp_path / "secret"
    file.write_bytes(packed_key(key, own, authority))
    secret.write_text(f"{PASSWORD}\n")
    seal = Seal(FileKey(file, secret))
    assert (seal.certificate().subject, seal.certificate().self_signed) == ("CN=Seal of Examples", False)
    assert validated(seal.apply(small_pdf(), at=AT), authority.public_bytes(Encoding.DER)).bottom_line


def _nothing(file: Path) -> None:
    assert not file.exists()


def _wrong_password(file: Path) -> None:
    key = p256()
    file.write_bytes(packed_key(key, certificate(key), password="another"))


def _no_key(file: Path) -> None:
    file.write_bytes(packed_key(None, None, certificate(p256())))


def _no_certificate(file: Path) -> None:
    file.write_bytes(packed_key(p256(), None))


def _not_for_signatures(file: Path) -> None:
    key = p256()
    file.write_bytes(packed_key(key, certificate(key, signs=False)))


def _unreadable_kind(file: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    file.write_bytes(packed_key(key, certificate(key)))


def _odd_curve(file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256K1())
    file.write_bytes(packed_key(key, certificate(key)))


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (_nothing, "cannot be read: No such file or directory; name a file that riskapp may read"),
        (_wrong_password, "the password (RISKAPP_SEAL_PASSWORD_FILE) is wrong, or it is not PKCS#12"),
        (lambda file: file.write_text("PEM"), "is wrong, or it is not PKCS#12"),
        (_no_key, "holds no private key; export key and certificate together"),
        (_no_certificate, "holds no certificate for its key; export key and certificate together"),
        (_not_for_signatures, "holds a certificate that is not for signatures; use one for signatures"),
        (_unreadable_kind, "holds a key of a kind that few readers of PDF know; use one"),
        (_odd_curve, "holds a key on the curve secp256k1; use one"),
    ],
)
def test_a_file_that_cannot_seal_is_named_with_what_to_do_and_without_its_secret(
    prepare: Callable[[Path], object], says: str, tmp_path: Path
) -> None:
    file, secret = tmp_path / "seal.p12", tmp_path / "secret"
    secret.write_text(PASSWORD)
    prepare(file)
    seal = Seal(FileKey(file, secret))
    with pytest.raises(InvalidError) as refusal:
        seal.certificate()
    said = refusal.value.fields["RISKAPP_SEAL_FILE"]
    assert said.startswith(str(file))
    assert says in said
    with pytest.raises(SealError, match="the key of the seal cannot be used") as failure:
        seal.apply(small_pdf(), at=AT)
    assert PASSWORD not in f"{failure.value!r}{failure.value}{refusal.value!r}{seal!r}"


def test_a_missing_password_is_told_from_a_missing_file_of_it(tmp_path: Path) -> None:
    file = tmp_path / "seal.p12"
    _wrong_password(file)
    with pytest.raises(InvalidError, match="is missing, or it is not PKCS#12"):
        FileKey(file, None).load()
    with pytest.raises(InvalidError, match=r"RISKAPP_SEAL_PASSWORD_FILE: .* cannot be read"):
        FileKey(file, tmp_path / "nowhere").load()


def test_a_certificate_seals_only_while_it_holds(tmp_path: Path) -> None:
    seal = own_seal(tmp_path)
    seal.certificate()
    with pytest.raises(SealError) as late:
        seal.apply(small_pdf(), at=AT + HOLDS_FOR + timedelta(days=1))
    assert "the certificate of CN=Ministry of Examples lapsed on 24 November 2036" in str(late.value)
    assert "riskapp seal renew" in str(late.value)
    with pytest.raises(SealError, match="holds from 23 November 2026 only"):
        seal.apply(small_pdf(), at=AT - timedelta(days=2))
    file = tmp_path / "seal.p12"
    key = p256()
    file.write_bytes(packed_key(key, certificate(key, holds_for=timedelta(days=-1)), password="p"))
    (tmp_path / "secret").write_text("p")
    lapsed = Seal(FileKey(file, tmp_path / "secret"))
    with pytest.raises(SealError, match=r"lapsed on 23 November 2026\. .* RISKAPP_SEAL_FILE says"):
        lapsed.apply(small_pdf(), at=AT)


def test_a_seal_that_would_not_hold_is_never_given_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = small_pdf()
    own, other = own_seal(tmp_path / "own"), OwnKey(tmp_path / "other.pem", "Other", lambda: AT)
    mixed = replace(other.load(), certificate=own.certificate())
    monkeypatch.setattr(other, "load", lambda: mixed)
    with pytest.raises(SealError, match="would not hold: the key does not fit its certificate"):
        Seal(other).apply(pdf, at=AT)
    with stamp_server(of_something_else=True) as address:
        stamped = Seal(OwnKey(tmp_path / "own" / "seal.pem", "", lambda: AT), stamps_at=address)
        with pytest.raises(SealError, match="would not hold: the time stamp is of something else"):
            stamped.apply(pdf, at=AT)


def test_a_time_stamp_server_that_is_set_stamps_every_seal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = own_seal(tmp_path)
    der = own.certificate().der
    with stamp_server() as address, caplog.at_level(logging.DEBUG):
        seal = Seal(OwnKey(tmp_path / "seal.pem", "", lambda: AT), stamps_at=address)
        assert seal.stamp_server == "127.0.0.1"
        for _ in range(2):
            status = validated(seal.apply(small_pdf(), at=AT), der, stamp_certificate())
            assert status.bottom_line
            assert status.timestamp_validity
            assert (status.timestamp_validity.valid, status.timestamp_validity.timestamp) == (True, AT)
    with pytest.raises(SealError) as down:
        seal.apply(small_pdf(), at=AT)
    assert "the time stamp server 127.0.0.1 gave no time stamp" in str(down.value)
    assert "Try again in a while" in str(down.value)
    assert OF_STAMPS not in str(down.value) + caplog.text


def test_the_service_loads_pyhanko_when_it_seals_and_not_before() -> None:
    script = (
        "import sys, riskapp.cli.server, riskapp.web.app, riskapp.services.reports, riskapp.cli.seals; "
        "sys.exit(bool({'pyhanko', 'asn1crypto', 'aiohttp', 'lxml'} & set(sys.modules)))"
    )

    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
