"""The signatures that the verifier checks: the published vectors, and another library as the judge."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from riskapp.verifier import ecdsa, ed25519
from riskapp.verifier import rsa as rsa_check
from riskapp.verifier.ecdsa import Curve

P256_KEY = (
    0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
    0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
)
P384_KEY = (
    0xEC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13,
    0x8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720,
)
RFC_6979 = [
    (
        ecdsa.P256,
        P256_KEY,
        "sha256",
        b"sample",
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    ),
    (
        ecdsa.P256,
        P256_KEY,
        "sha512",
        b"test",
        0x461D93F31B6540894788FD206C07CFA0CC35F46FA3C91816FFF1040AD1581A04,
        0x39AF9F15DE0DB8D97E72719C74820D304CE5226E32DEDAE67519E840D1194E55,
    ),
    (
        ecdsa.P384,
        P384_KEY,
        "sha384",
        b"sample",
        0x94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46,
        0x99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8,
    ),
]
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("curve", "key", "name", "message", "r", "s"), RFC_6979)
def test_ecdsa_agrees_with_the_vectors_of_rfc_6979(
    curve: Curve, key: tuple[int, int], name: str, message: bytes, r: int, s: int
) -> None:
    digest = hashlib.new(name, message).digest()
    assert ecdsa.is_signed(curve, key, digest, (r, s))
    for forged in ((r, s + 1), (s, r), (r, 0), (0, s), (r + curve.order, s), (-r, s)):
        assert not ecdsa.is_signed(curve, key, digest, forged)
    assert not ecdsa.is_signed(curve, key, hashlib.new(name, b"forged").digest(), (r, s))
    assert not ecdsa.is_signed(curve, (key[0], key[1] ^ 1), digest, (r, s))


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_ed25519_agrees_with_the_vectors_of_rfc_8032(key: str, message: str, signature: str) -> None:
    public, said, signed = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert ed25519.is_signed(public, said, signed)
    assert not ed25519.is_signed(public, said + b"\0", signed)
    assert not ed25519.is_signed(public, said, signed[:-1] + b"\xff")
    assert not ed25519.is_signed(public[:-1] + b"\xff", said, signed)
    order = 2**252 + 27742317777372353535851937790883648493
    again = (int.from_bytes(signed[32:], "little") + order).to_bytes(32, "little")
    assert not ed25519.is_signed(public, said, signed[:32] + again)


def test_ecdsa_agrees_with_another_library_on_fresh_keys() -> None:
    for curve, theirs, function in (
        (ecdsa.P256, ec.SECP256R1(), hashes.SHA256()),
        (ecdsa.P384, ec.SECP384R1(), hashes.SHA384()),
    ):
        key = ec.generate_private_key(theirs)
        numbers = key.public_key().public_numbers()
        for message in (b"", b"one", b"two"):
            pair = decode_dss_signature(key.sign(message, ec.ECDSA(function)))
            digest = hashlib.new(function.name, message).digest()
            assert ecdsa.is_signed(curve, (numbers.x, numbers.y), digest, pair)
            assert not ecdsa.is_signed(curve, (numbers.x, numbers.y), digest[::-1], pair)


def test_rsa_agrees_with_another_library_by_both_paddings() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    numbers = key.public_key().public_numbers()
    known = rsa_check.RsaKey(numbers.n, numbers.e)
    digest = hashlib.sha256(b"sealed").digest()
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    for how, salt in ((padding.PKCS1v15(), None), (pss, 32)):
        signature = key.sign(b"sealed", how, hashes.SHA256())
        assert rsa_check.is_signed(known, digest, signature, name="sha256", salt_size=salt)
        for forged in (signature[:-1] + bytes([signature[-1] ^ 1]), signature[1:], b"\0" + signature, b""):
            assert not rsa_check.is_signed(known, digest, forged, name="sha256", salt_size=salt)
        other = 32 if salt is None else None
        assert not rsa_check.is_signed(known, digest, signature, name="sha256", salt_size=other)
        assert not rsa_check.is_signed(known, digest[::-1], signature, name="sha256", salt_size=salt)
