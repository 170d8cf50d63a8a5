"""The key of the seal in a hardware token: SoftHSM stands in for one."""

import subprocess
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute, ObjectClass
from pkcs11.util.x509 import decode_x509_certificate

from riskapp.domain.errors import InvalidError
from riskapp.sealing import tokens
from riskapp.sealing.seal import Seal
from riskapp.sealing.tokens import TokenKey
from tests.sealing.seals import AT, certificate, p256, small_pdf, validated

PIN = "73501928"
LIBRARIES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib64/pkcs11/libsofthsm2.so"),
    Path("/opt/homebrew/lib/softhsm/libsofthsm2.so"),
)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the library of a fresh SoftHSM; one process reaches one, so one test has it."""
    (tmp_path / "tokens").mkdir()
    settings = tmp_path / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    found = next((each for each in LIBRARIES if each.exists()), None)
    assert found, "SoftHSM is missing: scripts/prepare test installs it"
    return found


def keep_key(key: ec.EllipticCurvePrivateKey, folder: Path) -> None:
    """Make a token and put a key into it."""
    file = folder / "key.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    make = ["--init-token", "--free", "--label", "seals", "--pin", PIN, "--so-pin", "0000"]
    keep = ["--import", str(file), "--token", "seals", "--label", "seal", "--id", "01", "--pin", PIN]
    for words in (make, keep):
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)


def keep_certificates(library: Path, **certificates: bytes) -> None:
    token = pkcs11.lib(str(library)).get_token(token_label="seals")
    with token.open(rw=True, user_pin=PIN) as session:
        for label, der in certificates.items():
            session.create_object(
                {
                    **decode_x509_certificate(der),
                    Attribute.TOKEN: True,
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.LABEL: label,
                }
            )


def test_a_key_in_a_token_seals_and_whatever_is_wrong_is_named_by_setting(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, root = p256(), p256()
    keep_key(key, tmp_path)
    pin = tmp_path / "pin"
    pin.write_text(f"{PIN}\n")

    def source(name: str = "seals", label: str = "seal", module: Path = library) -> TokenKey:
        return TokenKey(module, name, label=label, pin_path=pin)

    def refusal(*words: str, **named: str | Path) -> str:
        with pytest.raises(InvalidError) as refused:
            source(*words, **named).load()  # type: ignore[arg-type]
        assert PIN not in f"{refused.value!r}"
        return str(refused.value)

    assert refusal() == "RISKAPP_SEAL_LABEL: is 'seal', and no certificate in the token seals has that label"
    authority = certificate(root, "Root of Examples").public_bytes(Encoding.DER)
    own = certificate(key, issuer=("Root of Examples", root)).public_bytes(Encoding.DER)
    stranger = certificate(p256(), "Somebody").public_bytes(Encoding.DER)
    keep_certificates(library, seal=own, root=authority, other=stranger)

    seal = Seal(source())
    sealed = seal.apply(small_pdf(), at=AT)
    assert sealed.startswith(small_pdf())
    assert validated(sealed, authority).bottom_line
    assert source().load().chain == (authority,)
    assert PIN not in repr(source().load())

    assert "RISKAPP_SEAL_LABEL: is 'zeal', and no key in the token seals" in refusal(label="zeal")
    assert "RISKAPP_SEAL_TOKEN: the token walrus cannot be used" in refusal("walrus")
    with monkeypatch.context() as bare:
        bare.setattr(tokens, "find_spec", lambda _: None)
        assert refusal().endswith("needs python-pkcs11, which is not installed: riskapp[pkcs11]")
    assert "is no file; name the library of the token's maker" in refusal(module=tmp_path / "none.so")
    pin.write_text("0000000")
    assert refusal() == "RISKAPP_SEAL_PASSWORD_FILE: holds another PIN than that of the token seals"
