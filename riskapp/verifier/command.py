"""The command line of the verifier that is handed out."""

import argparse
import json
import sys
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from riskapp.domain.ledger import includes, leaf_digest
from riskapp.verifier.certificates import fingerprint_in
from riskapp.verifier.documents import MOST_BYTES, Document, digest_of, read_document
from riskapp.verifier.findings import sizes_seen
from riskapp.verifier.judgement import Trust, judge
from riskapp.verifier.notes import Keys
from riskapp.verifier.packages import PackedLog, Wanted, read_package
from riskapp.verifier.refusal import Refused
from riskapp.verifier.verdict import EXIT_CODES, Verdict, Word

USAGE = """Verify documents and logs of riskapp with nothing but Python: this one file, no network.

python3 -I verify.pyz REPORT.pdf --log EXPORT.zip      a report, its data, packed reports, a checkpoint
python3 -I verify.pyz REPORT.pdf --certificate FILE    a report by its seal, where there is no log
python3 -I verify.pyz EXPORT.zip                       an exported log or a package by itself, ZIP or folder
python3 -I verify.pyz                                  the folder that this file lies in
"""
EPILOG = """A KEY is a public key of the log that reached you by another way than the log: without one, the
keys in the log are believed. CERTIFICATE is the certificate of the seal as a PEM file, or its SHA-256.

Exit codes: 0 genuine, or everything agrees; 1 altered, or something disagrees; 2 unknown, or the question
cannot be answered; 3 genuine, superseded or lapsed since.
"""
MOST_SHOWN = 20
_BEFORE_A_PDF = 1_024


def main(arguments: Sequence[str], *, here: Path, today: date) -> int:
    """Verify what the command line names and return the exit code; `here` is where the verifier lies."""
    asked = _parser().parse_args(arguments)
    subject = asked.subject or here
    try:
        if asked.proof:
            return _verify_proof(asked)
        if subject.is_dir() or (not asked.log and _is_package(subject)):
            return _verify_package(asked, subject)
        verdict = verdict_on(
            read_file(subject), asked.log, keys=asked.key, certificates=asked.certificate, today=today
        )
    except Refused as refusal:
        _say(f"NOT VERIFIED: {refusal}")
        return 1 if asked.proof else 2
    _say(json.dumps(verdict.as_json(), ensure_ascii=False) if asked.as_json else str(verdict))
    return EXIT_CODES[verdict.word]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify.pyz",
        description=USAGE,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("subject", type=Path, nargs="?", metavar="FILE", help="what to verify")
    parser.add_argument("--log", type=Path, help="an exported log or a package, ZIP or folder")
    parser.add_argument("--key", action="append", default=[], help="a public key, from elsewhere")
    parser.add_argument("--certificate", action="append", default=[], help="the certificate of the seal")
    parser.add_argument("--checkpoint", action="append", type=Path, default=[], help="a checkpoint you hold")
    parser.add_argument("--proof", type=Path, help="the proof of one entry, as JSON")
    parser.add_argument("--json", dest="as_json", action="store_true", help="write the verdict as JSON")
    return parser


def read_file(path: Path, most: int = MOST_BYTES + 1) -> bytes:
    """Return the bytes of a document, or the first of them; raises Refused."""
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror})") from error


def verdict_on(
    raw: bytes, log: Path | None, *, keys: Sequence[str], certificates: Sequence[str], today: date
) -> Verdict:
    """Return the verdict on a document with an exported log, keys and certificates, as far as there are any.

    Raises Refused where one of these cannot be read.
    """
    believed = Keys(keys) if keys else None
    trusted = frozenset(fingerprint_in(_certificate_text(each)) for each in certificates)
    try:
        document = read_document(raw)
    except Refused as refusal:
        return unreadable(raw, refusal)
    packed = None if log is None else _log_for(document, log, keys)
    if packed is not None and packed.faults:
        reasons = tuple(f"{packed.words[0].upper()}{packed.words[1:]}: {each}." for each in packed.faults)
        return Verdict(
            word=Word.UNKNOWN,
            kind=document.kind,
            digest=document.digest,
            reasons=(
                "The log at hand does not agree with itself, so it answers nothing.",
                *reasons[:MOST_SHOWN],
            ),
        )
    return judge(document, Trust(today=today, log=packed, keys=believed, certificates=trusted))


def unreadable(raw: bytes, refusal: Refused) -> Verdict:
    """Return the verdict on what is nothing of riskapp's."""
    return Verdict(
        word=Word.UNKNOWN, kind="file", digest=digest_of(raw), reasons=(f"The document {refusal}.",)
    )


def _log_for(document: Document, log: Path, keys: Sequence[str]) -> PackedLog:
    sizes, numbers = sizes_seen(document)
    return read_package(log, Wanted(keys=tuple(keys), sizes=sizes, numbers=numbers))


def _certificate_text(given: str) -> str:
    path = Path(given)
    if "BEGIN CERTIFICATE" in given:
        return given
    try:
        return path.read_text("ascii") if path.is_file() else given
    except (OSError, ValueError) as error:
        raise Refused(f"the certificate {given[:100]} cannot be read; give it as PEM") from error


def _is_package(path: Path) -> bool:
    """Return whether a file is a ZIP and nothing else: readers of PDF pass over what stands before one."""
    begin = read_file(path, _BEFORE_A_PDF)
    return begin.startswith(b"PK\x03\x04") and b"%PDF-" not in begin and zipfile.is_zipfile(path)


def _verify_package(asked: argparse.Namespace, path: Path) -> int:
    if asked.certificate or asked.as_json:
        raise Refused(f"{path} is a log or a package, for which --certificate and --json say nothing")
    others = tuple((_text(each), str(each)) for each in asked.checkpoint)
    found = read_package(path, Wanted(keys=tuple(asked.key), checkpoints=others))
    for line in found.said:
        _say(line)
    for fault in found.faults[:MOST_SHOWN]:
        _say(f"DISAGREES: {fault}")
    count = len(found.faults)
    _say(f"{count} disagreement{'s' if count > 1 else ''}" if count else "Everything agrees.")
    return 1 if count else 0


def _verify_proof(asked: argparse.Namespace) -> int:
    try:
        proof = json.loads(_text(asked.proof))
        entry, index = str(proof["entry"]).encode(), int(proof["index"])
        steps = tuple(bytes.fromhex(each) for each in proof["proof"])
        texts, note = list(asked.key or proof["keys"]), str(proof["checkpoint"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(f"{asked.proof} is no proof that can be read") from error
    keys = Keys(str(each) for each in texts)
    signed = keys.opened(note, "the checkpoint of the proof")
    if not includes(leaf=leaf_digest(entry), index=index, size=signed.size, root=signed.root, proof=steps):
        raise Refused(f"the proof does not lead from entry {index + 1} to the root of its checkpoint")
    _say(f"Entry {index + 1} is in the log of {signed.size} entries with root {signed.root.hex()}")
    if not asked.key:
        _say(f"The keys are the proof's own. Compare them with the key ids that you know: {keys}")
    _say("Everything agrees.")
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be read") from error


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
