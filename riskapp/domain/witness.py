"""What a document in other hands says about the log: a checkpoint, alone or inside a report."""

import json
import re
import zlib

from riskapp.domain.signed_note import NoteError, SignedNote, parse_note

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SNAPSHOT = b'"format":"riskapp-report/'
_LARGEST = 64 * 1024 * 1024


def witness_in(document: bytes) -> SignedNote:
    """Return the signed checkpoint in a checkpoint file, a report's data, or a report as PDF.

    Raises NoteError where there is none.
    """
    if document.startswith(b"%PDF"):
        return _in_snapshot(_attached(document))
    if document.lstrip().startswith(b"{"):
        return _in_snapshot(document)
    try:
        return parse_note(document.decode())
    except UnicodeDecodeError as error:
        raise NoteError("is neither a checkpoint nor a report") from error


def _attached(pdf: bytes) -> bytes:
    for stream in _STREAM.finditer(pdf):
        try:
            content = zlib.decompressobj().decompress(stream[1], _LARGEST)
        except zlib.error:
            content = stream[1]
        if _SNAPSHOT in content:
            return content
    raise NoteError("is a PDF without the data of a report")


def _in_snapshot(snapshot: bytes) -> SignedNote:
    try:
        note = json.loads(snapshot)["log"]["checkpoint"]["note"]
    except (ValueError, KeyError, TypeError) as error:
        raise NoteError("is a report that witnesses no checkpoint") from error
    return parse_note(str(note))
