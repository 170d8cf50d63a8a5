"""Every way to alter a kept report is noticed, and where it was altered is said, the same everywhere."""

import json
import random
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from riskapp.services.log_export import prove_entry
from riskapp.services.verifier_file import NAME, verifier_file
from riskapp.verifier.verdict import EXIT_CODES, Place, Word
from tests.sealing.seals import AT, small_pdf
from tests.verifier.kept import Kept, Outcome, outcome

FILE, DATA, PROOF, SEAL = Place.FILE, Place.DATA, Place.PROOF, Place.SEAL
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def altered(*places: Place) -> Outcome:
    return Word.ALTERED, places


UNKNOWN: Outcome = (Word.UNKNOWN, ())


def flipped(content: bytes, at: int, bit: int = 0) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]


def inside(kept: Kept, name: str) -> int:
    """Return a place in the middle of the stream of an enclosed file."""
    wanted = kept.files[name]
    for stream in _STREAM.finditer(kept.unsealed):
        try:
            if zlib.decompressobj().decompress(stream[1]) == wanted:
                return (stream.start(1) + stream.end(1)) // 2
        except zlib.error:
            continue
    raise AssertionError(name)


def in_enclosed(name: str) -> Callable[[Kept], bytes]:
    return lambda kept: flipped(kept.pdf, inside(kept, name))


def signature(kept: Kept) -> int:
    return kept.pdf.rindex(b"/Contents <") + len(b"/Contents <")


def in_signature(kept: Kept) -> bytes:
    """Change a digit near the end of the signature, ahead of the padding."""
    return another_digit(kept, kept.pdf.index(b"0" * 40, signature(kept)) - 9)


def another_digit(kept: Kept, at: int) -> bytes:
    return kept.pdf[:at] + (b"8" if kept.pdf[at : at + 1] != b"8" else b"9") + kept.pdf[at + 1 :]


def resaved(kept: Kept) -> bytes:
    written = BytesIO()
    PdfWriter(clone_from=PdfReader(BytesIO(kept.pdf))).write(written)
    return written.getvalue()


def added(kept: Kept, to: bytes | None = None) -> bytes:
    writer = PdfWriter(BytesIO(to or kept.pdf), incremental=True)
    writer.add_metadata({"/Title": "Approved for everything"})
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def other_entry(kept: Kept) -> dict[str, bytes | None]:
    proven = prove_entry(kept.office, 3)
    return {"log-entry.json": proven.entry, "log-proof.txt": proven.tlog_proof().encode()}


def entry_for(kept: Kept, data: bytes) -> bytes:
    """Return the enclosed entry as it would name other data."""
    values = json.loads(kept.files["log-entry.json"])
    values["subject"]["id"] = sha256(data).hexdigest()
    values["details"]["size"] = len(data)
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()


def forged_decision(kept: Kept) -> bytes:
    decision = json.loads(kept.files["assessment.json"])["decision"] | {"reason": "No conditions."}
    return kept.forged({"assessment.json": kept.reworded(decision=decision)})


def forged_with_its_entry(kept: Kept) -> bytes:
    data = kept.reworded(title="Another title")
    return kept.forged({"assessment.json": data, "log-entry.json": entry_for(kept, data)})


def unsigned(kept: Kept) -> bytes:
    """Return a report whose proof bears another signature than that of the log."""
    proof = re.sub(rb"(\n\xe2\x80\x94 \S+ .{8})....", rb"\1AAAA", kept.files["log-proof.txt"])
    return kept.forged({"log-proof.txt": proof})


def forged_with_its_rubric(kept: Kept) -> bytes:
    rubric = kept.files["rubric.json"].replace(b"0", b"1", 1)
    named = json.loads(kept.files["assessment.json"])["rubric"] | {"digest": sha256(rubric).hexdigest()}
    return kept.forged({"rubric.json": rubric, "assessment.json": kept.reworded(rubric=named)})


def of_no_log(kept: Kept) -> bytes:
    """Return a report with a right seal and data that no log has ever seen."""
    data = kept.reworded(log=None, reference="RA-0099")
    proof = dict.fromkeys(("log-entry.json", "log-proof.txt", "log-keys.txt"))
    return kept.forged({**proof, "assessment.json": data})


def numbered(kept: Kept, name: bytes, by: int) -> bytes:
    """Return the file with another number behind the last occurrence of a name."""
    at = kept.pdf.rindex(name)
    number = re.compile(rb"\d+").search(kept.pdf, at + len(name))
    assert number
    return kept.pdf[: number.start()] + b"%d" % (int(number[0]) + by) + kept.pdf[number.end() :]


ALTERATIONS: dict[str, tuple[Callable[[Kept], bytes], Outcome]] = {
    "the version in the header": (lambda kept: flipped(kept.pdf, 7), altered(FILE)),
    "the mark in the header": (lambda kept: b"%QDF" + kept.pdf[4:], altered(FILE)),
    "a byte of a page": (lambda kept: flipped(kept.pdf, kept.pdf.index(b"stream\n") + 40), altered(FILE)),
    "a byte in the middle": (lambda kept: flipped(kept.pdf, len(kept.unsealed) // 2), altered(FILE)),
    "a byte of assessment.json": (in_enclosed("assessment.json"), altered(DATA)),
    "a byte of rubric.json": (in_enclosed("rubric.json"), altered(DATA)),
    "a byte of log-entry.json": (in_enclosed("log-entry.json"), altered(PROOF)),
    "a byte of log-proof.txt": (in_enclosed("log-proof.txt"), altered(PROOF)),
    "a byte of log-keys.txt": (in_enclosed("log-keys.txt"), altered(PROOF)),
    "a byte of the cross-references": (
        lambda kept: flipped(kept.pdf, len(kept.unsealed) - 500),
        altered(FILE),
    ),
    "the place of the cross-references": (lambda kept: numbered(kept, b"startxref", 1), altered(FILE)),
    "the catalogue": (lambda kept: kept.pdf.replace(b"/Lang (en)", b"/Lang (de)"), altered(FILE)),
    "a byte of the signature": (in_signature, altered(SEAL)),
    "a byte of the certificate": (lambda kept: another_digit(kept, signature(kept) + 601), altered(SEAL)),
    "the padding of the signature": (
        lambda kept: another_digit(kept, kept.pdf.index(b"00>", signature(kept))),
        altered(SEAL),
    ),
    "the case of a digit": (
        lambda kept: kept.pdf[: (at := kept.pdf.index(b"A", signature(kept)))] + b"a" + kept.pdf[at + 1 :],
        altered(SEAL),
    ),
    "what the seal covers": (lambda kept: numbered(kept, b"/ByteRange [0", 1), altered(SEAL)),
    "the time of the seal": (lambda kept: kept.pdf.replace(b"20261124", b"20261123"), altered(FILE)),
    "an appended line feed": (lambda kept: kept.pdf + b"\n", altered(FILE)),
    "an appended change": (added, altered(FILE)),
    "a cut end": (lambda kept: kept.pdf[:-100], altered(SEAL)),
    "a cut half": (lambda kept: kept.pdf[: len(kept.unsealed) // 2], altered(FILE)),
    "a change in place of the seal": (lambda kept: added(kept, kept.unsealed), altered(FILE)),
    "the seal cut off": (lambda kept: kept.unsealed, altered(SEAL)),
    "saved again by another program": (resaved, altered(FILE, SEAL)),
    "sealed anew with another key": (lambda kept: kept.forger.apply(kept.unsealed, at=AT), altered(SEAL)),
    "sealed anew with the same key": (
        lambda kept: kept.office.seal.apply(kept.unsealed, at=AT),
        altered(SEAL),
    ),
    "other pages with the same enclosures": (lambda kept: kept.forged(), altered(FILE, SEAL)),
    "other pages, sealed with the stolen key": (
        lambda kept: kept.forged(seal=kept.office.seal),
        altered(FILE),
    ),
    "another decision in the data": (forged_decision, altered(DATA, SEAL)),
    "another decision, sealed with the stolen key": (
        lambda kept: kept.forged({"assessment.json": kept.reworded(title="Other")}, kept.office.seal),
        altered(DATA),
    ),
    "other data with the entry to fit": (forged_with_its_entry, altered(DATA, PROOF, SEAL)),
    "the proof of another entry": (
        lambda kept: kept.forged({"log-proof.txt": other_entry(kept)["log-proof.txt"]}),
        altered(PROOF, SEAL),
    ),
    "another entry with its proof": (lambda kept: kept.forged(other_entry(kept)), altered(PROOF, SEAL)),
    "no proof": (lambda kept: kept.forged({"log-proof.txt": None}), altered(PROOF, SEAL)),
    "another rubric": (lambda kept: kept.forged({"rubric.json": b"{}"}), altered(DATA, SEAL)),
    "another rubric that the data name": (forged_with_its_rubric, altered(DATA, SEAL)),
    "a checkpoint that was not signed": (
        unsigned,
        altered(PROOF, SEAL),
    ),
    "data alone, changed": (lambda kept: kept.reworded(title="Other"), altered(DATA)),
    "data alone, cut": (lambda kept: kept.files["assessment.json"][:-1], UNKNOWN),
    "a report of no log": (of_no_log, UNKNOWN),
    "a draft": (lambda kept: kept.reworded(draft=True, log=None), UNKNOWN),
    "a checkpoint that says more": (
        lambda kept: re.sub(r"(?<=\n)(\d+)(?=\n)", r"\g<1>0", kept.checkpoint, count=1).encode(),
        UNKNOWN,
    ),
    "somebody else's PDF": (lambda _: small_pdf(), UNKNOWN),
    "words": (lambda _: b"hello", UNKNOWN),
    "nothing": (lambda _: b"", UNKNOWN),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_altered_copy_is_noticed_and_where(kept: Kept, name: str) -> None:
    alter, expected = ALTERATIONS[name]
    content = alter(kept)
    assert content != kept.pdf
    by_export = kept.by_export(content)
    assert outcome(by_export) == expected, str(by_export)
    assert outcome(kept.by_record(content)) == expected
    assert by_export.reasons
    assert (
        kept.by_seal(content).word in {Word.ALTERED, Word.UNKNOWN} or "stolen" in name or "same key" in name
    )


def test_the_file_for_outsiders_says_the_same_of_them(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(verifier_file())
    expected = {}
    for number, (alter, said) in enumerate(
        [*list(ALTERATIONS.values())[::4], (lambda k: k.pdf, (Word.CURRENT, ()))]
    ):
        (tmp_path / f"{number}").write_bytes(alter(kept))
        expected[f"{number}"] = [EXIT_CODES[said[0]], said[0].value, [each.value for each in said[1]]]
    program = (
        "import sys, io, json, datetime, pathlib; sys.path.insert(0, sys.argv[1])\n"
        "from riskapp.verifier.command import main\n"
        "said = {}\n"
        "for each in sys.argv[3:]:\n"
        "    out, sys.stdout = sys.stdout, io.StringIO()\n"
        "    code = main([each, '--log', sys.argv[2], '--json'], here=pathlib.Path(),\n"
        "                today=datetime.date(2026, 11, 24))\n"
        "    told, sys.stdout = json.loads(sys.stdout.getvalue()), out\n"
        "    said[each] = [code, told['verdict'], told['where']]\n"
        "print(json.dumps(said))\n"
    )
    command = [sys.executable, "-I", "-S", "-c", program, NAME, str(kept.export), *expected]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env={})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected


@given(st.randoms(use_true_random=False))
def test_no_flipped_bit_leaves_a_sealed_report_genuine(kept: Kept, chance: random.Random) -> None:
    """Where no log is at hand the seal alone has to notice; most bits are flipped where it is weakest."""
    start = 0 if chance.random() < 0.3 else kept.pdf.rindex(b"/Contents <")
    changed = flipped(kept.pdf, chance.randrange(start, len(kept.pdf)), chance.randrange(8))
    assert kept.by_seal(changed).word in {Word.ALTERED, Word.UNKNOWN}
