"""What the verifier says of seals is what pyHanko says, and it is stricter where bytes could hide."""

import zlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from riskapp.sealing import signing
from riskapp.sealing.keys import FileKey, OwnKey
from riskapp.sealing.seal import Seal
from riskapp.sealing.signing import signed, signer_of
from riskapp.verifier.pdf import Pdf, inflated
from riskapp.verifier.refusal import Refused
from riskapp.verifier.seal import FileChanged, seal_of
from tests.sealing.seals import (
    AT,
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


def packed(folder: Path, content: bytes, stamps_at: str = "") -> Seal:
    (folder / "seal.p12").write_bytes(content)
    (folder / "password").write_text(PASSWORD)
    return Seal(FileKey(folder / "seal.p12", folder / "password"), stamps_at=stamps_at)


def kinds_of_seals(folder: Path) -> Iterator[Seal]:
    yield own_seal(folder)
    for key, root in (
        (rsa.generate_private_key(65537, 3072), p256()),
        (p256(), ec.generate_private_key(ec.SECP384R1())),
    ):
        above = certificate(root, "Authority of Examples")
        own = certificate(key, issuer=("Authority of Examples", root))
        yield packed(folder, packed_key(key, own, above))


def test_every_kind_of_seal_is_read_as_pyhanko_reads_it(tmp_path: Path) -> None:
    for seal in kinds_of_seals(tmp_path):
        sealed = seal.apply(small_pdf(), at=AT)
        found = seal_of(Pdf(sealed))
        assert found is not None
        assert validated(sealed, seal.certificate().der).bottom_line
        assert (found.certificate.raw, found.at, found.stamp) == (seal.certificate().der, AT, None)
        assert found.certificate.fingerprint == seal.certificate().fingerprint
        assert found.certificate.not_after == seal.certificate().not_after
        assert found.certificate.subject == seal.certificate().subject
        with pytest.raises(FileChanged, match="was changed after it was sealed"):
            seal_of(Pdf(sealed.replace(b"100", b"101", 1)))


def test_a_time_stamp_is_read_and_checked(tmp_path: Path) -> None:
    with stamp_server() as address:
        own = own_seal(tmp_path)
        own.certificate()
        key = p256()
        seal = packed(tmp_path, packed_key(key, certificate(key)), stamps_at=address)
        sealed = seal.apply(small_pdf(), at=AT)
    found = seal_of(Pdf(sealed))
    assert found is not None
    assert found.stamp is not None
    assert (found.stamp.at, found.stamp.authority.raw) == (AT, stamp_certificate())
    at = sealed.index(b"1.2.840") if b"1.2.840" in sealed else sealed.rindex(b"Contents <") + 4000
    changed = sealed[:at] + (b"0" if sealed[at : at + 1] != b"0" else b"1") + sealed[at + 1 :]
    with pytest.raises(Refused):
        seal_of(Pdf(changed))


def test_a_seal_whose_certificate_had_lapsed_is_refused(tmp_path: Path) -> None:
    key = p256()
    (tmp_path / "seal.p12").write_bytes(
        packed_key(key, certificate(key, holds_for=timedelta(days=2)), password="x")
    )
    (tmp_path / "password").write_text("x")
    with signer_of(FileKey(tmp_path / "seal.p12", tmp_path / "password").load()) as signer:
        assert seal_of(Pdf(signed(small_pdf(), signer, at=AT)))
        late = Pdf(signed(small_pdf(), signer, at=AT + timedelta(days=3)))
    with pytest.raises(Refused, match="did not hold when it was sealed"):
        seal_of(late)


def test_what_is_added_behind_a_seal_is_found_where_pyhanko_still_calls_the_signature_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = own_seal(tmp_path)
    sealed = seal.apply(small_pdf(), at=AT)
    assert validated(sealed + b"\n% a note", seal.certificate().der).bottom_line
    with pytest.raises(FileChanged, match="9 bytes were appended after the seal"):
        seal_of(Pdf(sealed + b"\n% a note"))
    with pytest.raises(FileChanged, match="cut off"):
        seal_of(Pdf(sealed[:-3]))
    writer = PdfWriter(BytesIO(sealed), incremental=True)
    writer.add_metadata({"/Title": "Other"})
    added = BytesIO()
    writer.write(added)
    assert added.getvalue().startswith(sealed)
    with pytest.raises(FileChanged, match="were appended"):
        seal_of(Pdf(added.getvalue()))
    monkeypatch.setattr(signing, "FIELD", "Second")
    with signer_of(OwnKey(tmp_path / "seal.pem", "", lambda: AT).load()) as signer:
        twice = signed(sealed, signer, at=AT)
    with pytest.raises(FileChanged, match="more than one signature"):
        seal_of(Pdf(twice))


def test_enclosed_files_are_those_that_another_reader_finds() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for number in range(3):
        writer.add_attachment(f"größe-{number}.json", b"%d" % number * 5_000)
    written = BytesIO()
    writer.write(written)
    ours = Pdf(written.getvalue()).enclosed()
    theirs = {name: data[0] for name, data in PdfReader(written).attachments.items()}
    assert ours == theirs
    assert len(ours) == 3


def of_objects(*objects: bytes) -> bytes:
    """Return a PDF of these objects, the first of which is its catalogue."""
    written, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    lines = b"".join(b"%010d 00000 n \n" % each for each in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, lines)
    trailer = b"trailer\n<</Root 1 0 R/Size %d>>\n" % (len(objects) + 1)
    return written + table + trailer + b"startxref\n%d\n%%%%EOF" % len(written)


def test_streams_that_are_not_packed_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskapp.verifier.pdf.MOST_UNPACKED", 250)
    names = b"".join(b"(%d)<</F(%d)/EF<</F 2 0 R>>>>" % (number, number) for number in range(4))
    catalogue = b"<</Names<</EmbeddedFiles<</Names[" + names + b"]>>>>>>"
    found = Pdf(of_objects(catalogue, b"<</Length 100>>stream\n" + b"x" * 100 + b"\nendstream")).enclosed()
    assert [content is None for content in found.values()] == [False, False, True, True]


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"%PDF-1.7",
        b"%PDF-1.7\nstartxref\n0\n%%EOF",
        b"%PDF-1.7\nstartxref\n99999999999\n%%EOF",
        b"%PDF-1.7\nxref\n0 99999999\ntrailer<<>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 0\ntrailer<</Prev 9>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 0\ntrailer" + b"[" * 5_000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 0\ntrailer" + b"<</A" * 5_000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 0\ntrailer<</Root 1 0 R/Encrypt 2 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 1\n0000000009 00000 n\ntrailer<</Root 0 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n(" + b"(" * 10_000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n1 0 obj<</Type/XRef/W[9 9 9]/Size 5/Length 0>>stream\n\nendstream\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n1 0 obj<</Type/XRef/W[1 1 1]/Size 5/Length 1 0 R>>stream\n\nstartxref\n9\n%%EOF",
        of_objects(b"<</Names 2 0 R>>", b"<</Length 2 0 R>>stream\nx\nendstream"),
        of_objects(
            b"<</Names<</EmbeddedFiles<</Kids[%s]>>>>>>" % (b"2 0 R " * 60),
            b"<</x[" + b"0 " * 190_000 + b"]/Kids[2 0 R]>>",
        ),
        of_objects(
            b"<</AcroForm<</Fields[%s]>>>>" % b" ".join(b"%d 0 R" % n for n in range(2, 32)),
            *([b"<</x[" + b"0 " * 150_000 + b"]>>"] * 30),
        ),
    ],
)
def test_hostile_files_are_refused_and_nothing_else_happens(hostile: bytes) -> None:
    with pytest.raises(Refused):
        _read_whole(hostile)


def _read_whole(content: bytes) -> None:
    document = Pdf(content)
    seal_of(document)
    document.enclosed()


@given(st.binary(max_size=5_000), st.integers(0, 200))
def test_what_is_unpacked_is_whole_or_nothing(content: bytes, cut: int) -> None:
    packed = zlib.compress(content)
    assert inflated(packed, len(content)) == (content, len(content))
    assert inflated(packed + b"\r\n", len(content)) == (content, len(content))
    assert inflated(packed + b"more", len(content))[0] is None
    assert inflated(packed[: max(0, len(packed) - 1 - cut)], len(content))[0] is None


def test_unpacking_ends_at_the_most_and_is_charged_for_where_it_fails() -> None:
    bomb = zlib.compress(bytes(50_000_000))
    content, made = inflated(bomb, 1_000_000)
    assert content is None
    assert 1_000_000 < made < 2_000_000
    content, made = inflated(bomb[:-4] + b"\0\0\0\0", 60_000_000)
    assert content is None
    assert made >= 50_000_000


def test_predictors_of_all_sections_together_are_bounded() -> None:
    packed = zlib.compress((b"\2" + bytes(7)) * 250_000)
    told = (
        b"<</Type/XRef/W[1 4 2]/Size 9/Root 1 0 R/Filter/FlateDecode"
        b"/DecodeParms<</Predictor 12/Columns 7>>/Length %d" % len(packed)
    )
    chain, last = b"%PDF-1.7\n", b""
    for number in range(1, 4):
        at = len(chain)
        chain += b"%d 0 obj\n%s%s>>stream\n%s\nendstream\nendobj\n" % (number, told, last, packed)
        last = b"/Prev %d" % at
    with pytest.raises(Refused, match="has more cross-references than it can need"):
        Pdf(chain + b"startxref\n%d\n%%%%EOF" % at)


@given(st.binary(max_size=300))
def test_nothing_but_a_refusal_comes_of_any_signature(content: bytes) -> None:
    written = b"%PDF-1.7\n1 0 obj<</AcroForm<</Fields[2 0 R]>>>>endobj\n"
    second = len(written)
    written += b"2 0 obj<</FT/Sig/V 3 0 R>>endobj\n"
    third = len(written)
    written += (
        b"3 0 obj<</Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Contents <%s>/ByteRange [0 0000 0000 "
        b"0000]/M(D:20260101000000Z)>>endobj\n" % content.hex().upper().encode()
    )
    start, table = written.index(b"<" + content.hex().upper().encode() + b">"), len(written)
    end = start + 2 * len(content) + 2
    written += b"xref\n0 4\n0000000000 00000 f\n0000000009 00000 n\n%010d 00000 n\n%010d 00000 n\n" % (
        second,
        third,
    )
    written += b"trailer<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % table
    span = b"[0 %04d %04d %04d]" % (start, end, len(written) - end)
    with pytest.raises(Refused):
        seal_of(Pdf(written.replace(b"[0 0000 0000 0000]", span)))
